"""The sample web, patrolled by the command line: every page's verdict is compared with its truth file."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crawler.journal import UrlLine, read_journal
from demo import TARGETS
from demo.server import serve
from demo.truth import PageTruth, load_truth

TRUTH = load_truth()


@dataclass(frozen=True)
class Patrolled:
    """The sample web after one patrol: its home, summary, journal lines and search rows by url."""

    home: Path
    summary: dict[str, Any]
    lines: dict[str, UrlLine]
    rows: dict[str, dict[str, Any]]


def xuncha(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xuncha", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def patrolled(tmp_path_factory: pytest.TempPathFactory) -> Patrolled:
    home = tmp_path_factory.mktemp("home")
    with serve() as served:
        run = xuncha(
            home, "patrol", "--targets", str(TARGETS), "--proxy", served.proxy, "--json",
            "--delay", "0", "--per-host", "2", "--timeout", "4",
        )  # fmt: skip
    assert run.returncode in (0, 3, 5), run.stderr
    summary = json.loads(run.stdout.splitlines()[-1])
    [folder] = (home / "archive").iterdir()
    lines = {read.line.url: read.line for read in read_journal(folder) if isinstance(read.line, UrlLine)}
    found = xuncha(home, "search", "*:*", "--json", "--size", "100000")
    assert found.returncode == 0, found.stderr
    return Patrolled(home, summary, lines, {row["url"]: row for row in json_lines(found.stdout)})


def page_id(page: PageTruth) -> str:
    return page.url.removeprefix("http://")


@pytest.mark.parametrize("page", [page for page in TRUTH if page.ending == "captured"], ids=page_id)
def test_every_page_is_judged_as_its_truth_says(patrolled: Patrolled, page: PageTruth) -> None:
    line = patrolled.lines.get(page.url)
    assert line is not None, "not set out for"
    assert line.ending == "captured", line.why
    if not 300 <= line.status < 400:
        row = patrolled.rows[page.url]
        assert row["decision"] in page.accepted, row["quotes"]
        assert set(page.families) <= set(row["families"])
        for words in page.must_quote:
            assert any(words in quote or quote in words for quote in row["quotes"]), row["quotes"]


@pytest.mark.parametrize("page", [page for page in TRUTH if page.ending != "captured"], ids=page_id)
def test_what_is_not_captured_says_why(patrolled: Patrolled, page: PageTruth) -> None:
    line = patrolled.lines[page.url]
    assert line.ending == page.ending
    assert line.why.startswith(page.why)


@pytest.mark.parametrize("page", [page for page in TRUTH if page.needs_render], ids=page_id)
def test_pages_built_by_script_are_rendered(patrolled: Patrolled, page: PageTruth) -> None:
    assert patrolled.lines[page.url].render.startswith("rendered")


def test_few_pages_are_rendered_that_need_not_be(patrolled: Patrolled) -> None:
    needed = {page.url for page in TRUTH if page.needs_render}
    rendered = {url for url, line in patrolled.lines.items() if line.render.startswith("rendered")}
    assert len(rendered - needed) <= 0.05 * len(patrolled.lines)


@pytest.mark.parametrize("page", [page for page in TRUTH if page.chain], ids=page_id)
def test_a_page_says_by_what_redirects_it_was_reached(patrolled: Patrolled, page: PageTruth) -> None:
    line, last = patrolled.lines[page.url], patrolled.lines[page.chain[-1]]
    assert page.url in [link.url for link in last.links if link.how in ("http", "meta", "script")]
    if line.chain:  # a target's own page has its line from its own patrol
        assert [hop.url for hop in line.chain][-len(page.chain) :] == list(page.chain)


@pytest.mark.parametrize("page", [page for page in TRUTH if page.advertised_on], ids=page_id)
def test_a_page_says_where_it_was_advertised(patrolled: Patrolled, page: PageTruth) -> None:
    if not 300 <= patrolled.lines[page.url].status < 400:
        assert set(page.advertised_on) <= set(patrolled.rows[page.url]["advertised_at"])


def test_the_counts_add_up(patrolled: Patrolled) -> None:
    summary = patrolled.summary
    assert summary["adds_up"] is True
    assert summary["urls"] == len(patrolled.lines) == sum(summary["endings"].values())
    assert sum(summary["captures"].values()) == summary["endings"]["captured"]


def test_every_flagged_page_has_a_picture(patrolled: Patrolled) -> None:
    flagged = {row["id"] for row in patrolled.rows.values() if row["decision"] in ("violation", "suspect")}
    with sqlite3.connect(patrolled.home / "ledger.sqlite3") as ledger:
        pictured = {
            capture for (capture,) in ledger.execute("select id from ledger_capture where screenshot is not null")
        }
    assert flagged
    assert flagged <= pictured
    assert patrolled.summary["pictures"] == len(pictured)


@pytest.mark.parametrize("page", [page for page in TRUTH if page.drawn], ids=page_id)
def test_what_is_drawn_is_found_with_its_image_and_the_place_in_it(patrolled: Patrolled, page: PageTruth) -> None:
    shown = xuncha(patrolled.home, "evidence", "show", patrolled.rows[page.url]["id"], "--json")
    evidence = json.loads(shown.stdout)
    image = f"http://{page.host}{page.drawn}"
    assert image in [kept["url"] for kept in evidence["images"]]
    found = [finding for finding in evidence["findings"] if finding["decision"] == "violation"]
    assert found
    assert all(finding["block"] == "ocr" and finding["path"].startswith(f"{image}#xywh=") for finding in found)
    searched = xuncha(patrolled.home, "search", f'"{page.must_quote[0]}" AND host:{page.host}', "--json")
    assert page.url in [row["url"] for row in json_lines(searched.stdout)]


def test_what_was_read_in_pictures_is_counted(patrolled: Patrolled) -> None:
    reading = patrolled.summary["pictures_read"]
    assert reading["read"] == patrolled.summary["pictures"]
    assert reading["images"] >= sum(bool(page.drawn) for page in TRUTH)
    assert (reading["pages_left"], reading["images_left"], reading["unreadable"]) == (0, 0, 0)


def test_search_finds_by_words_severity_and_host(patrolled: Patrolled) -> None:
    found = xuncha(patrolled.home, "search", "保本保息 AND severity:>=3 AND host:*.test", "--json", "--facets")
    *rows, last = json_lines(found.stdout)
    assert rows
    assert last["total"] == len(rows)
    assert all(row["severity"] >= 3 for row in rows)


def test_evidence_verifies_and_a_changed_byte_is_named(patrolled: Patrolled) -> None:
    assert xuncha(patrolled.home, "evidence", "verify").returncode == 0
    warc = next((patrolled.home / "archive").glob("*/*.warc.gz"))
    good = warc.read_bytes()
    warc.write_bytes(good[:2000] + bytes([good[2000] ^ 1]) + good[2001:])
    changed = xuncha(patrolled.home, "evidence", "verify")
    warc.write_bytes(good)
    assert changed.returncode == 1
    assert warc.name in changed.stderr.replace("\n", "")


def test_evidence_of_one_capture_can_be_shown(patrolled: Patrolled) -> None:
    worst = max(patrolled.rows.values(), key=lambda row: row["score"])
    shown = xuncha(patrolled.home, "evidence", "show", worst["id"], "--json")
    evidence = json.loads(shown.stdout)
    assert evidence["url"] == worst["url"]
    assert {"request", "response", "screenshot"} <= set(evidence["records"])
    assert all(finding["quote"] in evidence["text"] for finding in evidence["findings"])


def test_reindex_gives_the_same_answers(patrolled: Patrolled) -> None:
    before = xuncha(patrolled.home, "search", "decision:violation", "--json", "--size", "1000").stdout
    assert xuncha(patrolled.home, "reindex").returncode == 0
    after = xuncha(patrolled.home, "search", "decision:violation", "--json", "--size", "1000").stdout
    assert sorted(before.splitlines()) == sorted(after.splitlines())


def test_the_suspect_list_is_the_same_in_every_format(patrolled: Patrolled, tmp_path: Path) -> None:
    paths = [tmp_path / f"list.{suffix}" for suffix in ("xlsx", "csv", "json")]
    for path in paths:
        done = xuncha(patrolled.home, "export", "suspects", "--out", str(path))
        assert done.returncode == 0, done.stderr
    listed = json.loads(paths[2].read_text())
    subjects = listed["rows"] if isinstance(listed, dict) else listed
    sheet = openpyxl.load_workbook(paths[0]).worksheets[0]
    assert len(subjects) == sum(1 for _ in sheet.iter_rows(min_row=2)) > 5
    assert len(paths[1].read_text(encoding="utf-8-sig").splitlines()) >= len(subjects) + 1
