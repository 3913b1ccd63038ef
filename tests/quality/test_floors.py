"""Quality as a number with a floor: a change that makes the detector worse fails here."""

from __future__ import annotations

import json

import pytest

from benchmarks.labelled import Score, keyword_judges, read_sentences, score
from benchmarks.quality import FLOORS, QUALITY, below_floors, figures, measure, measure_pages, raised
from nlp.analyse import Analyser
from nlp.opinion import load_opinion
from nlp.rulebook import load_rulebook
from tests.nlp.conftest import RULES


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(load_rulebook(RULES), load_opinion())


@pytest.fixture(scope="module")
def told(analyser: Analyser) -> dict[str, Score]:
    return {
        "aside": measure(analyser, read_sentences(QUALITY / "sentences", aside=True)).score(),
        "read": measure(analyser, read_sentences(QUALITY / "sentences", aside=False)).score(),
        "pages": measure_pages(analyser, QUALITY / "pages"),
    }


def test_no_figure_lies_under_its_floor(told: dict[str, Score]) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert set(floors) == set(told)
    assert below_floors({part: figures(counts) for part, counts in told.items()}, floors) == []


def test_rules_with_context_beat_the_same_words_as_a_list(told: dict[str, Score], analyser: Analyser) -> None:
    blocks = read_sentences(QUALITY / "sentences", aside=True)
    for judge in keyword_judges(analyser.rulebook):
        listed = score(blocks, judge)
        assert told["aside"].precision > listed.precision + 0.1
        assert told["aside"].recall > listed.recall
        assert told["aside"].hard_rate < listed.hard_rate / 2


def test_floors_rise_and_never_fall() -> None:
    floors = {"aside": {"precision": 0.9, "recall": 0.5}}
    assert raised({"aside": {"precision": 0.8, "recall": 0.7}}, floors) == {
        "aside": {"precision": 0.9, "recall": 0.695}
    }
    assert below_floors({"aside": {"precision": 0.8, "recall": 0.7}}, floors) == [
        "aside.precision = 0.8000, floor 0.9000"
    ]
