"""The ways a rule or a cue can say what it looks for, read from YAML and compiled.

- `terms: [保本, @insured]`                     words, token-aligned
- `seq: 保证|承诺 ~6 收益`                       words in order (nlp.sequence)
- `near: {words: [[本金], [兜底]], within: 8}`   words in any order
- `pattern: '…'` with `literals: [...]`          a linear-time pattern, and words of which every match holds one
- `rate: {apr: '>=10'}`                          a return rate (nlp.rates)
- `learned: '>=0.9'`                            what the second opinion says of a passage (nlp.opinion)
- `findings: {all: […], any: […], at_least: 2}`  what else was found on the page

Each may add `needs` (cues that must be there too), `not` (longer words in which a hit means something else) and
`verdict` (what an asserted hit is, if not what the rule says).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import re2

from nlp.linear import bounded_width
from nlp.rulefile import Document, Where, check_keys, list_of, one_of, text
from nlp.sequence import GAP, Reach, SequenceError, compile_sequence, expand_words, first_characters, rarest, widest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nlp.finding import Decision

_CONDITION = re.compile(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)?)$")
_PROBABILITY = re.compile(r">=\s*(0\.\d+)$")
_LONGEST_GAP = 30
"""Words further apart say nothing together."""
_MOST_NEAR_GROUPS = 3
"""More would multiply the orders to try beyond what a pattern should hold."""


@dataclass(frozen=True)
class Terms:
    """Words that are a hit wherever they stand as words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """A linear-time pattern, tried where one of its literals stands."""

    pattern: str
    literals: tuple[str, ...]
    is_free: bool = False
    """Not shown to be linear in any engine: run by RE2."""
    reach: Reach | None = None
    """How far around a literal a match can lie; None: anywhere in the text."""
    company: tuple[frozenset[str], ...] = ()
    """Sets of characters of which a text with a match holds at least one each."""


@dataclass(frozen=True)
class RateCondition:
    """A return rate of some kind and size."""

    kinds: tuple[str, ...]
    """Empty: any kind of return."""
    operator: str
    bound: float
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Composite:
    """Other findings, cues and page conditions: all of `all`, and `at_least` of `any`.

    An element is a rule (`raise.fund_pool`), a family (`return.*`), a cue (`cue:public`) or a page condition
    (`page:no_licence`); `a|b` is one of them, `!` the opposite.
    """

    all: tuple[str, ...]
    any: tuple[str, ...]
    at_least: int


@dataclass(frozen=True)
class Learned:
    """A passage the second opinion calls a lead, and that no other rule has found."""

    bound: float
    """Least probability, 0–1."""


Match = Terms | Pattern | RateCondition | Composite | Learned


@dataclass(frozen=True)
class Clause:
    """One way of hitting a rule."""

    match: Match
    needs: tuple[str, ...] = ()
    """Cues that must stand in the block; `a|b` is one of them, `!a` its absence."""
    excluding: tuple[str, ...] = ()
    """A hit that lies in or overlaps one of these words means something else."""
    verdict: Decision | None = None
    """What an asserted hit of this clause is, if not what the rule says."""


def check_clause(document: Document, where: Where, value: Any) -> None:
    """A check: exactly one kind of match, well formed."""
    check_keys(document, where, value, {}, {**_CHECKS, "literals": list_of(text), **_COMMON})
    kinds = [kind for kind in _CHECKS if isinstance(value, dict) and kind in value]
    if len(kinds) != 1:
        document.wrong(where, f"每一项须恰有其一: {', '.join(_CHECKS)}")
    elif ("literals" in value) != (kinds == ["pattern"]):
        document.wrong(where, "literals 与 pattern 须同时出现")


def read_clause(
    document: Document, where: Where, value: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]
) -> Clause | None:
    """The clause in a checked mapping, or None with the mistake noted."""
    kind = next(kind for kind in _READERS if kind in value)
    try:
        match = _READERS[kind](value, classes)
        excluding = expand_words("|".join(value["not"]), classes) if "not" in value else ()
    except (SequenceError, re2.error) as error:
        document.wrong((*where, kind), str(error))
        return None
    needs = tuple(value.get("needs", ()))
    return Clause(match, needs, tuple(word.lower() for word in excluding), value.get("verdict"))


