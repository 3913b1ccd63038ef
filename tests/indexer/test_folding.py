"""Folding keeps offsets; tokens are what both sides of a search compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.folding import SPACE, fold, is_word, tokens


def test_it_works() -> None:
    assert tokens("Ｐ２Ｐ保本 12%") == ["p2p", "保", "本", SPACE, "12", "%"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ABC", "abc"),
        ("Ａｂ１２％", "ab12%"),
        ("（保本）", "(保本)"),
        ("保\u3000本", "保 本"),
        ("İ", "i"),
        ("保证", "保证"),
        ("", ""),
    ],
)
def test_width_and_case_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("保 \n\t 本", ["保", SPACE, "本"]),
        ("a_b", ["a", "_", "b"]),
        ("a.test/x", ["a", ".", "test", "/", "x"]),
        ("日息0.5‰", ["日", "息", "0", ".", "5", "‰"]),
        ("𠮷利", ["𠮷", "利"]),
        ("é", ["é"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_lose_nothing_but_the_amount_of_space(text: str) -> None:
    joined = "".join(" " if token == SPACE else token for token in tokens(text))
    assert tokens(joined) == tokens(text)


@pytest.mark.parametrize(("token", "expected"), [("p2p", True), ("9", True), ("本", False), ("%", False)])
def test_words_are_ascii_letters_and_digits(token: str, expected: bool) -> None:
    assert is_word(token) is expected
