"""Analysis in processes of its own: a page costs itself at most, and broken workers are never taken for bad pages."""

from __future__ import annotations

import os
from datetime import date
from multiprocessing import active_children
from pathlib import Path

import pytest

from crawler.journal import Place
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
    assert pool.result(pool.submit(page)).decision == "violation"
    pool.close()


def test_a_page_that_hangs_its_worker_is_unreadable_and_those_behind_it_are_analysed(tmp_path: Path) -> None:
    folder = Folder(tmp_path / PATROL)
    good = page_of(folder.path, folder.page("/", "<p>欢迎光临</p>"))
    assert good
    pool = AnalysisPool(RULES, 1)
    pool.result(pool.submit(good))
    deadly = deadly_page(folder.path)
    jobs = [pool.submit(deadly), *(pool.submit(good) for _ in range(5))]
    assert pool.result(jobs[0], seconds=3.0).unreadable == "分析超时"
    assert [pool.result(job).unreadable for job in jobs[1:]] == [""] * 5
    assert pool.result(pool.submit(good)).unreadable == ""
    pool.close()


def test_workers_killed_from_outside_cost_no_page_and_are_replaced_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path / PATROL)
    good = page_of(folder.path, folder.page("/", "<p>欢迎光临</p>"))
    assert good
    pool = AnalysisPool(RULES, 1)
    pool.result(pool.submit(good))
    hanging = pool.submit(deadly_page(folder.path))
    jobs = [pool.submit(good) for _ in range(5)]
    [worker] = active_children()
    worker.kill()
    assert [pool.result(job).unreadable for job in jobs] == [""] * 5
    [replacement] = active_children()
    assert replacement.pid != worker.pid
    assert hanging.future.done()
    pool.close()


def test_workers_that_cannot_start_are_not_blamed_on_the_page(tmp_path: Path) -> None:
    folder = Folder(tmp_path / PATROL)
    page = page_of(folder.path, folder.page("/", "<p>欢迎光临</p>"))
    assert page
    pool = AnalysisPool(tmp_path / "no-rules", 1)
    with pytest.raises(AnalysisFailed):
        pool.result(pool.submit(page))
    pool.close()