def _read_terms(value: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]) -> Terms:
    return Terms(tuple(word.lower() for word in expand_words("|".join(value["terms"]), classes)))


def _read_sequence(value: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    sequence = compile_sequence(value["seq"].lower(), classes)
    return Pattern(sequence.pattern, sequence.literals, reach=sequence.reach, company=sequence.company)


def _read_near(value: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    groups = [expand_words("|".join(group).lower(), classes) for group in value["near"]["words"]]
    gap = f"{GAP}{{0,{value['near']['within']}}}"
    orders = (gap.join(map(_either, order)) for order in permutations(groups))
    width = sum(map(widest, groups)) + value["near"]["within"] * (len(groups) - 1)
    company = tuple(map(first_characters, groups))
    return Pattern("|".join(orders), rarest(groups), reach=Reach(width, width), company=company)


def _read_pattern(value: Mapping[str, Any], classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    pattern = value["pattern"]
    re2.compile(pattern)
    literals = expand_words("|".join(value["literals"]).lower(), classes)
    width = bounded_width(pattern)
    return Pattern(pattern, literals, width is None, None if width is None else Reach(width, width))


def _read_rate(value: Mapping[str, Any], _: Mapping[str, tuple[str, ...]]) -> RateCondition:
    rate = value["rate"]
    condition = _CONDITION.match(rate.get("apr", ">=0"))
    assert condition is not None
    return RateCondition(tuple(rate.get("kinds", ())), condition[1], float(condition[2]), tuple(rate.get("per", ())))


def _read_learned(value: Mapping[str, Any], _: Mapping[str, tuple[str, ...]]) -> Learned:
    condition = _PROBABILITY.match(value["learned"])
    assert condition is not None
    return Learned(float(condition[1]))


def _read_composite(value: Mapping[str, Any], _: Mapping[str, tuple[str, ...]]) -> Composite:
    found = value["findings"]
    return Composite(tuple(found.get("all", ())), tuple(found.get("any", ())), found.get("at_least", 0))


def _either(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


def _check_near(document: Document, where: Where, value: Any) -> None:
    check_keys(document, where, value, {"words": list_of(list_of(text), at_least=2), "within": _small_number}, {})
    if isinstance(value, dict) and len(value.get("words", ())) > _MOST_NEAR_GROUPS:
        document.wrong((*where, "words"), f"near 至多 {_MOST_NEAR_GROUPS} 组词")


def _check_rate(document: Document, where: Where, value: Any) -> None:
    check_keys(document, where, value, {}, {"kinds": list_of(text), "apr": _condition, "per": list_of(text)})


def _condition(document: Document, where: Where, value: Any) -> None:
    if not isinstance(value, str) or not _CONDITION.match(value):
        document.wrong(where, "条件应形如 '>=10' (年化百分数)")


def _check_learned(document: Document, where: Where, value: Any) -> None:
    if not isinstance(value, str) or not _PROBABILITY.match(value):
        document.wrong(where, "条件应形如 '>=0.9' (0 到 1 之间的概率)")


def _small_number(document: Document, where: Where, value: Any) -> None:
    if not isinstance(value, int) or not 0 <= value <= _LONGEST_GAP:
        document.wrong(where, "这里应是 0 到 30 的整数")


def _check_composite(document: Document, where: Where, value: Any) -> None:
    check_keys(document, where, value, {"all": list_of(text)}, {"any": list_of(text), "at_least": _small_number})


VERDICTS: tuple[Decision, ...] = ("violation", "suspect", "info")
"""What an asserted hit can be."""
_COMMON = {"needs": list_of(text), "not": list_of(text), "verdict": one_of(*VERDICTS)}
_CHECKS = {
    "terms": list_of(text), "seq": text, "near": _check_near, "pattern": text, "rate": _check_rate,
    "findings": _check_composite, "learned": _check_learned,
}  # fmt: skip
_READERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, tuple[str, ...]]], Match]] = {
    "terms": _read_terms, "seq": _read_sequence, "near": _read_near, "pattern": _read_pattern,
    "rate": _read_rate, "findings": _read_composite, "learned": _read_learned,
}  # fmt: skip
