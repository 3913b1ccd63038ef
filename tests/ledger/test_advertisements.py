"""Where a page was advertised, however its own line was reached."""

from __future__ import annotations

import pytest

from crawler.journal import Hop, Link, UrlLine
from ledger.advertisements import note, ways_of
from ledger.models import Advertisement, Capture, OutboxRow, Patrol
from tests.ledger.patrol_folder import AT, PATROL

CARRIER, GO, LAND = "http://carrier.test/", "http://carrier.test/go?id=1", "http://land.test/"


def line(url: str, **fields: object) -> UrlLine:
    return UrlLine(url=url, target="carrier.test", ending="captured", why="", at=AT.isoformat(), **fields)  # type: ignore[arg-type]


BY_AD = (Hop(CARRIER, 200, "seed"),)


@pytest.mark.parametrize(
    ("said", "ways"),
    [
        (line(CARRIER, links=(Link(GO, "ad"), Link("http://carrier.test/about", "link"))), [(CARRIER, GO)]),
        (line(GO, how="ad", chain=BY_AD, links=(Link(LAND, "http"),)), [(CARRIER, LAND)]),
        (
            line("http://b.test/", how="meta", chain=(*BY_AD, Hop(GO, 302, "ad")), links=(Link(LAND, "script"),)),
            [(CARRIER, LAND)],
        ),
        (line(LAND, how="http", chain=(*BY_AD, Hop(GO, 302, "ad")), links=(Link("http://x.test/", "link"),)), []),
        (line("http://b.test/", how="link", links=(Link(LAND, "http"),)), []),
    ],
    ids=["banner", "redirect of a banner", "second redirect", "links of a landing page", "no advertisement"],
)
def test_a_line_says_what_an_advertisement_leads_to(said: UrlLine, ways: list[tuple[str, str]]) -> None:
    assert list(ways_of(said)) == ways


@pytest.mark.django_db
def test_a_page_captured_as_a_target_is_indexed_again_with_its_carrier() -> None:
    patrol = Patrol.objects.create(id=PATROL, started_at=AT)
    Capture.objects.create(id="c", patrol=patrol, url=LAND, host="land.test", fetched_at=AT, analysis="analysed")
    said = line(GO, how="ad", chain=BY_AD, links=(Link(LAND, "http"),))
    note(patrol, [said])
    note(patrol, [said])
    assert [str(way) for way in Advertisement.objects.all()] == [f"{CARRIER} → {LAND}"]
    assert Capture.objects.get().version == 3
    assert set(OutboxRow.objects.values_list("capture_id", flat=True)) == {"c"}
