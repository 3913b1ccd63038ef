"""What a query means, written the slow and plain way; every engine must find just these documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise, product
from typing import Any

from indexer.clauses import (
    And,
    Clause,
    Everything,
    Exists,
    Near,
    Not,
    Or,
    Range,
    Regex,
    Sequence,
    Term,
    Wildcard,
)
from indexer.documents import Document
from indexer.fields import BY_NAME, DEFAULT_FIELDS
from indexer.folding import fold, is_word, tokens


def find(clause: Clause, documents: Iterable[Document]) -> set[str]:
    """The ids of the documents a query finds."""
    return {document.id for document in documents if matches(clause, document)}


def matches(clause: Clause, document: Document) -> bool:
    match clause:
        case Everything():
            return True
        case And(parts):
            return all(matches(part, document) for part in parts)
        case Or(parts):
            return any(matches(part, document) for part in parts)
        case Not(part):
            return not matches(part, document)
        case Exists(field):
            return bool(_values(document, field))
        case _:
            fields = [clause.field] if clause.field else DEFAULT_FIELDS
            return any(_meets(clause, name, value) for name in fields for value in _values(document, name))


def _values(document: Document, field: str) -> tuple[Any, ...]:
    value = getattr(document, field)
    return value if isinstance(value, tuple) else () if value == "" else (value,)


def _meets(clause: Any, field: str, value: Any) -> bool:
    match clause:
        case Sequence(_, found):
            return bool(_places(tokens(value), found))
        case Near(_, parts, slop):
            return _is_near(tokens(value), parts, slop)
        case Term(_, wanted):
            return bool(fold(value) == wanted if isinstance(value, str) else value == wanted)
        case Wildcard(_, pattern):
            expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
            return _fits(expression, field, value)
        case Regex(_, pattern):
            return _fits(pattern, field, value)
        case Range():
            return _is_within(clause, value)
    raise TypeError(clause)


def _places(text: list[str], found: tuple[str, ...]) -> list[int]:
    return [i for i in range(len(text) - len(found) + 1) if tuple(text[i : i + len(found)]) == found]


def _is_near(text: list[str], parts: tuple[tuple[str, ...], ...], slop: int) -> bool:
    for starts in product(*(_places(text, part) for part in parts)):
        spans = sorted((start, start + len(part)) for start, part in zip(starts, parts, strict=True))
        gaps = [after[0] - before[1] for before, after in pairwise(spans)]
        if all(gap >= 0 for gap in gaps) and sum(gaps) <= slop:
            return True
    return False


def _fits(expression: str, field: str, value: str) -> bool:
    pattern = re.compile(expression, re.ASCII | re.DOTALL)
    if BY_NAME[field].kind == "keyword":
        return bool(pattern.fullmatch(fold(value)))
    return any(is_word(token) and pattern.fullmatch(token) for token in tokens(value))


def _is_within(clause: Range, value: float | datetime) -> bool:
    low: Any = clause.low
    high: Any = clause.high
    above = low is None or (value >= low if clause.include_low else value > low)
    below = high is None or (value <= high if clause.include_high else value < high)
    return bool(above and below)
