"""Where lines lead, and that a patrol broken off at any line goes on to the same end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import (
    MAX_HOPS,
    Visit,
    choose_targets,
    closes_loop,
    counts_as_page,
    next_visits,
    resume,
    too_many_hops,
)
from crawler.journal import Hop, How, Link, Place, UrlLine
from crawler.plan import Plan, TargetPlan

PLAN = Plan(
    "p",
    "2026-01-01T00:00:00Z",
    (
        TargetPlan("a.test", ("http://a.test/", "http://a.test/#x", "mailto:x@a.test")),
        TargetPlan("b.test", ("http://b.test/", "http://a.test/")),
        TargetPlan("c.test", ("http://c.test/",), carrier=True),
    ),
)
TARGETS = choose_targets(PLAN, carrier=False)
HERE = "http://a.test/x"
STEP = Hop(HERE, 200, "link")


def line(url: str = HERE, **changes: object) -> UrlLine:
    base = UrlLine(url, "a.test", "captured", "", "2026-01-01T00:00:00Z", status=200, depth=3)
    return replace(base, **changes)  # type: ignore[arg-type]


def test_carriers_and_others_are_apart_and_a_url_is_seed_once() -> None:
    assert [(seed.url, seed.target) for seed in TARGETS.seeds] == [
        ("http://a.test/", "a.test"),
        ("http://b.test/", "b.test"),
    ]
    assert [seed.url for seed in choose_targets(PLAN, carrier=True).seeds] == ["http://c.test/"]


LEADS: list[tuple[str, How, str, bool, Visit | None]] = [
    # what it is, how, to, from a landing page, the visit
    ("a link", "link", "http://a.test/y", False, Visit("http://a.test/y", "a.test", "link", 4, HERE)),
    ("a link of a landing page", "link", "http://a.test/y", True, None),
    ("a redirect", "http", "http://a.test/y", False, Visit("http://a.test/y", "a.test", "http", 3, HERE, (STEP,))),
    (
        "a redirect out",
        "meta",
        "http://x.test/",
        False,
        Visit("http://x.test/", "a.test", "meta", 3, HERE, (STEP,), True),
    ),
    (
        "a redirect on from a landing page",
        "http",
        "http://x.test/",
        True,
        Visit("http://x.test/", "a.test", "http", 3, HERE, (STEP,), True),
    ),
    (
        "a redirect to another target",
        "http",
        "http://b.test/y",
        False,
        Visit("http://b.test/y", "b.test", "http", 3, HERE, (STEP,)),
    ),
    (
        "a landing page that leads to a target",
        "script",
        "http://b.test/y",
        True,
        Visit("http://b.test/y", "b.test", "script", 3, HERE, (STEP,)),
    ),
    ("a frame", "frame", "http://a.test/f", False, Visit("http://a.test/f", "a.test", "frame", 3, HERE, (STEP,))),
    (
        "a frame out",
        "frame",
        "http://x.test/f",
        False,
        Visit("http://x.test/f", "a.test", "frame", 3, HERE, (STEP,), True),
    ),
    ("an ad", "ad", "http://a.test/y", True, Visit("http://a.test/y", "a.test", "ad", 4, HERE, (STEP,), True)),
]


@pytest.mark.parametrize(("how", "to", "landing", "visit"), [row[1:] for row in LEADS], ids=[row[0] for row in LEADS])
def test_where_a_line_leads(how: How, to: str, landing: bool, visit: Visit | None) -> None:
    found = list(next_visits(line(links=(Link(to, how),), landing=landing), TARGETS))
    assert found == ([visit] if visit else [])


def test_only_captured_lines_of_ones_own_targets_lead_on() -> None:
    links = (Link("http://a.test/y", "link"),)
    assert list(next_visits(line(links=links, ending="failed"), TARGETS)) == []
    assert list(next_visits(line(links=links, target="c.test"), TARGETS)) == []


def test_hops_are_no_pages() -> None:
    assert counts_as_page(line())
    assert not counts_as_page(line(links=(Link("http://a.test/y", "http"),)))
    assert not counts_as_page(line(ending="failed"))


def test_loops_and_endless_chains() -> None:
    chain = (Hop("http://a.test/1", 302, "seed"), Hop("http://a.test/2", 302, "http"))
    assert closes_loop(chain, "http://a.test/3", "http://a.test/1")
    assert closes_loop((), "http://a.test/3", "http://a.test/3")
    assert not closes_loop(chain, "http://a.test/3", "http://a.test/4")
    hops = tuple(Hop(f"http://a.test/{n}", 302, "http") for n in range(MAX_HOPS))
    assert too_many_hops(Visit("http://a.test/x", "a.test", "http", chain=hops))
    assert not too_many_hops(Visit("http://a.test/x", "a.test", "http", chain=hops[1:]))
    assert too_many_hops(Visit("http://a.test/x", "a.test", "frame", chain=(*hops[1:], Hop("x", 200, "frame"))))


def test_a_start_is_a_resumption_of_nothing() -> None:
    state = resume([], TARGETS)
    assert state.pending == list(TARGETS.seeds)
    assert state.done == set()


def test_what_is_spent_is_counted_by_target() -> None:
    place = Place("f", 0, 1, "<urn:uuid:x>", "abc")
    lines = [
        line("http://a.test/", size=10, response=place),
        line("http://a.test/gone", size=5, ending="failed", why="http 404"),
        line("http://b.test/", size=7, target="b.test", links=(Link("http://b.test/x", "http"),)),
        line("http://c.test/", size=9, target="c.test"),
    ]
    state = resume(lines, TARGETS)
    spent = {key: (each.pages, each.bytes) for key, each in state.tally.spent.items()}
    assert spent == {"a.test": (1, 15), "b.test": (0, 7)}
    assert dict(state.tally.endings) == {"captured": 2, "failed: http 404": 1}
    assert state.pages == [("http://a.test/", "abc")]
    assert "http://c.test/" in state.done


GRAPH = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), max_size=10)


def crawl(graph: dict[int, list[int]], lines: list[UrlLine]) -> list[UrlLine]:
    """Finish a patrol over a made-up site, as the spider would."""
    state = resume(lines, TARGETS)
    queue, seen = list(state.pending), state.done | {visit.url for visit in state.pending}
    lines = list(lines)
    while queue:
        visit = queue.pop(0)
        number = int(visit.url.rpartition("/")[2] or 0)
        links = tuple(
            Link(f"http://a.test/{n or ''}", "http" if n == number + 1 else "link") for n in graph.get(number, [])
        )
        lines.append(line(visit.url, target=visit.target, depth=visit.depth, chain=visit.chain, links=links))
        for found in next_visits(lines[-1], TARGETS):
            if found.url not in seen:
                seen.add(found.url)
                queue.append(found)
    return lines


@given(graph=GRAPH, cut=st.integers(0, 12))
def test_broken_off_anywhere_it_comes_to_the_same_end(graph: dict[int, list[int]], cut: int) -> None:
    whole = crawl(graph, [])
    resumed = crawl(graph, whole[:cut])
    assert {each.url for each in resumed} == {each.url for each in whole}
    assert len(resumed) == len(whole)
