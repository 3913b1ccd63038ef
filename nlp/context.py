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
from nlp.matcher import Hit, Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.vocabulary import CueRule, Vocabulary

NEGATION_REACH = 12
"""Characters a negation reaches within its clause (rulebase §1.2)."""
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+")
_CLAUSE_END = re.compile(r"[。！？!?；;\n，,：:]+|但|却|不过|然而")
"""Commas end a clause; 、 does not: 不承诺保本、保息 denies both."""


class CueFinder:
    """Finds the cues of a vocabulary in blocks."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._rules: list[CueRule] = []
        clauses = []
        for rule in vocabulary.cues.values():
            for clause in rule.any:
                self._rules.append(rule)
                clauses.append(clause)
        self.rules = vocabulary.cues
        self._matcher = Matcher(clauses)
        self._clauses = clauses

    def __call__(self, text: str) -> dict[str, list[Hit]]:
        """The cues in a lower-case text: name → hits in order."""
        found: dict[str, list[Hit]] = {}
        needy: list[Hit] = []
        for hit in sorted(self._matcher.raw_hits(text, self._matcher.literals(text)), key=_longest_first):
            if self._clauses[hit.clause].needs:
                needy.append(hit)
            else:
                found.setdefault(self._rules[hit.clause].name, []).append(hit)
        present = frozenset(found)
        for hit in needy:
            if meets(self._clauses[hit.clause].needs, present):
                found.setdefault(self._rules[hit.clause].name, []).append(hit)
        return found


def _longest_first(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end


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
    def cues(self) -> dict[str, list[Hit]]:
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
        for cue in found:
            if _REACHES[rule.scope](self, cue, hit):
                return Cue(rule.feature, self.text[cue.start : cue.end])
        return None


def _in_sentence(context: Context, cue: Hit, hit: Hit) -> bool:
    start, end = context.sentence(hit.start, hit.end)
    return start <= cue.start and cue.end <= end


def _before_in_clause(context: Context, cue: Hit, hit: Hit) -> bool:
    start = max(context.clause_start(hit.start), hit.start - NEGATION_REACH)
    return cue.start < hit.start and cue.end > start and cue.end <= hit.end


def _before_in_sentence(context: Context, cue: Hit, hit: Hit) -> bool:
    start, _ = context.sentence(hit.start, hit.end)
    return start <= cue.start < hit.start and cue.end <= hit.end


def _after_in_sentence(context: Context, cue: Hit, hit: Hit) -> bool:
    _, end = context.sentence(hit.start, hit.end)
    return hit.end <= cue.start <= end


_REACHES: dict[str, Callable[[Context, Hit, Hit], bool]] = {
    "block": lambda *_: True,
    "sentence": _in_sentence,
    "clause_before": _before_in_clause,
    "sentence_before": _before_in_sentence,
    "sentence_after": _after_in_sentence,
}
