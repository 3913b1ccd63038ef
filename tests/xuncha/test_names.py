"""Names that more than one package keeps: each list is held against the one people are shown."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from crawler.plan import RenderMode, Scope
from ledger.names import AREAS, RENDER_MODES
from ledger.target_files import SCOPES
from nlp import rulebook

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_rules_and_targets_name_areas_alike() -> None:
    assert set(rulebook.AREAS) - {"all"} == set(AREAS)


def test_the_page_about_rules_names_every_area() -> None:
    assert " ".join(rulebook.AREAS) in (DOCS / "rules.md").read_text(encoding="utf-8")


def test_every_choice_of_a_plan_has_a_name() -> None:
    assert set(SCOPES) == set(get_args(Scope))
    assert set(RENDER_MODES) == set(get_args(RenderMode))
