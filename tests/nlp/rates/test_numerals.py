"""Numbers in Arabic and Chinese scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.rates.numerals import parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", 18),
        ("1,234.5", 1234.5),
        ("0.4410", 0.441),
        ("十", 10),
        ("十八", 18),
        ("二十", 20),
        ("一百零五", 105),
        ("三百五", 350),
        ("一千二", 1200),
        ("两万五", 25_000),
        ("两万五千", 25_000),
        ("两万零五百", 20_500),
        ("十五万", 150_000),
        ("一百二十万", 1_200_000),
        ("一亿两千万", 120_000_000),
        ("一点五", 1.5),
        ("十点零五", 10.05),
        ("壹拾捌", 18),
        ("贰佰", 200),
        ("一二三", 123),
        ("半", 0.5),
        ("万", 10_000),
    ],
)
def test_numbers_are_read_as_people_say_them(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["x", "xx", "x.x", "**", "×"])
def test_masked_figures_have_no_value(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["点", "点五", "一点", "一点万", "三半"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_round_trip(number: int) -> None:
    assert parse_number(spell(number)) == number


def spell(number: int) -> str:
    """Standard spelling, section by section."""
    high, low = divmod(number, 10_000)
    text = spell_section(high) + "万" if high else ""
    gap = "零" if high and low and low < 1000 else ""
    return text + gap + (spell_section(low) if low else "")


def spell_section(number: int) -> str:
    text, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if pending_zero and text else "") + "零一二三四五六七八九"[digit] + name
        pending_zero = digit == 0
    return text
