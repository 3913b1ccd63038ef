"""A capture as search sees it: one flat document, made from plain values, and its loading from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db.models import QuerySet

from ledger.models import Advertisement, Capture, CaptureText, Finding, Mark, Site
from nlp.finding import DECISIONS

_T = TypeVar("_T")

SEARCHED_ENDINGS = ("captured", "unchanged")
SEARCHED_ANALYSES = ("analysed", "unreadable")


@dataclass(frozen=True)
class Document:
    """One capture. Every attribute is a field of indexer.fields, of that name."""

    id: str
    version: int
    url: str
    host: str
    domain: str
    title: str
    text: str
    fetched_at: datetime
    month: str
    """YYYY-MM by the office's calendar."""
    ending: str
    analysis: str
    decision: str
    severity: int
    score: int
    area: str = ""
    target: str = ""
    patrol: str = ""
    rule: tuple[str, ...] = ()
    """Of all findings, worst first, like all that follows from findings."""
    rule_title: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    quote: tuple[str, ...] = ()
    apr: tuple[float, ...] = ()
    review: tuple[str, ...] = ()
    subject: str = ""
    subject_id: str = ""
    company: tuple[str, ...] = ()
    icp: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    """In full: what is shown of documents is rows.row, which leaves it out."""
    carrier: tuple[str, ...] = ()
    """Pages whose advertisement led here."""
    genre: str = ""
    charset: str = ""
    status: int = 0
    sha256: str = ""

    def to_json(self) -> bytes:
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, data: bytes) -> Document:
        """The reverse of to_json."""
        row: dict[str, Any] = orjson.loads(data)
        row["fetched_at"] = datetime.fromisoformat(row["fetched_at"])
        row |= {name: tuple(row[name]) for name in _MANY}
        return cls(**row)


_MANY = frozenset(field.name for field in fields(Document) if str(field.type).startswith("tuple"))


@dataclass(frozen=True)
class Parts:
    """Rows of the ledger that belong to one capture, as dicts of their columns."""

    capture: Mapping[str, Any]
    text: str = ""
    findings: Sequence[Mapping[str, Any]] = ()
    marks: Sequence[Mapping[str, Any]] = ()
    carriers: Sequence[str] = ()
    subject: str = ""
    subject_id: str = ""


def build(parts: Parts) -> Document:
    """The document of a capture."""
    capture = parts.capture
    findings = sorted(parts.findings, key=lambda row: (DECISIONS.index(row["decision"]), -row["severity"]))
    marks: dict[str, Any] = {
        kind: _once(mark["value"] for mark in parts.marks if mark["kind"] == kind) for kind in _MARKS
    }
    return Document(
        **{name: capture[name] for name in _COPIED},
        patrol=capture["patrol_id"],
        month=month_of(capture["fetched_at"]),
        text=parts.text,
        carrier=tuple(parts.carriers),
        rule=_once(row["rule"] for row in findings),
        rule_title=_once(row["title"] for row in findings),
        family=_once(row["family"] for row in findings),
        quote=_once(row["quote"] for row in findings),
        apr=_once(float(rate) for row in findings for rate in row["apr"]),
        review=_once(row["review"] for row in findings),
        subject=parts.subject,
        subject_id=parts.subject_id,
        **marks,
    )


_COPIED = (
    "id", "version", "url", "host", "domain", "title", "fetched_at", "ending", "analysis", "decision",
    "severity", "score", "area", "target", "genre", "charset", "status", "sha256",
)  # fmt: skip
_MARKS = ("company", "icp", "phone")


def month_of(moment: datetime) -> str:
    """The month a moment falls in, by the office's calendar."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m")


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))


def searched_captures() -> QuerySet[Capture]:
    """The captures that search shows: those that came to be a page."""
    return Capture.objects.filter(ending__in=SEARCHED_ENDINGS, analysis__in=SEARCHED_ANALYSES)


def load(capture_ids: Sequence[str]) -> list[Document]:
    """The documents of those captures that search shows, read with six queries whatever their number.

    Left out are ids unknown to the ledger, and captures that never came to be a page.
    """
    captures = list(searched_captures().filter(id__in=capture_ids).values(*_COPIED, "patrol_id"))
    texts = dict(CaptureText.objects.filter(capture_id__in=capture_ids).values_list("capture_id", "text"))
    findings = _by_capture(Finding.objects.filter(capture_id__in=capture_ids).values("capture_id", *_OF_FINDING))
    marks = _by_capture(
        Mark.objects.filter(capture_id__in=capture_ids, kind__in=_MARKS).values("capture_id", "kind", "value")
    )
    carriers = _carriers(captures)
    subjects = _subjects({row["host"] for row in captures})
    return [
        build(
            Parts(
                row,
                texts.get(row["id"], ""),
                findings.get(row["id"], ()),
                marks.get(row["id"], ()),
                carriers.get((row["patrol_id"], row["url"]), ()),
                *subjects.get(row["host"], ("", "")),
            )
        )
        for row in captures
    ]


_OF_FINDING = ("rule", "title", "family", "decision", "severity", "quote", "apr", "review")


def _by_capture(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    table: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        table.setdefault(row["capture_id"], []).append(row)
    return table


def _carriers(captures: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Patrol and url → the pages whose advertisements led there in that patrol."""
    table: dict[tuple[str, str], list[str]] = {}
    patrols, urls = {row["patrol_id"] for row in captures}, [row["url"] for row in captures]
    ways = Advertisement.objects.filter(patrol_id__in=patrols, url__in=urls)
    for patrol, url, carrier in ways.values_list("patrol_id", "url", "carrier"):
        table.setdefault((patrol, url), []).append(carrier)
    return table


def _subjects(hosts: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Host → name and id of the subject behind it."""
    sites = Site.objects.filter(host__in=hosts).values_list("host", "subject__name", "subject_id")
    return {host: (name, str(subject)) for host, name, subject in sites}
