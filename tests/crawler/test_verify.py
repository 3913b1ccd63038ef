import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.journal import JOURNAL_FILE, UrlLine, read_journal
from crawler.manifest import MANIFEST_FILE, close_patrol, file_sha256, read_manifest
from crawler.plan import PLAN_FILE
from crawler.verify import Disagreement, verify_archive, verify_capture, verify_patrol
from crawler.warc import Archive
from tests.crawler.patrols import AT, HOST, REQUEST, answer, make_patrol

CRAWL, PICTURES = "crawl-00001.warc.gz", "pictures-00001.warc.gz"
FIRST, SECOND, THIRD = "20260101-000000", "20260102-000000", "20260103-000000"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two closed patrols and an open one."""
    for patrol in (FIRST, SECOND, THIRD):
        folder = make_patrol(tmp_path, patrol)
        if patrol != THIRD:
            close_patrol(folder, tmp_path, AT)
    return tmp_path


def verify(archive: Path) -> Counter[str]:
    return Counter(check.kind for check in verify_archive(archive))


def first_disagreement(archive: Path) -> Disagreement:
    with pytest.raises(Disagreement) as caught:
        verify(archive)
    return caught.value


def flip(path: Path, at: int = -20) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_it_works(archive: Path) -> None:
    # a patrol holds two warcinfo records and the exchange of robots.txt that no line points at
    assert verify(archive) == {
        "chain": 2, "plan": 3, "journal": 2, "file": 4, "record": 3 * 7, "unreferenced": 3 * 4
    }  # fmt: skip


def test_an_empty_archive_agrees(tmp_path: Path) -> None:
    assert verify(tmp_path) == {}


@pytest.mark.parametrize("name", [PLAN_FILE, JOURNAL_FILE, CRAWL, PICTURES])
def test_one_flipped_bit_is_found_in_each_kind_of_file(archive: Path, name: str) -> None:
    flip(archive / FIRST / name)
    found = first_disagreement(archive)
    assert (found.patrol, found.file, found.what) == (FIRST, name, "哈希")
    assert found.found == file_sha256(archive / FIRST / name) != found.expected


def test_a_changed_manifest_is_found_through_the_next_one(archive: Path) -> None:
    path = archive / FIRST / MANIFEST_FILE
    path.write_text(path.read_text().replace('"failed": 1', '"failed": 0'))
    found = first_disagreement(archive)
    assert (found.patrol, found.file, found.what) == (FIRST, MANIFEST_FILE, f"清单哈希（巡查 {SECOND} 所记）")


def rewrite(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def swap_manifests(archive: Path) -> None:
    one, two = archive / FIRST / MANIFEST_FILE, archive / SECOND / MANIFEST_FILE
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def forge_second_start(archive: Path) -> None:
    path = archive / SECOND / MANIFEST_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "previous": None}))


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "a line removed": (
        lambda a: rewrite(a / FIRST / JOURNAL_FILE, lambda lines: lines[1:]), FIRST, JOURNAL_FILE, "哈希"
    ),
    "manifests swapped": (swap_manifests, FIRST, MANIFEST_FILE, "巡查编号"),
    "a patrol's manifest removed": (
        lambda a: (a / FIRST / MANIFEST_FILE).unlink(), FIRST, MANIFEST_FILE, "清单哈希"
    ),
    "a second start of the chain": (forge_second_start, SECOND, MANIFEST_FILE, "接在链首之后的清单数"),
    "an unreadable manifest": (
        lambda a: (a / FIRST / MANIFEST_FILE).write_text("{"), FIRST, MANIFEST_FILE, "清单格式"
    ),
    "an archive file added": (
        lambda a: (a / FIRST / "crawl-00002.warc.gz").write_bytes(b""), FIRST, MANIFEST_FILE, "存档文件"
    ),
    "an archive file removed": (lambda a: (a / FIRST / CRAWL).unlink(), FIRST, MANIFEST_FILE, "存档文件"),
    "an archive file cut": (
        lambda a: (a / FIRST / CRAWL).write_bytes((a / FIRST / CRAWL).read_bytes()[:-1]), FIRST, CRAWL, "字节数"
    ),
    "the journal removed": (lambda a: (a / FIRST / JOURNAL_FILE).unlink(), FIRST, JOURNAL_FILE, "哈希"),
    "the plan removed": (lambda a: (a / FIRST / PLAN_FILE).unlink(), FIRST, PLAN_FILE, "哈希"),
    # an open patrol has no manifest: its journal and its records hold each other
    "open: a bit of a record": (lambda a: flip(a / THIRD / CRAWL, -400), THIRD, CRAWL, "记录"),
    "open: an archive file removed": (lambda a: (a / THIRD / PICTURES).unlink(), THIRD, PICTURES, "记录"),
    "open: a line twice": (
        lambda a: rewrite(a / THIRD / JOURNAL_FILE, lambda lines: [*lines, lines[0]]),
        THIRD, JOURNAL_FILE, f"网址 {HOST}/a 的行数",
    ),
    "open: a line that is none": (
        lambda a: rewrite(a / THIRD / JOURNAL_FILE, lambda lines: [lines[0], b"{}\n"]), THIRD, JOURNAL_FILE, "日志行"
    ),
    "open: another capture id": (
        lambda a: rewrite(
            a / THIRD / JOURNAL_FILE, lambda lines: [lines[0].replace(b'capture":"', b'capture":"x')]
        ),
        THIRD, JOURNAL_FILE, "取证编号",
    ),
    "open: another digest": (
        lambda a: rewrite(a / THIRD / JOURNAL_FILE, lambda lines: [lines[0].replace(b'sha256":"', b'sha256":"0')]),
        THIRD, CRAWL, "内容哈希",
    ),
    "open: another patrol's plan": (
        lambda a: (a / THIRD / PLAN_FILE).write_bytes((a / FIRST / PLAN_FILE).read_bytes()),
        THIRD, PLAN_FILE, "巡查编号",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "patrol", "file", "what"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_each_tampering_is_named(
    archive: Path, tamper: Callable[[Path], object], patrol: str, file: str, what: str
) -> None:
    tamper(archive)
    found = first_disagreement(archive)
    assert (found.patrol, found.file) == (patrol, file)
    assert found.what.startswith(what)


def test_a_record_exchanged_for_another_whole_one_is_found(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, THIRD)
    path = folder / CRAWL
    line = next(read.line for read in read_journal(folder) if isinstance(read.line, UrlLine))
    assert line.response
    start, end = line.response.offset, line.response.offset + line.response.length
    data = path.read_bytes()
    forged = gzip.compress(gzip.decompress(data[start:end]).replace("保本".encode(), "安全".encode()))
    path.write_bytes(data[:start] + forged + data[end:])
    found = first_disagreement(tmp_path)
    assert (found.file, found.offset, found.what) == (CRAWL, start, "记录自带的整块哈希")


def test_it_is_told_in_chinese_and_as_json(archive: Path) -> None:
    flip(archive / FIRST / PLAN_FILE)
    found = first_disagreement(archive)
    assert str(found).startswith(f"巡查 {FIRST} 的 plan.json：哈希不一致，应为 ")
    assert found.as_row()["expected"] == read_manifest(archive / FIRST).plan_sha256
    assert json.dumps(found.as_row())


def test_an_open_patrol_may_end_in_what_a_kill_tore(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, THIRD)
    for name in (CRAWL, JOURNAL_FILE):
        with (folder / name).open("ab") as file:
            file.write(b"\x1f\x8b\x08 torn")
    assert Counter(check.kind for check in verify_patrol(folder))["record"] == 7


def test_records_left_by_a_kill_are_counted_not_blamed(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, THIRD)
    late = Archive(folder)
    late.write_exchange("c", f"{HOST}/late", AT, "", REQUEST, answer("late"))
    late.close()
    close_patrol(folder, tmp_path, AT)
    assert verify(tmp_path)["unreferenced"] == 4 + 3


def test_one_capture_is_verified_alone(archive: Path) -> None:
    folder = archive / FIRST
    line = next(read_journal(folder)).line
    checks = list(verify_capture(folder, line))
    assert [check.kind for check in checks] == ["record"] * 3
    flip(folder / CRAWL, 900)
    assert list(verify_capture(folder, line)) == checks  # byte 900 is of another record's
    (folder / CRAWL).write_bytes(b"")
    with pytest.raises(Disagreement, match="记录长度不一致"):
        list(verify_capture(folder, line))
