"""Which pages are pictured, and whose pictures are read: the worst first, within the plan's budget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.journal import WANTED_FILE
from crawler.plan import PictureBudget
from ledger.models import Capture, Patrol
from scheduler.steps import write_wanted
from tests.ledger.patrol_folder import AT, PATROL

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrol() -> Patrol:
    patrol = Patrol.objects.create(id=PATROL, started_at=AT)
    rows: dict[str, dict[str, object]] = {
        "mild": {"decision": "suspect", "severity": 1},
        "worst": {"decision": "violation", "severity": 4},
        "drawn": {"has_little_text": True},
        "drawn-2": {"has_little_text": True},
        "drawn-gone": {"has_little_text": True, "status": 404},
        "quiet": {},
        "pictured": {"decision": "violation", "screenshot": {"file": "x"}},
        "failed": {"decision": "violation", "picture_why": "timeout"},
    }
    for name, fields in rows.items():
        Capture.objects.create(
            id=name,
            patrol=patrol,
            url=f"http://a.test/{name}",
            target="a.test",
            fetched_at=AT,
            **{"status": 200, **fields},
        )
    return patrol


def wanted(patrol: Patrol, folder: Path, pages: int) -> dict[str, bool]:
    count = write_wanted(patrol, folder, PictureBudget(pages=pages))
    rows = [json.loads(row) for row in (folder / WANTED_FILE).read_bytes().splitlines()]
    assert len(rows) == count
    return {row["capture"]: row.get("read", False) for row in rows}


def test_it_works(patrol: Patrol, tmp_path: Path) -> None:
    found = wanted(patrol, tmp_path, 100)
    assert list(found) == ["worst", "mild", "drawn", "drawn-2"]
    assert all(found.values())


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (3, {"worst": True, "mild": True, "drawn": True}),
        (1, {"worst": True, "mild": False}),
        (0, {"worst": False, "mild": False}),
    ],
)
def test_the_budget_reads_the_worst_and_every_flagged_page_is_pictured_all_the_same(
    patrol: Patrol, tmp_path: Path, pages: int, expected: dict[str, bool]
) -> None:
    assert wanted(patrol, tmp_path, pages) == expected


def test_pages_read_before_the_patrol_was_taken_up_again_count(patrol: Patrol, tmp_path: Path) -> None:
    Capture.objects.filter(id="pictured").update(pictures="read")
    Capture.objects.filter(id="failed").update(pictures="unreadable")
    assert wanted(patrol, tmp_path, 3) == {"worst": True, "mild": False}
