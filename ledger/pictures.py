"""Pictures of a page in the ledger: where they lie, and what was read in them beside the page's own text."""

from __future__ import annotations

from dataclasses import asdict

from crawler.journal import PictureLine
from ledger.models import Capture, CaptureText, Finding, Mark, OutboxRow
from ledger.rows import finding_row, mark_rows, put_analysis
from nlp.finding import Analysis


def write_picture(line: PictureLine, analysis: Analysis | None) -> None:
    """Put a picture to its capture, and what an analysis with its pictures says in place of the one without.

    Subjects learn nothing from it: a number misread by one digit would join two of them. Part of intake's
    transaction; search sees the change.
    """
    capture = Capture.objects.get(id=line.capture)
    capture.screenshot = asdict(line.screenshot) if line.screenshot else None
    capture.picture_why = line.why[:300]
    capture.images = [asdict(image) for image in line.images]
    if analysis is not None and analysis.unreadable:
        capture.pictures = "unreadable"
        capture.unread_pictures = [["", analysis.unreadable]]
    elif analysis is not None:
        capture.pictures = "read"
        capture.unread_pictures = list(map(list, analysis.unread_pictures))
        put_analysis(capture, analysis)
        _replace(capture, analysis)
    capture.version += 1
    capture.save()
    OutboxRow.objects.create(capture_id=capture.id)


def _replace(capture: Capture, analysis: Analysis) -> None:
    """Text, findings and marks of a capture by those of an analysis; what a person made of a finding stays."""
    CaptureText.objects.filter(capture=capture).update(text=analysis.text)
    Mark.objects.filter(capture=capture).delete()
    Mark.objects.bulk_create(mark_rows(capture, analysis))
    known = {(row.rule, row.start, row.end): row for row in capture.findings.all()}
    new = []
    for found in analysis.findings:
        row = finding_row(capture, found)
        before = known.pop((row.rule, row.start, row.end), None)
        if before is None:
            new.append(row)
        else:
            row.id, row.review = before.id, before.review
            row.save()
    Finding.objects.filter(id__in=[row.id for row in known.values()], review="pending").delete()
    Finding.objects.bulk_create(new)
