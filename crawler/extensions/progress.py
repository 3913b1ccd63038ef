"""Keeps progress.json up to date, about once a second and at the end."""

from __future__ import annotations

import logging
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.progress import Progress, write_progress
from crawler.spiders.base import PatrolSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.patrol import Patrol

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
SMOOTHING = 0.3
"""Weight of the last second in the rate shown."""


class ProgressFile:
    """Tells what the run has come to."""

    def __init__(self, crawler: Crawler) -> None:
        if not isinstance(crawler.spider, PatrolSpider):
            raise NotConfigured("no crawl to tell of")
        self._spider = crawler.spider
        self._stats = crawler.stats
        self._rate = 0.0
        self._pages: int | None = None
        self._at = monotonic()
        self._loop = create_looping_call(self._tell)
        crawler.signals.connect(self._start, signals.spider_opened)
        crawler.signals.connect(self._finish, signals.spider_closed)  # after the spider itself, which is first

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ProgressFile:
        """As Scrapy builds its extensions."""
        return cls(crawler)

    def _start(self) -> None:
        self._loop.start(EVERY_SECONDS, now=True)

    def _finish(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self._tell()

    def _tell(self) -> None:
        try:
            write_progress(self._spider.folder, self._progress(self._spider.run))
        except OSError as error:  # a full disk: its watch ends the patrol, this file only tells
            logger.warning("progress not told: %s", error)

    def _progress(self, run: Patrol | None) -> Progress:
        if run is None:
            return Progress(self._spider.name, ended=self._spider.ended)
        endings = run.tally.endings
        return Progress(
            spider=self._spider.name,
            pages=endings["captured"],
            frontier=len(run.queues),
            in_flight=run.in_flight,
            errors=count_kinds(endings, "failed: "),
            refused=count_kinds(endings, "refused: "),
            robots_overridden=self._stats.get_value("robots/overridden", 0),
            bytes=sum(spent.bytes for spent in run.tally.spent.values()),
            rate=round(self._new_rate(endings["captured"]), 2),
            ended=self._spider.ended,
        )

    def _new_rate(self, pages: int) -> float:
        now = monotonic()
        passed = max(now - self._at, 0.001)
        if self._pages is not None:
            self._rate += SMOOTHING * ((pages - self._pages) / passed - self._rate)
        self._pages, self._at = pages, now
        return self._rate


def count_kinds(endings: Counter[str], prefix: str) -> dict[str, int]:
    """Endings that start with `prefix` by their kind: traps and refused addresses differ in detail only."""
    kinds: Counter[str] = Counter()
    for ending, count in endings.items():
        if ending.startswith(prefix):
            why = ending.removeprefix(prefix)
            kinds[why if why.startswith("budget: ") else why.partition(":")[0]] += count
    return dict(kinds)
