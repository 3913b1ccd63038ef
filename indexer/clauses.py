"""A query as a tree of values: what the query language says, and what engines translate.

`write` gives the query string back, so that a saved query can be shown and parsed again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from indexer.folding import SPACE

Bound = int | float | datetime


@dataclass(frozen=True)
class Everything:
    """All documents: `*:*`."""


@dataclass(frozen=True)
class Sequence:
    """Documents where a text field holds these tokens one after the other (see folding.tokens)."""

    field: str
    """Empty: any of fields.DEFAULT_FIELDS."""
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Near:
    """Documents where a text field holds all sequences, in any order, at most `slop` tokens between them."""

    field: str
    parts: tuple[tuple[str, ...], ...]
    slop: int


@dataclass(frozen=True)
class Term:
    """Documents where a field has this value: a folded string, or a number."""

    field: str
    value: str | int | float


@dataclass(frozen=True)
class Wildcard:
    """Documents where a keyword, or an ASCII word of a text, fits `*` (any run) and `?` (any character)."""

    field: str
    pattern: str
    """Folded; a literal `*`, `?` or backslash stands behind a backslash."""


@dataclass(frozen=True)
class Regex:
    """Documents where a whole keyword, or a whole ASCII word of a text, fits the expression."""

    field: str
    pattern: str


@dataclass(frozen=True)
class Range:
    """Documents with a number or time between bounds; None leaves a side open."""

    field: str
    low: Bound | None
    high: Bound | None
    include_low: bool = True
    include_high: bool = True


@dataclass(frozen=True)
class Exists:
    """Documents where a field has any value."""

    field: str


@dataclass(frozen=True)
class And:
    parts: tuple[Clause, ...]


@dataclass(frozen=True)
class Or:
    parts: tuple[Clause, ...]


@dataclass(frozen=True)
class Not:
    part: Clause


Clause = Everything | Sequence | Near | Term | Wildcard | Regex | Range | Exists | And | Or | Not


def all_of(*parts: Clause) -> Clause:
    """The clause all parts together make: nested Ands opened, a single part itself."""
    opened = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return opened[0] if len(opened) == 1 else And(tuple(opened))


def any_of(*parts: Clause) -> Clause:
    """The clause any of the parts satisfies: nested Ors opened, a single part itself."""
    opened = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return opened[0] if len(opened) == 1 else Or(tuple(opened))


def write(clause: Clause) -> str:
    """A query string that parses to an equal clause."""
    match clause:
        case Everything():
            return "*:*"
        case And(parts):
            return " AND ".join(map(_operand, parts))
        case Or(parts):
            return " OR ".join(map(_operand, parts))
        case Not(part):
            return f"NOT {_operand(part)}"
        case Exists(field):
            return f"_exists_:{field}"
        case _:
            prefix = f"{clause.field}:" if clause.field else ""
            return prefix + _write_leaf(clause)


def _operand(clause: Clause) -> str:
    return f"({write(clause)})" if isinstance(clause, And | Or | Not) else write(clause)


def _write_leaf(clause: Sequence | Near | Term | Wildcard | Regex | Range) -> str:
    match clause:
        case Sequence(_, tokens):
            return _quoted(spell(tokens))
        case Near(_, parts, slop):
            return f"{_quoted(' '.join(map(spell, parts)))}~{slop}"
        case Term(_, value):
            return _quoted(str(value))
        case Wildcard(_, pattern):
            return _PATTERN_PIECE.sub(_escaped_piece, pattern)
        case Regex(_, pattern):
            return "/" + _REGEX_PIECE.sub(_escaped_slash, pattern) + "/"
        case Range(_, low, high, include_low, include_high):
            ends = f"{_bound(low)} TO {_bound(high)}"
            return f"{'[' if include_low else '{'}{ends}{']' if include_high else '}'}"


_PATTERN_PIECE = re.compile(r"\\.|[\w*?.]|.", re.DOTALL)
_REGEX_PIECE = re.compile(r"\\.|.", re.DOTALL)


def _escaped_piece(match: re.Match[str]) -> str:
    """A piece of a wildcard pattern as it stands in a query: syntax characters behind a backslash."""
    piece = match[0]
    return piece if len(piece) > 1 or piece in "*?." or piece.isalnum() or piece == "_" else f"\\{piece}"


def _escaped_slash(match: re.Match[str]) -> str:
    return "\\/" if match[0] == "/" else match[0]


def spell(tokens: tuple[str, ...]) -> str:
    """The text of which `tokens` are the tokens, white space as one space."""
    return "".join(" " if token == SPACE else token for token in tokens)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bound(value: Bound | None) -> str:
    if value is None:
        return "*"
    return _quoted(value.isoformat() if isinstance(value, datetime) else str(value))
