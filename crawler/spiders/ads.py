"""Follows advertisements from carrier pages to where they land."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.advertisements import advertisements, is_slot, links_of_slot
from crawler.reading import choose_in_scope
from crawler.spiders.base import PatrolSpider

if TYPE_CHECKING:
    from crawler.frontier import Visit
    from crawler.links import Named, Page


class AdsSpider(PatrolSpider):
    """Reads the pages of the plan's carriers and their frames, and lands once behind every advertisement."""

    name = "ads"
    carriers = True

    def choose(self, page: Page, visit: Visit) -> Iterable[Named]:
        """Advertisements of a carrier's page, all of an advertising frame; behind them, their own links."""
        if visit.how == "ad" or any(hop.how == "ad" for hop in visit.chain):
            return choose_in_scope(page, visit, self.targets.scopes[visit.target])
        if visit.how == "frame" and is_slot(visit.url, visit.via):
            return links_of_slot(page)
        return advertisements(page)
