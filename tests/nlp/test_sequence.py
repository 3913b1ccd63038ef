"""The language of word orders."""

from __future__ import annotations

import re

import pytest

from nlp.sequence import SequenceError, compile_sequence

CLASSES = {"return": ("收益", "回报"), "empty": ()}


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("保证|承诺 ~6 @return", "我们承诺年收益", "承诺年收益"),
        ("保证|承诺 ~2 @return", "承诺每一年的收益", None),
        ("保证 收益", "保证收益", "保证收益"),
        ("保证 的? 收益", "保证收益", "保证收益"),
        ("# 倍 杠杆", "十倍杠杆", "十倍杠杆"),
        ("# 倍 杠杆", "xx倍杠杆", "xx倍杠杆"),
        ("# 倍 杠杆", "2.5倍杠杆", "2.5倍杠杆"),
        ("不还 ~6 我们 ~2 还", "他不还？我们替他还", "不还？我们替他还"),
        ("承诺 ~6 收益", "承诺。收益", None),
        ("c++|vip ~3 会员", "c++会员", "c++会员"),
    ],
)
def test_it_works(source: str, text: str, found: str | None) -> None:
    match = re.search(compile_sequence(source, CLASSES).pattern, text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("保证|承诺 ~6 旱涝保收", {"旱涝保收"}),
        ("月|日 ~2 配资", {"配资"}),
        ("月|日 返|领", {"月返", "月领", "日返", "日领"}),
        ("# 倍 杠杆", {"倍杠杆"}),
    ],
)
def test_the_rarest_words_are_looked_for_first(source: str, literals: set[str]) -> None:
    assert set(compile_sequence(source, CLASSES).literals) == literals


@pytest.mark.parametrize(
    ("source", "reach"),
    [
        ("旱涝保收 ~6 收益|年回报", (0, 13)),
        ("保证|承诺 ~6 旱涝保收", (8, 12)),
        ("我们? ~2 保证 ~3 旱涝保收 ~2 收益", (9, 17)),
        ("# 倍 杠杆", (40, 43)),
    ],
)
def test_a_match_reaches_so_far_around_its_literal(source: str, reach: tuple[int, int]) -> None:
    assert compile_sequence(source, CLASSES).reach == reach


@pytest.mark.parametrize(
    ("source", "message"),
    [("# ~3 的?", "没有必有的词"), ("@nothing ~2 收益", "@nothing"), ("保证||承诺 收益", "空词")],
)
def test_mistakes_say_what_to_change(source: str, message: str) -> None:
    with pytest.raises(SequenceError, match=message):
        compile_sequence(source, CLASSES)
