"""One spider's run over a plan: what was named, what waits, what is spent, and the one line each url ends in.

No Scrapy and no network: visits come out, lines go in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from crawler.canonical import canonical_url
from crawler.frontier import TOO_MANY_HOPS, Spent, Visit, counts_as_page, next_visits, resume, too_many_hops
from crawler.journal import UrlLine, capture_id
from crawler.queues import HostQueues
from crawler.scope import host_of
from crawler.traps import Traps

if TYPE_CHECKING:
    from crawler.exchange import Exchange
    from crawler.frontier import Tally, Targets
    from crawler.journal import Place
    from crawler.plan import Budget, Plan
    from crawler.recorder import Recorder


def spent_budget(budget: Budget, spent: Spent, minutes: float) -> str:
    """Which limit of a target is reached, as a journal's reason, or an empty string."""
    reached = {
        "pages": spent.pages >= budget.pages,
        "bytes": spent.bytes >= budget.bytes,
        "minutes": minutes >= budget.minutes,
    }
    return next((f"budget: {name}" for name, is_reached in reached.items() if is_reached), "")


class Patrol:
    """The state of one run."""

    def __init__(
        self,
        plan: Plan,
        targets: Targets,
        recorder: Recorder,
        lines: Iterable[UrlLine],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Go on after `lines`, the patrol's journal so far; minutes start anew with every run."""
        self._name = plan.patrol
        self.targets = targets
        self.recorder = recorder
        self.queues: HostQueues[object] = HostQueues(plan.hosts_at_once, plan.politeness.per_host)
        """Visits, and whatever else the caller wants served in turn with them."""
        self.tally: Tally
        self._clock = clock
        self._traps = Traps()
        self._seen: set[int] = set()
        self._open: dict[str, str] = {}
        self._open_per_target: Counter[str] = Counter()
        self._since: dict[str, datetime] = {}
        self._go_on(lines)

    def _go_on(self, lines: Iterable[UrlLine]) -> None:
        state = resume(lines, self.targets)
        self.tally = state.tally
        for url in state.done:
            self._seen.add(hash(url))
            self._traps.name(url)
        for url, digest in state.pages:
            self._traps.see(url, digest)
        for visit in state.pending:
            self.set_out(visit)

    @property
    def in_flight(self) -> int:
        """Urls taken and not ended."""
        return len(self._open)

    def set_out(self, visit: Visit) -> None:
        """Queue a visit unless its url has been named before; what can never be made ends at once."""
        key = hash(visit.url)  # 64 bits: two of a million urls meet once in 37 million patrols
        if key in self._seen:
            return
        self._seen.add(key)
        if why := self._never(visit):
            self.end(self.blank_line(visit, "refused", why))
        else:
            self.queues.push(host_of(visit.url), visit.depth, visit, begin=visit.how != "seed")

    def _never(self, visit: Visit) -> str:
        if visit.depth > self.targets.plans[visit.target].budget.depth:
            return "budget: depth"
        if too_many_hops(visit):
            return TOO_MANY_HOPS
        return "" if visit.how == "seed" else self._traps.name(visit.url)

    def admit(self, visit: object) -> bool | None:
        """True: fetch it now; False: it ended as refused; None: pages in flight may yet fill the budget."""
        if not isinstance(visit, Visit):
            return True
        budget, spent = self.targets.plans[visit.target].budget, self.tally.spent[visit.target]
        why = spent_budget(budget, spent, self._minutes(visit.target)) or self._traps.closed(visit.url)
        if why:
            self.end(self.blank_line(visit, "refused", why))
            return False
        if spent.pages + self._open_per_target[visit.target] >= budget.pages:
            return None
        self._open[visit.url] = visit.target
        self._open_per_target[visit.target] += 1
        return True

    def _minutes(self, target: str) -> float:
        """Since the first url of `target` was asked for."""
        now = self._clock()
        return (now - self._since.setdefault(target, now)).total_seconds() / 60

    def has_room(self, target: str) -> bool:
        """True unless `target` has already had its pages or bytes."""
        return not spent_budget(self.targets.plans[target].budget, self.tally.spent[target], 0)

    def is_open(self, url: str) -> bool:
        """True while `url` is taken and not ended."""
        return url in self._open

    def capture_of(self, url: str) -> str:
        """The capture id of `url` in this patrol."""
        return capture_id(self._name, url)

    def archive(self, url: str, exchange: Exchange) -> tuple[Place, Place]:
        """Write an exchange into the archive now. Raises DiskFailed."""
        return self.recorder.exchange(self.capture_of(url), url, self._clock(), exchange)

    def archive_dom(self, url: str, dom: bytes, response: Place) -> Place:
        """Write a rendered page into the archive now. Raises DiskFailed."""
        return self.recorder.dom(self.capture_of(url), url, self._clock(), dom, response)

    def blank_line(self, visit: Visit, ending: Literal["captured", "refused", "failed"], why: str) -> UrlLine:
        """The line of a visit with nothing archived."""
        return UrlLine(
            url=visit.url,
            target=visit.target,
            ending=ending,
            why=why,
            at=self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            depth=visit.depth,
            how=visit.how,
            via=visit.via,
            chain=visit.chain,
            landing=visit.landing,
        )

    def end(self, line: UrlLine) -> None:
        """Write the line a url ends in and set out for what it leads to. Raises DiskFailed."""
        self.recorder.line(line)
        self.tally.add(line)
        if target := self._open.pop(line.url, ""):
            self._open_per_target[target] -= 1
        if counts_as_page(line) and line.response:
            self._traps.see(line.url, line.response.sha256)
        for visit in next_visits(line, self.targets):
            self.set_out(visit)

    def name_sitemap_urls(self, target: str, sitemap: str, urls: Iterable[str]) -> None:
        """Set out for the urls of a sitemap, as many as the target's pages: more could never be fetched."""
        scope = self.targets.scopes[target]
        mine = [url for url in urls if scope.contains(url)]
        for url in mine[: self.targets.plans[target].budget.pages]:
            self.set_out(Visit(url, target, "sitemap", 1, sitemap))

    def robots_override(self, url: str) -> str:
        """Why robots.txt is not obeyed for `url`, or an empty string."""
        for key, scope in self.targets.scopes.items():
            reason = self.targets.plans[key].robots_override
            if reason and scope.contains(canonical_url(url) or ""):
                return reason
        return ""
