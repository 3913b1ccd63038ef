"""Where in the original text a query was met: spans into it and a fragment, alike for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from indexer.clauses import And, Clause, Near, Or, Sequence, Wildcard
from indexer.documents import Document
from indexer.folding import SPACE, fold, is_word, tokens

OPEN, CLOSE = "«", "»"
"""Marks around what was met in a fragment; book-title marks 《》 are everyday in the texts themselves."""
MAX_SPANS = 100
FRAGMENT = 80
"""Characters of original text in a fragment: a line of a terminal, two of a page."""
_BEFORE = 24

Span = tuple[int, int]


@dataclass(frozen=True)
class Highlight:
    """What to show of a hit."""

    spans: tuple[Span, ...] = ()
    """Into the document's text, in order, apart from each other."""
    fragment: str = ""
    """A stretch of the text around the first span, each span in it between OPEN and CLOSE."""


def highlight(clause: Clause, document: Document) -> Highlight:
    """What of the text met the query; where the query is about other fields, the quotes of the findings."""
    quotes = (tuple(tokens(quote.strip())) for quote in document.quote)
    spans = find_spans(document.text, sought(clause)) or find_spans(
        document.text, [_sequence(quote) for quote in quotes if quote]
    )
    return Highlight(tuple(spans), fragment(document.text, spans))


def sought(clause: Clause) -> list[str]:
    """Expressions for what a clause finds in folded text: words whole, white space in any amount.

    Left out is what is negated, and what a text does not show.
    """
    match clause:
        case And(parts) | Or(parts):
            return [expression for part in parts for expression in sought(part)]
        case Sequence(field, found) if field in _IN_TEXT:
            return [_sequence(found)]
        case Near(field, sequences) if field in _IN_TEXT:
            return [_sequence(found) for found in sequences]
        case Wildcard(field, pattern) if field in _IN_TEXT:
            return [_whole(pattern.replace("*", "[0-9a-z]*").replace("?", "[0-9a-z]"))]
        case _:
            return []


_IN_TEXT = ("", "title", "text", "quote")
"""Fields whose words may be seen in the text."""


def _sequence(found: tuple[str, ...]) -> str:
    pieces = [r"\s+" if token == SPACE else re.escape(token) for token in found]
    if is_word(found[0]):
        pieces[0] = f"(?<![0-9a-z]){pieces[0]}"
    if is_word(found[-1]):
        pieces[-1] = f"{pieces[-1]}(?![0-9a-z])"
    return "".join(pieces)


def _whole(word: str) -> str:
    return f"(?<![0-9a-z]){word}(?![0-9a-z])"


def find_spans(text: str, expressions: Iterable[str]) -> list[Span]:
    """Where any of the expressions match, spans joined where they touch, the first MAX_SPANS."""
    patterns = [_compiled(expression) for expression in dict.fromkeys(expressions)]
    if not patterns:
        return []
    folded = fold(text)
    found = sorted(match.span() for pattern in patterns for match in islice(pattern.finditer(folded), MAX_SPANS))
    return list(_joined(found))[:MAX_SPANS]


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Sorted spans with those that touch or overlap made one."""
    last: Span | None = None
    for start, end in spans:
        if last and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


def fragment(text: str, spans: list[Span]) -> str:
    """A stretch of the text around the first span with the spans marked; the text's beginning without any."""
    first = spans[0][0] if spans else 0
    start = max(0, first - _BEFORE)
    end = min(len(text), max(start + FRAGMENT, spans[0][1] if spans else 0))
    pieces, position = [], start
    for low, high in spans:
        if high > end:
            break
        pieces += [text[position:low], OPEN, text[low:high], CLOSE]
        position = high
    pieces.append(text[position:end])
    body = re.sub(r"\s+", " ", "".join(pieces)).strip()
    return f"{'…' if start else ''}{body}{'…' if end < len(text) else ''}"
