"""Endless spaces and how a patrol stays out of them: each refusal says what was endless."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_SEGMENTS = 16
MAX_PATH = 600
MAX_CALENDAR = 31
"""Urls of one calendar: a month's view for two and a half years, or a month of days."""
MAX_VARIANTS = {1: 200, 2: 100}
"""Urls of one path by how many parameters they carry: `show.asp?id=…` is how older sites name articles."""
MAX_MANY_VARIANTS = 50
"""The same from three parameters on: sort orders and filters multiply there."""
MAX_REPEATS = 20
"""Pages of one pattern with the very same bytes, where they also are more than half of its pages."""

_NAMES = "date day month year y m d ym ymd week cal calendar start end from to"
_DATE_NAMES = frozenset(_NAMES.split())
_DATE_VALUE = re.compile(r"(?:19|20)\d\d(?:[-/.]?(?:0?[1-9]|1[0-2])(?:[-/.]?[0-3]?\d)?)?")
_SMALL_NUMBER = re.compile(r"\d{1,2}")
_DATE_PATH = re.compile(r"/(?:19|20)\d\d(?:[-/_](?:0?[1-9]|1[0-2]))(?:[-/_][0-3]?\d)?/?$")
_DIGITS = re.compile(r"\d+")


def shape_trap(url: str) -> str:
    """Why the path of a canonical url alone gives it away as a trap, or an empty string."""
    path = urlsplit(url).path
    if len(path) > MAX_PATH:
        return f"trap: path of {len(path)} characters"
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return f"trap: path of {len(segments)} folders"
    if block := _repeated_block(segments):
        return f"trap: repeating path /{block}/"
    return ""


def _repeated_block(segments: list[str]) -> str:
    """A run of folders that follows itself: `a/b/a/b`, or one folder three times."""
    for width, times in ((1, 3), (2, 2), (3, 2)):
        for start in range(len(segments) - width * times + 1):
            block = segments[start : start + width]
            if segments[start : start + width * times] == block * times and not _all_numbers(block):
                return "/".join(block)
    return ""


def _all_numbers(block: list[str]) -> bool:
    """`/01/01/` is a date, `/3/3/3` an index by digits."""
    return all(segment.isdigit() for segment in block)


@dataclass(frozen=True)
class Series:
    """The urls that differ from one another only in what an endless space varies, and how many are enough."""

    key: str
    limit: int
    name: str


def series_of(url: str) -> Series | None:
    """The series a canonical url belongs to, if it belongs to one at all."""
    parts = urlsplit(url)
    place = f"{parts.netloc}{parts.path}"
    if parts.query:
        pairs = [part.partition("=")[::2] for part in parts.query.split("&")]
        names = ",".join(name for name, _ in pairs)
        if any(_is_date(name, value) for name, value in pairs):
            return Series(f"{place}?{names}", MAX_CALENDAR, f"calendar {parts.path}")
        limit = MAX_VARIANTS.get(len(pairs), MAX_MANY_VARIANTS)
        return Series(f"{place}?{names}", limit, f"endless parameters {names} of {parts.path}")
    if found := _DATE_PATH.search(parts.path):
        folder = parts.path[: found.start()]
        return Series(f"{parts.netloc}{folder}", MAX_CALENDAR, f"calendar {folder}")
    return None


def _is_date(name: str, value: str) -> bool:
    if name.lower() not in _DATE_NAMES:
        return False
    return bool(_DATE_VALUE.fullmatch(value) or _SMALL_NUMBER.fullmatch(value))


def pattern_of(url: str) -> str:
    """Url without its numbers and parameter values: pages made by one template."""
    parts = urlsplit(url)
    names = ",".join(part.partition("=")[0] for part in parts.query.split("&"))
    return f"{parts.netloc}{_DIGITS.sub('#', parts.path)}?{names}"


@dataclass
class Traps:
    """Counts what a patrol has named and seen, and refuses what goes on without end."""

    _named: Counter[int] = field(default_factory=Counter)
    _pages: Counter[int] = field(default_factory=Counter)
    _same: Counter[tuple[int, str]] = field(default_factory=Counter)
    _closed: set[int] = field(default_factory=set)

    def name(self, url: str) -> str:
        """Count a canonical url just named; why it is refused, or an empty string."""
        if why := shape_trap(url):
            return why
        series = series_of(url)
        if not series:
            return ""
        key = hash(series.key)  # 64 bits are enough for counting, and a tenth of the memory
        if self._named[key] >= series.limit:
            return f"trap: {series.name}, {series.limit} asked for"
        self._named[key] += 1
        return ""

    def see(self, url: str, digest: str) -> None:
        """Count a captured page by the digest of its body; a template that only repeats itself is closed."""
        pattern = hash(pattern_of(url))
        self._pages[pattern] += 1
        self._same[pattern, digest[:16]] += 1
        same = self._same[pattern, digest[:16]]
        if same >= MAX_REPEATS and same * 2 > self._pages[pattern]:
            self._closed.add(pattern)

    def closed(self, url: str) -> str:
        """Why a url named earlier is no longer asked for, or an empty string."""
        if self._closed and hash(pattern_of(url)) in self._closed:
            return f"trap: {MAX_REPEATS} pages of {_DIGITS.sub('#', urlsplit(url).path)} were the same"
        return ""
