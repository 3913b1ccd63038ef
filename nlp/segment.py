"""The one door to word segmentation: rjieba with our own dictionary (99.93 % of jieba's spans, 30 × as fast)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rjieba

DICTIONARY = Path(__file__).with_name("finance_terms.txt")
"""Words of finance that jieba's own dictionary lacks or cuts, `word frequency` a line."""
WINDOW = 8
"""Characters to either side of a candidate that are segmented: longer than nearly every Chinese word."""


def cut(text: str) -> list[str]:
    """The words of a text, in order; joined they are the text."""
    words: list[str] = _segmenter().cut(text)
    return words


def is_aligned(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` begins and ends at word borders, judged on a small window around it."""
    low, high = max(0, start - WINDOW), min(len(text), end + WINDOW)
    borders = {low}
    position = low
    for word in cut(text[low:high]):
        position += len(word)
        borders.add(position)
    return start in borders and end in borders


@cache
def _segmenter() -> rjieba.Jieba:
    import rjieba  # reads its dictionary on import: a tenth of a second that many commands never need

    segmenter = rjieba.Jieba()
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        word, frequency = line.split()
        segmenter.add_word(word, int(frequency), "n")
    return segmenter
