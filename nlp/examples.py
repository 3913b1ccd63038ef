"""Every rule's own examples are its tests: the violations must be hit by it, the clean ones must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.analyse import Analyser
from nlp.opinion import load_opinion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.rulebook import Rule, Rulebook

_HITS = ("violation", "suspect", "info")


@dataclass(frozen=True)
class ExampleFailure:
    """An example its rule does not decide as it should."""

    rule: str
    path: str
    sentence: str
    expected: str
    """violation: the rule must hit; clean: it must not."""
    said: str
    """What the analysis made of it instead: `rule:decision`, all findings."""


def check_examples(rulebook: Rulebook) -> list[ExampleFailure]:
    """The examples that fail, in order of the rules; empty when every rule proves itself."""
    analyser = Analyser(rulebook, load_opinion())
    return [failure for rule in rulebook.rules for failure in _failures(analyser, rule)]


def _failures(analyser: Analyser, rule: Rule) -> Iterator[ExampleFailure]:
    for expected, sentences in (("violation", rule.violation), ("clean", rule.clean)):
        for sentence in sentences:
            findings = analyser.analyse_text(sentence).findings
            is_hit = any(f.rule == rule.id and f.decision in _HITS for f in findings)
            if is_hit != (expected == "violation"):
                said = ", ".join(f"{f.rule}:{f.decision}" for f in findings)
                yield ExampleFailure(rule.id, rule.path, sentence, expected, said)
