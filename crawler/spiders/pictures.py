"""Photographs the flagged pages of a patrol, in a pass of its own after the crawl.

It is then the journal's only writer. Which pages: `wanted.jsonl` in the patrol folder, which intake writes. The
pages were fetched by the robots rules of this same patrol, so these are not asked about again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider

from crawler.browser import PICTURE_KEY, PICTURES, browser_available
from crawler.connections import proxy_problem
from crawler.endings import ending_of
from crawler.journal import (
    WANTED_FILE,
    JournalWriter,
    PictureLine,
    Place,
    UrlLine,
    Wanted,
    read_journal,
)
from crawler.middlewares.robots import EXEMPT
from crawler.plan import Plan, read_plan
from crawler.rendering import browser_meta
from crawler.spiders.base import ENDINGS, plan_settings
from crawler.warc import Archive, recover, warc_date

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)


class PicturesSpider(Spider):
    """One picture, or the reason why there is none, for each wanted page; `scrapy crawl pictures -a plan=FOLDER`."""

    name = "pictures"
    custom_settings = {  # noqa: RUF012 - Scrapy declares it so
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",  # the patrol's own serves visits, and there are none
        PICTURES: True,
    }

    def __init__(self, plan: str, **options: Any) -> None:
        """`plan` is a patrol folder or its plan.json. Raises PlanError."""
        super().__init__(**options)
        path = Path(plan)
        self.plan: Plan = read_plan(path)
        self.folder = path if path.is_dir() else path.parent
        self.ended = ""
        self._album: Album | None = None
        self._stopping: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **options: Any) -> PicturesSpider:
        """As Scrapy builds its spiders; the plan becomes settings."""
        spider = super().from_crawler(crawler, *args, **options)
        crawler.settings.setdict(plan_settings(spider.plan), priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """A request for each wanted page that has no picture yet."""
        if self.plan.proxy and (problem := await proxy_problem(self.plan.proxy)):
            raise CloseSpider(f"fatal: {problem}")
        for cut in recover(self.folder):
            logger.warning("cut a torn record: %s", cut)
        pages = list(wanted_pages(self.folder))
        self._album = Album(self.folder)
        can_render = browser_available(self.crawler.settings)
        for page in pages:
            if can_render:
                yield self._request_for(page)
            else:
                self._keep(page, "failed", "no browser")

    def _request_for(self, page: UrlLine) -> Request:
        meta = browser_meta(page.url)
        return Request(
            page.url,
            callback=self.photographed,
            errback=self.failed,
            cb_kwargs={"page": page},
            headers={"Referer": page.via} if page.via else None,
            meta={**meta, EXEMPT: True, "dont_retry": True},
            dont_filter=True,
        )

    def photographed(self, response: Response, page: UrlLine) -> None:
        """A page was loaded and pictured: keep the picture, unless the page is gone by now."""
        if response.status >= 400:
            self._keep(page, "failed", f"http {response.status}")
        else:
            self._keep(page, "captured", picture=response.meta[PICTURE_KEY])

    def failed(self, failure: Failure) -> None:
        """A page could not be pictured: say why; the others go on."""
        _, why = ending_of(failure.value)
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        self._keep(request.cb_kwargs["page"], "failed", why)

    def _keep(self, page: UrlLine, ending: Literal["captured", "failed"], why: str = "", picture: bytes = b"") -> None:
        assert self._album
        if self._stopping:
            return
        try:
            self._album.keep(page, ending, why, picture)
        except OSError as error:
            logger.error("%s: %s: make room, then resume", self.folder, error.strerror or error)
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="disk"))

    def closed(self, reason: str) -> None:
        """Close archive and journal; Scrapy calls this last."""
        self.ended = ENDINGS.get(reason) or reason
        if self._album and not self._stopping:
            self._album.close()


class Album:
    """Archive and journal while pictures are taken: each picture is on the disk before its line."""

    def __init__(self, folder: Path) -> None:
        self._archive = Archive(folder, "pictures")
        self._journal = JournalWriter(folder)

    def keep(self, page: UrlLine, ending: Literal["captured", "failed"], why: str, picture: bytes) -> None:
        """Write a page's picture, if there is one, and its line. Raises OSError."""
        at = datetime.now(UTC)
        place = self._store(page, at, picture) if picture else None
        self._journal.write(PictureLine(page.capture, page.url, warc_date(at), ending, why, place))
        self._journal.sync()

    def _store(self, page: UrlLine, at: datetime, picture: bytes) -> Place:
        assert page.response
        place = self._archive.write_resource(
            page.capture, page.url, at, "screenshot", "image/png", picture, page.response.record_id
        )
        self._archive.sync()
        return place

    def close(self) -> None:
        """Close both."""
        self._archive.close()
        self._journal.close()


def wanted_pages(folder: Path) -> Iterator[UrlLine]:
    """The journal lines of the pages that `wanted.jsonl` names and that have neither a picture nor a reason."""
    path = folder / WANTED_FILE
    if not path.exists():
        return
    rows = [Wanted(**json.loads(row)) for row in path.read_bytes().splitlines()]
    captures = dict.fromkeys(row.capture for row in rows)
    lines: dict[str, UrlLine] = {}
    for read in read_journal(folder):
        line = read.line
        if isinstance(line, PictureLine):
            captures.pop(line.capture, None)
        elif line.capture in captures and line.response:
            lines[line.capture] = line
    yield from (lines[capture] for capture in captures if capture in lines)
