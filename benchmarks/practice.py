"""How well blocks of real text are judged, beside plain keyword lists (../shared/practice, read where it lies).

    .venv/bin/python -m benchmarks.practice [--show misses|alarms|hard] [--folder DIR]

Prints precision, recall and the share of hard negatives flagged for four judges: the rules' plain terms as a keyword
list, the same list with an allow-list of negated phrases, the rules alone, and rules with the second opinion. Every
block of the practice text has been read while rules were written: `--folder` takes others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from benchmarks.labelled import HEADER, Labelled, block_of, keyword_judges, read_lines, score
from benchmarks.quality import FLAGGED
from nlp.analyse import Analyser
from nlp.opinion import load_opinion
from nlp.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = ROOT.parent / "shared" / "practice"


def read_blocks(folder: Path) -> list[Labelled]:
    """The labelled blocks, unsure ones left out."""
    labels = {label["id"]: label for label in read_lines(folder / "labels.jsonl")}
    entries = ({**entry, **labels[entry["id"]]} for entry in read_lines(folder / "text.jsonl") if entry["id"] in labels)
    return [block_of(entry, entry["id"]) for entry in entries if entry["v"] != "unsure"]


def main() -> None:
    """Print the table, and what was asked to be shown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--show", choices=("misses", "alarms", "hard"), action="append", default=[])
    parser.add_argument("--folder", type=Path, default=PRACTICE)
    arguments = parser.parse_args()
    rulebook = load_rulebook(ROOT / "rules")
    analyser, alone = Analyser(rulebook, load_opinion()), Analyser(rulebook)
    plain, with_allow_list = keyword_judges(rulebook)
    blocks = read_blocks(arguments.folder)
    leads = sum(block.is_lead for block in blocks)
    print(f"{len(blocks)} blocks, {leads} leads, {sum(b.is_hard for b in blocks)} hard negatives\n{HEADER}")
    judges = (
        ("keyword list", plain),
        ("  with an allow-list", with_allow_list),
        ("rules alone", lambda text: alone.analyse_text(text).decision in FLAGGED),
        ("xuncha", lambda text: analyser.analyse_text(text).decision in FLAGGED),
    )
    for name, judge in judges:
        print(score(blocks, judge).row(name))
    for what in arguments.show:
        _show(what, blocks, analyser)


def _show(what: str, blocks: list[Labelled], analyser: Analyser) -> None:
    for block in blocks:
        analysis = analyser.analyse_text(block.text)
        flagged = analysis.decision in FLAGGED
        shown = {
            "misses": block.is_lead and not flagged,
            "alarms": flagged and not block.is_lead,
            "hard": flagged and block.is_hard,
        }
        if shown[what]:
            findings = "; ".join(f"{f.rule}:{f.decision}「{f.quote}」{_cues(f.context)}" for f in analysis.findings)
            families = "/".join(block.families)
            print(f"\n[{what}] {block.id} {families}\n  {block.text}\n  → {findings or 'nothing'}")


def _cues(context: Iterable[object]) -> str:
    return "".join(f"<{getattr(cue, 'feature', '')} {getattr(cue, 'words', '')}>" for cue in context)


if __name__ == "__main__":
    main()
