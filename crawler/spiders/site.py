"""Crawls the targets' own sites."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.reading import choose_in_scope
from crawler.spiders.base import PatrolSpider

if TYPE_CHECKING:
    from crawler.frontier import Visit
    from crawler.links import Named, Page


class SiteSpider(PatrolSpider):
    """Breadth-first within scope and budget; `scrapy crawl site -a plan=FOLDER`."""

    name = "site"
    carriers = False

    def choose(self, page: Page, visit: Visit) -> Iterable[Named]:
        """Links in scope, and frames."""
        return choose_in_scope(page, visit, self.targets.scopes[visit.target])
