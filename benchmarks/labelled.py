"""Labelled blocks of text and how well a judge flags them: what `make quality` and `make practice` share.

A block's label follows the guide beside the practice text: `v` yes or no (would an investigator want it flagged on its
own content), `g` a claim of safety, `r` a promised return, `o` another prohibited family, `ctx` who speaks.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.clauses import Terms
from nlp.rulebook import Rulebook

HARD = frozenset({"report", "warning", "law", "negation", "licensed"})
"""Contexts (ctx) whose clean blocks hold the very words we look for."""
ALLOWED = ("非保本", "不保本", "不承诺", "不保证", "骗局", "警惕", "诈骗", "不得", "严禁", "禁止", "被告人", "记者")
"""What a keyword list's usual allow-list holds."""
_PARTS = 3
"""A third of the sentences is kept aside: neither read for tuning nor learned from."""


@dataclass(frozen=True)
class Labelled:
    """A block with its label."""

    id: str
    text: str
    is_lead: bool
    is_hard: bool
    """Clean, and told in the words of a lead."""
    families: tuple[str, ...]
    """guarantee, return or one of `o`'s; empty for clean blocks."""
    context: str
    genre: str


@dataclass(frozen=True)
class Score:
    """Counts of one judge."""

    hits: int
    alarms: int
    misses: int
    hard_flagged: int
    hard: int

    @property
    def precision(self) -> float:
        """Leads among what was flagged."""
        return self.hits / max(1, self.hits + self.alarms)

    @property
    def recall(self) -> float:
        """Flagged ones among the leads."""
        return self.hits / max(1, self.hits + self.misses)

    @property
    def hard_rate(self) -> float:
        """Flagged ones among the hard negatives."""
        return self.hard_flagged / max(1, self.hard)

    def row(self, name: str) -> str:
        """A line of the table."""
        return f"{name:<28}{self.precision:>10.3f}{self.recall:>9.3f}{self.hard_rate:>10.3f}"


HEADER = f"{'':<28}{'precision':>10}{'recall':>9}{'hard':>10}"


def block_of(entry: dict[str, str], block_id: str) -> Labelled:
    """A block from its text and label fields."""
    lead = entry["v"] == "yes"
    families = [name for name, key in (("guarantee", "g"), ("return", "r")) if entry.get(key) == "yes"]
    families += filter(None, [entry.get("o", "")])
    contexts = entry.get("ctx", "").split("/")
    return Labelled(
        block_id, entry["text"], lead, not lead and not HARD.isdisjoint(contexts),
        tuple(families) if lead else (), contexts[0], entry.get("genre", ""),
    )  # fmt: skip


def read_lines(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def is_aside(text: str) -> bool:
    """Whether a sentence belongs to the third that is only measured on."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % _PARTS == 0


def read_sentences(folder: Path, *, aside: bool) -> list[Labelled]:
    """The project's own sentences: the third kept aside, or the other two."""
    return [
        block_of(entry, f"{path.stem}:{number}")
        for path in sorted(folder.glob("*.jsonl"))
        for number, entry in enumerate(read_lines(path), 1)
        if is_aside(entry["text"]) == aside
    ]


def score(blocks: Iterable[Labelled], flags: Callable[[str], bool]) -> Score:
    """Count what a judge flags."""
    counts: Counter[str] = Counter()
    for block in blocks:
        flagged = flags(block.text)
        counts["hits"] += block.is_lead and flagged
        counts["misses"] += block.is_lead and not flagged
        counts["alarms"] += flagged and not block.is_lead
        counts["hard"] += block.is_hard
        counts["hard_flagged"] += block.is_hard and flagged
    return Score(counts["hits"], counts["alarms"], counts["misses"], counts["hard_flagged"], counts["hard"])


def keyword_judges(rulebook: Rulebook) -> tuple[Callable[[str], bool], Callable[[str], bool]]:
    """The rules' plain terms as a keyword list, and the same list with an allow-list."""
    words = tuple(
        word
        for rule in rulebook.rules
        if rule.severity > 0
        for clause in rule.any
        if isinstance(clause.match, Terms)
        for word in clause.match.words
    )

    def plain(text: str) -> bool:
        return any(word in text.lower() for word in words)

    def with_allow_list(text: str) -> bool:
        return plain(text) and not any(word in text for word in ALLOWED)

    return plain, with_allow_list
