"""Where a page was advertised: read off the journal's links and chains, kept apart from how it was captured.

A landing page that is a target of its own has one journal line, which may know nothing of the advertisement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.db.models import F

from crawler.journal import How, UrlLine
from ledger.models import Advertisement, Capture, OutboxRow, Patrol

_SENT_ON: tuple[How, ...] = ("http", "meta", "script", "frame")
"""What leads on from an advertisement's url to the page that is shown."""


def note(patrol: Patrol, lines: Iterable[UrlLine]) -> None:
    """Write what the lines say of advertisements; captures of advertised pages go to the index again."""
    ways = {way for line in lines for way in ways_of(line)}
    found = [Advertisement(patrol=patrol, carrier=carrier, url=url) for carrier, url in sorted(ways)]
    Advertisement.objects.bulk_create(found, ignore_conflicts=True)
    captures = Capture.objects.filter(patrol=patrol, url__in={way.url for way in found}).exclude(analysis="")
    captures.update(version=F("version") + 1)
    OutboxRow.objects.bulk_create([OutboxRow(capture_id=capture) for capture in captures.values_list("id", flat=True)])


def ways_of(line: UrlLine) -> Iterator[tuple[str, str]]:
    """(carrier, url) for every url that a line says an advertisement leads to."""
    carrier = carrier_of(line)
    for link in line.links:
        if link.how == "ad":
            yield line.url, link.url
        elif carrier and link.how in _SENT_ON:
            yield carrier, link.url


def carrier_of(line: UrlLine) -> str:
    """The page whose advertisement led to this line's url, or an empty string.

    A hop says how its own url was named, so the carrier stands before the first that was named by an ad.
    """
    steps = [(hop.url, hop.how) for hop in line.chain] + [(line.url, line.how)]
    for (before, _), (_, how) in pairwise(steps):
        if how == "ad":
            return before
    return ""
