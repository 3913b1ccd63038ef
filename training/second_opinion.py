"""Train the second opinion (nlp/opinion.py) on the project's own sentences and write its file.

    make model        or: .venv/bin/python -m training.second_opinion [--out FILE]

1. every sentence that is not kept aside, as the analyser sees it: its passages, their cues and rates
2. a logistic regression over the character n-grams that stand in a passage (tf-idf, each counted once, a vector of
   length 1) and those features
3. weights, rounded, as gzipped JSON; the same sentences give the same file, byte for byte
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from math import log, sqrt
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.labelled import Labelled, read_sentences
from nlp.analyse import Analyser
from nlp.opinion import MODEL, grams
from nlp.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[1]
SENTENCES = ROOT / "tests" / "quality" / "sentences"
FEWEST = 8
"""An n-gram or feature of fewer passages is chance."""
FEATURE_SCALE = 0.2
"""How much a feature may say beside the n-grams, whose vector has length 1; chosen on text kept out of training."""
STRENGTH = 5.0
"""Inverse of the regularisation; 1 to 10 differ by less than a point."""
DECIMALS = 3

Passage = tuple[set[str], list[str], bool]
"""N-grams, features, whether it is a lead."""


def passages_of(analyser: Analyser, blocks: list[Labelled]) -> list[Passage]:
    """What the model learns from: one passage a sentence, those no rule looks at left out."""
    return [
        (grams(text), features, block.is_lead) for block in blocks for text, features in analyser.described(block.text)
    ]


def fingerprint(blocks: list[Labelled]) -> str:
    """Sixteen hex digits that stand for what was learned from: a model says which sentences it knows."""
    told = "\n".join(f"{block.text}\t{block.is_lead}" for block in blocks)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def train(passages: list[Passage]) -> dict[str, object]:
    """The model as plain values."""
    counts = Counter(gram for known, _, _ in passages for gram in known)
    gram_index = _index(counts)
    feature_index = _index(Counter(name for _, named, _ in passages for name in named))
    rarity = {
        gram: round(log((1 + len(passages)) / (1 + counts[gram])) + 1, DECIMALS) for gram in gram_index
    }  # smoothed inverse document frequency, as scikit-learn's TfidfTransformer has it
    rows, columns, values = [], [], []
    for row, (known, named, _) in enumerate(passages):
        here = [gram for gram in known if gram in gram_index]
        length = sqrt(sum(rarity[gram] ** 2 for gram in here))
        rows += [row] * len(here)
        columns += [gram_index[gram] for gram in here]
        values += [rarity[gram] / length for gram in here]
        there = [len(gram_index) + feature_index[name] for name in named if name in feature_index]
        rows += [row] * len(there)
        columns += there
        values += [FEATURE_SCALE] * len(there)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(passages), len(gram_index) + len(feature_index)))
    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(matrix, [lead for _, _, lead in passages])
    weights = np.round(model.coef_[0], DECIMALS)
    scaled = np.round(model.coef_[0] * FEATURE_SCALE, DECIMALS)
    return {
        "bias": round(float(model.intercept_[0]), DECIMALS),
        "features": {name: float(scaled[len(gram_index) + at]) for name, at in feature_index.items()},
        "grams": {gram: (float(weights[at]), rarity[gram]) for gram, at in gram_index.items()},
    }


def _index(counts: Counter[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= FEWEST))}


def write_model(model: dict[str, object], path: Path) -> None:
    """Write a model so that the same weights are the same bytes."""
    raw = json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(raw, mtime=0))


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=MODEL)
    arguments = parser.parse_args()
    analyser = Analyser(load_rulebook(ROOT / "rules"))
    sentences = read_sentences(SENTENCES, aside=False)
    passages = passages_of(analyser, sentences)
    model = {**train(passages), "sentences": fingerprint(sentences)}
    write_model(model, arguments.out)
    size = arguments.out.stat().st_size
    print(f"{len(passages)} passages → {arguments.out.name}: {len(model['grams'])} n-grams, {size:,} bytes")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
