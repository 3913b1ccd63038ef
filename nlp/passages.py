"""Passages: blocks, long ones cut at sentence ends, where literals of rules stand; and the findings in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.clauses import Learned, RateCondition
from nlp.context import Context, CueFinder, meets
from nlp.finding import Cue, Finding
from nlp.matcher import Hit, Literal, Matcher
from nlp.opinion import features
from nlp.rates import find_rates
from nlp.verdict import PageContext, Verdict, judge
from nlp.why import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from nlp.blocks import Page
    from nlp.finding import Block, Decision
    from nlp.normalise import Normalised
    from nlp.opinion import Opinion, SecondOpinion
    from nlp.rates import Rate
    from nlp.rulebook import Rule, Rulebook

LONGEST = 500
"""Characters of a passage: what a reader takes in as one context. Longer blocks are cut at sentence ends."""
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
}


@dataclass
class Passage:
    """A stretch of one block that holds literals of rules."""

    block: Block
    index: int
    """Its place among the page's blocks."""
    text: str
    """Normalised, lower case."""
    start: int
    """Offset of its first character in the normalised page."""
    context: Context
    literals: list[Literal] = field(default_factory=list)
    """With offsets in the normalised page."""


@dataclass(frozen=True)
class _Asserted:
    """A hit with what was decided about it."""

    rule: Rule
    hit: Hit
    verdict: Verdict
    rates: tuple[Rate, ...]


class PassageReader:
    """Finds passages and what rules say about them; holds everything compiled from a rulebook."""

    def __init__(self, rulebook: Rulebook, opinion: SecondOpinion | None) -> None:
        """Without an `opinion` only the rules speak, as when the model is trained."""
        self._opinion = opinion
        self._rules = [rule for rule in rulebook.rules for _ in rule.any]
        self._clauses = [clause for rule in rulebook.rules for clause in rule.any]
        self._matcher = Matcher(self._clauses)
        self._conditions = [
            (index, clause.match)
            for index, clause in enumerate(self._clauses)
            if isinstance(clause.match, RateCondition)
        ]
        self._learned_clauses = [
            (index, clause.match.bound)
            for index, clause in enumerate(self._clauses)
            if isinstance(clause.match, Learned)
        ]
        self._least = min((bound for _, bound in self._learned_clauses), default=1.0)
        self._cues = CueFinder(rulebook.vocabulary, rulebook.vocabulary.cues)
        self._labels = rulebook.vocabulary.labels

    def passages(self, page: Page, normal: Normalised) -> list[Passage]:
        """The passages of a page that hold literals of rules, in order."""
        text = normal.lower
        literals = self._matcher.literals(text)
        if not literals:
            return []
        starts = normal.positions([block.start for block in page.blocks])
        found: dict[int, Passage] = {}
        cuts: dict[int, list[int]] = {}
        start = end = 0
        passage: Passage | None = None
        for literal in literals:
            at = literal[1]
            if passage is None or not start <= at < end:
                index = bisect_right(starts, at) - 1
                if index not in cuts:
                    last = starts[index + 1] if index + 1 < len(starts) else len(text)
                    cuts[index] = _cuts(text, starts[index], last)
                place = bisect_right(cuts[index], at)
                start, end = cuts[index][place - 1 : place + 1]
                passage = found.get(start)
                if passage is None:
                    piece = text[start:end]
                    context = Context(piece, self._cues)
                    passage = found[start] = Passage(page.blocks[index], index, piece, start, context)
            passage.literals.append(literal)
        return [found[start] for start in sorted(found)]

    def findings(
        self, passage: Passage, page: Page, normal: Normalised, outside: Callable[[], PageContext], on: date | None
    ) -> list[Finding]:
        """What the rules find in a passage, one finding for overlapping hits of a rule."""
        rates = find_rates(passage.text) if self._matcher.wants_rates(passage.literals) else ()
        asserted = self._asserted(passage, rates, outside)
        if self._opinion is not None:
            asserted += self._learned(passage, rates, asserted, outside)
        return [self._finding(each, passage, page, normal, on) for each in asserted]

    def _asserted(
        self, passage: Passage, rates: tuple[Rate, ...], outside: Callable[[], PageContext]
    ) -> list[_Asserted]:
        """The hits in a passage, each with its verdict, of overlapping ones of a rule the worst."""
        hits = self._matcher.hits(passage.text, passage.literals, passage.start)
        hits += self._rate_hits(rates)
        asserted = []
        for hit in hits:
            clause, rule = self._clauses[hit.clause], self._rules[hit.clause]
            if not self._matcher.stands_as_word(passage.text, hit):
                continue
            if not clause.needs or meets(clause.needs, passage.context.present):
                verdict = judge(rule, clause.verdict or rule.verdict, hit, passage.context, passage.block.kind, outside)
                inside = tuple(rate for rate in rates if rate.start < hit.end and hit.start < rate.end)
                asserted.append(_Asserted(rule, hit, verdict, inside))
        return _without_overlaps(asserted) if len(asserted) > 1 else asserted

    def features(self, passage: Passage) -> list[str]:
        """What the second opinion is told of a passage besides its text."""
        rates = find_rates(passage.text) if self._matcher.wants_rates(passage.literals) else ()
        return self._features(passage, rates, self._asserted(passage, rates, PageContext))

    def _features(self, passage: Passage, rates: tuple[Rate, ...], asserted: list[_Asserted]) -> list[str]:
        found = ((each.rule.id, each.rule.family, each.verdict.decision) for each in asserted)
        return features(passage.context.present, found, rates, passage.text)

    def _learned(
        self,
        passage: Passage,
        rates: tuple[Rate, ...],
        asserted: list[_Asserted],
        outside: Callable[[], PageContext],
    ) -> list[_Asserted]:
        """What the second opinion adds to a passage in which no rule asserts anything."""
        assert self._opinion is not None
        if any(each.verdict.decision in _ASSERTED for each in asserted):
            return []
        if self._opinion.at_most(passage.text) < self._least:
            return []
        opinion = self._opinion(passage.text, self._features(passage, rates, asserted))
        added = []
        for index, bound in self._learned_clauses:
            if opinion.probability >= bound:
                rule, hit = self._rules[index], _quoted(passage, opinion, index)
                verdict = judge(rule, rule.verdict, hit, passage.context, passage.block.kind, outside)
                words = Cue("LEARNED", "、".join(opinion.words))
                added.append(_Asserted(rule, hit, Verdict(verdict.decision, (words, *verdict.context)), ()))
        return added

    def _rate_hits(self, rates: Iterable[Rate]) -> list[Hit]:
        return [
            Hit(rate.start, rate.end, index)
            for rate in rates
            for index, condition in self._conditions
            if _satisfies(rate, condition)
        ]

    def _finding(self, each: _Asserted, passage: Passage, page: Page, normal: Normalised, on: date | None) -> Finding:
        rule, decision = each.rule, each.verdict.decision
        start, end = normal.original_span(passage.start + each.hit.start, passage.start + each.hit.end)
        quote = page.text[start:end]
        apr = tuple(dict.fromkeys(apr for rate in each.rates for apr in annual(rate)))
        basis = rule.basis_on(on)
        return Finding(
            rule=rule.id, rule_version=rule.version, title=rule.title, family=rule.family,
            decision=decision, severity=rule.severity, quote=quote, start=start, end=end,
            block=passage.block.kind, path=page.path(passage.index), context=each.verdict.context, apr=apr,
            why=explain(
                rule, decision, quote, passage.block.kind, each.verdict.context, self._labels, basis, apr
            ),
            basis=basis,
        )  # fmt: skip


