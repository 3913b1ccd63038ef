"""Analysis in processes of its own: a page costs itself at most, and broken workers are never taken for bad pages."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from crawler.journal import Place
from ledger import analysis
from ledger.analysis import AnalysisFailed, AnalysisPool, Page, page_of
from tests.ledger.patrol_folder import PATROL, Folder

RULES = Path(__file__).parent.parent.parent / "rules"


def deadly_page(folder: Path) -> Page:
    """A page whose reading kills the worker: its file is a pipe nobody ever writes to."""
    os.mkfifo(folder / "deadly.warc.gz")
    return Page(
        folder, Place("deadly.warc.gz", 0, 10, "<urn:uuid:1>", ""), "text/html", "http://a.test/", date(2026, 1, 1)
    )


def test_it_works(tmp_path: Path) -> None:
    folder = Folder(tmp_path / PATROL)
    page = page_of(folder.path, folder.page("/", "<p>本平台承诺保本保息，立即投资。</p>"))
    assert page
    pool = AnalysisPool(RULES, 1)
    assert pool.result(page, pool.submit(page)).decision == "violation"
    pool.close()


def test_a_page_that_hangs_its_worker_is_unreadable_and_the_next_is_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path / PATROL)
    good = page_of(folder.path, folder.page("/", "<p>欢迎光临</p>"))
    assert good
    pool = AnalysisPool(RULES, 1)
    pool.result(good, pool.submit(good))
    deadly = deadly_page(folder.path)
    with monkeypatch.context() as patch:
        patch.setattr(analysis, "SECONDS_PER_PAGE", 3.0)
        assert "分析进程中断" in pool.result(deadly, pool.submit(deadly)).unreadable
    assert pool.result(good, pool.submit(good)).unreadable == ""
    pool.close()


def test_workers_that_cannot_start_are_not_blamed_on_the_page(tmp_path: Path) -> None:
    folder = Folder(tmp_path / PATROL)
    page = page_of(folder.path, folder.page("/", "<p>欢迎光临</p>"))
    assert page
    pool = AnalysisPool(tmp_path / "no-rules", 1)
    with pytest.raises(AnalysisFailed):
        pool.result(page, pool.submit(page))
    pool.close()
