"""Text as matching sees it, with the way back to the original (rulebase §1.1). A quote is always the original text.

1. odd characters become plain ones, one for one: full width, digits of every script, traditional, look-alikes
2. zero-width characters vanish
3. separators between Chinese characters vanish, never across 。！？； a line end or a block
4. words written in disguise (`理CAI`, `抵YA`) become the plain word

Clean text costs three searches and no copy.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ZERO_WIDTH = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff\u20e3"
_SEPARATORS = r" \t\u00a0\u3000·•●∙・＊*_\-~～./／|｜^+="
"""、 is not among them: it separates words in honest text."""

_LOOKALIKES = {
    "夲": "本", "苯": "本", "嬴": "赢", "恴": "意", "徴": "征", "囙": "回", "囬": "回", "乄": "义", "亊": "事",
    "仧": "长", "兦": "亡", "佲": "名", "侞": "如", "倁": "知", "処": "处", "莂": "别", "莪": "我", "祢": "你",
    "妳": "你", "僦": "就", "湜": "是", "哋": "地", "啲": "的", "嘚": "的", "収": "收", "钅": "金", "釒": "金",
    "哯": "现", "哫": "足", "恏": "好", "圗": "图", "甴": "由", "塰": "海", "〇": "零",
}  # fmt: skip
"""Look-alikes and sound-alikes seen in spam (rulebase §1.1). What is everyday Chinese alone (呆, 薇) is folded
only inside its words, by the vocabulary's variants."""

_VARIANT_FORMS = {"舖": "铺", "裏": "里", "綫": "线", "爲": "为", "啓": "启", "淸": "清", "衆": "众", "麽": "么"}
"""Traditional forms OpenCC's main table leaves out or maps elsewhere."""

_DIGIT_ZEROES = (
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
)  # fmt: skip
"""Where a script's ten digits begin (Unicode 15, general category Nd)."""

_ENCLOSED = "①②③④⑤⑥⑦⑧⑨⑴⑵⑶⑷⑸⑹⑺⑻⑼❶❷❸❹❺❻❼❽❾➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒"


class _Edit(NamedTuple):
    start: int
    end: int
    plain: str
    disguised: bool


@dataclass(frozen=True)
class Normalised:
    """Normalised text and where each of its characters came from."""

    text: str
    starts: tuple[int, ...] = (0,)
    """Where in `text` each run of constant shift begins."""
    shifts: tuple[int, ...] = (0,)
    """Original offset minus offset here, one for each run."""
    changed: tuple[int, ...] = ()
    """Original offsets where a disguise was undone, in order."""

    @cached_property
    def lower(self) -> str:
        """The text in lower case, in which words and patterns are looked for."""
        return self.text.lower()

    def original(self, position: int) -> int:
        """The original offset of the character at `position`."""
        if len(self.starts) == 1:
            return position
        return position + self.shifts[bisect_right(self.starts, position) - 1]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The original span the characters from `start` to `end` came from."""
        if start >= end:
            return self.original(start), self.original(start)
        return self.original(start), self.original(end - 1) + 1

    def positions(self, originals: Iterable[int]) -> list[int]:
        """The offset here of the first character that comes from each original offset or from after it."""
        if len(self.starts) == 1:
            return list(originals)
        begins = [start + shift for start, shift in zip(self.starts, self.shifts, strict=True)]
        ends = (*self.starts[1:], len(self.text))
        runs = ((original, bisect_right(begins, original) - 1) for original in originals)
        return [min(original - self.shifts[run], ends[run]) for original, run in runs]

    def was_disguised(self, start: int, end: int) -> bool:
        """Whether a disguise was undone inside the original span."""
        index = bisect_right(self.changed, start - 1)
        return index < len(self.changed) and self.changed[index] < end


class Normaliser:
    """Normalises text; `variants` are words in disguise and what they stand for."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        spellings = {s: plain for word, plain in variants.items() for s in (word, word.lower(), word.upper())}
        self._plain_words = tuple(spellings.values())
        self._variants = AhoCorasick(list(spellings), matchkind=MatchKind.LeftmostLongest)

    def __call__(self, text: str) -> Normalised:
        """Normalise `text`; never fails: a lone surrogate becomes U+FFFD."""
        text, edits = _plain_characters(text)
        edits.extend(_separators(text))
        edits.extend(
            _Edit(start, end, self._plain_words[index], True)
            for index, start, end in self._variants.find_matches_as_indexes(text)
        )
        return _apply(text, sorted(edits)) if edits else Normalised(text)


