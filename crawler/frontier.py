"""The frontier: which urls a journal's lines lead to, and so where a patrol goes on after a kill. Pure.

The running spider and the resumed one ask the same question of the same lines, so they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.canonical import canonical_url
from crawler.journal import Hop, UrlLine, read_journal
from crawler.scope import TargetScope

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.journal import How, Link
    from crawler.plan import Plan, TargetPlan

MAX_HOPS = 10
"""Redirects and nested frames in a row; browsers stop at 20, nothing honest needs five."""
REDIRECTS = frozenset[str](("http", "meta", "script"))
TOO_MANY_HOPS = f"trap: more than {MAX_HOPS} redirects"
REDIRECT_LOOP = "trap: redirect loop"


@dataclass(frozen=True, slots=True)
class Visit:
    """A url the patrol sets out for, and all that its journal line will say of the way there."""

    url: str
    target: str
    how: How = "seed"
    depth: int = 0
    via: str = ""
    chain: tuple[Hop, ...] = ()
    landing: bool = False


@dataclass(frozen=True)
class Targets:
    """The targets one spider goes to, and what belongs to whom."""

    plans: dict[str, TargetPlan]
    scopes: dict[str, TargetScope]
    seeds: tuple[Visit, ...]

    def owner(self, url: str, first: str) -> str:
        """Key of the target whose scope holds a canonical url, asking `first` first; empty if none does."""
        if self.scopes[first].contains(url):
            return first
        return next((key for key, scope in self.scopes.items() if scope.contains(url)), "")


def choose_targets(plan: Plan, carrier: bool) -> Targets:
    """The carriers of a plan, or the others; urls that are no addresses are left out."""
    plans = {target.key: target for target in plan.targets if target.carrier == carrier}
    urls = {key: _canonical_urls(target) for key, target in plans.items()}
    seeds: dict[str, Visit] = {}
    for key, own in urls.items():
        for url in own:
            seeds.setdefault(url, Visit(url, key))
    scopes = {key: TargetScope(target, urls[key]) for key, target in plans.items()}
    return Targets(plans, scopes, tuple(seeds.values()))


def _canonical_urls(target: TargetPlan) -> list[str]:
    return [url for url in map(canonical_url, target.urls) if url]


def is_redirect(line: UrlLine) -> bool:
    """True for a hop: a line whose page only sends its reader on."""
    return any(link.how in REDIRECTS for link in line.links)


def next_visits(line: UrlLine, targets: Targets) -> Iterator[Visit]:
    """The visits a captured page leads to; which of them were made before is not asked here."""
    if line.ending != "captured" or line.target not in targets.plans:
        return
    step = Hop(line.url, line.status, line.how)
    for link in line.links:
        visit = _visit(line, link, step, targets)
        if visit:
            yield visit


def _visit(line: UrlLine, link: Link, step: Hop, targets: Targets) -> Visit | None:
    chain = (*line.chain, step)
    if link.how == "ad":
        return Visit(link.url, line.target, "ad", line.depth + 1, line.url, chain, landing=True)
    if link.how in ("link", "sitemap"):
        if line.landing:
            return None
        return Visit(link.url, line.target, link.how, line.depth + 1, line.url)
    return _forced_visit(line, link, chain, targets)


def _forced_visit(line: UrlLine, link: Link, chain: tuple[Hop, ...], targets: Targets) -> Visit:
    """A redirect or a frame: followed wherever it leads, but out of scope no further than itself.

    Where it leads into another target's scope, it is that target's page.
    """
    owner = targets.owner(link.url, line.target)
    stays_landing = line.landing and owner in ("", line.target)
    return Visit(
        url=link.url,
        target=owner or line.target,
        how=link.how,
        depth=line.depth,
        via=line.url,
        chain=chain,
        landing=stays_landing or not owner,
    )


def closes_loop(chain: Iterable[Hop], url: str, to: str) -> bool:
    """True if being sent from `url` to `to` leads back to where the chain has been."""
    return to == url or any(hop.url == to for hop in chain)


def too_many_hops(visit: Visit) -> bool:
    """True for a url that more redirects and frames in a row lead to than anyone follows."""
    hows = [*(hop.how for hop in visit.chain), visit.how]
    return sum(how == "frame" or how in REDIRECTS for how in hows) > MAX_HOPS


def counts_as_page(line: UrlLine) -> bool:
    """True for what a budget of pages counts: captured, and not a mere hop."""
    return line.ending == "captured" and not is_redirect(line)


@dataclass
class Spent:
    """What a patrol has taken from one target."""

    pages: int = 0
    bytes: int = 0


@dataclass
class Tally:
    """What the lines of a patrol add up to, for the targets of one spider."""

    spent: dict[str, Spent]
    endings: Counter[str] = field(default_factory=Counter)
    """`captured`, `failed: http 404`, `refused: robots` …"""

    def add(self, line: UrlLine) -> None:
        """Count one more line."""
        spent = self.spent[line.target]
        spent.bytes += line.size
        spent.pages += counts_as_page(line)
        self.endings[f"{line.ending}: {line.why}" if line.why else line.ending] += 1


@dataclass
class Resumption:
    """Where an interrupted patrol stands."""

    tally: Tally
    done: set[str] = field(default_factory=set)
    pending: list[Visit] = field(default_factory=list)
    """Seeds, then what captured pages named, in journal order; each url once, none that is done."""
    pages: list[tuple[str, str]] = field(default_factory=list)
    """Url and digest of the captured pages, in journal order."""


def resume(lines: Iterable[UrlLine], targets: Targets) -> Resumption:
    """What is done, what is left and what is spent, by the lines of a journal (empty: a patrol's start)."""
    state = Resumption(Tally({key: Spent() for key in targets.plans}))
    named: dict[str, Visit] = {visit.url: visit for visit in targets.seeds}
    for line in lines:
        state.done.add(line.url)
        if line.target not in targets.plans:
            continue
        state.tally.add(line)
        if counts_as_page(line) and line.response:
            state.pages.append((line.url, line.response.sha256))
        for visit in next_visits(line, targets):
            named.setdefault(visit.url, visit)
    state.pending = [visit for url, visit in named.items() if url not in state.done]
    return state


def left_over(folder: Path, plan: Plan) -> int:
    """How many urls a patrol's journal names without saying how they ended: 0 for a patrol that is done."""

    def lines() -> Iterator[UrlLine]:
        return (read.line for read in read_journal(folder) if isinstance(read.line, UrlLine))

    return sum(len(resume(lines(), choose_targets(plan, carrier)).pending) for carrier in (False, True))
