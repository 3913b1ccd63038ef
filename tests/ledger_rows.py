"""Rows of the ledger for tests of what stands to the right of it: a capture with its text, findings and site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ledger.models import Advertisement, Capture, CaptureText, Finding, Mark, OutboxRow, Patrol, Site, Subject

START = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
"""02:00 on the 21st in Shanghai."""
BASIS = {"law": "广告法", "article": "第二十五条第（一）项", "status": "T", "in_force_from": "2015-09-01"}


def patrol(key: str = "20261120-180000", **values: Any) -> Patrol:
    return Patrol.objects.get_or_create(id=key, defaults={"started_at": START, "state": "closed", **values})[0]


def capture(key: str, url: str, text: str = "", minutes: int = 0, **values: Any) -> Capture:
    """An analysed capture with its text and site, as intake writes them, and its outbox row."""
    host = url.split("/")[2]
    domain = ".".join(host.split(".")[-2:])
    row = Capture.objects.create(
        id=key, url=url, host=host, domain=domain, target=host,
        **{
            "patrol": values.pop("patrol", None) or patrol(), "ending": "captured", "analysis": "analysed",
            "fetched_at": START + timedelta(minutes=minutes), "status": 200, "sha256": f"{key:0>64}",
            "area": "p2p", **values,
        },
    )  # fmt: skip
    CaptureText.objects.create(capture=row, text=text)
    OutboxRow.objects.create(capture_id=key)
    site(host)
    return row


def site(host: str, subject: Subject | None = None) -> Site:
    """The site of a host; where it is new, of `subject` or one of its own."""
    existing = Site.objects.filter(host=host).first()
    return existing or Site.objects.create(host=host, domain=host, subject=subject or Subject.objects.create(name=host))


def finding(
    row: Capture, rule: str, quote: str, decision: str = "violation", severity: int = 3, **values: Any
) -> Finding:
    """A finding; the capture's own verdict is raised to it as analysis would."""
    plain = {
        "rule_version": "0123456789ab", "title": f"规则 {rule}", "family": rule.split(".")[0], "block": "paragraph",
        "why": f"“{quote}”构成线索", "basis": [BASIS], "start": Finding.objects.filter(capture=row).count() * 10,
    }  # fmt: skip
    found = Finding.objects.create(
        capture=row, rule=rule, quote=quote, decision=decision, severity=severity, **{"end": 5, **plain, **values}
    )
    if decision in ("violation", "suspect"):
        row.severity = max(row.severity, severity)
        row.score = max(row.score, severity * 20)
        row.decision = "violation" if "violation" in (row.decision, decision) else "suspect"
        row.save()
    return found


def advertise(row: Capture, carrier: str) -> Advertisement:
    return Advertisement.objects.create(patrol=row.patrol, url=row.url, carrier=carrier)


def mark(row: Capture, kind: str, value: str) -> Mark:
    return Mark.objects.create(capture=row, kind=kind, value=value, quote=value, start=0, end=1, valid=True)
