"""One capture's evidence, read back from the archive as it would be shown to somebody who doubts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.journal import JournalLine, Place, read_journal
from crawler.manifest import MANIFEST_FILE, is_closed, manifest_sha256
from crawler.verify import Check, Disagreement, verify_archive, verify_capture, verify_patrol
from crawler.warc import read_record
from ledger.models import Capture, CaptureText, Finding, Patrol


@dataclass(frozen=True)
class Part:
    """One archived record of a capture."""

    role: str
    """request, response, dom, screenshot or image"""
    place: Place
    url: str = ""
    """Of an image."""


@dataclass(frozen=True)
class Evidence:
    """Everything kept of one capture."""

    capture: Capture
    parts: tuple[Part, ...]
    headers: tuple[tuple[str, str], ...]
    """HTTP header lines of the response, in their order and case."""
    text: str
    findings: tuple[Finding, ...]

    def as_row(self) -> dict[str, Any]:
        capture = self.capture
        return {
            "id": capture.id,
            "patrol": capture.patrol_id,
            "url": capture.url,
            "fetched_at": capture.fetched_at.isoformat(),
            "ending": capture.ending,
            "why": capture.why,
            "status": capture.status,
            "address": capture.line.get("address", ""),
            "chain": capture.line.get("chain", []),
            "render": capture.line.get("render", ""),
            "records": {part.role: vars(part.place) for part in self.parts if part.role != "image"},
            "images": [{"url": part.url, **vars(part.place)} for part in self.parts if part.role == "image"],
            "unread_pictures": capture.unread_pictures,
            "headers": self.headers,
            "title": capture.title,
            "decision": capture.decision,
            "findings": [
                {
                    "rule": f.rule,
                    "decision": f.decision,
                    "quote": f.quote,
                    "start": f.start,
                    "block": f.block,
                    "path": f.path,
                    "why": f.why,
                }
                for f in self.findings
            ],
            "text": self.text,
        }


def read_evidence(archive: Path, capture: Capture) -> Evidence:
    """Read a capture's records back. Raises crawler.warc.EvidenceError where they do not agree."""
    folder = archive / capture.patrol_id
    parts = tuple(_parts(capture))
    for part in parts:
        read_record(folder, part.place)
    response = next((part.place for part in parts if part.role == "response"), None)
    record = read_record(folder, response) if response else None
    page = CaptureText.objects.filter(capture=capture).first()
    return Evidence(
        capture=capture,
        parts=parts,
        headers=tuple(record.http or ()) if record else (),
        text=page.text if page else "",
        findings=tuple(capture.findings.all()),
    )


def _parts(capture: Capture) -> list[Part]:
    rows = [(role, capture.line.get(role)) for role in ("request", "response", "dom")]
    rows.append(("screenshot", capture.screenshot))
    images = [Part("image", Place(**image["place"]), image["url"]) for image in capture.images if image["place"]]
    return [Part(role, Place(**row)) for role, row in rows if row] + images


def verify_all(archive: Path) -> Iterator[Check]:
    """Verify every patrol of the archive, and that none the ledger closed is missing. Raises Disagreement."""
    yield from verify_archive(archive)
    for patrol in Patrol.objects.filter(state="closed").order_by("id"):
        yield _anchored(archive / patrol.id, patrol)


def _anchored(folder: Path, patrol: Patrol) -> Check:
    """The ledger's hash of a manifest: what shows that the newest patrol was taken away or made anew."""
    found = manifest_sha256(folder) if is_closed(folder) else "没有清单"
    if found != patrol.manifest_sha256:
        what = "清单哈希与台账"
        raise Disagreement(patrol.id, MANIFEST_FILE, None, what, patrol.manifest_sha256, found)
    return Check("chain", patrol.id, "ledger")


def verify_named(archive: Path, name: str) -> Iterator[Check]:
    """Verify one patrol or one capture by its id. Raises Disagreement, and KeyError for an unknown id."""
    if (archive / name / "plan.json").exists():
        yield from verify_patrol(archive / name)
        return
    capture = Capture.objects.filter(id=name).first()
    if capture is None:
        raise KeyError(name)
    folder = archive / capture.patrol_id
    for line in _lines_of(folder, name):
        yield from verify_capture(folder, line)


def _lines_of(folder: Path, capture: str) -> Iterator[JournalLine]:
    return (read.line for read in read_journal(folder) if read.line.capture == capture)
