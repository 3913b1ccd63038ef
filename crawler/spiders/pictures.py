"""Photographs the flagged pages of a patrol, and those whose words may be drawn, in a pass after the crawl.

Their larger images are kept too, as far as the plan's budget goes. The pass is then the journal's only writer. Which
pages: `wanted.jsonl` in the patrol folder. They were fetched by the robots rules of this same patrol, so these are not
asked about again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider

from crawler.browser import IMAGES_KEY, PICTURE_KEY, PICTURES, browser_available
from crawler.connections import proxy_problem
from crawler.endings import ending_of
from crawler.journal import (
    BUDGET,
    WANTED_FILE,
    Image,
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
from crawler.warc import Archive, ResourceKind, recover, warc_date

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.images import TakenImage

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
        self._album = Album(self.folder, self.plan.pictures.images)
        can_render = browser_available(self.crawler.settings)
        for page in pages:
            if can_render:
                yield self._request_for(page)
            else:
                self._keep(page, "failed", "no browser")

    def _request_for(self, page: WantedPage) -> Request:
        line = page.line
        meta = browser_meta(line.url)
        return Request(
            line.url,
            callback=self.photographed,
            errback=self.failed,
            cb_kwargs={"page": page},
            headers={"Referer": line.via} if line.via else None,
            meta={**meta, EXEMPT: True, IMAGES_KEY: page.read, "dont_retry": True},
            dont_filter=True,
        )

    def photographed(self, response: Response, page: WantedPage) -> None:
        """A page was loaded and pictured: keep the picture, unless the page is gone by now."""
        if response.status >= 400:
            self._keep(page, "failed", f"http {response.status}")
        else:
            self._keep(page, "captured", "", response.meta[PICTURE_KEY], response.meta[IMAGES_KEY] or ())

    def failed(self, failure: Failure) -> None:
        """A page could not be pictured: say why; the others go on."""
        _, why = ending_of(failure.value)
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        self._keep(request.cb_kwargs["page"], "failed", why)

    def _keep(
        self,
        page: WantedPage,
        ending: Literal["captured", "failed"],
        why: str,
        picture: bytes = b"",
        images: Sequence[TakenImage] = (),
    ) -> None:
        assert self._album
        if self._stopping:
            return
        try:
            self._album.keep(page, ending, why, picture, images)
        except OSError as error:
            logger.error("%s: %s: make room, then resume", self.folder, error.strerror or error)
            self._stopping = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="disk"))

    def closed(self, reason: str) -> None:
        """Close archive and journal; Scrapy calls this last."""
        self.ended = ENDINGS.get(reason) or reason
        if self._album and not self._stopping:
            self._album.close()


class Album:
    """Archive and journal while pictures are taken: what a line points at is on the disk before the line."""

    def __init__(self, folder: Path, most_images: int) -> None:
        self._archive = Archive(folder, "pictures")
        self._journal = JournalWriter(folder)
        self._images_left = most_images - count_images(folder)

    def keep(
        self,
        page: WantedPage,
        ending: Literal["captured", "failed"],
        why: str,
        picture: bytes = b"",
        images: Sequence[TakenImage] = (),
    ) -> None:
        """Write a page's picture and images, if there are any, and its line. Raises OSError."""
        at = datetime.now(UTC)
        line = page.line
        place = self._store(line, "screenshot", line.url, "image/png", at, picture) if picture else None
        kept = tuple(self._image(line, at, image) for image in images)
        self._archive.sync()
        self._journal.write(
            PictureLine(line.capture, line.url, warc_date(at), ending, why, place, kept, page.read and bool(place))
        )
        self._journal.sync()

    def _image(self, line: UrlLine, at: datetime, image: TakenImage) -> Image:
        why, place = image.why, None
        if image.data and self._images_left <= 0:
            why = BUDGET
        elif image.data:
            content_type = image.content_type or "application/octet-stream"
            place = self._store(line, "image", image.url, content_type, at, image.data)
            self._images_left -= 1
        box = image.x, image.y, image.width, image.height
        return Image(image.url, *box, why, image.content_type, place)

    def _store(
        self, line: UrlLine, kind: ResourceKind, url: str, content_type: str, at: datetime, payload: bytes
    ) -> Place:
        assert line.response
        return self._archive.write_resource(line.capture, url, at, kind, content_type, payload, line.response.record_id)

    def close(self) -> None:
        """Close both."""
        self._archive.close()
        self._journal.close()


def count_images(folder: Path) -> int:
    """Images that this patrol has kept already: their budget is the patrol's, however often it is taken up."""
    lines = (read.line for read in read_journal(folder))
    return sum(1 for line in lines if isinstance(line, PictureLine) for image in line.images if image.place)


@dataclass(frozen=True)
class WantedPage:
    """A page to picture, as the journal has it."""

    line: UrlLine
    read: bool
    """Its images are wanted too."""


def wanted_pages(folder: Path) -> Iterator[WantedPage]:
    """The pages that `wanted.jsonl` names and that have neither a picture nor a reason, in its order."""
    path = folder / WANTED_FILE
    if not path.exists():
        return
    rows = [Wanted(**json.loads(row)) for row in path.read_bytes().splitlines()]
    captures = {row.capture: row.read for row in rows}
    lines: dict[str, UrlLine] = {}
    for read in read_journal(folder):
        line = read.line
        if isinstance(line, PictureLine):
            captures.pop(line.capture, None)
        elif line.capture in captures and line.response:
            lines[line.capture] = line
    yield from (WantedPage(lines[capture], read) for capture, read in captures.items() if capture in lines)
