"""Text as matching sees it, with the way back to the original (rulebase §1.1). A quote is always the original text.

1. odd characters become plain ones, one for one: full width, digits of every script, traditional, look-alikes
2. zero-width characters vanish
3. separators between Chinese characters vanish, never across 。！？；, a line end or a block
4. words written in disguise (`理CAI`, `抵YA`, `0风险`) become the plain word

Clean text costs three searches and no copy. The tables of characters: `nlp.characters`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from nlp.characters import (
    BEYOND_BMP,
    ZERO_WIDTH,
    character_table,
    is_han,
    odd_characters,
    special_characters,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SEPARATORS = (
    " \\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"  # blanks
    "·•●∙・･‧⋅・＊*_＿\\-－‐‑‒–−~～./／|｜^+="
)
"""、 and — are not among them: they separate words in honest text."""
_LONGEST_SEPARATOR = 4
"""A longer run sets two pieces of a layout apart."""
_ROUNDS = 3
"""A word in disguise may hide a separator or another such word (稳.bu赔); nothing seen needs more rounds."""
_ZERO_RISK = {"0风险": "零风险", "o风险": "零风险", "零风险": "零风险"}
"""Zero written otherwise before 风险 (rulebase §1.1). 〇 is 零 by then; 零 itself is told apart by the original."""
_RISK_NOUNS = ("提示", "揭示", "警示", "等级", "评", "测", "承受", "偏好", "管理")
"""What makes 0 风险 the end of something else and the head of a title."""


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
    ends: Mapping[int, int] = field(default_factory=dict)
    """For characters that stand for a longer or shorter original (保本 for `bao本`), where that original ends."""
    folded: str = ""
    """The original with odd characters made plain one for one: offsets in it are those of the original."""

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
        return self.original(start), self.ends.get(end - 1) or self.original(end - 1) + 1

    def positions(self, originals: Iterable[int]) -> list[int]:
        """The offset here of the first character that comes from each original offset or from after it."""
        if len(self.starts) == 1:
            return list(originals)
        begins = [start + shift for start, shift in zip(self.starts, self.shifts, strict=True)]
        ends = (*self.starts[1:], len(self.text))
        runs = ((original, _run_of(begins, original)) for original in originals)
        return [min(original - self.shifts[run], ends[run]) for original, run in runs]

    def was_disguised(self, start: int, end: int) -> bool:
        """Whether a disguise was undone inside the original span."""
        index = bisect_right(self.changed, start - 1)
        return index < len(self.changed) and self.changed[index] < end


def _run_of(begins: list[int], original: int) -> int:
    """The first run that begins at an original offset, or else the last one that begins before it."""
    run = bisect_left(begins, original)
    return run if run < len(begins) and begins[run] == original else run - 1


class Normaliser:
    """Normalises text; `variants` are words in disguise and what they stand for."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        spellings = {word.lower(): plain for word, plain in variants.items()} | _ZERO_RISK
        self._words = tuple(spellings)
        self._plain_words = tuple(spellings.values())
        self._variants = AhoCorasick(list(spellings), matchkind=MatchKind.LeftmostLongest)

    def __call__(self, text: str) -> Normalised:
        """Normalise `text`; never fails: a lone surrogate becomes U+FFFD."""
        folded, edits = _plain_characters(text)
        edits.extend(_separators(folded))
        normal = _apply(folded, edits)
        for _ in range(_ROUNDS):
            words = list(self._words_in_disguise(normal, text))
            if not words or set(words) <= set(edits):
                break
            edits = _joined(edits, words)
            normal = _apply(folded, edits)
            edits = _joined(edits, list(_in_original(normal, _separators(normal.text))))
            normal = _apply(folded, edits)
        return normal

    def _words_in_disguise(self, normal: Normalised, text: str) -> Iterator[_Edit]:
        """Words of the table, with their span in the original."""
        lower = normal.lower
        for index, start, end in self._variants.find_matches_as_indexes(lower):
            word, plain = self._words[index], self._plain_words[index]
            if not _stands_apart(lower, start, end, word):
                continue
            begin, finish = normal.original_span(start, end)
            if word in _ZERO_RISK:
                if text[begin] != "零":
                    yield _Edit(begin, begin + 1, "零", True)
            elif word != plain:
                yield _Edit(begin, finish, plain, True)


