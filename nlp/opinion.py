"""A learned second opinion on a passage: how likely is it a lead, and which words weighed most?

A linear model: every known pair and triple of characters that stands in the passage, the rarer the more (tf-idf, each
counted once), and every feature of its context (cues, rates, length) adds its weight. What the rules found there does
not: they are written on the same sentences, and would be trusted too much. It was trained on the project's own
sentences (`make model`, training/) and is shipped as one small file. It sees what no rule says, such as a promise told
in other words; it never decides alone: what it adds is a suspect, with the words that weighed most.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

if TYPE_CHECKING:
    from nlp.rates import Rate

MODEL = Path(__file__).with_name("second_opinion.json.gz")
SIZES = (2, 3)
"""Characters of an n-gram. Single characters tell how somebody writes, not what is offered."""
MOST_WORDS = 3
"""Words told with an opinion."""
MOST_FEATURES = 6
"""Features that speak for a lead at once in hardly any passage where no rule asserts one."""
_NUMBER = re.compile(r"[0-9x]+(?:[.,][0-9x]+)*")
_RATE_STEP = 6
"""Per cent a year by which rates are told apart."""
_HIGHEST_STEP = 4
_LENGTH_STEP = 40
_LONGEST_STEP = 5


@dataclass(frozen=True)
class Opinion:
    """What the model thinks of a passage."""

    probability: float
    """0–1 that a reader would call the passage a lead."""
    words: tuple[str, ...]
    """The passage's words that weighed most for the side it took, the heaviest first."""


def folded(text: str) -> str:
    """A normalised lower-case text as the model reads it: without spaces, every number, masked ones too, one sign."""
    return _NUMBER.sub("0", "".join(text.split()))


def grams(text: str) -> set[str]:
    """The n-grams of a normalised lower-case text."""
    read = folded(text)
    return {read[i : i + n] for n in SIZES for i in range(len(read) - n + 1)}


def features(cues: Iterable[str], rates: Iterable[Rate], text: str) -> list[str]:
    """What is known of a passage besides its words: its cues, its rates by kind and height, its length."""
    named = {f"cue:{cue}" for cue in cues}
    for rate in rates:
        named.add(f"rate:{rate.kind}")
        if rate.high is not None:
            named.add(f"rate:{rate.kind}:{min(_HIGHEST_STEP, int(rate.high // _RATE_STEP))}")
    named.add(f"length:{min(_LONGEST_STEP, len(text) // _LENGTH_STEP)}")
    return sorted(named)


class SecondOpinion:
    """The model. Holds nothing of the passages it is asked about."""

    def __init__(self, grams: Mapping[str, Sequence[float]], features: Mapping[str, float], bias: float) -> None:
        """`grams`: each with its weight and its inverse document frequency."""
        self._grams = list(grams)
        self._weights = [weight * rarity for weight, rarity in grams.values()]
        self._lengths = [rarity * rarity for _, rarity in grams.values()]
        self._automaton = AhoCorasick(self._grams, matchkind=MatchKind.Standard)
        self._features = features
        self._bias = bias
        self._most = sum(sorted(features.values())[-MOST_FEATURES:])

    def at_most(self, text: str) -> float:
        """The highest probability any features could give a passage: to leave clear cases early."""
        return _probability(self._bias + self._told(text)[0] + self._most)

    def _told(self, text: str) -> tuple[float, set[int]]:
        """What the words say together, and the n-grams that said it, by their place in the model."""
        found = self._automaton.find_matches_as_indexes(folded(text), overlapping=True)
        known = {index for index, _, _ in found}
        if not known:
            return 0.0, known
        weights, lengths = self._weights, self._lengths
        return sum([weights[index] for index in known]) / sqrt(sum([lengths[index] for index in known])), known

    def __call__(self, text: str, named: Sequence[str]) -> Opinion:
        """The opinion on a passage (normalised, lower case) and its features."""
        told, known = self._told(text)
        probability = _probability(self._bias + told + sum(self._features.get(name, 0.0) for name in named))
        weights = {self._grams[index]: self._weights[index] for index in known}
        return Opinion(probability, _heaviest(text, weights, 1.0 if probability >= 0.5 else -1.0))


def _probability(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def _heaviest(text: str, known: Mapping[str, float], side: float) -> tuple[str, ...]:
    """The stretches of a passage that weigh most on one side: neighbouring heavy n-grams told as one, without signs."""
    heavy = sorted((g for g in known if g.isalnum() and g in text), key=lambda g: -known[g] * side)[: MOST_WORDS * 4]
    spans: list[list[float]] = []  # start, end, weight
    for start, end, weight in sorted((text.find(g), text.find(g) + len(g), known[g] * side) for g in heavy):
        if weight <= 0:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], end)
            spans[-1][2] += weight
        else:
            spans.append([start, end, weight])
    spans.sort(key=lambda span: -span[2])
    return tuple(dict.fromkeys(text[int(start) : int(end)] for start, end, _ in spans[:MOST_WORDS]))


@cache
def load_opinion(path: Path = MODEL) -> SecondOpinion:
    """The shipped model, read once a process."""
    model = json.loads(gzip.decompress(path.read_bytes()))
    return SecondOpinion(model["grams"], model["features"], model["bias"])
