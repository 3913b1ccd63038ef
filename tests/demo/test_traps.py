"""Traps never end, and answer the same url the same way."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest

from demo.traps import TRAPS, calendar

ENTRIES = {
    "calendar": "/events/2026/11/",
    "nesting": "/docs/",
    "parameters": "/market?page=1",
    "sessions": "/forum/?sid=0",
}


def links(name: str, url: str) -> list[str]:
    """Urls of its own that a trap page leads to."""
    found = [urljoin(url, link) for link in re.findall(r'href="([^"]+)"', TRAPS[name](url))]
    return [link for link in found if link != "/"]


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_it_works(name: str) -> None:
    assert TRAPS[name](ENTRIES[name]) == TRAPS[name](ENTRIES[name])


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_following_links_leads_to_new_ones_for_ever(name: str) -> None:
    seen, ahead = {ENTRIES[name]}, [ENTRIES[name]]
    while ahead and len(seen) < 500:
        new = [link for link in links(name, ahead.pop()) if link not in seen]
        seen.update(new)
        ahead += new
    assert len(seen) >= 500


@pytest.mark.parametrize(
    ("url", "before", "after"),
    [
        ("/events/2026/12/", "/events/2026/11/", "/events/2027/01/"),
        ("/events/2027/01/", "/events/2026/12/", "/events/2027/02/"),
        ("/events/2027/01/17", "/events/2026/12/", "/events/2027/02/"),
        ("/events/nonsense", "/events/2026/10/", "/events/2026/12/"),
    ],
)
def test_a_month_knows_its_neighbours(url: str, before: str, after: str) -> None:
    page = calendar(url)
    assert before in page
    assert after in page
