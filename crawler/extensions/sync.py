"""Brings archive and journal to the disk about once a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.spiders.base import PatrolSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Sync:
    """Runs while the spider is open; the spider syncs for the last time itself."""

    def __init__(self, crawler: Crawler) -> None:
        if not isinstance(crawler.spider, PatrolSpider):
            raise NotConfigured("records nothing")
        self._spider = crawler.spider
        self._seconds = crawler.settings.getfloat("XUNCHA_SYNC_SECONDS")
        self._loop = create_looping_call(self._sync)
        crawler.signals.connect(self._start, signals.spider_opened)
        crawler.signals.connect(self._stop, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Sync:
        """As Scrapy builds its extensions."""
        return cls(crawler)

    def _start(self) -> None:
        self._loop.start(self._seconds, now=False)

    def _stop(self) -> None:
        self._loop.stop()

    def _sync(self) -> None:
        run = self._spider.run
        if run and not run.recorder.failed:
            with self._spider.recording():
                run.recorder.sync()
