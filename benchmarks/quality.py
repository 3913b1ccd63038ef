"""How well the project's own labelled sentences and pages are judged, beside plain keyword lists.

    make quality        or: .venv/bin/python -m benchmarks.quality [--json] [--raise-floors] [--show misses|alarms]

Two thirds of the sentences were read while rules were written, and the second opinion learned from them; the third kept
aside was neither. Both are told. Ends with 1 where a figure lies under tests/quality/floors.json, which this command
only ever raises.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from benchmarks.labelled import HEADER, Labelled, Score, keyword_judges, read_sentences, score
from nlp.analyse import Analyser
from nlp.finding import Analysis
from nlp.opinion import load_opinion
from nlp.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
QUALITY = ROOT / "tests" / "quality"
FLOORS = QUALITY / "floors.json"
FLAGGED = ("violation", "suspect")
_MARGIN = 0.005
"""A floor is set this far under what was measured: a new sentence must not fail an honest build."""


@dataclass(frozen=True)
class Measured:
    """What came of one set of blocks."""

    blocks: list[Labelled]
    analyses: list[Analysis]

    def flags(self) -> list[bool]:
        """Whether each block was flagged."""
        return [analysis.decision in FLAGGED for analysis in self.analyses]

    def score(self) -> Score:
        """Counts over all blocks."""
        flags = iter(self.flags())
        return score(self.blocks, lambda _: next(flags))

    def recall_by_family(self) -> dict[str, tuple[int, int]]:
        """Family → leads flagged by any rule, leads."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for block, flagged in zip(self.blocks, self.flags(), strict=True):
            for family in block.families:
                counts[family][0] += flagged
                counts[family][1] += 1
        return {family: (hit, all_) for family, (hit, all_) in sorted(counts.items())}

    def alarms_by_context(self) -> dict[str, tuple[int, int]]:
        """Who speaks → clean blocks flagged, clean blocks."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for block, flagged in zip(self.blocks, self.flags(), strict=True):
            if not block.is_lead:
                counts[block.context][0] += flagged
                counts[block.context][1] += 1
        return {context: (hit, all_) for context, (hit, all_) in sorted(counts.items())}

    def confusion(self) -> dict[str, Counter[str]]:
        """Labelled family (a block's first) → families that flagged it; `-` for none."""
        table: dict[str, Counter[str]] = defaultdict(Counter)
        for block, analysis in zip(self.blocks, self.analyses, strict=True):
            if block.is_lead:
                table[block.families[0]].update(_families(analysis) or {"-"})
        return dict(sorted(table.items()))


def _families(analysis: Analysis) -> set[str]:
    return {finding.family for finding in analysis.findings if finding.decision in FLAGGED}


def measure(analyser: Analyser, blocks: list[Labelled], *, told: str = "") -> Measured:
    """Analyse blocks; `told` names the progress bar, empty for none."""
    shown: Iterable[Labelled] = track(blocks, told, transient=True) if told else blocks
    return Measured(blocks, [analyser.analyse_text(block.text) for block in shown])


def measure_pages(analyser: Analyser, folder: Path) -> Score:
    """Whole pages: `<case>/page.html` and what `meta.json` beside it says of it."""
    blocks, flags = [], []
    for meta_file in sorted(folder.glob("*/meta.json")):
        meta = json.loads(meta_file.read_text(encoding="utf-8"))
        raw = (meta_file.parent / "page.html").read_bytes()
        lead = meta["lead"]
        blocks.append(Labelled(meta_file.parent.name, "", lead, not lead and meta["hard"], (), "", meta["genre"]))
        analysis = analyser.analyse_html(raw, content_type=meta.get("content_type", ""), url=meta.get("url", ""))
        flags.append(analysis.decision in FLAGGED)
    answers = iter(flags)
    return score(blocks, lambda _: next(answers))


def figures(told: Score) -> dict[str, float]:
    """A score as the figures floors are kept for; every one the higher the better."""
    return {
        "precision": round(told.precision, 4),
        "recall": round(told.recall, 4),
        "hard_kept_clean": round(1 - told.hard_rate, 4),
    }


def below_floors(measured: dict[str, dict[str, float]], floors: dict[str, dict[str, float]]) -> list[str]:
    """Every figure under its floor, in words."""
    return [
        f"{part}.{name} = {measured.get(part, {}).get(name, 0):.4f}, floor {floor:.4f}"
        for part, names in floors.items()
        for name, floor in names.items()
        if measured.get(part, {}).get(name, 0) < floor
    ]


def raised(measured: dict[str, dict[str, float]], floors: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Floors raised to just under what was measured, never lowered."""
    return {
        part: {
            name: max(floors.get(part, {}).get(name, 0.0), round(value - _MARGIN, 4)) for name, value in names.items()
        }
        for part, names in measured.items()
    }


def main() -> None:
    """Measure, print, compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--raise-floors", action="store_true")
    parser.add_argument("--show", choices=("misses", "alarms"), help="of the two thirds that may be read")
    arguments = parser.parse_args()
    rulebook = load_rulebook(ROOT / "rules")
    analyser, alone = Analyser(rulebook, load_opinion()), Analyser(rulebook)
    plain, allowed = keyword_judges(rulebook)
    told: dict[str, dict[str, float]] = {}
    for part, aside in (("read", False), ("aside", True)):
        measured = measure(analyser, read_sentences(QUALITY / "sentences", aside=aside), told=part)
        told[part] = figures(measured.score())
        if not arguments.json:
            rules_alone = measure(alone, measured.blocks, told=part).score()
            rows = {
                "keyword list": score(measured.blocks, plain),
                "  with an allow-list": score(measured.blocks, allowed),
            }
            _print_part(part, measured, {**rows, "rules alone": rules_alone, "xuncha": measured.score()})
        if arguments.show and not aside:
            _show(measured, arguments.show)
    pages = measure_pages(analyser, QUALITY / "pages")
    told["pages"] = figures(pages)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"\npages: {pages.hits + pages.misses} with a lead, {pages.hard} hard clean ones\n{pages.row('xuncha')}")
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    if arguments.raise_floors:
        FLOORS.write_text(json.dumps(raised(told, floors), indent=2) + "\n", encoding="utf-8")
    elif short := below_floors(told, floors):
        sys.exit("under the floor:\n  " + "\n  ".join(short))


def _print_part(part: str, measured: Measured, rows: dict[str, Score]) -> None:
    leads = sum(block.is_lead for block in measured.blocks)
    hard = sum(block.is_hard for block in measured.blocks)
    print(f"\n{part}: {len(measured.blocks)} sentences, {leads} leads, {hard} hard negatives\n{HEADER}")
    for name, told in rows.items():
        print(told.row(name))
    print("  recall by family:   " + _shares(measured.recall_by_family()))
    print("  alarms by speaker:  " + _shares(measured.alarms_by_context()))
    for family, found in measured.confusion().items():
        print(f"  {family:<10} flagged as  " + ", ".join(f"{name} {count}" for name, count in found.most_common(5)))


def _shares(counts: dict[str, tuple[int, int]]) -> str:
    return ", ".join(f"{name} {hit}/{all_} ({hit / all_:.2f})" for name, (hit, all_) in counts.items())


def _show(measured: Measured, what: str) -> None:
    for block, analysis in zip(measured.blocks, measured.analyses, strict=True):
        flagged = analysis.decision in FLAGGED
        if flagged != block.is_lead and flagged == (what == "alarms"):
            found = "; ".join(f"{f.rule}:{f.decision}「{f.quote}」" for f in analysis.findings)
            families = "/".join(block.families)
            print(f"\n[{what}] {block.id} {families} {block.context}\n  {block.text}\n  → {found or 'nothing'}")


if __name__ == "__main__":
    main()