def _stands_apart(lower: str, start: int, end: int, word: str) -> bool:
    """Whether letters and digits of a word do not belong to a longer one: 10风险, `awzbpq`."""
    before = lower[start - 1] if start else ""
    if word in _ZERO_RISK:
        return not (before.isascii() and (before.isalnum() or before == ".")) and not lower.startswith(_RISK_NOUNS, end)
    if not word.isascii():
        return True
    behind = lower[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (behind.isascii() and behind.isalnum())


def _in_original(normal: Normalised, edits: Iterable[_Edit]) -> Iterator[_Edit]:
    for start, end, plain, disguised in edits:
        yield _Edit(*normal.original_span(start, end), plain, disguised)


def _joined(edits: list[_Edit], more: list[_Edit]) -> list[_Edit]:
    """All edits in order, without those that lie inside one of `more`, which know of them."""
    covered = [(edit.start, edit.end) for edit in more]
    starts = [start for start, _ in covered]
    kept = list(more)
    for edit in edits:
        place = bisect_right(starts, edit.start) - 1
        if place < 0 or edit.start >= covered[place][1]:
            kept.append(edit)
    return sorted(kept)


def _plain_characters(text: str) -> tuple[str, list[_Edit]]:
    """The text with odd characters replaced one for one, and edits for what is left to mark or drop."""
    edits: list[_Edit] = []
    odd = list(odd_characters().finditer(text))
    if _goes_beyond_bmp(text):
        odd = sorted((*odd, *BEYOND_BMP.finditer(text)), key=_start)
    table, special = character_table(), special_characters()
    pieces: list[str] = []
    done = 0
    for match in odd:
        start, end = match.span()
        pieces += text[done:start], match[0].translate(table)
        done = end
        for at, char in enumerate(match[0], start):
            if char in special:
                edits.append(_Edit(at, at + 1, *special[char]))
    if not done:
        return text, edits
    pieces.append(text[done:])
    return "".join(pieces), edits


def _start(match: re.Match[str]) -> int:
    return match.start()


def _separators(text: str) -> Iterator[_Edit]:
    """Separators with a Chinese character on either side, whatever zero-width characters stand among them."""
    for match in _separator_run().finditer(text):
        start, end = match.span()
        if not start or not is_han(text[start - 1]):
            continue
        if end - start == 1:
            if match[0] not in special_characters():
                yield _Edit(start, end, "", not match[0].isspace())
            continue
        pieces = [piece.span() for piece in _visible().finditer(text, start, end)]
        if sum(last - first for first, last in pieces) <= _LONGEST_SEPARATOR:
            for first, last in pieces:
                yield _Edit(first, last, "", not text[first:last].isspace())


def _apply(text: str, edits: list[_Edit]) -> Normalised:
    if not edits:
        return Normalised(text, folded=text)
    edits.sort()
    pieces: list[str] = []
    starts, shifts, changed = [0], [0], []
    ends: dict[int, int] = {}
    done = length = 0
    for start, end, plain, disguised in edits:
        if start < done:
            continue
        pieces += text[done:start], plain
        length += start - done
        if len(plain) > 1 and len(plain) != end - start:  # every character of it stands for the whole
            for place in range(length, length + len(plain)):
                ends[place] = end
                if start - place != shifts[-1]:
                    starts.append(place)
                    shifts.append(start - place)
        elif plain and len(plain) != end - start:
            ends[length] = end
        length += len(plain)
        done = end
        if disguised:
            changed.append(start)
        if end - length != shifts[-1]:
            starts.append(length)
            shifts.append(end - length)
    pieces.append(text[done:])
    return Normalised("".join(pieces), tuple(starts), tuple(shifts), tuple(changed), ends, text)


def _goes_beyond_bmp(text: str) -> bool:
    """Whether UTF-16 needs two units for a character: encoding takes a fifth of the time a search does."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


@cache
def _separator_run() -> re.Pattern[str]:
    return re.compile(f"[{_SEPARATORS}{ZERO_WIDTH}]+(?=[\u3400-\u9fff])")


@cache
def _visible() -> re.Pattern[str]:
    return re.compile(f"[{_SEPARATORS}]+")
