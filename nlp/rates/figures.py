"""Figures with a unit of proportion: 12%, 8%~12%, 8%+2%, 百分之十八, 5‰, 18个点, 2分, 一分五, 5厘, 万五.

Reads the figure alone, to per cent of its own period; whether it is a rate at all is for `nlp.rates.labels`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from nlp.rates.numerals import ARABIC, CHINESE, MASKED, NUMBER, parse_number

Unit = Literal["percent", "point", "fen"]


@dataclass(frozen=True)
class Figure:
    """A proportion as written: in per cent, or in 分 (1分 = 10厘), which are per cent only with a period."""

    start: int
    end: int
    low: float | None
    high: float | None
    unit: Unit
    added: bool = False
    """A sum, 8%+2%: part of it is a subsidy."""
    tenths: bool = False
    """三成, 两成五: a return only right behind its label."""
    bare: bool = False
    """一分五, 十八厘: no 息 or 利 stands in it or need follow, so its period is open."""


_START: Final = re.compile(r"[0-9x×*○□■零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾半]")
_SCALE: Final = {
    "%": 1.0,
    "‰": 0.1,
    "bp": 0.01,
    "bps": 0.01,
    "个基点": 0.01,
    "基点": 0.01,
    "个百分点": 1.0,
    "百分点": 1.0,
    "个点": 1.0,
    "点": 1.0,
}
_POINTS: Final = frozenset({"个百分点", "百分点", "个点", "点"})
_LONGEST_CHAIN: Final = 6
_FRACTION_SCALE: Final = {"百": 1.0, "千": 0.1, "万": 0.01}
_ARABIC: Final = re.compile(ARABIC)
_ONE: Final = re.compile(
    rf"(?:(?P<of>[百千万])分之\s*(?P<part>{NUMBER})|(?P<number>{ARABIC}(?![x×*○□■])|(?:(?!点){CHINESE})|{MASKED})\s*"
    r"(?P<unit>%|‰|bps?(?![a-z])|个?基点|个百分点|百分点|个点(?!位|击|赞|子|数)|点(?![0-9钟半整评击赞多前后左右开到结发准收更关上下\s]))?)"
)
_JOINT: Final = re.compile(r"\s*(?P<joint>[~\-—至到/+]{1,2})\s*")
_PER_TEN_THOUSAND: Final = re.compile(rf"万(?P<part>{ARABIC}|[一二三四五六七八九])(?![0-9千百十个元人亿])")
_NO_FEN: Final = "钱不都没未也百钟之数行店公秒类期享红析成为别配支布子母贝组段批散局校部级工明开制差值"
_FEN: Final = re.compile(
    rf"(?P<fen>{ARABIC}|{CHINESE}|{MASKED})\s*分(?![{_NO_FEN}])"
    r"(?:(?P<tail>[1-9一二三四五六七八九壹贰叁肆伍陆柒捌玖半])(?![0-9%‰个天月年日倍万千百名位家分点])厘?)?(?!\s*[0-9])"
)
_LI: Final = re.compile(
    rf"(?P<fen>{ARABIC}|{CHINESE}|{MASKED})\s*厘(?![米清定岛革升])"
    r"(?:(?P<tail>[1-9一二三四五六七八九壹贰叁肆伍陆柒捌玖半])(?![0-9%‰个天月年日倍万千百名位家分点]))?"
)
_TENTHS: Final = re.compile(
    r"(?P<number>[1-9一二两三四五六七八九])\s*成(?P<tail>[1-9一二三四五六七八九半](?![0-9%个天月年日万千百]))?"
    r"(?![本交立长功员为果品都绩效就人熟份套数分年新的把])(?!\s*(?:归|给|作|用于|股))"
)


def find_figures(text: str) -> Iterator[Figure]:
    """All proportions in text order, never overlapping. Expects folded text (see `nlp.rates.find_rates`)."""
    at = 0
    while (begin := _START.search(text, at)) is not None:
        figure = _figure_at(text, begin.start())
        if figure is not None:
            yield figure
        at = figure.end if figure is not None else _after_number(text, begin.start())


def _figure_at(text: str, at: int) -> Figure | None:
    return _fen_at(text, at) or _percent_at(text, at) or _per_ten_thousand_at(text, at) or _tenths_at(text, at)


def _after_number(text: str, at: int) -> int:
    """Where to look on: behind an Arabic number at once, so that 9999999 is read but once."""
    number = _ARABIC.match(text, at)
    return number.end() if number else at + 1


def _percent_at(text: str, at: int) -> Figure | None:
    items = _chain(text, at)
    while items and items[-1].scale is None:
        items.pop()
    items = _with_units(items)
    if not items:
        return None
    values = [None if item.value is None or item.scale is None else item.value * item.scale for item in items]
    low, high = _bounds([item.joint for item in items], values)
    unit: Unit = "point" if items[-1].point else "percent"
    return Figure(items[0].start, items[-1].end, low, high, unit, added=any(item.joint == "+" for item in items))


@dataclass(frozen=True)
class _Item:
    """One number of a chain such as 8%~10%+2%."""

    start: int
    end: int
    joint: str
    """What joined it to the one before: ~ or +; empty for the first."""
    value: float | None
    scale: float | None
    """What turns its value into per cent; None: no unit of its own."""
    point: bool


def _chain(text: str, at: int) -> list[_Item]:
    items: list[_Item] = []
    joint = ""
    while len(items) < _LONGEST_CHAIN and (found := _ONE.match(text, at)) is not None:
        item = _item(found, joint)
        if item is None:
            break
        items.append(item)
        link = _JOINT.match(text, item.end)
        if link is None:
            break
        joint = "+" if "+" in link["joint"] else "~"
        at = link.end()
    return items


def _item(found: re.Match[str], joint: str) -> _Item | None:
    try:
        value = parse_number(found["part"] or found["number"])
    except ValueError:
        return None
    if found["of"]:
        return _Item(found.start(), found.end(), joint, value, _FRACTION_SCALE[found["of"]], False)
    unit = found["unit"]
    end = found.end("unit") if unit else found.end("number")
    return _Item(found.start(), end, joint, value, _SCALE[unit] if unit else None, unit in _POINTS)


def _with_units(items: list[_Item]) -> list[_Item]:
    """Numbers without a unit take that of the next (8-12%); one larger than it is no bound (2025-12%)."""
    result: list[_Item] = []
    for item in reversed(items):
        follower = result[0] if result else None
        if item.scale is None and follower is not None:
            if _too_large(item, follower):
                break
            item = replace(item, scale=follower.scale)
        result.insert(0, item)
    return result


def _too_large(item: _Item, follower: _Item) -> bool:
    joined_by_range = follower.joint == "~"
    return joined_by_range and item.value is not None and follower.value is not None and item.value > follower.value


def _bounds(joints: list[str], values: list[float | None]) -> tuple[float | None, float | None]:
    """Lowest and highest of a chain: + adds, everything else is a range; masked wherever one part is."""
    sums: list[float] = []
    for place, value in enumerate(values):
        if value is None:
            return None, None
        if place and joints[place] == "+":
            sums[-1] += value
        else:
            sums.append(value)
    return round(min(sums), 6), round(max(sums), 6)


def _fen_at(text: str, at: int) -> Figure | None:
    first = _fen_value(text, at)
    link = _JOINT.match(text, first.end if first else _after_number(text, at))
    second = _fen_value(text, link.end()) if link else None
    if first is None:
        first = _bare_low(text, at, link) if second is not None else None
    if first is None or second is None:
        return first
    return replace(second, start=at, low=first.low)


def _bare_low(text: str, at: int, link: re.Match[str] | None) -> Figure | None:
    """The 1.5 of 1.5-2分."""
    number = _ARABIC.match(text, at)
    if number is None or link is None:
        return None
    value = parse_number(number.group())
    return Figure(at, number.end(), value, value, "fen")


def _fen_value(text: str, at: int) -> Figure | None:
    found = _FEN.match(text, at)
    scale = 1.0
    if found is None:
        found, scale = _LI.match(text, at), 0.1
    if found is None:
        return None
    try:
        value = parse_number(found["fen"])
        tail = found["tail"]
        if value is not None:
            value = round(scale * (value + (_tail(tail) if tail else 0.0)), 6)
    except ValueError:
        return None
    bare = bool(tail) or found.re is _LI
    return Figure(at, found.end(), value, value, "fen", bare=bare)


def _tail(word: str) -> float:
    """What follows 分 or 厘 counts tenths of it: 一分五 is 1.5, 一分半 too, 三厘五 is 3.5."""
    return 0.5 if word == "半" else (parse_number(word) or 0.0) / 10


def _per_ten_thousand_at(text: str, at: int) -> Figure | None:
    """万五, 万2.5: said of daily interest and of commissions; the label decides."""
    found = _PER_TEN_THOUSAND.match(text, at)
    if found is None:
        return None
    value = (parse_number(found["part"]) or 0.0) / 100
    return Figure(at, found.end(), value, value, "percent", bare=True)


def _tenths_at(text: str, at: int) -> Figure | None:
    """三成 is 30 %, 两成五 is 25 %."""
    found = _TENTHS.match(text, at)
    if found is None:
        return None
    value = 10 * ((parse_number(found["number"]) or 0.0) + (_tail(found["tail"]) if found["tail"] else 0.0))
    return Figure(at, found.end(), value, value, "percent", tenths=True)
