"""Numbers as Chinese pages write them: 1,234.5, 十八, 两万五, 一点五, 壹拾捌, 1.5万, and the masked xx.

Works on text whose full-width digits are folded; what a number counts (per cent, 分, 元) is not known here.
"""

from __future__ import annotations

from typing import Final

ARABIC: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?![0-9])|[0-9]{1,12})(?:\.[0-9]{1,6})?"
CHINESE: Final = r"[零〇一二两三四五六七八九十百千万亿半点壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸]{1,12}"
MASKED: Final = r"[0-9]?[xX×*○□■]{1,4}(?:\.[xX×*○□■0-9]{1,4})?"
NUMBER: Final = rf"(?:{ARABIC}|{CHINESE}|{MASKED})"
"""A number in any of the scripts; at least one character, no blanks, linear (no nested repeats)."""

_DIGITS: Final = {
    **dict(zip("零〇一二三四五六七八九", [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖貳參陸", [1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 6], strict=True)),
    "两": 2,
    "兩": 2,
}
_SMALL_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE_UNITS: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_MASKS: Final = frozenset("xX×*○□■")


def parse_number(text: str) -> float | None:
    """The value of a NUMBER; None where the figure is masked.

    A last digit after a unit counts the next lower one, as people say it: 两万五 is 25,000.

    Raises ValueError for what is no number (点, 万百).
    """
    if not _MASKS.isdisjoint(text):
        return None
    if text[0].isascii():
        return float(text.replace(",", ""))
    if text == "半":
        return 0.5
    whole, point, decimals = text.partition("点")
    return _integer(whole) + (_decimals(decimals) if point else 0.0)


def _decimals(text: str) -> float:
    digits = [_DIGITS[character] for character in text if character in _DIGITS]
    if not digits or len(digits) != len(text):
        raise ValueError(f"not decimal digits: {text}")
    return float("0." + "".join(map(str, digits)))


def _integer(text: str) -> int:
    if not text:
        raise ValueError("no digits")
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _positional(text)


def _positional(text: str) -> int:
    total = section = 0
    digit: int | None = None
    unit = 1
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
            unit = unit if digit else 1  # after 零 the next digit is a plain one: 三百零五
        elif character in _SMALL_UNITS:
            unit = _SMALL_UNITS[character]
            section += (1 if digit is None else digit) * unit
            digit = None
        elif character in _LARGE_UNITS:
            unit = _LARGE_UNITS[character]
            total += (section + (digit or 0) or 1) * unit
            section, digit = 0, None
        else:
            raise ValueError(f"not a number: {text}")
    return total + section + (digit or 0) * max(unit // 10, 1)
