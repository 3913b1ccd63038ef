"""From a hit to a decision: what the context around it says (rulebase §1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.finding import BlockKind, Cue, Decision

if TYPE_CHECKING:
    from collections.abc import Callable

    from nlp.context import Context
    from nlp.matcher import Hit
    from nlp.rulebook import Rule

CALL_TO_ACT = "cta"
"""The cue that makes a reporting page's block an offer after all."""
_TOLD = ("cta", "pseudo_negation", "disclaimer")
"""Cues told with an asserted hit although they do not change it."""
_OTHERS_SPEAK: dict[BlockKind, str] = {"comment": "评论区", "quote": "引用段"}


@dataclass(frozen=True)
class PageContext:
    """What the page as a whole says about every hit on it."""

    genre: str = "other"
    shown_by: Cue | None = None
    """The words that showed a genre in which others' claims are told; None: the page speaks for itself."""
    official: Cue | None = None
    """The host, if it is a public body's."""

    @property
    def speaker(self) -> Cue | None:
        """What shows that the page tells others' claims; None: it speaks for itself."""
        return self.official or self.shown_by


@dataclass(frozen=True)
class Verdict:
    """A decision on a hit and the cues that made it."""

    decision: Decision
    context: tuple[Cue, ...]


def judge(
    rule: Rule, asserted: Decision, hit: Hit, context: Context, kind: BlockKind, page: Callable[[], PageContext]
) -> Verdict:
    """Decide one hit. `page` is asked only for hits the block itself does not decide.

    1. a cue the rule names excludes it
    2. on a page that tells others' claims (or a public body's) it is excluded, or suspect beside a call to act
    3. in comments and quotations it is somebody else's word: suspect
    4. otherwise it is what rule or clause say (`asserted`); disclaimers change nothing
    """
    present = context.present
    if not present.isdisjoint(rule.unless):
        for name in rule.unless:
            if name in present and (cue := context.first(name, hit)) is not None:
                return Verdict("excluded", (cue,))
    told = tuple(cue for name in _TOLD if name in present and (cue := context.first(name, hit)) is not None)
    outside = page().speaker
    if outside is not None:
        if CALL_TO_ACT not in present:
            return Verdict("excluded", (outside, *told))
        return Verdict("info" if asserted == "info" else "suspect", (outside, *told))
    if kind in _OTHERS_SPEAK and asserted == "violation":
        return Verdict("suspect", (Cue("UGC", _OTHERS_SPEAK[kind]), *told))
    return Verdict(asserted, told)
