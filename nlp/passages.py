"""Passages: blocks, long ones cut at sentence ends, where literals of rules stand; and the findings in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from nlp.clauses import Learned, RateCondition
from nlp.context import Context, CueFinder, meets
from nlp.finding import Cue, Finding
from nlp.genre import TITLE_CUES
from nlp.matcher import Hit, Matcher
from nlp.opinion import features
from nlp.rates import find_rates
from nlp.verdict import Surroundings, Verdict, judge
from nlp.why import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from nlp.blocks import Page
    from nlp.finding import Block, BlockKind, Decision
    from nlp.normalise import Normalised
    from nlp.opinion import Opinion, SecondOpinion
    from nlp.rates import Rate
    from nlp.rulebook import Rule, Rulebook
    from nlp.verdict import PageContext

REMEMBERED = 4_096
"""Passages whose reading is kept: pages of a site repeat their frames, sites their disclaimers."""
LONGEST = 500
"""Characters of a passage: what a reader takes in as one context. Longer blocks are cut at sentence ends."""
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda value, bound: value >= bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    "<": lambda value, bound: value < bound,
}


@dataclass(frozen=True)
class Passage:
    """A stretch of one block that holds literals of rules."""

    block: Block
    index: int
    """Its place among the page's blocks."""
    text: str
    """Normalised, lower case."""
    start: int
    """Offset of its first character in the normalised page."""


@dataclass(frozen=True)
class Match:
    """A hit whose needs are met, before it is judged."""

    rule: Rule
    asserted: Decision
    """What it is if nothing around it says otherwise."""
    hit: Hit
    rates: tuple[Rate, ...] = ()
    """The rates it stands on."""
    opinion: tuple[Cue, ...] = ()
    """The words a learned match rests on."""


_ALONE = Surroundings()
"""A passage that stands on no page."""


@dataclass(frozen=True)
class _Asserted:
    """A match with what was decided about it."""

    match: Match
    verdict: Verdict


