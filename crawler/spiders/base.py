"""What all crawling spiders share: from the plan's visits to requests, from responses to journal lines."""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

from crawler.browser import browser_available
from crawler.canonical import canonical_url, join_url
from crawler.connections import proxy_problem
from crawler.download import EXCHANGE
from crawler.endings import ending_of
from crawler.frontier import Visit, choose_targets
from crawler.journal import JournalError, UrlLine, read_journal
from crawler.links import Named, Page
from crawler.middlewares.robots import EXEMPT
from crawler.patrol import Patrol
from crawler.plan import read_plan
from crawler.reading import as_links, read_answer
from crawler.recorder import DiskFailed, Recorder
from crawler.rendering import browser_meta, decide
from crawler.scope import host_of

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
        path = Path(plan)
        self.plan: Plan = read_plan(path)
        self.folder = path if path.is_dir() else path.parent
        self.targets = choose_targets(self.plan, self.carriers)
        self.run: Patrol | None = None
        """None until the patrol folder is open."""
        self.ended = ""
        self._stopping: asyncio.Future[None] | None = None

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

    def beside_visits(self) -> Iterable[Request]:
        """Requests to start with that are no visits."""
        return ()

    # the run

    async def start(self) -> AsyncIterator[Request]:
        """Open the patrol folder and go on where its journal ends."""
        if self.plan.proxy and (problem := await proxy_problem(self.plan.proxy)):
            raise CloseSpider(f"fatal: {problem}")
        try:
            self.run = self._opened()
        except JournalError as error:
            raise CloseSpider(f"fatal: {error}") from error
        except DiskFailed as error:
            logger.error("%s", error)
            raise CloseSpider("disk") from error
        for request in self.beside_visits():
            yield request

    def _opened(self) -> Patrol:
        recorder = Recorder(self.folder)
        for cut in recorder.cuts:
            logger.warning("cut a torn record: %s", cut)
        return Patrol(self.plan, self.targets, recorder, self._lines())

    def _lines(self) -> Iterable[UrlLine]:
        return (read.line for read in read_journal(self.folder) if isinstance(read.line, UrlLine))

    def closed(self, reason: str) -> None:
        """Close archive and journal and settle how the spider ended; Scrapy calls this last."""
        self.ended = ENDINGS.get(reason) or (reason if reason.startswith("fatal: ") else f"fatal: {reason}")
        if self.run and not self.run.recorder.failed:
            try:
                self.run.recorder.close()
            except DiskFailed as error:
                self.ended = "disk"
                logger.error("%s", error)

    def stop(self, reason: str) -> None:
        """End the run: what is in flight ends, what waits stays for a resumption."""
        self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Around whatever writes: a disk that fails ends the run, and the url being written stays open."""
        try:
            yield
        except DiskFailed as error:
            logger.error("%s: make room, then resume", error)
            self.stop("disk")

    @property
    def patrol(self) -> Patrol:
        """The run, once its folder is open: every response comes after that."""
        assert self.run, "requests come out of a patrol"
        return self.run

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
        """A visit was answered: archive it, then end it, render it, or ask again with the cookie it set."""
        request, visit = _request_of(response), response.meta[VISIT]
        content_type, location = _header(response, "Content-Type"), _header(response, "Location")
        if _asks_for_cookie(response, location, visit):
            return [request.replace(meta={**request.meta, ASKED_AGAIN: True}, priority=BEFORE_VISITS)]
        answer = read_answer(visit, response.status, content_type, location, response.body, self.choose)
        with self.recording():
            line = replace(
                self._archived(request, answer.ending, answer.why),
                status=response.status,
                content_type=content_type,
                links=answer.links,
            )
            return self._end_or_render(line, answer.html)
        return ()

    def unanswered(self, failure: Failure) -> None:
        """A visit got no answer that can be read: end it with the reason."""
        with self.recording():
            self.patrol.end(self._archived(_request_of(failure), *ending_of(failure.value)))

    def callback_failed(self, failure: Failure, response: Response) -> None:
        """A page broke this program: it ends as failed, the patrol goes on, the log has the traceback."""
        visit: Visit | None = _request_of(response).meta.get(VISIT)
        if visit and self.patrol.is_open(visit.url):
            with self.recording():
                why = f"error: {type(failure.value).__name__}"
                self.patrol.end(self.patrol.blank_line(visit, "failed", why))

    def _archived(self, request: Request, ending: Literal["captured", "refused", "failed"], why: str) -> UrlLine:
        """The line of a request's visit, with what came over the wire in the archive. Raises DiskFailed."""
        visit: Visit = request.meta[VISIT]
        line = self.patrol.blank_line(visit, ending, why)
        exchange = request.meta.get(EXCHANGE)
        if not exchange:
            return line
        request_place, response_place = self.patrol.archive(visit.url, exchange)
        return replace(
            line,
            capture=self.patrol.capture_of(visit.url),
            size=len(exchange.response),
            address=exchange.address,
            request=request_place,
            response=response_place,
        )

    # rendering

    def _end_or_render(self, line: UrlLine, html: str) -> Iterable[Request]:
        """End a page, or ask the browser for it first. Raises DiskFailed."""
        if not html:
            self.patrol.end(line)
            return ()
        decision = decide(self.plan.render, html)
        if decision.render and browser_available(self.crawler.settings):
            return [self._render_request(line, decision.reason)]
        self.patrol.end(replace(line, render=f"no browser: {decision.reason}" if decision.render else decision.reason))
        return ()

    def _render_request(self, line: UrlLine, reason: str) -> Request:
        visit = Visit(line.url, line.target, line.how, line.depth, line.via, line.chain, line.landing)
        meta = browser_meta(line.url)
        return Request(
            line.url,
            callback=self.rendered,
            errback=self.unrendered,
            cb_kwargs={"line": line, "reason": reason},
            headers={"Referer": line.via} if line.via else None,
            meta={**meta, EXEMPT: True, "dont_retry": True, "autothrottle_dont_adjust_delay": True, VISIT: visit},
            dont_filter=True,
            priority=BEFORE_VISITS,
        )

    def rendered(self, response: Response, line: UrlLine, reason: str) -> None:
        """A page was rendered: keep its DOM beside the response, and what the DOM names."""
        assert line.response, "only captured pages are rendered"
        dom = response.body
        with self.recording():
            if len(dom) > self.plan.politeness.max_body:
                self.patrol.end(replace(line, render="failed: too large"))
                return
            named = [Named(link.url, link.how) for link in line.links]
            named += _moved(line.url, response.url)
            named += self.choose(Page(dom.decode("utf-8", "replace"), line.url, "utf-8"), response.meta[VISIT])
            place = self.patrol.archive_dom(line.url, dom, line.response)
            self.patrol.end(replace(line, dom=place, links=as_links(named), render=f"rendered: {reason}"))

    def unrendered(self, failure: Failure) -> None:
        """The browser failed: the page stands as it was fetched."""
        line: UrlLine = _request_of(failure).cb_kwargs["line"]
        with self.recording():
            self.patrol.end(replace(line, render=f"failed: {ending_of(failure.value)[1]}"))

    # robots.txt

    def robots_override(self, url: str) -> str:
        """Why robots.txt is not obeyed for `url`, or an empty string."""
        return self.patrol.robots_override(url)

    def robots_read(self, origin: str, response: Response | None, sitemaps: list[str]) -> None:
        """Archive a robots.txt. It is no visit and gets no line; a resumed patrol asks for it again."""
        if response:
            self.archive_aside(response)

    def archive_aside(self, response: Response) -> None:
        """Archive what is no visit, under a capture id of its own and without a line."""
        exchange = response.meta.get(EXCHANGE)
        if exchange:
            with self.recording():
                self.patrol.archive(response.url, exchange)


