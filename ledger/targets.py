"""Targets in the ledger: saved from lists, turned into the targets of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction

from crawler.plan import Budget, Scope, TargetPlan
from ledger.models import Target
from ledger.target_files import TargetRow


@dataclass(frozen=True)
class Saved:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def save_targets(rows: Iterable[TargetRow], *, dry_run: bool = False) -> Saved:
    """Add or update targets by host; targets not in the list stay as they are. All or nothing."""
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        counts[_save(row)] += 1
    if dry_run:
        transaction.set_rollback(True)
    return Saved(**counts)


def _save(row: TargetRow) -> str:
    fields = {key: value for key, value in asdict(row).items() if key not in ("line", "key")}
    fields["urls"] = list(row.urls)
    target = Target.objects.filter(key=row.key).first()
    if target is None:
        Target.objects.create(key=row.key, **fields)
        return "added"
    changed = {name: value for name, value in fields.items() if getattr(target, name) != value}
    for name, value in changed.items():
        setattr(target, name, value)
    if changed:
        target.save()
    return "changed" if changed else "unchanged"


def plan_target(row: TargetRow | Target, budget: Budget) -> TargetPlan:
    """A target as the crawler is told of it."""
    scope: Scope = row.scope if row.scope in ("host", "path") else "domain"  # type: ignore[assignment]
    return TargetPlan(
        key=row.key,
        urls=tuple(row.urls),
        scope=scope,
        budget=budget,
        robots_override=row.robots_override,
        carrier=row.carrier,
        expected_pages=row.expected_pages,
    )
