"""Crawls the targets' own sites."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.reading import choose_in_scope
from crawler.scope import host_of
from crawler.sitemaps import MAX_FILES, read_sitemap, sitemaps_of_host
from crawler.spiders.base import PatrolSpider

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Visit
    from crawler.links import Named, Page

logger = logging.getLogger(__name__)


class SiteSpider(PatrolSpider):
    """Breadth-first within scope and budget; `scrapy crawl site -a plan=FOLDER`."""

    name = "site"
    carriers = False

    def __init__(self, plan: str, **options: Any) -> None:
        """`plan` is a patrol folder or its plan.json. Raises PlanError."""
        super().__init__(plan, **options)
        self._asked_sitemaps: set[str] = set()
        self._sitemaps_of_host: Counter[str] = Counter()

    def choose(self, page: Page, visit: Visit) -> Iterable[Named]:
        """Links in scope, and frames."""
        return choose_in_scope(page, visit, self.targets.scopes[visit.target])

    # sitemaps: archived, but no visits, so without lines; a resumed patrol asks for them again

    def beside_visits(self) -> Iterable[Request]:
        """The usual place of each target's sitemap; asking for it brings robots.txt and what that names."""
        for seed in self.targets.seeds:
            if self.patrol.has_room(seed.target):
                yield from self._sitemap_requests(seed.target, sitemaps_of_host(seed.url, ()))

    def robots_read(self, origin: str, response: Response | None, sitemaps: list[str]) -> None:
        """Archive a robots.txt; go to the sitemaps it names if the host is a target's own."""
        super().robots_read(origin, response, sitemaps)
        own = (seed.target for seed in self.targets.seeds if seed.url.startswith(f"{origin}/"))
        if target := next(own, ""):
            for request in self._sitemap_requests(target, sitemaps_of_host(f"{origin}/", sitemaps)):
                self.crawler.engine.crawl(request)

    def _sitemap_requests(self, target: str, urls: Iterable[str]) -> Iterable[Request]:
        for url in urls:
            host = host_of(url)
            if url in self._asked_sitemaps or self._sitemaps_of_host[host] == MAX_FILES:
                continue
            self._asked_sitemaps.add(url)
            self._sitemaps_of_host[host] += 1
            yield Request(
                url,
                callback=self.sitemap_answered,
                errback=self.sitemap_unanswered,
                cb_kwargs={"target": target},
                dont_filter=True,
            )

    def sitemap_answered(self, response: Response, target: str) -> Iterable[Request]:
        """Set out for what a sitemap names."""
        self.archive_aside(response)
        if response.status != 200:
            return ()
        found = read_sitemap(response.body)
        with self.recording():
            self.patrol.name_sitemap_urls(target, response.url, found.pages)
        return self._sitemap_requests(target, found.sitemaps)

    def sitemap_unanswered(self, failure: Failure) -> None:
        """No sitemap: most sites have none."""
        logger.info("no sitemap: %s", failure.value)
