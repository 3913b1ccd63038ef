"""Training: it learns what the sentences say, gives the same file every time, and never sees what is kept aside."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.labelled import is_aside, read_sentences
from nlp.opinion import MODEL, SecondOpinion, grams
from training.second_opinion import FEWEST, SENTENCES, fingerprint, train, write_model

LEADS = ("钱放我这儿月月有得拿", "月月有得拿，随时来取", "他不还我们替他还", "我们替他还，您放心")
CLEAN = ("今天月亮真圆", "他还在学校打球", "月底放假三天", "我们一起去看球")


@pytest.fixture(scope="module")
def model() -> dict[str, object]:
    passages = [(grams(text), [], True) for text in LEADS * FEWEST] + [(grams(t), [], False) for t in CLEAN * FEWEST]
    return train(passages)


def test_it_works(model: dict[str, object]) -> None:
    opinion = SecondOpinion(model["grams"], model["features"], model["bias"])  # type: ignore[arg-type]
    assert opinion("月月有得拿吗", []).probability > 0.5 > opinion("月亮圆", []).probability


def test_the_same_weights_are_the_same_bytes(model: dict[str, object], tmp_path: Path) -> None:
    write_model(model, tmp_path / "a.gz")
    write_model(json.loads(json.dumps(model)), tmp_path / "b.gz")
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_the_shipped_model_was_trained_on_the_sentences_as_they_are() -> None:
    shipped = json.loads(gzip.decompress(MODEL.read_bytes()))
    assert shipped["sentences"] == fingerprint(read_sentences(SENTENCES, aside=False)), "run: make model"


def test_nothing_kept_aside_is_learned_from() -> None:
    assert not any(is_aside(block.text) for block in read_sentences(SENTENCES, aside=False))