def annual(rate: Rate) -> tuple[float, ...]:
    """What a finding tells of a rate: its ends, or every reading of an ambiguous one."""
    ends = rate.readings if rate.ambiguous else (rate.low, rate.high)
    return tuple(round(value, 2) for value in dict.fromkeys(ends) if value is not None)


def _satisfies(rate: Rate, condition: RateCondition) -> bool:
    if condition.kinds and rate.kind not in condition.kinds:
        return False
    if condition.periods and rate.period not in condition.periods:
        return False
    if rate.high is None:
        return False
    return _COMPARE[condition.operator](rate.high, condition.bound)


_SENTENCE_ENDS = "。！？!?；;\n"


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where the passages of a block begin, and its end: one passage, or whole sentences of a long block."""
    cuts = [start]
    while end - cuts[-1] > LONGEST:
        cuts.append(_cut(text, cuts[-1]))
    return [*cuts, end]


def _cut(text: str, start: int) -> int:
    """Where the first passage of a long block ends: the last sentence end within reach, or the reach itself."""
    reach = start + LONGEST
    last = max(text.rfind(sign, start + LONGEST // 2, reach) for sign in _SENTENCE_ENDS)
    return last + 1 if last >= 0 else reach


def _quoted(passage: Passage, opinion: Opinion, clause: int) -> Hit:
    """The sentence of a passage in which the heaviest word of an opinion stands; the whole without any."""
    at = passage.text.find(opinion.words[0]) if opinion.words else -1
    if at < 0:
        return Hit(0, len(passage.text), clause)
    start, end = passage.context.sentence(at, at + len(opinion.words[0]))
    return Hit(start, max(end, at + len(opinion.words[0])), clause)


_ASSERTED = ("violation", "suspect")
_WORST_FIRST: tuple[Decision, ...] = ("violation", "suspect", "info", "excluded")


def _without_overlaps(asserted: list[_Asserted]) -> list[_Asserted]:
    """Of overlapping hits of a rule the worst decided, then the longest, in order of the text."""
    order = sorted(
        asserted, key=lambda a: (_WORST_FIRST.index(a.verdict.decision), a.hit.start - a.hit.end, a.hit.start)
    )
    kept: list[_Asserted] = []
    for each in order:
        if not any(
            each.rule.id == other.rule.id and each.hit.start < other.hit.end and other.hit.start < each.hit.end
            for other in kept
        ):
            kept.append(each)
    return sorted(kept, key=lambda a: (a.hit.start, a.hit.end))