class Reading:
    """What a passage's text says whatever page it stands on."""

    def __init__(self, context: Context, rates: tuple[Rate, ...], matches: Iterable[Match]) -> None:
        self.context = context
        self.rates = rates
        self.matches = list(matches)

    def judged(self, kind: BlockKind = "paragraph", around: Surroundings = _ALONE) -> list[_Asserted]:
        """The matches, each with its verdict; of overlapping ones of a rule the worst."""
        judged = []
        for match in self.matches:
            verdict = judge(match.rule, match.asserted, match.hit, self.context, kind, around)
            if match.opinion:
                verdict = Verdict(verdict.decision, match.opinion + verdict.context)
            judged.append(_Asserted(match, verdict))
        return _without_overlaps(judged) if len(judged) > 1 else judged

    @cached_property
    def features(self) -> list[str]:
        """What the second opinion is told of the passage besides its text."""
        return features(self.context.present, self.rates, self.context.text)


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
        self._learned = [
            (rule, clause.match.bound)
            for rule, clause in zip(self._rules, self._clauses, strict=True)
            if isinstance(clause.match, Learned)
        ]
        self._least = min((bound for _, bound in self._learned), default=1.0)
        self._cues = CueFinder(rulebook.vocabulary, set(rulebook.vocabulary.cues) - TITLE_CUES)
        self._labels = rulebook.vocabulary.labels
        self._read = lru_cache(REMEMBERED)(self._read_text)

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
        for _, at, _ in literals:
            if start <= at < end:
                continue
            index = bisect_right(starts, at) - 1
            if index not in cuts:
                last = starts[index + 1] if index + 1 < len(starts) else len(text)
                cuts[index] = _cuts(text, starts[index], last)
            place = bisect_right(cuts[index], at)
            start, end = cuts[index][place - 1 : place + 1]
            if start not in found:
                found[start] = Passage(page.blocks[index], index, text[start:end], start)
        return [found[start] for start in sorted(found)]

    def findings(
        self, passage: Passage, page: Page, normal: Normalised, outside: Callable[[], PageContext], on: date | None
    ) -> list[Finding]:
        """What the rules find in a passage, one finding for overlapping hits of a rule."""
        reading = self._read(passage.text)
        if not reading.matches:
            return []
        around = Surroundings(outside, partial(self._probability, reading))
        judged = reading.judged(passage.block.kind, around)
        return [self._finding(each, passage, page, normal, on) for each in judged]

    def features(self, text: str) -> list[str]:
        """What the second opinion is told of a passage besides its text."""
        return self._by_rules(text).features

    def _read_text(self, text: str) -> Reading:
        """What the rules and the second opinion see in a passage."""
        reading = self._by_rules(text)
        if self._opinion is not None and self._learned:
            reading.matches += self._by_opinion(reading, self._opinion)
        return reading

    def _by_rules(self, text: str) -> Reading:
        literals = self._matcher.literals(text)
        rates = find_rates(text) if self._matcher.wants_rates(literals) else ()
        context = Context(text, self._cues)
        hits = self._matcher.hits(text, literals) + self._rate_hits(rates)
        return Reading(context, rates, self._matches(context, hits, rates))

    def _probability(self, reading: Reading) -> float:
        if self._opinion is None:
            return 0.0
        return self._opinion(reading.context.text, reading.features).probability

    def _matches(self, context: Context, hits: Iterable[Hit], rates: tuple[Rate, ...]) -> Iterator[Match]:
        for hit in hits:
            clause, rule = self._clauses[hit.clause], self._rules[hit.clause]
            if not self._matcher.stands_as_word(context.text, hit):
                continue
            if not clause.needs or meets(clause.needs, context.present):
                inside = tuple(rate for rate in rates if rate.start < hit.end and hit.start < rate.end)
                yield Match(rule, clause.verdict or rule.verdict, hit, inside)

    def _by_opinion(self, reading: Reading, ask: SecondOpinion) -> list[Match]:
        """What the second opinion adds to a passage in which no rule asserts anything."""
        if any(each.verdict.decision in _ASSERTED for each in reading.judged()):
            return []
        text = reading.context.text
        if ask.at_most(text) < self._least:
            return []
        opinion = ask(text, reading.features)
        words = Cue("LEARNED", "、".join(opinion.words))
        return [
            Match(rule, rule.verdict, _quoted(reading.context, opinion), opinion=(words,))
            for rule, bound in self._learned
            if opinion.probability >= bound
        ]

    def _rate_hits(self, rates: Iterable[Rate]) -> list[Hit]:
        return [
            Hit(rate.start, rate.end, index)
            for rate in rates
            for index, condition in self._conditions
            if _satisfies(rate, condition)
        ]

    def _finding(self, each: _Asserted, passage: Passage, page: Page, normal: Normalised, on: date | None) -> Finding:
        rule, hit, decision = each.match.rule, each.match.hit, each.verdict.decision
        start, end = normal.original_span(passage.start + hit.start, passage.start + hit.end)
        quote = page.text[start:end]
        apr = tuple(dict.fromkeys(apr for rate in each.match.rates for apr in annual(rate)))
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


def _quoted(context: Context, opinion: Opinion) -> Hit:
    """The sentence in which the heaviest word of an opinion stands; the whole passage without any."""
    at = context.text.find(opinion.words[0]) if opinion.words else -1
    if at < 0:
        return Hit(0, len(context.text), _NO_CLAUSE)
    start, end = context.sentence(at, at + len(opinion.words[0]))
    return Hit(start, max(end, at + len(opinion.words[0])), _NO_CLAUSE)


_NO_CLAUSE = -1
_ASSERTED = ("violation", "suspect")
_WORST_FIRST: tuple[Decision, ...] = ("violation", "suspect", "info", "excluded")


def _without_overlaps(judged: list[_Asserted]) -> list[_Asserted]:
    """Of overlapping hits of a rule the worst decided, then the longest, in order of the text."""
    order = sorted(judged, key=_worst_then_longest)
    kept: list[_Asserted] = []
    for each in order:
        if not any(_overlap(each.match, other.match) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: (each.match.hit.start, each.match.hit.end))


def _worst_then_longest(each: _Asserted) -> tuple[int, int, int]:
    hit = each.match.hit
    return _WORST_FIRST.index(each.verdict.decision), hit.start - hit.end, hit.start


def _overlap(one: Match, other: Match) -> bool:
    return one.rule.id == other.rule.id and one.hit.start < other.hit.end and other.hit.start < one.hit.end
