"""The command line as scripts and people meet it: what it prints, how it ends, what it says to do."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

RULES = Path(__file__).parent.parent.parent / "rules"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def xuncha(home: Path, *arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "xuncha", "--home", str(home), *arguments]
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "200", **variables}
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, env=environment, check=False)


def told(run: subprocess.CompletedProcess[bytes]) -> str:
    return run.stderr.decode()


def test_help_names_every_verb(home: Path) -> None:
    out = xuncha(home, "--help").stdout.decode()
    verbs = (
        "demo",
        "patrol",
        "scan",
        "search",
        "reindex",
        "doctor",
        "export",
        "evidence",
        "rules",
        "targets",
    )
    for verb in verbs:
        assert verb in out


def test_scan_judges_line_by_line_in_order(home: Path) -> None:
    lines = [
        {"id": "a", "text": "本平台承诺保本保息，立即投资！"},
        {"id": "b", "text": "警方提示：凡宣称保本保息的都是骗局，请勿相信。"},
        {"id": "c", "html": "<title>首页</title><p>欢迎光临</p>"},
    ]
    run = xuncha(home, "scan", stdin=b"\n".join(json.dumps(line).encode() for line in lines))
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 0, told(run)
    assert [(row["id"], row["decision"]) for row in rows] == [
        ("a", "violation"),
        ("b", "excluded"),
        ("c", "none"),
    ]
    finding = rows[0]["findings"][0]
    assert lines[0]["text"][finding["start"] : finding["end"]] == finding["quote"]
    assert "欢迎光临" in rows[2]["text"]
    assert not home.exists(), "scan needs no ledger"


def test_scan_tells_bad_lines_by_number_and_judges_the_rest(home: Path) -> None:
    run = xuncha(home, "scan", stdin=b'{"id":"a","text":"x"}\nnot json\n{"id":"b"}\n{"id":"c","text":"y"}\n')
    assert run.returncode == 2
    assert [json.loads(line)["id"] for line in run.stdout.splitlines()] == ["a", "c"]
    assert "-:2" in told(run)
    assert "-:3" in told(run)
    assert "第 1 列起不是有效的 JSON\n" in told(run)


def test_a_file_named_like_markup_is_named_as_it_is(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "[bold] x.jsonl"
    path.write_text('{"id":"a","html_base64":"x"}\n')
    run = xuncha(home, "scan", str(path))
    assert run.returncode == 2
    assert f"{path}:1 html_base64 不是有效的 Base64\n" in told(run)


def test_rules_are_listed_by_their_whole_ids(home: Path) -> None:
    ids = [json.loads(line)["id"] for line in xuncha(home, "rules", "list", "--json").stdout.splitlines()]
    listed = xuncha(home, "rules", "list", COLUMNS="80").stdout.decode()
    assert [rule_id for rule_id in ids if f" {rule_id} " not in listed] == []


def test_a_list_is_not_exported_into_a_folder_that_is_not_there(home: Path, tmp_path: Path) -> None:
    run = xuncha(home, "export", "suspects", "--out", str(tmp_path / "nowhere" / "list.csv"))
    assert run.returncode == 2
    assert f"没有文件夹 {tmp_path / 'nowhere'}" in told(run)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("query", ["严重度：>=x", "severity:>=x"])
def test_a_full_width_colon_names_a_field_too(home: Path, query: str) -> None:
    run = xuncha(home, "search", query)
    assert run.returncode == 2
    assert "整数" in told(run)


def test_a_file_that_is_not_there(home: Path) -> None:
    run = xuncha(home, "scan", "nothing.jsonl")
    assert run.returncode == 2
    assert "nothing.jsonl" in told(run)


def test_a_broken_rule_is_named_with_file_and_line(home: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules" / "guarantee"
    rules.mkdir(parents=True)
    shutil.copy(RULES / "vocabulary.yml", rules.parent)
    (rules / "broken.yml").write_text("id: guarantee.broken\ntitel: 写错了\n")
    run = xuncha(home, "scan", stdin=b"", XUNCHA_RULES=str(tmp_path / "rules"))
    assert run.returncode == 2
    assert "broken.yml:2" in told(run).replace("\n", "")


def test_targets_are_imported_once_and_all_errors_told(home: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("url,name\na.test,甲\nb.test,乙\n")
    bad.write_text("url,area\na.test,nowhere\nnot a url,p2p\n")
    assert json.loads(xuncha(home, "targets", "import", str(good), "--json").stdout)["added"] == 2
    assert json.loads(xuncha(home, "targets", "import", str(good), "--json").stdout)["unchanged"] == 2
    run = xuncha(home, "targets", "import", str(bad))
    assert run.returncode == 2
    assert "bad.csv:2" in told(run)
    assert "bad.csv:3" in told(run)
    assert len(xuncha(home, "targets", "list", "--json").stdout.splitlines()) == 2


def test_an_import_can_be_tried_without_writing(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("url\na.test\n")
    assert "没有写入" in told(xuncha(home, "targets", "import", str(path), "--dry-run"))
    assert "还没有目标" in told(xuncha(home, "targets", "list"))


def test_a_patrol_can_be_looked_at_before_it_is_made(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("url,robots_override\na.test,负责人书面批准\n")
    run = xuncha(home, "patrol", "--targets", str(path), "--dry-run", "--max-pages", "7")
    assert run.returncode == 0
    assert "负责人书面批准" in run.stdout.decode()
    assert not list((home / "archive").iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("patrol",), "没有可巡查的目标"),
        (("patrol", "--resume"), "没有未完成的巡查"),
        (("evidence", "show", "nothing"), "没有取证 nothing"),
        (("search", "severity:many"), "many"),
        (("export", "suspects", "--out", "list.odt"), ".odt"),
    ],
)
def test_what_cannot_be_done_says_why(home: Path, arguments: tuple[str, ...], words: str) -> None:
    run = xuncha(home, *arguments)
    assert run.returncode == 2
    assert words in told(run)
    assert "怎么办" in told(run)


def test_a_proxy_that_is_not_there_is_named_and_nothing_recorded(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("url\na.test\n")
    run = xuncha(home, "patrol", "--targets", str(path), "--proxy", "http://127.0.0.1:9")
    assert run.returncode == 1
    assert "127.0.0.1:9" in told(run)
    assert not (home / "ledger.sqlite3").exists()


def test_a_locked_ledger_is_told_not_traced(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("url\na.test\n")
    xuncha(home, "targets", "list")
    with sqlite3.connect(home / "ledger.sqlite3", isolation_level=None) as holder:
        holder.execute("begin immediate")
        run = xuncha(home, "targets", "import", str(path), XUNCHA_LEDGER_WAIT_SECONDS="0.2")
        holder.execute("rollback")
    assert run.returncode == 1
    assert "另一个进程正占着台账" in told(run)
    assert "Traceback" not in told(run)


def test_a_setting_misspelt_is_named(home: Path) -> None:
    home.mkdir()
    (home / "xuncha.toml").write_text("contcat = 'x'\n")
    run = xuncha(home, "doctor")
    assert run.returncode == 2
    assert "contcat" in told(run)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (b"workers = 1\nworkers = \ncontact = 'x'\n", 2),
        (b"workers = 1\ncontact = 'x\n", 2),
        ("workers = 1\ncontact = '张三'\n".encode("gb18030"), 2),
    ],
)
def test_broken_settings_are_told_with_file_and_line(home: Path, settings: bytes, line: int) -> None:
    home.mkdir()
    (home / "xuncha.toml").write_bytes(settings)
    run = xuncha(home, "doctor", COLUMNS="40")
    assert run.returncode == 2
    assert f"{home / 'xuncha.toml'}:{line} " in told(run)
    assert "Traceback" not in told(run)


@pytest.mark.parametrize("arguments", [("targets", "list"), ("doctor",)])
def test_a_damaged_ledger_is_told_not_traced(home: Path, arguments: tuple[str, ...]) -> None:
    home.mkdir()
    (home / "ledger.sqlite3").write_bytes(b"no ledger at all, whatever it is called " * 100)
    run = xuncha(home, *arguments)
    assert run.returncode == 1
    assert "恢复备份" in told(run)
    assert "Traceback" not in told(run)


def test_doctor_looks_at_everything(home: Path) -> None:
    run = xuncha(home, "doctor", "--json")
    names = [json.loads(line)["name"] for line in run.stdout.splitlines()]
    assert names == ["Python", "数据文件夹", "磁盘", "浏览器", "图片文字", "规则库", "台账", "索引"]


def test_an_empty_ledger_searches_to_nothing_and_says_what_to_try(home: Path) -> None:
    run = xuncha(home, "search", "*:*")
    assert "Traceback" not in told(run)
    assert run.returncode in (0, 1)
    assert "没有" in told(run)
