"""Ends the patrol while there is still room to end it well."""

from __future__ import annotations

import asyncio
import logging
import shutil
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


class DiskWatch:
    """Looks at the free space of the patrol folder's disk every second, first before anything is fetched."""

    def __init__(self, crawler: Crawler) -> None:
        folder = getattr(crawler.spider, "folder", None)
        if folder is None:
            raise NotConfigured("no patrol folder")
        self._crawler = crawler
        self._folder = folder
        self._least = crawler.settings.getint("XUNCHA_MIN_FREE_BYTES")
        self._loop = create_looping_call(self._look)
        crawler.signals.connect(self._start, signals.spider_opened)
        crawler.signals.connect(self._stop, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DiskWatch:
        """As Scrapy builds its extensions."""
        return cls(crawler)

    def _start(self) -> None:
        self._loop.start(EVERY_SECONDS, now=True)

    def _stop(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        free = shutil.disk_usage(self._folder).free
        if free >= self._least:
            return
        logger.error(
            "%s: %s bytes free, fewer than XUNCHA_MIN_FREE_BYTES=%s: make room, then resume",
            self._folder,
            free,
            self._least,
        )
        self._loop.stop()
        self._stopping = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="disk"))
