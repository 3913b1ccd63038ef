"""Which patterns may run outside RE2: bounded width, few ways to match."""

from __future__ import annotations

import re
import time

import pytest

from nlp.clauses import Pattern
from nlp.linear import WIDEST, bounded_width
from nlp.rulebook import Rulebook


@pytest.mark.parametrize(
    ("pattern", "width"),
    [
        ("保本[^。]{0,6}(?:安全|无忧)", 10),
        ("^第[一二三0-9]{1,6}条", 8),
        (r"(?:年化|收益率?)[^。]{0,4}[0-9]{1,2}(?:\.[0-9]{1,3})?%", 14),
    ],
)
def test_it_works(pattern: str, width: int) -> None:
    assert bounded_width(pattern) == width


@pytest.mark.parametrize(
    "pattern",
    [
        "保本.*安全",  # any width
        "(?:a{0,20}){0,20}b",  # repeats within repeats
        "[^。]{0,30}甲[^。]{0,30}乙[^。]{0,30}丙",  # too many ways
        f"a{{{WIDEST + 1}}}",
        r"\p{Han}{2,4}银行",  # RE2's own
        "(?=保本)保",  # what RE2 has none of
        "(",
    ],
)
def test_others_are_left_to_re2(pattern: str) -> None:
    assert bounded_width(pattern) is None


def test_our_own_free_patterns_stay_linear_on_their_near_misses(rulebook: Rulebook) -> None:
    patterns = [
        clause.match
        for rule in rulebook.rules
        for clause in rule.any
        if isinstance(clause.match, Pattern) and not clause.match.is_free and clause.match.literals
    ]
    text = "".join(pattern.literals[0] for pattern in patterns) * 2
    for pattern in patterns:
        started = time.process_time()
        list(re.finditer(pattern.pattern, text))
        assert time.process_time() - started < 1, pattern.pattern
