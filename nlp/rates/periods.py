"""What a figure counts for: a year, a month, a day, a term; by its label and the words beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nlp.rates.numerals import ARABIC, CHINESE, parse_number
from nlp.rates.rate import DAYS, Period

if TYPE_CHECKING:
    from nlp.rates.labels import Label

_REACH: Final = 8
"""Characters before a label or figure that may hold its period: 每个月固定返息 is 7."""

_NO_COUNT: Final = "(?<![0-9〇零二三四五六七八九十两几多个])"
"""2015年, 8日 and 3个月 are dates and terms; 每个月, 一天 and 1天 are periods."""
_PERIODS: Final[tuple[tuple[Period, str], ...]] = (
    ("half", "半年"),
    ("year", f"年化|[每一/]年|{_NO_COUNT}年(?![前底末轻龄货])|ap[yr]|lpr|业绩(?:比较)?基准"),
    ("quarter", "每?季度?"),
    ("month", f"[每一/1]个?月|{_NO_COUNT}月(?![底末初份])"),
    ("week", "每?周(?![期转边年围])|每?星期"),
    ("hour", "小时|每时|时(?=收益)"),
    (
        "day",
        f"[每一1/][日天]|{_NO_COUNT}(?<![生节假近即次昨])日(?![期常前内照后起子])"
        f"|{_NO_COUNT}(?<![春夏秋冬聊])天(?![使河然下津内后期])",
    ),
)
_PERIOD: Final = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _PERIODS))
_PERIOD_THEN: Final = re.compile(
    rf"(?:{_PERIOD.pattern})(?:稳|净|可|能|轻松|固定|都|有|得|赚|领|拿|挣|给|您|你|出|均|付|做到|\s){{0,4}}$"
)
_PER_BEHIND: Final = re.compile(
    r"\s*(?:[/每]|的)?\s*(?:(?P<half>半年)|(?P<year>年化?)|(?P<quarter>季)|(?P<month>月)|(?P<week>周)|(?P<hour>小时)|(?P<day>日化?|天))"
    r"(?!期|内|后|前|起|限|度|标|间|初|底|末|数|[0-9])"
)
_TERM: Final = re.compile(
    rf"(?P<count>{ARABIC}|{CHINESE})\s*个?\s*(?P<unit>小时|半年|天|日|周|星期|月|季|年)\s*"
    r"(?:总|累计|可|净|获得?|内|就|能|即可|期|后|赚|利润|利息|盈利|返利|收益|回报|分红|到账){1,4}(?P<ratio>率)?[^，。！年]{0,6}$"
)
_TERM_REACH: Final = 20


def period_of(text: str, label: Label, start: int, end: int) -> Period:
    """What the figure at start…end counts for; empty where nothing tells."""
    behind = _PER_BEHIND.match(text, end)
    if behind is not None:
        return _named(behind)
    if label.start >= end:
        return _last_period(label.words) or _last_period(text[max(0, start - _REACH) : start])
    return (
        _last_period(label.words)
        or _last_period(text[label.end : start])
        or _last_period(text[max(0, label.start - _REACH) : label.start])
    )


def period_before(text: str, start: int) -> tuple[Period, int]:
    """The period right before a figure that has no label (每天稳赚2%, 1天2个点), and where it begins."""
    found = _PERIOD_THEN.search(text, max(0, start - _REACH), start)
    return (_named(found), found.start()) if found else ("", start)


def term_before(text: str, start: int) -> tuple[float, bool] | None:
    """Days of a term the figure at `start` was earned over (100天收益30%), and whether it is called a 率."""
    found = _TERM.search(text, max(0, start - _TERM_REACH), start)
    if found is None:
        return None
    try:
        count = parse_number(found["count"])
    except ValueError:
        return None
    return (count * DAYS[found["unit"]], found["ratio"] is not None) if count else None


def _last_period(words: str) -> Period:
    last = None
    for last in _PERIOD.finditer(words):  # noqa: B007 (the last one is wanted)
        pass
    return _named(last) if last else ""


def _named(found: re.Match[str]) -> Period:
    return found.lastgroup or ""  # type: ignore[return-value]  # groups are named by Period
