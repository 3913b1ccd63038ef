"""Clauses a text can match at all, told from its characters: never one too few."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from nlp.company import CompanyTable, bits
from nlp.sequence import compile_sequence

SOURCES = ("保证|承诺 ~6 收益|利息", "投|存 ~2 # ~1 返|送 ~3 您", "本金 安全?", "甲 ~1 乙 ~1 丙 ~1 丁 ~1 戊")
SEQUENCES = [compile_sequence(source, {}) for source in SOURCES]
TABLE = CompanyTable([*(sequence.company for sequence in SEQUENCES), ()])


def test_it_works() -> None:
    assert list(bits(TABLE.possible("承诺每年利息"))) == [0, 4]
    assert list(bits(TABLE.possible("投一万返您三千"))) == [1, 4]
    assert list(bits(TABLE.possible(""))) == [4], "a clause without company is always possible"


@given(st.text(alphabet="保证承诺收益利息投存一返送您本金安全甲乙丙丁戊x", max_size=30))
def test_whatever_matches_was_possible(text: str) -> None:
    possible = set(bits(TABLE.possible(text)))
    for clause, sequence in enumerate(SEQUENCES):
        if re.search(sequence.pattern, text):
            assert clause in possible


@given(st.sets(st.integers(0, 300)))
def test_bits_are_told_lowest_first(places: set[int]) -> None:
    assert list(bits(sum(1 << place for place in places))) == sorted(places)
