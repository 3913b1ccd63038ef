"""What a patrol came to: counts that add up, and targets that ended 异常."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet

from crawler.frontier import left_over
from crawler.journal import BUDGET
from crawler.plan import Plan
from ledger.models import Capture, Finding, Patrol
from ledger.names import ENDINGS, why_name

FLAGGED = ("violation", "suspect")
"""Decisions that an investigator must see."""


@dataclass(frozen=True)
class Anomaly:
    """A target whose patrol cannot be taken for "nothing found"."""

    target: str
    why: str


@dataclass(frozen=True)
class PictureCount:
    """What came of the pictures of a patrol."""

    read: int
    """Pages whose pictures were read."""
    unreadable: int
    """Pages of which the reading itself failed: their own text stands alone."""
    images: int
    """Images kept beside the screenshots."""
    unread: int
    """Pictures that could not be read, or not wholly; the ledger has the reason of each."""
    pages_left: int
    """Pages whose pictures should have been read when the budget of pages had run out."""
    images_left: int
    """Images not kept because the patrol's budget had run out."""


@dataclass(frozen=True)
class Summary:
    """One patrol in numbers; `as_row` is what `xuncha patrol --json` ends with."""

    patrol: str
    state: str
    endings: dict[str, int]
    """captured, unchanged, refused, failed: every url the patrol set out for is in exactly one."""
    why: dict[str, dict[str, int]]
    """For refused and failed: how many for each reason."""
    analyses: dict[str, int]
    """analysed, unreadable: every capture is in exactly one."""
    rendered: int
    unrendered: int
    """Pages that needed a browser and were not rendered."""
    pictures: int
    reading: PictureCount
    pages: dict[str, int]
    """Captures by decision."""
    findings: dict[str, dict[str, int]]
    """Family → decision → findings."""
    left: int
    """Urls the journal names whose end it does not tell; 0 once a patrol is done."""
    anomalies: tuple[Anomaly, ...]

    @property
    def urls(self) -> int:
        return sum(self.endings.values())

    @property
    def adds_up(self) -> bool:
        """Whether every url named has its ending, and every capture was analysed or is unreadable."""
        return self.left == 0 and sum(self.analyses.values()) == self.endings["captured"]

    def as_row(self) -> dict[str, Any]:
        return {
            "patrol": self.patrol,
            "state": self.state,
            "urls": self.urls,
            "left": self.left,
            "endings": self.endings,
            "why": self.why,
            "captures": self.analyses,
            "rendered": self.rendered,
            "unrendered": self.unrendered,
            "pictures": self.pictures,
            "pictures_read": vars(self.reading),
            "pages": self.pages,
            "findings": self.findings,
            "anomalies": [{"target": a.target, "why": a.why} for a in self.anomalies],
            "adds_up": self.adds_up,
        }


def summarise(patrol: Patrol, plan: Plan, folder: Path) -> Summary:
    """Count one patrol's captures and findings, and hold them against its journal in `folder`."""
    captures = Capture.objects.filter(patrol=patrol)
    endings = dict.fromkeys(("captured", "unchanged", "refused", "failed"), 0)
    endings |= dict(captures.values_list("ending").annotate(Count("id")).order_by())
    why: dict[str, dict[str, int]] = {"refused": {}, "failed": {}}
    rows = captures.filter(ending__in=why).values_list("ending", "why").annotate(n=Count("id")).order_by("-n")
    for ending, reason, count in rows:
        kind = kind_of(reason)
        why[ending][kind] = why[ending].get(kind, 0) + count
    renders = captures.exclude(line__render="not needed")
    rendered = renders.filter(line__render__startswith="rendered").count()
    unrendered = renders.filter(Q(line__render__startswith="failed") | Q(line__render__startswith="no browser")).count()
    return Summary(
        patrol=patrol.id,
        state=patrol.state,
        endings=endings,
        why=why,
        analyses=_counted(captures.exclude(analysis=""), "analysis", ("analysed", "unreadable")),
        rendered=rendered,
        unrendered=unrendered,
        pictures=captures.filter(screenshot__isnull=False).count(),
        reading=_reading(captures, plan),
        pages=_counted(captures.exclude(analysis=""), "decision", ()),
        findings=_findings(patrol),
        left=left_over(folder, plan),
        anomalies=anomalies(patrol, plan),
    )


def _reading(captures: QuerySet[Capture], plan: Plan) -> PictureCount:
    states = dict(captures.values_list("pictures").annotate(Count("id")).order_by())
    pictured = captures.exclude(pictures="").values_list("images", "unread_pictures")
    images, unread = [], 0
    for shown, failed in pictured:
        images += shown
        unread += len(failed)
    wanted = captures.filter(Q(decision__in=FLAGGED) | Q(has_little_text=True, status__lt=300))
    left = wanted.filter(pictures="", picture_why="").count()
    return PictureCount(
        read=states.get("read", 0),
        unreadable=states.get("unreadable", 0),
        images=sum(1 for image in images if image["place"]),
        unread=unread,
        pages_left=0 if plan.render == "never" else left,
        images_left=sum(1 for image in images if image["why"] == BUDGET),
    )


def kind_of(why: str) -> str:
    """A reason without the address it names: `trap: calendar /events, 31 asked for` → `trap: calendar`."""
    return "trap: same pages" if "were the same" in why else why.partition(" /")[0]


def _counted(rows: Any, field: str, names: tuple[str, ...]) -> dict[str, int]:
    return dict.fromkeys(names, 0) | dict(rows.values_list(field).annotate(Count("id")).order_by())


def _findings(patrol: Patrol) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    rows = Finding.objects.filter(capture__patrol=patrol).values_list("family", "decision")
    for family, decision, count in rows.annotate(Count("id")).order_by("family", "decision"):
        table.setdefault(family, {})[decision] = count
    return table


def anomalies(patrol: Patrol, plan: Plan) -> tuple[Anomaly, ...]:
    """Targets of which nothing was captured, or less than their list says there must be."""
    captured = dict(
        Capture.objects.filter(patrol=patrol, ending__in=("captured", "unchanged"), status__lt=300)
        .values_list("target")
        .annotate(Count("id"))
        .order_by()
    )
    found = []
    for target in plan.targets:
        count = captured.get(target.key, 0)
        if count == 0:
            found.append(Anomaly(target.key, f"一页也没有取到：{_first_reason(patrol, target.key)}"))
        elif count < target.expected_pages:
            found.append(Anomaly(target.key, f"只取到 {count} 页，应不少于 {target.expected_pages} 页"))
    return tuple(found)


def _first_reason(patrol: Patrol, target: str) -> str:
    first = Capture.objects.filter(patrol=patrol, target=target).exclude(why="").order_by("fetched_at").first()
    return f"{ENDINGS[first.ending]}，{why_name(first.why)}" if first else "没有记录"
