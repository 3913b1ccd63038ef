"""Target lists: what is read, what is refused, and that every error is told at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.target_files import TargetFileError, read_targets


def write(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_it_works(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "url,name,area,source,scope,cadence,expected_pages,robots_override,carrier\n"
        "http://yinxin.test/,银信宝,p2p,群众举报,host,weekly,12,负责人书面批准,no\n",
    )
    [row] = read_targets(path)
    assert row.key == "yinxin.test"
    assert row.urls == ("http://yinxin.test/",)
    assert (row.name, row.area, row.source) == ("银信宝", "p2p", "群众举报")
    assert (row.scope, row.cadence, row.expected_pages) == ("host", "weekly", 12)
    assert (row.robots_override, row.carrier) == ("负责人书面批准", False)


@pytest.mark.parametrize(
    ("cell", "url"),
    [
        ("a.test", "http://a.test/"),
        ("https://a.test/x?y=1", "https://a.test/x?y=1"),
        ("http://a.test:8080/", "http://a.test:8080/"),
    ],
)
def test_a_domain_or_a_url_will_do(tmp_path: Path, cell: str, url: str) -> None:
    [row] = read_targets(write(tmp_path, f"domain\n{cell}\n"))
    assert row.urls == (url,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_lists_saved_by_excel_are_read(tmp_path: Path, encoding: str) -> None:
    [row] = read_targets(write(tmp_path, "网址,名称,领域\na.test,甲平台,第三方支付\n", encoding=encoding))
    assert (row.name, row.area) == ("甲平台", "payment")


def test_all_errors_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "url,area,expected_pages,scope\n"
        "ftp://a.test/,p2p,3,domain\n"
        "b.test,p2pp,many,domain\n"
        ",p2p,3,domain\n"
        "c.test,p2p,3,everything\n",
    )
    with pytest.raises(TargetFileError) as caught:
        read_targets(path)
    assert [line for line, _ in caught.value.problems] == [2, 3, 3, 4, 5]
    assert f"{path}:3: area" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("url,nmae\na.test,甲\n", "是不是 name"),
        ("url\na.test,多出来\n", "格数多于表头"),
        ("name\n甲\n", "缺少 url"),
        ("", "没有目标"),
        ("url\n", "没有目标"),
        ("url,robots_override\na.test,急\n", "理由"),
        ("url,carrier\na.test,maybe\n", "yes 或 no"),
        ("url\nhttp://a.test:99999/\n", "端口"),
        ("url\nhttp://[::1/\n", "IPv6"),
        ("url\nhttp://a..例子/\n", "不是网址或域名"),
        ('url\n"a.test\n', "CSV 写法有误"),
        ("url\n不是网址\n", "不是网址或域名"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TargetFileError, match=told):
        read_targets(write(tmp_path, text))


def test_an_unknown_column_is_told_once_on_the_first_line(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError) as caught:
        read_targets(write(tmp_path, "url,nmae\na.test,甲\nb.test,乙\n"))
    assert [line for line, _ in caught.value.problems] == [1]


def test_a_column_missing_is_told_once_an_empty_cell_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError) as caught:
        read_targets(write(tmp_path, "name\n甲\n乙\n"))
    assert [line for line, _ in caught.value.problems] == [1]
    with pytest.raises(TargetFileError) as caught:
        read_targets(write(tmp_path, "url,name\na.test,甲\n,乙\n"))
    assert [line for line, _ in caught.value.problems] == [3]


@pytest.mark.parametrize(
    ("cell", "key", "url"),
    [
        ("A.Test", "a.test", "http://a.test/"),
        ("https://A.test.:8443/X", "a.test", "https://a.test:8443/X"),
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d", "http://xn--fsqu00a.xn--0zwm56d/"),
        ("http://例子。测试/路", "xn--fsqu00a.xn--0zwm56d", "http://xn--fsqu00a.xn--0zwm56d/路"),
        ("http://[::1]:8080/", "::1", "http://[::1]:8080/"),
    ],
)
def test_a_host_has_one_way_to_be_written(tmp_path: Path, cell: str, key: str, url: str) -> None:
    [row] = read_targets(write(tmp_path, f"url\n{cell}\n"))
    assert (row.key, row.urls) == (key, (url,))


def test_rows_of_one_host_written_differently_are_merged(tmp_path: Path) -> None:
    [row] = read_targets(write(tmp_path, "url\n例子.测试\nhttp://xn--fsqu00a.xn--0zwm56d./\n"))
    assert row.urls == ("http://xn--fsqu00a.xn--0zwm56d/",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("", "host", "path"), "host"),
        (("domain", "host", ""), "domain"),
        (("", "", ""), "domain"),
    ],
)
def test_the_first_scope_given_wins_and_the_default_comes_last(
    tmp_path: Path, given: tuple[str, ...], expected: str
) -> None:
    [row] = read_targets(write(tmp_path, "url,scope\n" + "".join(f"a.test,{scope}\n" for scope in given)))
    assert row.scope == expected


def test_no_is_a_value_given_too(tmp_path: Path) -> None:
    text = "url,cadence,carrier,expected_pages\na.test,,no,\na.test,weekly,yes,0\na.test,daily,,7\n"
    [row] = read_targets(write(tmp_path, text))
    assert (row.cadence, row.carrier, row.expected_pages) == ("weekly", False, 0)


def test_rows_of_one_host_are_merged_and_the_first_value_counts(tmp_path: Path) -> None:
    rows = read_targets(
        write(
            tmp_path,
            "url,name,area\nhttp://a.test/,,p2p\nhttp://b.test/,乙,\nhttp://a.test/ad,甲,insurance\n",
        )
    )
    assert [row.key for row in rows] == ["a.test", "b.test"]
    assert rows[0].urls == ("http://a.test/", "http://a.test/ad")
    assert (rows[0].name, rows[0].area) == ("甲", "p2p")


YAML = """
- url: http://a.test/
  name: 甲平台
  expected_pages: 5
  carrier: true
- b.test
"""


@pytest.mark.parametrize("text", [YAML, "targets:" + YAML.replace("\n", "\n  ")])
def test_yaml_lists_read_the_same(tmp_path: Path, text: str) -> None:
    first, second = read_targets(write(tmp_path, text, "list.yml"))
    assert (first.name, first.expected_pages, first.carrier) == ("甲平台", 5, True)
    assert second.urls == ("http://b.test/",)


def test_yaml_errors_have_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "- url: a.test\n- url: b.test\n  area: nothing\n", "list.yaml")
    with pytest.raises(TargetFileError, match=r"list\.yaml:2: area"):
        read_targets(path)


def test_broken_yaml_says_where(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match=r"list\.yml:2"):
        read_targets(write(tmp_path, "- url: a.test\n- url: 'b.test\n", "list.yml"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- url: a.test\n- url: b.test\n  since: 2026-99-99\n", r"list\.yml:2: "),
        ("- url: a.test\n- url: b\x01.test\n", r"list\.yml:2: .*U\+0001"),
        ("- url: a.test\n  ? [1]: {}\n", r"list\.yml:1: "),
        ("- name: 甲\n", "缺少 url"),
        ("url: a.test\n", "没有目标"),
    ],
)
def test_yaml_that_no_value_can_be_made_of_says_where(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(TargetFileError, match=place):
        read_targets(write(tmp_path, text, "list.yml"))


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TargetFileError, match=r"\.xlsx"):
        read_targets(write(tmp_path, "", "list.xlsx"))
