"""Analysis in processes of its own: a page that crashes or hangs them costs itself, never the patrol."""

from __future__ import annotations

import os
import signal
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import Thread

from crawler.journal import PictureLine, Place, UrlLine
from crawler.warc import URN, EvidenceError, read_record
from nlp.analyse import Analyser
from nlp.box import Box
from nlp.finding import Analysis
from nlp.opinion import load_opinion
from nlp.pictures import Picture, Pictures, Unread
from nlp.rulebook import load_rulebook

SECONDS_PER_PAGE = 120.0
"""Analysis is linear and takes milliseconds; a page that has not ended by then hangs."""
SECONDS_WITH_PICTURES = 600.0
"""200 lines of writing take a core two minutes, and other work may share the core."""

_TEXT_TYPES = ("text/", "application/xhtml", "application/xml", "application/json", "application/javascript")
_analyser: Analyser


@dataclass(frozen=True)
class Page:
    """What a worker needs to analyse a capture."""

    folder: Path
    place: Place
    content_type: str
    url: str
    on: date
    picture: PictureLine | None = None
    """Where its pictures are to be read too."""

    @property
    def most_seconds(self) -> float:
        """What its analysis may take."""
        return SECONDS_WITH_PICTURES if self.picture else SECONDS_PER_PAGE


def page_of(folder: Path, line: UrlLine) -> Page | None:
    """The page of a captured line: its rendered DOM where there is one; None where nothing was archived."""
    place = line.dom or line.response
    if line.ending != "captured" or place is None:
        return None
    content_type = "text/html; charset=utf-8" if line.dom else line.content_type
    return Page(folder, place, content_type, line.url, date.fromisoformat(line.at[:10]))


def unreadable(why: str) -> Analysis:
    """The analysis of a page nothing could be read of."""
    return Analysis("", "", "", "other", (), (), (), "none", 0, 0, unreadable=why)


def analyse_page(page: Page, analyser: Analyser) -> Analysis:
    """Read the page back from the archive and analyse it; what cannot be read says so in `unreadable`."""
    kind = page.content_type.split(";")[0].strip().lower()
    if kind and not kind.startswith(_TEXT_TYPES):
        return unreadable(f"不是文本：{kind}")
    try:
        body = read_record(page.folder, page.place).body
    except EvidenceError as error:
        return unreadable(f"存档读不出：{error}")
    if not page.picture:
        return analyser.analyse_html(body, content_type=page.content_type, url=page.url, on=page.on)
    pictures, damaged = pictures_of(page.folder, page.picture)
    analysis = analyser.analyse_html(body, content_type=page.content_type, url=page.url, on=page.on, pictures=pictures)
    return replace(analysis, unread_pictures=damaged + analysis.unread_pictures)


def pictures_of(folder: Path, line: PictureLine) -> tuple[Pictures, Unread]:
    """The pictures of a line, read back from the archive, and those that could not be."""
    damaged: list[tuple[str, str]] = []

    def payload(name: str, place: Place | None) -> bytes:
        try:
            return read_record(folder, place).payload if place else b""
        except EvidenceError as error:
            damaged.append((name, f"存档读不出：{error}"))
            return b""

    images = tuple(
        Picture(image.url, payload(image.url, image.place), Box(image.x, image.y, image.width, image.height))
        for image in line.images
    )
    name = f"{URN['screenshot']}{line.url}"
    shown = payload(name, line.screenshot)
    return Pictures(images, Picture(name, shown) if shown else None), tuple(damaged)


class AnalysisFailed(RuntimeError):
    """No worker can be started: the rule base or the installation is broken."""


@dataclass(frozen=True)
class Job:
    """A page under analysis, and the workers it was given to."""

    page: Page
    future: Future[Analysis]
    pool: ProcessPoolExecutor


class AnalysisPool:
    """Worker processes that each hold the rule base. Jobs end in any order."""

    def __init__(self, rules: Path, workers: int) -> None:
        self._rules = rules
        self._workers = workers
        self._pool = self._start()

    def submit(self, page: Page) -> Job:
        """Give a page to the workers."""
        try:
            return Job(page, self._pool.submit(_work, page), self._pool)
        except BrokenProcessPool:
            self._replace(self._pool)
            return Job(page, self._pool.submit(_work, page), self._pool)

    def result(self, job: Job, seconds: float | None = None) -> Analysis:
        """The analysis of a job's page, waited for so long; None: as long as such a page may take.

        A page that hangs is unreadable. When a worker dies, every page it and its fellows had is tried once more,
        by itself: the one that kills a worker again is unreadable. Raises AnalysisFailed where workers die without
        any page.
        """
        try:
            return job.future.result(timeout=job.page.most_seconds if seconds is None else seconds)
        except TimeoutError:
            self._replace(job.pool)
            return unreadable("分析超时")
        except (BrokenProcessPool, CancelledError):
            self._replace(job.pool)
            return self._alone(job.page)

    def close(self) -> None:
        """End the workers; what they had is left."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _alone(self, page: Page) -> Analysis:
        job = self.submit(page)
        try:
            return job.future.result(timeout=page.most_seconds)
        except (BrokenProcessPool, TimeoutError) as error:
            self._replace(job.pool)
            self._prove_able()
            return unreadable(f"分析进程中断：{type(error).__name__}")

    def _prove_able(self) -> None:
        """It must have been the page: workers that cannot even start would make every page unreadable."""
        try:
            self._pool.submit(_ready).result(timeout=SECONDS_PER_PAGE)
        except (BrokenProcessPool, TimeoutError) as error:
            raise AnalysisFailed("分析进程起不来，页面没有分析（已取证的没有丢失）") from error

    def _replace(self, pool: ProcessPoolExecutor) -> None:
        """Start new workers in place of `pool`, unless an earlier of its jobs has had that done."""
        if pool is not self._pool:
            return
        for process in active_children():  # this process starts no others; a hung worker hears nothing softer
            process.kill()
        pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # spawn: workers must not inherit the ledger's open SQLite connection
        return ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=_load, initargs=(self._rules,)
        )


def _load(rules: Path) -> None:
    global _analyser
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the patrol ends its workers itself
    Thread(target=_end_with_parent, daemon=True).start()
    _analyser = Analyser(load_rulebook(rules), load_opinion())


def _end_with_parent() -> None:
    """A worker whose patrol was killed must not live on, holding its terminal and its memory."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _ready() -> bool:
    return _analyser is not None


def _work(page: Page) -> Analysis:
    return analyse_page(page, _analyser)
