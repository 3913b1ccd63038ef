"""The project's own rule base, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.analyse import Analyser
from nlp.rulebook import Rulebook, load_rulebook

RULES = Path(__file__).resolve().parents[2] / "rules"


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook(RULES)


@pytest.fixture(scope="session")
def analyser(rulebook: Rulebook) -> Analyser:
    return Analyser(rulebook)
