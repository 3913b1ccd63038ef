"""What all crawling spiders share: from the plan's visits to requests, from responses to journal lines."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

try:
    from crawler.browser import browser_available
except ImportError:
    browser_available = lambda s: False
from crawler.canonical import canonical_url
from crawler.charset import read_page
from crawler.connections import proxy_problem
from crawler.download import EXCHANGE
from crawler.endings import ending_of
from crawler.frontier import Visit, choose_targets
from crawler.journal import Link, UrlLine, read_journal
from crawler.links import Named, Page
from crawler.middlewares.robots import EXEMPT
from crawler.patrol import Patrol
from crawler.plan import read_plan
from crawler.reading import Answer, as_links, read_answer
from crawler.recorder import DiskFailed, Recorder
from crawler.rendering import browser_meta, decide
from crawler.scope import host_of
from crawler.sitemaps import MAX_FILES, read_sitemap, sitemaps_of_host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.plan import Plan

logger = logging.getLogger(__name__)

VISIT = "visit"
"""Key of request.meta for the visit a request makes."""
BEFORE_VISITS = 100
"""Priority of what completes a visit that has begun."""
ENDINGS = {"finished": "finished", "shutdown": "interrupted", "disk": "disk"}
"""What Scrapy calls the end of a spider, and what progress.json calls it; the rest is fatal."""


class PatrolSpider(Spider):
    """Makes the visits of a plan and writes the line each of them ends in."""

    carriers: ClassVar[bool]
    """Which of a plan's targets are this spider's."""

    def __init__(self, plan: str, **options: Any) -> None:
        """`plan` is a patrol folder or its plan.json. Raises PlanError."""
        super().__init__(**options)
        self.plan: Plan = read_plan(Path(plan))
        self.folder = Path(plan) if Path(plan).is_dir() else Path(plan).parent
        self.targets = choose_targets(self.plan, self.carriers)
        self.patrol: Patrol | None = None
        self.ended = ""
        self._sitemaps: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **options: Any) -> PatrolSpider:
        """As Scrapy builds its spiders; the plan becomes settings."""
        spider = super().from_crawler(crawler, *args, **options)
        for name, value in plan_settings(spider.plan).items():
            crawler.settings.set(name, value, priority="spider")
        crawler.signals.connect(spider.callback_failed, signals.spider_error)
        return spider

    @abstractmethod
    def choose(self, page: Page, visit: Visit) -> Iterable[Named]:
        """Which of the things a page names are recorded."""

    async def start(self) -> AsyncIterator[Request]:
        """Open the patrol folder and go on where its journal ends."""
        if self.plan.proxy and (problem := await proxy_problem(self.plan.proxy)):
            raise CloseSpider(f"fatal: {problem}")
        try:
            recorder = Recorder(self.folder)
            for cut in recorder.cuts:
                logger.warning("cut a torn record: %s", cut)
            self.patrol = Patrol(self.plan.patrol, self.targets, recorder, self._lines())
        except DiskFailed as error:
            raise self._disk(error) from error
        for request in self._first_sitemaps(self.patrol):
            yield request

    def _lines(self) -> Iterable[UrlLine]:
        return (read.line for read in read_journal(self.folder) if isinstance(read.line, UrlLine))

    def closed(self, reason: str) -> None:
        """Close archive and journal and settle how the spider ended; Scrapy calls this last."""
        self.ended = ENDINGS.get(reason) or (reason if reason.startswith("fatal: ") else f"fatal: {reason}")
        if self.patrol:
            try:
                self.patrol.recorder.close()
            except DiskFailed as error:
                logger.error("%s", error)  # the reason is in the message
                self.ended = "disk"

    def stop(self, reason: str) -> None:
        """End the spider from outside a callback: what is in flight ends, what waits stays for a resumption."""
        self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    def _disk(self, error: DiskFailed) -> CloseSpider:
        logger.error("%s", error)
        return CloseSpider("disk")

    # visits

    def request_for(self, visit: Visit) -> Request:
        """The request that makes a visit."""
        return Request(
            visit.url,
            callback=self.answered,
            errback=self.unanswered,
            headers={"Referer": visit.via} if visit.via else None,
            meta={VISIT: visit},
            dont_filter=True,
            priority=-visit.depth,
        )

    def answered(self, response: Response) -> Iterable[Request]:
        """A visit was answered: archive it, then end it, render it, or ask again with the cookie it brought."""
        patrol, visit = self._patrol, response.meta[VISIT]
        headers = (_header(response, "Content-Type"), _header(response, "Location"))
        if _asks_for_cookie(response, headers[1], visit):
            again = {**response.meta, "asked_again": True}
            return [response.request.replace(meta=again, priority=BEFORE_VISITS)]
        answer = read_answer(visit, response.status, headers, response.body, self.choose)
        try:
            line = self._archived(response.request, answer.ending, answer.why)
            line = replace(
                line, status=response.status, content_type=headers[0], links=answer.links, render=""
            )
            return self._end_or_render(patrol, line, answer)
        except DiskFailed as error:
            raise self._disk(error) from error

    def unanswered(self, failure: Failure) -> None:
        """A visit got no answer that can be read: end it with the reason."""
        ending, why = ending_of(failure.value)
        try:
            self._patrol.end(self._archived(failure.request, ending, why))
        except DiskFailed as error:
            raise self._disk(error) from error

    def callback_failed(self, failure: Failure, response: Response) -> None:
        """A page broke this program: the page ends as failed, the patrol goes on, the log has the traceback."""
        request = getattr(response, "request", None)
        visit: Visit | None = request.meta.get(VISIT) if request else None
        if visit and self._patrol.is_open(visit.url):
            line = self._patrol.blank_line(visit, "failed", f"error: {failure.type.__name__}")
            try:
                self._patrol.end(line)
            except DiskFailed:
                self.stop("disk")

    @property
    def _patrol(self) -> Patrol:
        assert self.patrol, "requests come out of a patrol"
        return self.patrol

    def _archived(self, request: Request, ending: Any, why: str) -> UrlLine:
        """The line of a request's visit, with what came over the wire in the archive. Raises DiskFailed."""
        visit: Visit = request.meta[VISIT]
        exchange = request.meta.get(EXCHANGE)
        places = self._patrol.archive(visit.url, exchange) if exchange else (None, None)
        line = self._patrol.blank_line(visit, ending, why)
        if not exchange:
            return line
        return replace(
            line,
            capture=self._patrol.capture_of(visit.url),
            size=len(exchange.response),
            address=exchange.address,
            request=places[0],
            response=places[1],
        )

    # rendering

    def _end_or_render(self, patrol: Patrol, line: UrlLine, answer: Answer) -> list[Request]:
        if not answer.html:
            patrol.end(line)
            return []
        decision = decide(self.plan.render, answer.html)
        if decision.render and browser_available(self.crawler.settings):
            return [self._render_request(line, decision.reason)]
        render = f"no browser: {decision.reason}" if decision.render else decision.reason
        patrol.end(replace(line, render=render))
        return []

    def _render_request(self, line: UrlLine, reason: str) -> Request:
        meta = browser_meta(line.url, timeout=self.plan.politeness.timeout)
        return Request(
            line.url,
            callback=self.rendered,
            errback=self.unrendered,
            cb_kwargs={"line": line, "reason": reason},
            headers={"Referer": line.via} if line.via else None,
            meta={**meta, EXEMPT: True, "dont_retry": True, VISIT: _visit_of(line)},
            dont_filter=True,
            priority=BEFORE_VISITS,
        )

    def rendered(self, response: Response, line: UrlLine, reason: str) -> None:
        """A page was rendered: keep its DOM beside the response, and what the DOM names."""
        assert line.response
        if len(response.body) > self.plan.politeness.max_body:
            self._patrol.end(replace(line, render="failed: too large"))
            return
        text, _ = read_page(response.body, "text/html; charset=utf-8")
        named = list(self.choose(Page(text, line.url, "utf-8"), response.meta[VISIT]))
        try:
            dom = self._patrol.archive_dom(line.url, response.body, line.response)
            links = as_links([*_as_named(line.links), *_moved(line.url, response.url), *named])
            self._patrol.end(replace(line, dom=dom, links=links, render=f"rendered: {reason}"))
        except DiskFailed as error:
            raise self._disk(error) from error

    def unrendered(self, failure: Failure) -> None:
        """The browser failed: the page stands as it was fetched."""
        line: UrlLine = failure.request.cb_kwargs["line"]
        _, why = ending_of(failure.value)
        try:
            self._patrol.end(replace(line, render=f"failed: {why}"))
        except DiskFailed as error:
            raise self._disk(error) from error

    # robots.txt and sitemaps: archived, but no visits, so without lines; a resumed patrol asks for them again

    def robots_override(self, url: str) -> str:
        """Why robots.txt is not obeyed for `url`, or an empty string."""
        return self._patrol.robots_override(url)

    def robots_read(self, origin: str, response: Response | None, sitemaps: list[str]) -> None:
        """Archive a robots.txt; go to the sitemaps it names if the host is a target's own."""
        if response is None:
            return
        self._archive_aside(response)
        target = self._target_at(origin)
        if target:
            for request in self._sitemap_requests(target, sitemaps_of_host(f"{origin}/", sitemaps)):
                self.crawler.engine.crawl(request)

    def _target_at(self, origin: str) -> str:
        own = (visit.target for visit in self.targets.seeds if visit.url.startswith(f"{origin}/"))
        return "" if self.carriers else next(own, "")

    def _first_sitemaps(self, patrol: Patrol) -> Iterable[Request]:
        """The usual place of each target's sitemap; asking for it brings robots.txt and what that names."""
        if self.carriers:
            return
        for visit in self.targets.seeds:
            if not patrol.budget_reached(visit.target):
                yield from self._sitemap_requests(visit.target, sitemaps_of_host(visit.url, ()))

    def _sitemap_requests(self, target: str, urls: Iterable[str]) -> Iterable[Request]:
        for url in urls:
            host = host_of(url)
            taken = sum(1 for known in self._sitemaps if host_of(known) == host)
            if url not in self._sitemaps and taken < MAX_FILES:
                self._sitemaps[url] = 1
                yield Request(
                    url,
                    callback=self.sitemap_answered,
                    errback=self.sitemap_unanswered,
                    cb_kwargs={"target": target},
                    dont_filter=True,
                )

    def sitemap_answered(self, response: Response, target: str) -> Iterable[Request]:
        """Set out for what a sitemap names."""
        self._archive_aside(response)
        if response.status != 200:
            return ()
        found = read_sitemap(response.body)
        try:
            self._patrol.name_sitemap_urls(target, response.url, found.pages)
        except DiskFailed as error:
            raise self._disk(error) from error
        return self._sitemap_requests(target, found.sitemaps)

    def sitemap_unanswered(self, failure: Failure) -> None:
        """No sitemap: most sites have none."""
        logger.info("no sitemap: %s", failure.value, extra={"url": failure.request.url})

    def _archive_aside(self, response: Response) -> None:
        exchange = response.meta.get(EXCHANGE)
        if exchange:
            try:
                self._patrol.archive(response.url, exchange)
            except DiskFailed:
                self.stop("disk")