def _plain_characters(text: str) -> tuple[str, list[_Edit]]:
    """The text with odd characters replaced one for one, and edits for what is left to mark or drop."""
    edits: list[_Edit] = []
    odd = _odd_characters_everywhere() if _goes_beyond_bmp(text) else _odd_characters()
    table = character_table()
    pieces: list[str] = []
    done = 0
    for match in odd.finditer(text):
        start, end = match.span()
        plain = match[0].translate(table)
        pieces += text[done:start], plain
        done = end
        edits.extend(
            _Edit(start + i, start + i + 1, "" if char in _zero_width() else char, True)
            for i, char in enumerate(plain)
            if char in _zero_width() or match[0][i] in _LOOKALIKES
        )
    if not done:
        return text, edits
    pieces.append(text[done:])
    return "".join(pieces), edits


def _separators(text: str) -> Iterator[_Edit]:
    """Separators with a Chinese character on either side."""
    for match in _separator_run().finditer(text):
        start, end = match.span()
        if start and end - start <= _LONGEST_SEPARATOR and is_han(text[start - 1]):
            yield _Edit(start, end, "", not match[0].isspace())


_LONGEST_SEPARATOR = 4
"""A longer run sets two pieces of a layout apart."""


def is_han(char: str) -> bool:
    """Whether `char` is a Chinese character of the basic plane."""
    return "\u3400" <= char <= "\u9fff"


def _apply(text: str, edits: list[_Edit]) -> Normalised:
    pieces: list[str] = []
    starts, shifts, changed = [0], [0], []
    done = length = 0
    for start, end, plain, disguised in edits:
        if start < done:
            continue
        pieces += text[done:start], plain
        length += start - done + len(plain)
        done = end
        if disguised:
            changed.append(start)
        if end - length != shifts[-1]:
            starts.append(length)
            shifts.append(end - length)
    pieces.append(text[done:])
    return Normalised("".join(pieces), tuple(starts), tuple(shifts), tuple(changed))


@cache
def character_table() -> dict[int, str]:
    """One plain character for each odd one: width, digits, traditional, look-alikes, lone surrogates."""
    table = _traditional()
    table.update({point: chr(point - 0xFEE0) for point in _full_width()})
    for zero in _DIGIT_ZEROES:
        table.update({zero + digit: str(digit) for digit in range(10)})
    table.update({ord(odd): str(index % 9 + 1) for index, odd in enumerate(_ENCLOSED)})
    table.update({ord(odd): plain for odd, plain in _LOOKALIKES.items()})
    table.update({ord(odd): plain for odd, plain in _VARIANT_FORMS.items()})
    table.update({ord("﹪"): "%", 0x0130: "I"})
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    return table


def _full_width() -> Iterable[int]:
    """Full-width letters, digits and the signs numbers use; Chinese punctuation stays itself."""
    return (ord(char) for char in map(chr, range(0xFF01, 0xFF5F)) if char.isalnum() or char in "％．＋＄＆＃＠")


def _traditional() -> dict[int, str]:
    """Traditional characters and their first simplified form, from OpenCC's table.

    Characters of GB 2312 (乾, 著, 沈 …) are everyday simplified Chinese too and stay as they are.
    """
    source = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split()[:2] for line in source.splitlines() if line)
    return {ord(odd): plain for odd, plain in pairs if len(odd) == 1 and not _in_gb2312(odd)}


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _goes_beyond_bmp(text: str) -> bool:
    """Whether UTF-16 needs two units for a character: encoding takes a fifth of the time a search does."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


@cache
def _odd_characters() -> re.Pattern[str]:
    """Odd characters of the basic plane: a class without others is a bitmap, ten times as fast."""
    points = "".join(chr(point) for point in character_table() if point < 0xD800 or 0xDFFF < point < 0x10000)
    return re.compile(f"[{re.escape(points)}\ud800-\udfff{_ZERO_WIDTH}]+")


@cache
def _odd_characters_everywhere() -> re.Pattern[str]:
    points = "".join(chr(point) for point in character_table() if point > 0xFFFF)
    return re.compile(f"(?:{_odd_characters().pattern}|[{points}])+")


@cache
def _separator_run() -> re.Pattern[str]:
    return re.compile(f"[{_SEPARATORS}]+(?=[\u3400-\u9fff])")


@cache
def _zero_width() -> frozenset[str]:
    return frozenset(char for char in map(chr, range(0x10000)) if re.match(f"[{_ZERO_WIDTH}]", char))
