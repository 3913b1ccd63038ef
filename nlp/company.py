"""Which clauses a text can match at all, told from its characters alone.

A pattern of words in order needs one word of each of its items, and so one of the characters these begin with. For
every character the clauses it keeps company with are bits of one number, a plane of bits for each item; ored over a
text's characters and anded over the planes they leave the clauses worth trying: a few of a thousand, for the price of a
look at every different character.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

PLANES = 4
"""Items asked for, of those with more the ones of the fewest characters: the others would exclude little."""

Company = Sequence[frozenset[str]]
"""The characters that begin the words of each item."""


class CompanyTable:
    """Built once for a sequence of clauses."""

    def __init__(self, companies: Iterable[Company]) -> None:
        """`companies` in order of the clauses; an empty one can match anywhere."""
        wanted = [sorted(company, key=len)[:PLANES] for company in companies]
        self._size = len(wanted)
        self._all = (1 << self._size) - 1
        self._free = 0
        self._of: dict[str, int] = defaultdict(int)
        for clause, items in enumerate(wanted):
            for plane in range(PLANES):
                bit = 1 << (plane * self._size + clause)
                if plane < len(items):
                    for character in items[plane]:
                        self._of[character] |= bit
                else:
                    self._free |= bit
        self._known = frozenset(self._of)

    def possible(self, text: str) -> int:
        """The clauses that `text` may match, as bits."""
        seen = self._free
        of = self._of
        for character in self._known.intersection(text):
            seen |= of[character]
        size = self._size
        left = self._all
        for plane in range(PLANES):
            left &= seen >> (plane * size)
        return left


def bits(number: int) -> Iterator[int]:
    """The places of the bits of a number, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
