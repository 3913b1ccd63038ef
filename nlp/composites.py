"""Rules over other findings: 四要件 of illegal fund-raising, a missing risk warning, evasion found beside a claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.clauses import Composite
from nlp.context import meets
from nlp.finding import Decision, Finding
from nlp.why import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from nlp.context import Context
    from nlp.finding import Identifier
    from nlp.rulebook import Rule, Rulebook
    from nlp.verdict import PageContext

_AD_MARK = re.compile(r"(?m)^[\[【(（]?(?:广告|推广|商业推广|赞助内容|ad)[\]】)）]?$|[\[【(（](?:广告|推广)[\]】)）]")
"""The mark an advertisement must carry so that a reader knows it for one (广告法第十四条)."""
_ASSERTED = ("violation", "suspect")
_LICENCE_KINDS = frozenset({"payment_licence", "fund_sales_licence", "financial_licence", "private_fund_manager"})


class PageFacts:
    """What composites may ask about a page."""

    def __init__(
        self, findings: Sequence[Finding], whole: Context, identifiers: Sequence[Identifier],
        is_disguised: Callable[[Finding], bool], page: Callable[[], PageContext],
    ) -> None:  # fmt: skip
        self.asserted = [finding for finding in findings if finding.decision in _ASSERTED]
        self._whole = whole
        self._conditions: dict[str, Callable[[], bool]] = {
            "page:no_licence": lambda: not any(i.kind in _LICENCE_KINDS and i.valid for i in identifiers),
            "page:bad_number": lambda: any(not i.valid for i in identifiers),
            "page:disguised": lambda: any(map(is_disguised, self.asserted)),
            "page:news": lambda: page().genre == "news",
            "page:no_ad_mark": lambda: not _AD_MARK.search(whole.text),
        }

    def first(self, element: str) -> Finding | None:
        """The first asserted finding of a rule or family (`return.*`)."""
        return next((finding for finding in self.asserted if _is(finding, element)), None)

    def holds(self, element: str) -> bool:
        """Whether an element of a composite holds; `a|b` is one of them, `!` the opposite."""
        if element.startswith("!"):
            return not self.holds(element[1:])
        return any(self._holds_one(each) for each in element.split("|"))

    def _holds_one(self, element: str) -> bool:
        if element in self._conditions:
            return self._conditions[element]()
        if element.startswith("cue:"):
            return meets((element.removeprefix("cue:"),), self._whole.present)
        return self.first(element) is not None


class CompositeFinder:
    """Finds what the composite rules of a rulebook say about a page."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._labels = rulebook.vocabulary.labels
        self._composites = [
            (rule, clause.match)
            for rule in rulebook.rules
            for clause in rule.any
            if isinstance(clause.match, Composite)
        ]
        self.cues = frozenset(
            each.removeprefix("!").removeprefix("cue:")
            for _, composite in self._composites
            for element in (*composite.all, *composite.any)
            for each in element.removeprefix("!").split("|")
            if each.startswith("cue:")
        )
        """Cues of the whole page that the composites ask for."""

    def __call__(self, facts: PageFacts, on: date | None) -> list[Finding]:
        """A finding for each composite rule that holds, at the weightiest finding it rests on."""
        if not facts.asserted:
            return []
        return [
            _finding(rule, anchor, self._labels, on)
            for rule, composite in self._composites
            if (anchor := _anchor(composite, facts)) is not None
        ]


def _anchor(composite: Composite, facts: PageFacts) -> Finding | None:
    if not all(map(facts.holds, composite.all)):
        return None
    if sum(map(facts.holds, composite.any)) < composite.at_least:
        return None
    named = [each for element in composite.all for each in element.split("|")]
    return max(facts.asserted, key=lambda finding: (any(_is(finding, each) for each in named), *_weight(finding)))


def _is(finding: Finding, element: str) -> bool:
    """Whether a finding is of a rule or family (`return.*`)."""
    family, _, name = element.partition(".")
    return finding.rule == element or (name == "*" and finding.family == family)


def _weight(finding: Finding) -> tuple[bool, int, int]:
    """What makes a finding the one to show for many: surer, more severe, then the one that says most."""
    return finding.decision == "violation", finding.severity, len(finding.quote)


def _finding(rule: Rule, anchor: Finding, labels: dict[str, str], on: date | None) -> Finding:
    basis = rule.basis_on(on)
    weak = rule.verdict == "violation" and anchor.decision == "suspect"  # no surer than what it rests on
    decision: Decision = "suspect" if weak else rule.verdict
    why = explain(rule, decision, anchor.quote, anchor.block, anchor.context, labels, basis, anchor.apr)
    return Finding(
        rule=rule.id, rule_version=rule.version, title=rule.title, family=rule.family,
        decision=decision, severity=rule.severity, quote=anchor.quote, start=anchor.start,
        end=anchor.end, block=anchor.block, path=anchor.path, context=anchor.context, apr=anchor.apr,
        why=why, basis=basis,
    )  # fmt: skip
