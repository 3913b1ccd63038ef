"""Random queries for property tests, over words the samples hold."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from indexer.clauses import (
    Clause,
    Everything,
    Exists,
    Near,
    Not,
    Range,
    Regex,
    Sequence,
    Term,
    Wildcard,
    all_of,
    any_of,
)
from indexer.fields import FIELDS
from indexer.folding import tokens

_TEXT_FIELDS = st.sampled_from(["", "", "", *(field.name for field in FIELDS if field.kind == "text")])
_LITERALS = st.text(alphabet='保本息甲乙庚辛的，% 12bitcon."\\*?:()/-', min_size=1, max_size=5).filter(
    lambda text: text == text.strip() and text != ""
)
_NUMBERS = {
    "severity": st.integers(0, 4),
    "score": st.integers(0, 100),
    "apr": st.sampled_from([1.5, 12.0, 300.0]),
}
_MOMENTS = st.datetimes(
    datetime(2026, 9, 1),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2026, 12, 1),  # noqa: DTZ001
    timezones=st.just(ZoneInfo("Asia/Shanghai")),
)
_PATTERNS = st.from_regex(re.compile(r"[a-z0-9]{0,2}[*?][a-z0-9.]{0,2}"), fullmatch=True)
_KEYWORDS = st.sampled_from(["host", "rule", "family", "id"])


def _near(parts: list[str], slop: int) -> Clause:
    return Near("", tuple(tuple(tokens(part)) for part in parts), slop)


def _range(field: str, bounds: list[float], low_in: bool, high_in: bool, sides: int) -> Clause:
    low, high = sorted(bounds)
    return Range(
        field,
        None if sides == 1 else low,
        None if sides == 2 else high,
        low_in or sides == 1,
        high_in or sides == 2,
    )


_ranges = st.sampled_from(sorted(_NUMBERS)).flatmap(
    lambda field: st.builds(
        _range,
        st.just(field),
        st.lists(_NUMBERS[field], min_size=2, max_size=2),
        st.booleans(),
        st.booleans(),
        st.integers(0, 2),
    )
)

leaves: st.SearchStrategy[Clause] = st.one_of(
    st.builds(Everything),
    st.builds(lambda field, text: Sequence(field, tuple(tokens(text))), _TEXT_FIELDS, _LITERALS),
    st.builds(
        _near,
        st.lists(st.text(alphabet="保本息甲乙丙庚辛ab", min_size=1, max_size=2), min_size=2, max_size=3),
        st.integers(1, 4),
    ),
    st.builds(Term, st.just("host"), st.sampled_from(["p1.test", "p2.test", "bank.test", "a*b?c\\d"])),
    st.builds(Term, st.just("severity"), st.integers(0, 5)),
    st.builds(Wildcard, _KEYWORDS, _PATTERNS.filter(lambda pattern: pattern.strip("*") != "")),
    st.builds(Wildcard, st.just(""), st.from_regex(re.compile(r"[bcu][a-z]{0,2}[*?]t?"), fullmatch=True)),
    st.builds(Regex, _KEYWORDS, st.sampled_from(["p[0-9]+", "p1.*", "(a|b|p2).*", r".*\.test"])),
    st.builds(Exists, st.sampled_from([field.name for field in FIELDS])),
    _ranges,
    st.builds(
        lambda moments: Range("fetched_at", min(moments), max(moments), True, False),
        st.lists(_MOMENTS, min_size=2, max_size=2),
    ),
)

queries: st.SearchStrategy[Clause] = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda some: all_of(*some)),
        st.lists(parts, min_size=2, max_size=3).map(lambda some: any_of(*some)),
        parts.map(Not),
    ),
    max_leaves=6,
)