ASKED_AGAIN = "asked_again"
"""Key of request.meta: the url has been asked for once more with the cookie it set."""


def plan_settings(plan: Plan) -> dict[str, Any]:
    """What a plan says, in Scrapy's settings."""
    gently = plan.politeness
    return {
        "AUTOTHROTTLE_ENABLED": gently.delay > 0,  # a delay of 0 is for sites of our own: no throttling at all
        "AUTOTHROTTLE_START_DELAY": gently.delay,
        "CONCURRENT_REQUESTS": plan.hosts_at_once * gently.per_host,
        "CONCURRENT_REQUESTS_PER_DOMAIN": gently.per_host,
        "DOWNLOAD_DELAY": gently.delay,
        "DOWNLOAD_MAXSIZE": gently.max_body,
        "DOWNLOAD_TIMEOUT": gently.timeout,
        "USER_AGENT": gently.user_agent,
        "XUNCHA_PROXY": plan.proxy,
    }


def _request_of(outcome: Response | Failure) -> Request:
    """The request behind a response or a failure: Scrapy sets it on both before any callback."""
    return cast("Request", outcome.request)  # type: ignore[union-attr]


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name) or b""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("gb18030", "replace")


def _asks_for_cookie(response: Response, location: str, visit: Visit) -> bool:
    """True for the answer "here is a cookie, ask me again", which firewalls in front of sites give once."""
    if not location or not response.headers.get("Set-Cookie") or response.meta.get(ASKED_AGAIN):
        return False
    return join_url(visit.url, location) == visit.url


def _moved(url: str, now: str) -> list[Named]:
    """Where scripts have taken the browser: to another host, a redirect; on the same host, one more link."""
    moved = canonical_url(now)
    if not moved or moved == url:
        return []
    return [Named(moved, "link" if host_of(moved) == host_of(url) else "script")]
