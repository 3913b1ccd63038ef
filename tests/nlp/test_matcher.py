"""Words and patterns in text, by one pass for literals."""

from __future__ import annotations

import time

from nlp.clauses import Clause, Pattern, RateCondition, Terms
from nlp.matcher import Hit, Matcher
from nlp.sequence import compile_sequence

CLAUSES = [
    Clause(Terms(("保本", "保本保息"))),
    Clause(Terms(("保本",)), excluding=("非保本", "保本点")),
    Clause(Pattern("承诺.{0,4}收益", ("承诺",))),
    Clause(RateCondition((), ">=", 8.0, ())),
]
MATCHER = Matcher(CLAUSES)


def hits(text: str) -> list[tuple[str, int]]:
    found = MATCHER.hits(text, MATCHER.literals(text))
    return [(text[hit.start : hit.end], hit.clause) for hit in found]


def test_it_works() -> None:
    assert hits("我们保本保息，承诺年收益") == [("保本保息", 0), ("保本", 1), ("承诺年收益", 2)]


def test_longer_words_in_which_a_hit_means_something_else() -> None:
    assert hits("本品非保本，保本点分析") == [("保本", 0), ("保本", 0)]


def test_rates_are_wanted_only_beside_their_words() -> None:
    assert MATCHER.wants_rates(MATCHER.literals("年化收益率"))
    assert not MATCHER.wants_rates(MATCHER.literals("保本"))


def test_short_words_stand_at_word_borders() -> None:
    text = "为其担保本合同"
    assert not MATCHER.stands_as_word(text, Hit(3, 5, 0))
    assert MATCHER.stands_as_word("我们保本", Hit(2, 4, 0))


def test_patterns_are_found_wherever_they_reach_to_from_their_literal() -> None:
    sequence = compile_sequence("保证|承诺 ~2 旱涝保收 ~2 收益|回报", {})
    matcher = Matcher([Clause(Pattern(sequence.pattern, sequence.literals, reach=sequence.reach))])
    text = "旱涝保收，" * 3 + "保证您家旱涝保收年化收益，承诺旱涝保收回报" + "，旱涝保收" * 3
    found = matcher.hits(text, matcher.literals(text))
    assert [text[hit.start : hit.end] for hit in found] == ["保证您家旱涝保收年化收益", "承诺旱涝保收回报"]


def test_near_misses_stay_linear() -> None:
    text = "承诺" * 200_000
    started = time.perf_counter()
    assert MATCHER.hits(text, MATCHER.literals(text)) == []
    assert time.perf_counter() - started < 5
