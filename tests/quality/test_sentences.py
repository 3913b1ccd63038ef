"""The labelled sentences are what the measurements say they are."""

from __future__ import annotations

import json
from collections import Counter

from benchmarks.labelled import read_lines
from training.second_opinion import SENTENCES

KEYS = ("text", "v", "g", "r", "o", "ctx", "genre")
OTHERS = {
    "", "raise", "equity", "crypto", "pyramid", "loan", "leverage", "advisory", "exchange", "pay", "insur", "licence",
    "ad",
}  # fmt: skip
CONTEXTS = {"promo", "report", "warning", "law", "negation", "licensed", "other"}
ENTRIES = [
    (path.name, number, entry)
    for path in sorted(SENTENCES.glob("*.jsonl"))
    for number, entry in enumerate(read_lines(path), 1)
]


def test_every_line_has_its_label_and_the_label_holds_together() -> None:
    wrong = [
        f"{name}:{number}: {json.dumps(entry, ensure_ascii=False)[:80]}"
        for name, number, entry in ENTRIES
        if tuple(entry) != KEYS
        or entry["v"] not in ("yes", "no")
        or entry["o"] not in OTHERS
        or entry["ctx"] not in CONTEXTS
        or (entry["v"] == "yes") != ("yes" in (entry["g"], entry["r"]) or bool(entry["o"]))
        or not 5 <= len(entry["text"]) <= 420
    ]
    assert wrong == []


def test_no_sentence_stands_twice() -> None:
    assert [text for text, count in Counter(entry["text"] for _, _, entry in ENTRIES).items() if count > 1] == []


def test_there_are_thousands_and_at_least_half_are_clean() -> None:
    clean = sum(entry["v"] == "no" for _, _, entry in ENTRIES)
    assert len(ENTRIES) >= 3_000
    assert clean >= len(ENTRIES) / 2


def test_every_family_has_its_leads() -> None:
    families = Counter(entry["o"] for _, _, entry in ENTRIES if entry["v"] == "yes")
    assert {family: count for family, count in families.items() if count < 30} == {}
    assert set(families) >= OTHERS
