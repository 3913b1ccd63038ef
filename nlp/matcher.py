"""Where the words of many clauses stand in a text: one Aho-Corasick pass, then patterns only where a literal stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import re2
from ahocorasick_rs import AhoCorasick, MatchKind

from nlp.clauses import Clause, Pattern, RateCondition, Terms
from nlp.company import CompanyTable, bits
from nlp.segment import is_aligned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.sequence import Reach

LONGEST_CHECKED = 2
"""Words up to this length are checked for alignment with word borders (担|保本|合同); longer ones are words anyway."""

RATE_SIGNS = (
    "收益", "回报", "利息", "利率", "年化", "年利", "年息", "月息", "月利", "日息", "日利", "日化", "月化",
    "分红", "返利", "日返", "月返", "年返", "返还", "返现", "回本", "翻倍", "翻番", "翻", "返本", "分利", "厘",
    "每月返", "赚", "盈利", "利润", "领取", "月领", "日领", "回购", "息", "倍", "每天", "每月", "月收", "增值",
    "个点", "每年", "静态", "产出", "每个月", "一天", "每期", "%", "天返", "后返", "期返", "本回", "费率",
)  # fmt: skip
"""Words one of which stands beside every return rate (rulebase §5.1)."""


class Hit(NamedTuple):
    """One match of one clause."""

    start: int
    end: int
    clause: int


Span = tuple[int, int, int]
"""A hit before it is told: where it begins, where it ends, its clause."""
Literal = tuple[int, int, int]
"""An occurrence of a clause's literal in a text: its index, where it begins and ends."""


class Matcher:
    """Finds clauses in text; built once, used for every page."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._clauses = clauses
        users: dict[str, list[int]] = defaultdict(list)
        for index, clause in enumerate(clauses):
            for literal in _literals(clause):
                users[literal].append(index)
        self._terms = tuple(map(self._terms_of, users.values()))
        self._patterns = tuple(map(self._patterns_of, users.values()))
        self._company = CompanyTable(
            clause.match.company if isinstance(clause.match, Pattern) else () for clause in clauses
        )
        self._rate_sign = tuple(word in RATE_SIGNS for word in users)
        self._automaton = AhoCorasick(list(users), matchkind=MatchKind.Standard)
        self._excluding = {
            index: (clause.excluding, max(map(len, clause.excluding)))
            for index, clause in enumerate(clauses)
            if clause.excluding
        }
        self._compiled: dict[int, tuple[re.Pattern[str], Reach | None]] = {}

    def _terms_of(self, clauses: list[int]) -> tuple[int, ...]:
        """The clauses a literal is a term of."""
        return tuple(clause for clause in clauses if isinstance(self._clauses[clause].match, Terms))

    def _patterns_of(self, clauses: list[int]) -> int:
        """The clauses whose pattern a literal starts, as bits."""
        return sum(1 << clause for clause in clauses if isinstance(self._clauses[clause].match, Pattern))

    def literals(self, text: str) -> list[Literal]:
        """Every literal of any clause in a lower-case text, overlapping ones too, in order of their ends."""
        found: list[Literal] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def hits(self, text: str, literals: Iterable[Literal]) -> list[Hit]:
        """The hits in a lower-case text whose literals are known; of overlapping hits of a clause, the longest."""
        return _longest(self.raw_hits(text, literals))

    def raw_hits(self, text: str, literals: Iterable[Literal]) -> list[Span]:
        """The same with overlapping hits, in no order, as plain triples (start, end, clause): cues are many."""
        found: list[Span] = []
        awake: list[int] = []
        asked = self._company.possible(text)
        compiled, terms, patterns, excluding = self._compiled, self._terms, self._patterns, self._excluding
        for index, start, end in literals:
            found += [
                (start, end, clause)
                for clause in terms[index]
                if clause not in excluding or not self._is_other_word(text, start, end, clause)
            ]
            tried = patterns[index] & asked
            for clause in bits(tried) if tried else ():
                pattern, reach = compiled.get(clause) or self._compile(clause)
                if reach is None or _matches_around(pattern, text, start, reach):
                    awake.append(clause)
                    asked ^= 1 << clause
        for clause in awake:
            for match in compiled[clause][0].finditer(text):
                start, end = match.span()
                if clause not in excluding or not self._is_other_word(text, start, end, clause):
                    found.append((start, end, clause))
        return found

    def wants_rates(self, literals: Iterable[Literal]) -> bool:
        """Whether a word stands there without which no rate is a return."""
        return any(self._rate_sign[index] for index, _, _ in literals)

    def _compile(self, clause: int) -> tuple[re.Pattern[str], Reach | None]:
        match = self._clauses[clause].match
        assert isinstance(match, Pattern)
        self._compiled[clause] = _COMPILERS[match.is_free](match.pattern), match.reach
        return self._compiled[clause]

    def stands_as_word(self, text: str, hit: Hit) -> bool:
        """Whether a hit by a short Chinese word stands at word borders."""
        is_term = isinstance(self._clauses[hit.clause].match, Terms)
        short = is_term and hit.end - hit.start <= LONGEST_CHECKED
        return not short or text[hit.start].isascii() or is_aligned(text, hit.start, hit.end)

    def _is_other_word(self, text: str, start: int, end: int, clause: int) -> bool:
        """Whether a hit overlaps one of its clause's `not` words."""
        words, longest = self._excluding[clause]
        low = start - longest + 1
        around = text[low if low > 0 else 0 : end + longest - 1]
        for word in words:
            if word in around:  # rarely: only then is it asked whether the two overlap
                size = len(word) - 1
                if text.find(word, start - size if start > size else 0, end + size) >= 0:
                    return True
        return False


_COMPILERS: dict[bool, Callable[[str], re.Pattern[str]]] = {True: cache(re2.compile), False: cache(re.compile)}
"""RE2 for what is not shown to be linear, the quicker `re` for the rest; each pattern compiled once a process."""


def _matches_around(pattern: re.Pattern[str], text: str, literal: int, reach: Reach) -> bool:
    """Whether a pattern matches around one of its literals: a short search instead of one through the text."""
    before, after = reach
    if not before:
        return pattern.match(text, literal) is not None
    return pattern.search(text, max(0, literal - before), literal + after) is not None


def _literals(clause: Clause) -> tuple[str, ...]:
    if isinstance(clause.match, Terms):
        return clause.match.words
    if isinstance(clause.match, Pattern):
        return clause.match.literals
    if isinstance(clause.match, RateCondition):
        return RATE_SIGNS
    return ()


def _longest(spans: list[Span]) -> list[Hit]:
    """Of overlapping hits of one clause the leftmost longest, in order of the text."""
    kept: list[Hit] = []
    reach: dict[int, int] = {}
    spans.sort(key=lambda span: (span[0], -span[1]))
    for start, end, clause in spans:
        if start >= reach.get(clause, 0):
            kept.append(Hit(start, end, clause))
            reach[clause] = end
    return kept
