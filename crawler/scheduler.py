"""Scrapy's scheduler over the patrol's own queues.

Visits wait as small values and become requests when it is their turn, so a long frontier costs little memory
and budgets are asked at the last moment. Hosts take turns, each with no more requests at a time than the plan
allows: nothing piles up in the downloader, and a stop need not wait for what does.
"""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.httpobj import urlparse_cached

from crawler.frontier import Visit

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.patrol import Patrol


class Commander(Protocol):
    """What the scheduler asks of the spider."""

    run: Patrol | None
    """None until it has started."""

    def request_for(self, visit: Visit) -> Request:
        """The request that makes a visit."""

    def recording(self) -> AbstractContextManager[None]:
        """Around whatever writes."""


class Scheduler(BaseScheduler):
    """Serves visits, and the requests Scrapy makes of itself: retries, renderings, sitemaps."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Scheduler:
        """As Scrapy builds its scheduler."""
        return cls(crawler)

    @property
    def _spider(self) -> Commander:
        return cast("Commander", self._crawler.spider)

    def has_pending_requests(self) -> bool:
        """True while anything waits."""
        patrol = self._spider.run
        return patrol is not None and len(patrol.queues) > 0

    def enqueue_request(self, request: Request) -> bool:
        """Queue a request by its priority; False before the patrol is open or after it has failed."""
        patrol = self._spider.run
        if patrol is None:
            return False
        patrol.queues.push(urlparse_cached(request).hostname or "", -request.priority, request, begin=False)
        return True

    def next_request(self) -> Request | None:
        """The request whose turn it is, or None while all hosts are busy."""
        patrol = self._spider.run
        if patrol is None:
            return None
        entry: object = None
        with self._spider.recording():  # what a budget refuses gets its line here
            entry = patrol.queues.pop(self._out(), patrol.admit)
        return self._spider.request_for(entry) if isinstance(entry, Visit) else cast("Request | None", entry)

    def _out(self) -> Counter[str]:
        """How many requests of which host the downloader has in hand."""
        active = self._crawler.engine.downloader.active
        return Counter(urlparse_cached(request).hostname or "" for request in active)
