"""kill -9 of crawler, intake or an analysis worker at random points: after --resume nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.site import HOST, serve
from crawler.journal import UrlLine, read_journal
from demo.server import serve as serve_demo
from demo.truth import load_truth

PAGES = 150
KILLS = 6
VICTIMS = ("crawler", "patrol", "worker")


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with serve(PAGES) as proxy:
        yield proxy


def patrol(home: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "xuncha", "--home", str(home), "patrol", "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def journal_lines(home: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in home.glob("archive/*/journal.jsonl"))


def victim(process: subprocess.Popen[str], kind: str) -> psutil.Process | None:
    """The process to kill: the patrol itself, its crawler, or one of its analysis workers."""
    root = psutil.Process(process.pid)
    if kind == "patrol":
        return root
    children = root.children(recursive=True)
    wanted = "crawler.run" if kind == "crawler" else "spawn_main"
    return next((child for child in children if wanted in " ".join(child.cmdline())), None)


def run_until(process: subprocess.Popen[str], home: Path, lines: int) -> bool:
    """Wait until the journal has so many lines; False where the patrol ended before."""
    while journal_lines(home) < lines:
        if process.poll() is not None:
            return False
        time.sleep(0.01)  # polls a condition; the loop ends with the process at the latest
    return True


def kill_one(process: subprocess.Popen[str], kind: str) -> None:
    try:
        found = victim(process, kind)
        if found:
            os.kill(found.pid, signal.SIGKILL)
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def test_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path, proxy: str) -> None:
    rng = random.Random(20260101)
    targets = tmp_path / "targets.csv"
    targets.write_text(f"url\nhttp://{HOST}/\n")
    home = tmp_path / "home"
    process = patrol(home, "--targets", str(targets), "--proxy", proxy, "--delay", "0", "--per-host", "4")
    for number in range(KILLS):
        goal = (number + 1) * PAGES // (KILLS + 1) + rng.randrange(-8, 8)
        if run_until(process, home, goal):
            kill_one(process, VICTIMS[number % len(VICTIMS)])
        process.communicate(timeout=120)
        process = patrol(home, "--resume")
    out, err = process.communicate(timeout=120)
    if process.returncode == 2 and "没有未完成的巡查" in err:
        out = closed_summary(home)
    else:
        assert process.returncode == 0, err
        out = out.splitlines()[-1]
    assert_whole(home, json.loads(out), PAGES)


def closed_summary(home: Path) -> str:
    """The summary of a patrol that had closed before the last kill."""
    [folder] = home.glob("archive/*")
    lines = [read.line for read in read_journal(folder)]
    return json.dumps({"urls": sum(isinstance(line, UrlLine) for line in lines), "adds_up": True})


def assert_whole(home: Path, summary: dict[str, object], pages: int) -> None:
    """The patrol of a site of so many pages, one in ten flagged, is there once and wholly."""
    assert summary["urls"] == pages
    assert summary["adds_up"] is True
    [folder] = home.glob("archive/*")
    urls = Counter(read.line.url for read in read_journal(folder) if isinstance(read.line, UrlLine))
    assert len(urls) == pages
    assert set(urls.values()) == {1}
    with sqlite3.connect(home / "ledger.sqlite3") as ledger:
        [captures] = ledger.execute("select count(distinct url) from ledger_capture").fetchone()
        [rows] = ledger.execute("select count(*) from ledger_capture").fetchone()
        [flagged] = ledger.execute(
            "select count(distinct capture_id) from ledger_finding where decision = 'violation'"
        ).fetchone()
    assert (captures, rows) == (pages, pages)
    assert flagged == pages // 10
    verified = subprocess.run(
        [sys.executable, "-m", "xuncha", "--home", str(home), "evidence", "verify"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stderr


def picture_lines(home: Path) -> int:
    return sum(path.read_bytes().count(b'"kind":"picture"') for path in home.glob("archive/*/journal.jsonl"))


def test_pictures_are_read_once_whatever_is_killed_meanwhile(tmp_path: Path) -> None:
    """Killed while pages are pictured and their images read: afterwards the ledger says what the truth says, once."""
    targets = tmp_path / "targets.csv"
    targets.write_text("url\nhttp://hejintong.test/\n")
    home = tmp_path / "home"
    with serve_demo() as served:
        first = ("--targets", str(targets), "--proxy", served.proxy, "--delay", "0")
        process = patrol(home, *first)
        for goal, kind in enumerate(("patrol", "crawler", "worker"), 1):
            while picture_lines(home) < goal and process.poll() is None:
                time.sleep(0.01)  # polls a condition; the loop ends with the process at the latest
            kill_one(process, kind)
            process.communicate(timeout=120)
            process = patrol(home, "--resume")
        _, err = process.communicate(timeout=120)
    assert process.returncode in (0, 2), err  # 2: it had closed before the last kill
    truth = {page.url: page for page in load_truth() if page.host == "hejintong.test"}
    [folder] = home.glob("archive/*")
    assert (folder / "manifest.json").exists()
    with sqlite3.connect(home / "ledger.sqlite3") as ledger:
        rows = dict(ledger.execute("select url, decision from ledger_capture where ending = 'captured'"))
        drawn = list(
            ledger.execute(
                "select c.url, f.rule, f.start, f.end from ledger_finding f"
                " join ledger_capture c on c.id = f.capture_id where f.block = 'ocr' and f.decision = 'violation'"
            )
        )
        [unread] = ledger.execute("select count(*) from ledger_capture where pictures = 'unreadable'").fetchone()
    assert {url for url in truth if rows[url] not in truth[url].accepted} == set()
    assert {url for url, *_ in drawn} == {url for url, page in truth.items() if page.drawn}
    assert len(drawn) == len(set(drawn))
    assert unread == 0
