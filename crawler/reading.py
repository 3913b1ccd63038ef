"""What an HTTP answer means for the patrol: how it ends and what it names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.canonical import join_url
from crawler.charset import read_page
from crawler.frontier import REDIRECT_LOOP, Visit, closes_loop
from crawler.journal import Link
from crawler.links import MAX_LINKS, Named, Page, looks_html
from crawler.nesting import nests_too_deep

if TYPE_CHECKING:
    from crawler.scope import TargetScope

Choose = Callable[[Page, Visit], Iterable[Named]]
"""Which of the things a page names are recorded: what a spider differs in."""

HTTP_REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True)
class Answer:
    """What one answer comes to."""

    ending: Literal["captured", "refused", "failed"]
    why: str = ""
    links: tuple[Link, ...] = ()
    html: str = ""
    """The text of a page that stays where it is; empty for redirects, errors and what is no HTML."""


def read_answer(visit: Visit, status: int, content_type: str, location: str, body: bytes, choose: Choose) -> Answer:
    """Read the answer to `visit`: its status, two of its headers, its body unpacked."""
    if status in HTTP_REDIRECTS and location:
        target = join_url(visit.url, location)
        return _redirect(visit, Named(target, "http")) if target else Answer("failed", "redirect to nowhere")
    if not 200 <= status < 300:
        return Answer("failed", f"http {status}")
    if not looks_html(content_type, body):
        return Answer("captured")
    text, encoding = read_page(body, content_type)
    if nests_too_deep(text):  # kept as evidence; no reader sees such a page, and its links are a trap's
        return Answer("captured")
    page = Page(text, visit.url, encoding)
    if redirect := page.redirect():
        return _redirect(visit, redirect, choose(page, visit))
    return Answer("captured", links=as_links(choose(page, visit)), html=text)


def _redirect(visit: Visit, to: Named, others: Iterable[Named] = ()) -> Answer:
    if closes_loop(visit.chain, visit.url, to.url):
        return Answer("refused", REDIRECT_LOOP)
    return Answer("captured", links=as_links((to, *others)))


def as_links(named: Iterable[Named]) -> tuple[Link, ...]:
    """Links as the journal holds them: each url once, in order, bounded."""
    first: dict[str, Link] = {}
    for each in named:
        if each.url not in first:
            first[each.url] = Link(each.url, each.how)
            if len(first) == MAX_LINKS:
                break
    return tuple(first.values())


def choose_in_scope(page: Page, visit: Visit, scope: TargetScope) -> Iterable[Named]:
    """All frames, and the links in scope; of a landing page, which has none, the links of its own host."""
    host = _origin_host(visit.url)
    for named in page.named():
        if named.how == "frame" or (_origin_host(named.url) == host if visit.landing else scope.contains(named.url)):
            yield named


def _origin_host(url: str) -> str:
    return url.split("/", 3)[2]
