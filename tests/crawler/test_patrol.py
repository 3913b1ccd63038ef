"""Budgets, traps and the one line each url ends in, without a network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.exchange import Exchange
from crawler.frontier import Spent, Visit, choose_targets
from crawler.journal import Link, UrlLine, read_journal
from crawler.patrol import Patrol, spent_budget
from crawler.plan import Budget, Plan, TargetPlan
from crawler.recorder import Recorder

EXCHANGE = Exchange(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nhello", "127.0.0.1:80")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Run:
    """A patrol of one target, and hands to drive it."""

    def __init__(self, folder: Path, budget: Budget, lines: tuple[UrlLine, ...] = ()) -> None:
        self.folder, self.clock = folder, Clock()
        target = TargetPlan("a.test", ("http://a.test/",), budget=budget, robots_override="经同意")
        plan = Plan("p", "", (target,))
        self.patrol = Patrol(plan, choose_targets(plan, carrier=False), Recorder(folder), lines, self.clock)

    def take(self) -> Visit | None:
        found = self.patrol.queues.pop({}, self.patrol.admit)
        assert found is None or isinstance(found, Visit)
        return found

    def capture(self, visit: Visit, *links: str, body: bytes = b"") -> UrlLine:
        exchange = replace(EXCHANGE, response=EXCHANGE.response + body)
        request, response = self.patrol.archive(visit.url, exchange)
        line = replace(
            self.patrol.blank_line(visit, "captured", ""),
            capture=self.patrol.capture_of(visit.url),
            request=request,
            response=response,
            size=len(exchange.response),
            links=tuple(Link(url, "link") for url in links),
        )
        self.patrol.end(line)
        return line

    @property
    def ends(self) -> dict[str, str]:
        lines = [read.line for read in read_journal(self.folder)]
        return {line.url: line.why or line.ending for line in lines}


def urls(*paths: object) -> list[str]:
    return [f"http://a.test/{path}" for path in paths]


@pytest.mark.parametrize(
    ("spent", "minutes", "why"),
    [
        (Spent(9, 99), 1.9, ""),
        (Spent(10, 0), 0, "budget: pages"),
        (Spent(0, 100), 0, "budget: bytes"),
        (Spent(0, 0), 2, "budget: minutes"),
        (Spent(10, 100), 2, "budget: pages"),
    ],
)
def test_the_first_limit_reached_is_named(spent: Spent, minutes: float, why: str) -> None:
    assert spent_budget(Budget(pages=10, bytes=100, minutes=2), spent, minutes) == why


def test_it_works(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget())
    seed = run.take()
    assert seed == Visit("http://a.test/", "a.test")
    line = run.capture(seed, *urls("x", "y", ""))
    assert line.at == "2026-01-02T03:04:05.000Z"
    assert run.patrol.in_flight == 0
    assert [visit and visit.url for visit in (run.take(), run.take(), run.take())] == [*urls("x", "y"), None]
    assert run.patrol.in_flight == 2


def test_pages_in_flight_hold_up_what_may_exceed_the_budget(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(pages=3))
    seed = run.take()
    assert seed
    run.capture(seed, *urls(1, 2, 3))
    first, second = run.take(), run.take()
    assert first
    assert second
    assert run.take() is None  # the third would be one too many, if both succeed
    run.patrol.end(run.patrol.blank_line(first, "failed", "timeout"))
    third = run.take()
    assert third
    run.capture(second)
    run.capture(third)
    assert run.take() is None
    assert list(run.ends.values()) == ["captured", "timeout", "captured", "captured"]


def test_a_spent_budget_ends_what_waits(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(pages=1))
    seed = run.take()
    assert seed
    run.capture(seed, *urls(1, 2))
    assert run.take() is None
    assert run.ends == dict(zip(urls("", 1, 2), ["captured", *["budget: pages"] * 2], strict=True))


def test_minutes_run_from_the_first_fetch(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(minutes=5))
    seed = run.take()
    assert seed
    run.clock.now += timedelta(minutes=5)
    run.capture(seed, *urls(1))
    assert run.take() is None
    assert run.ends[urls(1)[0]] == "budget: minutes"


def test_depth_ends_at_once(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(depth=0))
    seed = run.take()
    assert seed
    run.capture(seed, *urls(1))
    assert run.ends[urls(1)[0]] == "budget: depth"


def test_a_template_that_repeats_itself_is_left(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget())
    seed = run.take()
    assert seed
    run.capture(seed, *(f"http://a.test/room/{n}/" for n in range(30)))
    while visit := run.take():
        run.capture(visit, body=b"same")
    assert sum(why == "captured" for why in run.ends.values()) == 1 + 20
    assert "trap: 20 pages of /room/#/ were the same" in run.ends.values()


def test_sitemaps_name_no_more_than_the_budget_and_nothing_out_of_scope(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(pages=2))
    run.patrol.name_sitemap_urls("a.test", "http://a.test/s.xml", ["http://out.test/", *urls(1, 2, 3)])
    assert len(run.patrol.queues) == 3


def test_overrides_hold_in_scope_only(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget())
    assert run.patrol.robots_override("http://m.a.test/x") == "经同意"
    assert run.patrol.robots_override("http://b.test/x") == ""


def test_going_on_counts_what_was_spent(tmp_path: Path) -> None:
    run = Run(tmp_path, Budget(pages=2))
    seed = run.take()
    assert seed
    line = run.capture(seed, *urls(1, 2))
    (tmp_path / "again").mkdir()
    again = Run(tmp_path / "again", Budget(pages=2), (line,))
    visit = again.take()
    assert visit
    assert visit.url == urls(1)[0]
    again.capture(visit)
    assert again.take() is None
    assert again.ends[urls(2)[0]] == "budget: pages"
