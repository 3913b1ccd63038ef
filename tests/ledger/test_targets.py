"""Targets in the ledger: imported often, there once; planned as the crawler must be told."""

from __future__ import annotations

import pytest

from crawler.plan import Budget
from ledger.models import Target
from ledger.target_files import TargetRow
from ledger.targets import Saved, plan_target, save_targets

pytestmark = pytest.mark.django_db

ROW = TargetRow("a.test", ("http://a.test/",), name="甲平台", area="p2p")


def test_it_works() -> None:
    assert save_targets([ROW]) == Saved(added=1, changed=0, unchanged=0)
    target = Target.objects.get(key="a.test")
    assert (target.name, target.area, target.urls) == ("甲平台", "p2p", ["http://a.test/"])


def test_the_same_list_twice_changes_nothing_and_a_new_name_changes_one() -> None:
    save_targets([ROW])
    assert save_targets([ROW]) == Saved(added=0, changed=0, unchanged=1)
    renamed = TargetRow("a.test", ("http://a.test/",), name="甲", area="p2p")
    assert save_targets([renamed]) == Saved(added=0, changed=1, unchanged=0)
    assert Target.objects.get().name == "甲"


def test_a_dry_run_counts_and_leaves_nothing() -> None:
    assert save_targets([ROW], dry_run=True).added == 1
    assert not Target.objects.exists()


@pytest.mark.parametrize(("scope", "planned"), [("domain", "domain"), ("host", "host"), ("path", "path")])
def test_a_target_is_planned_with_its_scope_budget_and_override(scope: str, planned: str) -> None:
    row = TargetRow(
        "a.test", ("http://a.test/x/",), scope=scope, robots_override="负责人书面批准", carrier=True, expected_pages=4
    )
    target = plan_target(row, Budget(pages=9))
    assert target.scope == planned
    assert target.budget.pages == 9
    assert target.robots_override == "负责人书面批准"
    assert (target.carrier, target.expected_pages) == (True, 4)


def test_a_target_of_the_ledger_is_planned_as_its_row_was() -> None:
    save_targets([ROW])
    assert plan_target(Target.objects.get(), Budget()) == plan_target(ROW, Budget())
