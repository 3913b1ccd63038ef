"""What stands around a hit and decides it (rulebase §1.2): cues, each with the words that showed it.

A cue reaches as far as its scope says: NEG only what follows it in its clause, QUOTE and prohibitions the rest of
their sentence, REPORT, EDU and LAW their whole block. The words and scopes are data: rules/vocabulary.yml.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from nlp.finding import Cue
from nlp.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.matcher import Hit
    from nlp.vocabulary import Vocabulary

NEGATION_REACH = 12
"""Characters a negation reaches within its clause (rulebase §1.2)."""
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_CLAUSE_END = re.compile(r"[。！？!?；;\n，,：:]+|但|却|不过|然而")
"""Commas end a clause; 、 does not: 不承诺保本、保息 denies both."""


Span = tuple[int, int]
"""Where a cue begins and ends in its text."""


class CueFinder:
    """Finds some cues of a vocabulary in a text."""

    def __init__(self, vocabulary: Vocabulary, names: Iterable[str]) -> None:
        """`names`: the cues asked for, as far as the vocabulary has them; those they need or yield to come too."""
        self.rules = {name: vocabulary.cues[name] for name in sorted(_with_what_they_need(vocabulary, names))}
        self._names: list[str] = []
        self._needs: list[tuple[str, ...]] = []
        clauses = []
        for rule in self.rules.values():
            for clause in rule.any:
                self._names.append(rule.name)
                self._needs.append(clause.needs)
                clauses.append(clause)
        self._matcher = Matcher(clauses)

    def __call__(self, text: str) -> dict[str, list[Span]]:
        """The cues in a lower-case text: name → where they stand, in order, longer ones first."""
        found: dict[str, list[Span]] = {}
        needy: list[tuple[int, int, int]] = []
        names, needs = self._names, self._needs
        hits = self._matcher.raw_hits(text, self._matcher.literals(text))
        hits.sort(key=_longest_first)
        for hit in hits:
            start, end, clause = hit
            if needs[clause]:
                needy.append(hit)
            else:
                name = names[clause]
                if name in found:
                    found[name].append((start, end))
                else:
                    found[name] = [(start, end)]
        present = frozenset(found)
        for start, end, clause in needy:
            if meets(needs[clause], present):
                found.setdefault(names[clause], []).append((start, end))
        return found


def _longest_first(hit: tuple[int, int, int]) -> tuple[int, int]:
    return hit[0], -hit[1]


def _with_what_they_need(vocabulary: Vocabulary, names: Iterable[str]) -> set[str]:
    wanted: set[str] = set()
    open_names = list(names)
    while open_names:
        name = open_names.pop()
        if name not in wanted and name in vocabulary.cues:
            wanted.add(name)
            rule = vocabulary.cues[name]
            open_names += rule.yields_to
            open_names += (n.removeprefix("!") for clause in rule.any for need in clause.needs for n in need.split("|"))
    return wanted


def meets(needs: Iterable[str], present: frozenset[str]) -> bool:
    """Whether the cues present satisfy every need: `a|b` is one of them, `!a` its absence."""
    return all(
        need[1:] not in present if need.startswith("!") else not present.isdisjoint(need.split("|")) for need in needs
    )


class Context:
    """One block's text and the cues in it."""

    def __init__(self, text: str, finder: CueFinder) -> None:
        self.text = text
        self._finder = finder

    @cached_property
    def cues(self) -> dict[str, list[Span]]:
        """Every cue in the block, wherever it stands."""
        return self._finder(self.text)

    @cached_property
    def present(self) -> frozenset[str]:
        """The names of the cues in the block."""
        return frozenset(self.cues)

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return [match.start() for match in _SENTENCE_END.finditer(self.text)]

    @cached_property
    def _clause_ends(self) -> list[int]:
        return [match.start() for match in _CLAUSE_END.finditer(self.text)]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence or sentences a span stands in, without what ends them."""
        ends = self._sentence_ends
        before = bisect_right(ends, start - 1)
        after = bisect_left(ends, end)
        return (
            ends[before - 1] + 1 if before else 0,
            ends[after] if after < len(ends) else len(self.text),
        )

    def clause_start(self, position: int) -> int:
        """Where the clause of a position begins."""
        before = bisect_right(self._clause_ends, position - 1)
        return self._clause_ends[before - 1] if before else 0

    def first(self, name: str, hit: Hit) -> Cue | None:
        """The cue `name` as it bears on a hit, or None when it does not reach it or yields to another."""
        found = self.cues.get(name)
        if not found:
            return None
        rule = self._finder.rules[name]
        if not self.present.isdisjoint(rule.yields_to):
            return None
        reaches = _REACHES[rule.scope]
        for cue in found:
            if reaches(self, cue, hit):
                return Cue(rule.feature, self.text[cue[0] : cue[1]])
        return None


def _in_sentence(context: Context, cue: Span, hit: Hit) -> bool:
    start, end = context.sentence(hit.start, hit.end)
    return start <= cue[0] and cue[1] <= end


def _before_in_clause(context: Context, cue: Span, hit: Hit) -> bool:
    start = max(context.clause_start(hit.start), hit.start - NEGATION_REACH)
    return cue[0] < hit.start and start < cue[1] <= hit.end


def _before_in_sentence(context: Context, cue: Span, hit: Hit) -> bool:
    start, _ = context.sentence(hit.start, hit.end)
    return start <= cue[0] < hit.end and cue[1] <= hit.end


def _after_in_sentence(context: Context, cue: Span, hit: Hit) -> bool:
    _, end = context.sentence(hit.start, hit.end)
    return hit.end <= cue[0] <= end


_REACHES: dict[str, Callable[[Context, Span, Hit], bool]] = {
    "block": lambda *_: True,
    "sentence": _in_sentence,
    "clause_before": _before_in_clause,
    "sentence_before": _before_in_sentence,
    "sentence_after": _after_in_sentence,
}
