"""Values in a query: numbers, days and times, regular expressions, and the Chinese names of stored words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from indexer.fields import Field
from indexer.folding import fold
from indexer.query_errors import QueryError

LOCAL = ZoneInfo("Asia/Shanghai")
"""A day in a query is a day of the office's calendar; xuncha.django_settings has the same zone."""

MAX_REGEX = 100
MAX_REPEAT = 20
"""Together they keep an expression's automaton within a few thousand states, on every engine."""

_DAY = re.compile(r"(\d{4})(?:[-/年](\d{1,2})(?:[-/月](\d{1,2})日?)?)?[年月]?")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
_REGEX_PIECE = re.compile(r"\\.|\{[^}]*\}|[^\\{]+|\{", re.DOTALL)
_REPEAT = re.compile(r"(?<!\\)\{([^}]*)\}")
_COUNT = re.compile(r"\d+")
_FORBIDDEN = (
    (re.compile(r"\(\?"), "不支持 (?…) 写法"),
    (re.compile(r"\\[0-9a-ce-rt-vx-zA-Z]"), "只支持 \\d \\s \\w 和标点的转义"),
    (re.compile(r"[*+?}][?+]"), "不支持懒惰或占有量词"),
    (re.compile(r"^\^|\$$"), "正则总是匹配整个值，不用写 ^ 和 $"),
)


@dataclass(frozen=True)
class Period:
    """From `start` until just before `end`: what a day, a month or a time of day in a query means."""

    start: datetime
    end: datetime


def read_period(text: str) -> Period:
    """`2026`, `2026-11`, `2026-11-23`, `2026年11月23日` or an ISO time. Raises QueryError."""
    try:
        match = _DAY.fullmatch(text)
        return _calendar(*match.groups()) if match else _time(text)
    except (ValueError, OverflowError):
        raise QueryError(f"“{text}”不是日期", "日期写作 2026-11-23、2026-11 或 2026-11-23T08:30") from None


def _calendar(year: str, month: str | None, day: str | None) -> Period:
    start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=LOCAL)
    if day:
        return Period(start, start + timedelta(days=1))
    if month:
        return Period(start, _first_of(start.year + start.month // 12, start.month % 12 + 1))
    return Period(start, _first_of(start.year + 1, 1))


def _first_of(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=LOCAL)


def _time(text: str) -> Period:
    start = datetime.fromisoformat(text.upper())
    start = start if start.tzinfo else start.replace(tzinfo=LOCAL)
    clock = re.split(r"[-+Z]", text.upper().partition("T")[2])[0]
    if not clock:
        raise ValueError(text)
    return Period(start, start + _precision(clock))


def _precision(clock: str) -> timedelta:
    """How long a time of day lasts that is written so: 08:30 a minute, 08:30:00 a second."""
    if "." in clock:
        return timedelta(microseconds=1)
    return timedelta(seconds=1) if clock.count(":") > 1 else timedelta(minutes=1)


def read_number(field: Field, text: str) -> int | float:
    """A number for an integer or decimal field; a per cent sign is let pass. Raises QueryError."""
    plain = fold(text).removesuffix("%")
    match = _NUMBER.fullmatch(plain)
    if not match or (match[1] and field.kind == "integer"):
        wanted = "整数" if field.kind == "integer" else "数字"
        raise QueryError(f"“{field.zh}”要用{wanted}，“{text}”不是", f"例如 {field.name}:>=3")
    return float(plain) if field.kind == "decimal" else int(plain)


def read_keyword(field: Field, text: str) -> str:
    """The stored value people mean by `text`. Raises QueryError where the field cannot hold it."""
    calls = {fold(call): value for call, value in field.values.items()}
    value = calls.get(fold(text))
    if value is None and field.closed:
        near = get_close_matches(fold(text), calls, n=3, cutoff=0.3) or list(dict.fromkeys(field.values))
        raise QueryError(f"“{field.zh}”没有“{text}”这个值", f"可用：{'、'.join(near)}")
    return fold(text) if value is None else value


def read_regex(pattern: str) -> str:
    """A regular expression within the common dialect, folded. Raises QueryError."""
    if not pattern or len(pattern) > MAX_REGEX:
        raise QueryError(f"正则应有 1 到 {MAX_REGEX} 个字符", "缩短它，或拆成几个用 OR 连接")
    for forbidden, problem in _FORBIDDEN:
        if forbidden.search(pattern):
            raise QueryError(problem, "可用：. [] () | * + ? {m,n} \\d \\s \\w")
    if any(int(count) > MAX_REPEAT for body in _REPEAT.findall(pattern) for count in _COUNT.findall(body)):
        raise QueryError(f"重复次数最多 {MAX_REPEAT}", "用 * 或 + 代替")
    try:
        re.compile(pattern)
    except re.error as error:
        raise QueryError(f"正则有误：{error.msg}", "检查括号与方括号是否成对") from None
    return _REGEX_PIECE.sub(lambda piece: piece[0] if piece[0][0] == "\\" else fold(piece[0]), pattern)