def plan_settings(plan: Plan) -> dict[str, Any]:
    """What a plan says, in Scrapy's settings."""
    gently = plan.politeness
    return {
        "AUTOTHROTTLE_ENABLED": gently.delay
        > 0,  # a delay of 0 is for sites of our own: no throttling at all
        "AUTOTHROTTLE_START_DELAY": gently.delay,
        "CONCURRENT_REQUESTS": plan.hosts_at_once * gently.per_host,
        "CONCURRENT_REQUESTS_PER_DOMAIN": gently.per_host,
        "DOWNLOAD_DELAY": gently.delay,
        "DOWNLOAD_MAXSIZE": gently.max_body,
        "DOWNLOAD_TIMEOUT": gently.timeout,
        "USER_AGENT": gently.user_agent,
        "XUNCHA_HOSTS_AT_ONCE": plan.hosts_at_once,
        "XUNCHA_PROXY": plan.proxy,
    }


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name) or b""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", "replace")


def _asks_for_cookie(response: Response, location: str, visit: Visit) -> bool:
    """True for the answer "here is a cookie, ask me again", which firewalls in front of sites give once."""
    return (
        bool(location and response.headers.get("Set-Cookie"))
        and canonical_url(response.urljoin(location)) == visit.url
        and not response.meta.get("asked_again")
    )


def _visit_of(line: UrlLine) -> Visit:
    return Visit(line.url, line.target, line.how, line.depth, line.via, line.chain, line.landing)


def _as_named(links: Iterable[Link]) -> Iterable[Named]:
    return (Named(link.url, link.how) for link in links)


def _moved(url: str, now: str) -> Iterable[Named]:
    """Where scripts have taken the browser: to another host, a redirect; on the same host, one more link."""
    moved = canonical_url(now)
    if not moved or moved == url:
        return ()
    return (Named(moved, "link" if host_of(moved) == host_of(url) else "script"),)
