"""Whether a pattern is safe to run with `re`, and how far a match of it can stretch.

RE2 is linear whatever the pattern, at ten microseconds a call from Python; `re` answers in a tenth of that, but
backtracks. A pattern whose matches have a bounded width and whose repeats do not nest can only try so many ways a
position, so it is linear in any engine: its rule author keeps both speed and safety.
"""

from __future__ import annotations

import re
from re import _parser as sre  # type: ignore[attr-defined]  # the standard library's own parser of patterns
from typing import Any

WIDEST = 400
"""Characters a match may take to count as bounded."""
_MOST_WAYS = 20_000
"""Ways of matching from one position: the product of the choices of all repeats."""
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_FOREIGN = frozenset({"ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "ATOMIC_GROUP", "POSSESSIVE_REPEAT"})
"""What RE2 has none of: it refuses the pattern in its own words."""


def bounded_width(pattern: str) -> int | None:
    """The most characters a match can take if the pattern is linear in any engine; None: leave it to RE2."""
    try:
        parsed = sre.parse(pattern)
    except (re.error, OverflowError):  # RE2's own syntax, such as \p{Han}
        return None
    width: int = parsed.getwidth()[1]
    return width if width <= WIDEST and _ways(parsed) <= _MOST_WAYS else None


def _ways(parsed: Any) -> float:
    """An upper bound of the ways to match from a position."""
    ways = 1.0
    for operation, argument in parsed:
        name = str(operation)
        if name in _REPEATS:
            low, high, repeated = argument
            ways *= (int(high) - int(low) + 1) * min(_ways(repeated), _MOST_WAYS) ** int(high)
        elif name == "SUBPATTERN":
            ways *= _ways(argument[-1])
        elif name == "BRANCH":  # words that begin alike match together, rarely more than two of them
            ways *= 2 * max(map(_ways, argument[1]))
        elif name in _FOREIGN:
            return float("inf")
    return ways
