import json
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.plan import (
    PLAN_FILE,
    Budget,
    PictureBudget,
    Plan,
    PlanError,
    Politeness,
    TargetPlan,
    read_plan,
    write_plan,
)

PLAN = Plan(
    patrol="20260102-030405",
    created_at="2026-01-02T03:04:05Z",
    targets=(
        TargetPlan("a.test", ("http://a.test/", "http://m.a.test/"), "host", Budget(pages=3), "经同意", True, 2),
        TargetPlan("b.test", ("http://b.test/",)),
    ),
    politeness=Politeness(delay=0.5),
    render="never",
    proxy="http://127.0.0.1:8899",
    pictures=PictureBudget(pages=7, images=0),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = write_plan(tmp_path / "patrol", PLAN)
    assert read_plan(path) == read_plan(path.parent) == PLAN
    assert [each.name for each in path.parent.iterdir()] == [PLAN_FILE]


def test_a_plan_of_a_version_that_read_no_pictures_is_read(tmp_path: Path) -> None:
    path = write_plan(tmp_path, PLAN)
    row = json.loads(path.read_text(encoding="utf-8"))
    del row["pictures"]
    path.write_text(json.dumps(row), encoding="utf-8")
    assert read_plan(tmp_path) == replace(PLAN, pictures=PictureBudget())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no plan here"),
        ("{", "not a plan"),
        ("[]", "not a plan"),
        ('{"patrol": "x"}', "not a plan"),
        ('{"patrol": "x", "targets": [], "politeness": {"unknown": 1}}', "not a plan"),
    ],
)
def test_what_is_no_plan_is_named(text: str | None, told: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / PLAN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=told) as error:
        read_plan(tmp_path)
    assert str(tmp_path / PLAN_FILE) in str(error.value)
