"""Normalised text: what matching sees, and the way back to the original."""

from __future__ import annotations

from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import Normaliser

NORMALISE = Normaliser({"理cai": "理财", "抵ya": "抵押", "薇芯": "微信"})


@pytest.mark.parametrize(
    ("original", "plain"),
    [
        ("保本保息", "保本保息"),
        ("稳.赚.不.赔", "稳赚不赔"),
        ("零-风-险", "零风险"),
        ("保 本", "保本"),
        ("保\u200b本", "保本"),
        ("保●本", "保本"),
        ("保證本金", "保证本金"),
        ("保夲保息", "保本保息"),
        ("１００％", "100%"),
        ("月息２分", "月息2分"),
        ("1️⃣2️⃣%", "12%"),
        ("③个月", "3个月"),
        ("٣ ٤", "3 4"),
        ("𝟏𝟐%", "12%"),
        ("理CAI产品", "理财产品"),
        ("抵YA贷款", "抵押贷款"),
        ("加薇芯", "加微信"),
        ("黄金旺舖", "黄金旺铺"),
        # what must stay apart
        ("收益不保。 本公司", "收益不保。 本公司"),
        ("不保\n本金", "不保\n本金"),
        ("收益、本金", "收益、本金"),
        ("8.5%", "8.5%"),
        ("2-3年", "2-3年"),
        ("a b 中", "a b 中"),
        # everyday simplified characters that are traditional ones too
        ("乾坤", "乾坤"),
        ("蔷薇", "蔷薇"),
    ],
)
def test_it_works(original: str, plain: str) -> None:
    assert NORMALISE(original).text == plain


def test_a_span_leads_back_to_the_original_with_its_disguise() -> None:
    original = "今日稳.赚\u200b不赔！"
    normal = NORMALISE(original)
    at = normal.text.index("稳赚不赔")
    start, end = normal.original_span(at, at + 4)
    assert original[start:end] == "稳.赚\u200b不赔"
    assert normal.was_disguised(start, end)


def test_traditional_characters_and_width_are_no_disguise() -> None:
    assert NORMALISE("保證本金１２％").changed == ()


@given(st.text())
def test_every_position_leads_back_in_order(text: str) -> None:
    normal = NORMALISE(text)
    origins = [normal.original(i) for i in range(len(normal.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(alphabet="保本 .-\u200b。\n理财CAIcai①%證夲"))
def test_positions_are_the_inverse_of_original(text: str) -> None:
    normal = NORMALISE(text)
    origins = [normal.original(i) for i in range(len(normal.text))]
    expected = [bisect_left(origins, original) for original in range(len(text) + 1)]
    assert normal.positions(range(len(text) + 1)) == expected


@given(st.text(alphabet="保本利息稳赚不赔，。"))
def test_clean_text_is_itself(text: str) -> None:
    assert NORMALISE(text).text == text


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert NORMALISE("保\ud800本").text == "保\ufffd本"
