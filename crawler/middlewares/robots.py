"""robots.txt: obeyed, archived, and overridden only where the plan gives a reason.

By RFC 9309: up to five redirects are followed, 4xx allows everything, 5xx nothing. Where no answer comes at
all the page itself is tried, and ends with a reason of its own. Crawl-delay, no part of the RFC, is honoured.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.canonical import join_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

EXEMPT = "robots_exempt"
"""Key of request.meta for requests that are not asked about: robots.txt itself."""
MAX_REDIRECTS = 5
"""RFC 9309 §2.3.1.2."""
MAX_ROBOTS = 512_000
"""Bytes read; RFC 9309 §2.5 asks for 500 KiB at least."""
MAX_CRAWL_DELAY = 30.0
"""Seconds; a longer one would end the target's minutes after a handful of pages, so it is cut and logged."""


class RobotsRefused(IgnoreRequest):
    """robots.txt does not let the patrol fetch this url."""


class Patroller(Protocol):
    """What the middleware asks of the spider."""

    def robots_override(self, url: str) -> str:
        """Why robots.txt is not obeyed for `url`, or an empty string."""

    def robots_read(self, origin: str, response: Response | None, sitemaps: list[str]) -> None:
        """Told once an origin: what its robots.txt answered (None: nothing) and which sitemaps it names."""


@dataclass(frozen=True)
class Rules:
    """What one origin allows."""

    parsed: Protego | None = None
    """None: the same for every url."""
    allows_all: bool = True

    def allows(self, url: str, agent: str) -> bool:
        """True if `agent` may fetch `url`."""
        return self.parsed.can_fetch(url, agent) if self.parsed else self.allows_all

    def delay(self, agent: str) -> float:
        """Crawl-delay in seconds, 0 without one."""
        return float((self.parsed and self.parsed.crawl_delay(agent)) or 0.0)


class RobotsMiddleware:
    """Asks for robots.txt of an origin before its first request."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = crawler.settings["USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Rules]] = {}
        self._delays: dict[str, float] = {}
        self._overridden: set[str] = set()
        crawler.signals.connect(self._keep_delay, signals.request_reached_downloader)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """As Scrapy builds its middlewares."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let `request` pass, or raise RobotsRefused."""
        if request.meta.get(EXEMPT):
            return
        parts = urlsplit(request.url)
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}")
        if rules.allows(request.url, self._agent):
            return
        reason = self._spider.robots_override(request.url)
        if not reason:
            raise RobotsRefused(f"{request.url}: refused by robots.txt")
        if (host := parts.netloc) not in self._overridden:
            self._overridden.add(host)
            logger.warning("robots.txt overridden (%s)", reason, extra={"url": request.url})
        self._crawler.stats.inc_value("robots/overridden")

    @property
    def _spider(self) -> Patroller:
        return cast("Patroller", self._crawler.spider)

    async def _rules_of(self, origin: str) -> Rules:
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        return await asyncio.shield(self._rules[origin])

    async def _read(self, origin: str) -> Rules:
        response = await self._fetch(f"{origin}/robots.txt")
        rules = rules_of(response.status, response.body) if response else Rules()
        if delay := rules.delay(self._agent):
            self._delays[urlsplit(origin).hostname or ""] = min(delay, MAX_CRAWL_DELAY)
            logger.info("Crawl-delay of %s is %s s", origin, delay)
        self._spider.robots_read(origin, response, list(rules.parsed.sitemaps) if rules.parsed else [])
        return rules

    async def _fetch(self, url: str) -> Response | None:
        response: Response | None = None
        for _ in range(MAX_REDIRECTS + 1):
            request = Request(url, meta={EXEMPT: True}, callback=NO_CALLBACK, dont_filter=True)
            try:
                response = await self._crawler.engine.download_async(request)
            except Exception as error:  # whatever it is, the page itself will meet it and end by it
                logger.info("no robots.txt: %s", error, extra={"url": url})
                return None
            location = response.headers.get(b"Location")
            target = join_url(url, location.decode("latin-1")) if location else None
            if not 300 <= response.status < 400 or not target:
                return response
            url = target
        return response

    def _keep_delay(self, request: Request) -> None:
        """Lift the host's delay to its Crawl-delay, below which AutoThrottle would let it sink."""
        host = request.meta.get("download_slot", "")
        if delay := self._delays.get(host):
            slot = self._crawler.engine.downloader.slots[host]
            slot.delay = max(slot.delay, delay)


def rules_of(status: int, body: bytes) -> Rules:
    """The rules that a robots.txt answered with `status` stands for."""
    if status >= 500:
        return Rules(allows_all=False)
    if status != 200:
        return Rules()
    return Rules(Protego.parse(body[:MAX_ROBOTS].decode("utf-8-sig", "replace")))
