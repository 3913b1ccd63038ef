"""From a hit to a decision: what the context around it says (rulebase §1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.finding import BlockKind, Cue, Decision

if TYPE_CHECKING:
    from nlp.context import Context
    from nlp.matcher import Hit
    from nlp.rulebook import Rule

CALL_TO_ACT = "cta"
"""The cue that makes a reporting page's block an offer after all."""
_TOLD = ("cta", "pseudo_negation", "disclaimer")
"""Cues told with an asserted hit although they do not change it."""
_FURNITURE: frozenset[BlockKind] = frozenset({"comment", "footer", "button"})
"""Blocks beside what a page tells: its genre does not speak for them."""
_SURE = 0.9
"""Probability at which the second opinion hears a block of a telling page speak for itself."""
_QUOTED = re.compile('“[^”\n]{1,120}”|「[^」\n]{1,120}」|"[^"\n]{1,120}"|『[^』\n]{1,120}』')
_OTHERS_SPEAK: dict[BlockKind, str] = {"comment": "评论区", "quote": "引用段"}


@dataclass(frozen=True)
class PageContext:
    """What the page as a whole says about every hit on it."""

    genre: str = "other"
    shown_by: Cue | None = None
    """The words that showed a genre in which others' claims are told; None: the page speaks for itself."""
    official: Cue | None = None
    """The host, if it is a public body's."""


@dataclass(frozen=True)
class Verdict:
    """A decision on a hit and the cues that made it."""

    decision: Decision
    context: tuple[Cue, ...]


@dataclass(frozen=True)
class Surroundings:
    """What stands around the block of a hit; asked only for hits the block itself does not decide."""

    page: Callable[[], PageContext] = PageContext
    probability: Callable[[], float] = lambda: 0.0
    """How likely the second opinion thinks that the block, read alone, is a lead."""


def judge(rule: Rule, asserted: Decision, hit: Hit, context: Context, kind: BlockKind, around: Surroundings) -> Verdict:
    """Decide one hit.

    1. a cue the rule names excludes it
    2. on a page that tells others' claims (or a public body's) it is excluded, or suspect where its block speaks for
       itself: calls to act, or is surely a lead to the second opinion, and does not quote the hit
    3. in comments and quotations it is somebody else's word: suspect
    4. otherwise it is what rule or clause say (`asserted`); disclaimers change nothing
    """
    present = context.present
    if not present.isdisjoint(rule.unless):
        for name in rule.unless:
            if name in present and (cue := context.first(name, hit)) is not None:
                return Verdict("excluded", (cue,))
    told = tuple(cue for name in _TOLD if name in present and (cue := context.first(name, hit)) is not None)
    outside = _teller(kind, around.page())
    if outside is not None:
        speaks = CALL_TO_ACT in present or around.probability() >= _SURE
        if not speaks or _is_quoted(context.text, hit):
            return Verdict("excluded", (outside, *told))
        return Verdict("info" if asserted == "info" else "suspect", (outside, *told))
    if kind in _OTHERS_SPEAK and asserted == "violation":
        return Verdict("suspect", (Cue("UGC", _OTHERS_SPEAK[kind]), *told))
    return Verdict(asserted, told)


def _teller(kind: BlockKind, page: PageContext) -> Cue | None:
    """What shows that others speak in a block of this kind; a public body speaks on all of its page."""
    return page.official or (None if kind in _FURNITURE else page.shown_by)


def _is_quoted(text: str, hit: Hit) -> bool:
    return any(quote.start() <= hit.start and hit.end <= quote.end() for quote in _QUOTED.finditer(text))
