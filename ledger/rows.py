"""What an analysis says, as rows of the ledger: a capture's columns, its findings, its marks."""

from __future__ import annotations

from dataclasses import asdict

from ledger.models import Capture, Finding, Mark
from nlp.finding import Analysis
from nlp.finding import Finding as FoundFinding


def put_analysis(capture: Capture, analysis: Analysis) -> None:
    """Put what an analysis says of the page as a whole to its capture; saving it is the caller's."""
    capture.analysis = "unreadable" if analysis.unreadable else "analysed"
    capture.unreadable = analysis.unreadable[:300]
    capture.title = analysis.title
    capture.has_little_text = analysis.has_little_text
    capture.charset = analysis.charset[:40]
    capture.genre = analysis.genre[:20]
    capture.decision = analysis.decision
    capture.severity = analysis.severity
    capture.score = analysis.score


def finding_row(capture: Capture, found: FoundFinding) -> Finding:
    """A finding, not saved yet."""
    return Finding(
        capture=capture,
        rule=found.rule,
        rule_version=found.rule_version,
        title=found.title,
        family=found.family,
        decision=found.decision,
        severity=found.severity,
        quote=found.quote,
        start=found.start,
        end=found.end,
        block=found.block,
        path=found.path,
        context=[[cue.feature, cue.words] for cue in found.context],
        apr=list(found.apr),
        why=found.why,
        basis=[asdict(basis) for basis in found.basis],
    )


def mark_rows(capture: Capture, analysis: Analysis) -> list[Mark]:
    """The marks of an analysis, not saved yet."""
    return [
        Mark(
            capture=capture,
            kind=mark.kind,
            value=mark.value[:200],
            quote=mark.quote,
            start=mark.start,
            end=mark.end,
            checks={
                "format": mark.format_ok,
                "checksum": mark.checksum_ok,
                "region": mark.region_ok,
                "date": mark.date_ok,
                "registry": mark.registry,
            },
            valid=mark.valid,
        )
        for mark in analysis.identifiers
    ]
