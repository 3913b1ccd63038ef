"""How well blocks of real text are judged, beside plain keyword lists (../shared/practice, read where it lies).

    .venv/bin/python benchmarks/practice.py [--half tuned|aside|all] [--show misses|alarms|hard] [--folder DIR]

`tuned` and `aside` are parts by a hash of the block's id: rules were written looking at the first three quarters
only (at the first half until both halves had been measured once). Prints
precision, recall and the share of hard negatives flagged for three judges: the rules' plain terms as a keyword list,
the same list with an allow-list of negated phrases, and the analysis itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp.analyse import Analyser
from nlp.clauses import Terms
from nlp.rulebook import Rulebook, load_rulebook

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = ROOT.parent / "shared" / "practice"
HARD = frozenset({"report", "warning", "law", "negation", "licensed"})
"""Contexts (ctx) whose clean blocks hold the very words we look for."""
ALLOWED = ("非保本", "不保本", "不承诺", "不保证", "骗局", "警惕", "诈骗", "不得", "严禁", "禁止", "被告人", "记者")
"""What a keyword list's usual allow-list holds."""


@dataclass(frozen=True)
class Labelled:
    """A block with its label."""

    id: str
    text: str
    is_lead: bool
    is_hard: bool
    family: str


@dataclass(frozen=True)
class Score:
    """Counts of one judge."""

    hits: int
    alarms: int
    misses: int
    hard_flagged: int
    hard: int

    def row(self, name: str) -> str:
        """A line of the table."""
        precision = self.hits / max(1, self.hits + self.alarms)
        recall = self.hits / max(1, self.hits + self.misses)
        return f"{name:<24}{precision:>10.3f}{recall:>9.3f}{self.hard_flagged / max(1, self.hard):>10.3f}"


def read_blocks(folder: Path, half: str) -> list[Labelled]:
    """The labelled blocks of a half, unsure ones left out."""
    labels = {label["id"]: label for label in _lines(folder / "labels.jsonl")}
    blocks = []
    for entry in _lines(folder / "text.jsonl"):
        label = labels[entry["id"]]
        if label["v"] == "unsure" or half not in ("all", half_of(entry["id"])):
            continue
        lead = label["v"] == "yes"
        families = [name for name, key in (("guarantee", "g"), ("return", "r")) if label.get(key) == "yes"]
        family = "+".join([*families, *filter(None, [label.get("o", "")])])
        hard = not lead and not HARD.isdisjoint(label.get("ctx", "").split("/"))
        blocks.append(Labelled(entry["id"], entry["text"], lead, hard, family))
    return blocks


def half_of(block_id: str) -> str:
    """Which part a block belongs to."""
    return "aside" if int(hashlib.sha256(block_id.encode()).hexdigest(), 16) % 4 == 3 else "tuned"


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


def main() -> None:
    """Print the table, and what was asked to be shown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=("tuned", "aside", "all"), default="all")
    parser.add_argument("--show", choices=("misses", "alarms", "hard"), action="append", default=[])
    parser.add_argument("--folder", type=Path, default=PRACTICE)
    arguments = parser.parse_args()
    rulebook = load_rulebook(ROOT / "rules")
    analyser = Analyser(rulebook)

    def ours(text: str) -> bool:
        return analyser.analyse_text(text).decision in ("violation", "suspect")

    halves = ("tuned", "aside", "all") if arguments.half == "all" else (arguments.half,)
    plain, with_allow_list = keyword_judges(rulebook)
    for half in halves:
        blocks = read_blocks(arguments.folder, half)
        leads = sum(block.is_lead for block in blocks)
        print(f"\n{half}: {len(blocks)} blocks, {leads} leads, {sum(b.is_hard for b in blocks)} hard negatives")
        print(f"{'':<24}{'precision':>10}{'recall':>9}{'hard':>10}")
        for name, judge in (("keyword list", plain), ("  with an allow-list", with_allow_list), ("xuncha", ours)):
            print(score(blocks, judge).row(name))
    blocks = read_blocks(arguments.folder, arguments.half)
    for what in arguments.show:
        _show(what, blocks, analyser)


def _show(what: str, blocks: list[Labelled], analyser: Analyser) -> None:
    for block in blocks:
        analysis = analyser.analyse_text(block.text)
        flagged = analysis.decision in ("violation", "suspect")
        shown = {
            "misses": block.is_lead and not flagged,
            "alarms": flagged and not block.is_lead,
            "hard": flagged and block.is_hard,
        }
        if shown[what]:
            findings = "; ".join(f"{f.rule}:{f.decision}「{f.quote}」{_cues(f.context)}" for f in analysis.findings)
            print(f"\n[{what}] {block.id} {block.family}\n  {block.text}\n  → {findings or 'nothing'}")


def _cues(context: Iterable[object]) -> str:
    return "".join(f"<{getattr(cue, 'feature', '')} {getattr(cue, 'words', '')}>" for cue in context)


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
