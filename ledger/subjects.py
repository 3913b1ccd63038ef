"""Subjects in their first form: a site is a subject until it shows an ICP number that another subject has."""

from __future__ import annotations

import re

from django.db.models import F

from ledger.models import Capture, Site, Subject, SubjectMark
from nlp.finding import Analysis, Identifier

MARK_KINDS = ("icp", "company", "phone")
_SITE_SUFFIX = re.compile(r"-\d+[A-Z]?$")
"""粤ICP备14005127号-2 and …-3 are sites of one holder; what stands before the suffix names the holder."""


def note(capture: Capture, analysis: Analysis) -> None:
    """Learn from an analysed page who stands behind its site."""
    site = site_of(capture)
    for mark in _telling(analysis):
        value = _SITE_SUFFIX.sub("", mark.value) if mark.kind == "icp" else mark.value
        if mark.kind == "icp":
            _join_holder(site, value)
        _count(site.subject, mark.kind, value, capture)


def site_of(capture: Capture) -> Site:
    """The site of a capture's host, with a subject of its own where it is new."""
    site = Site.objects.select_related("subject").filter(host=capture.host).first()
    if site is None:
        subject = Subject.objects.create(name=capture.host)
        site = Site.objects.create(host=capture.host, domain=capture.domain, subject=subject)
    return site


def _telling(analysis: Analysis) -> list[Identifier]:
    """Identifiers that speak of the site itself: valid ones; companies and phones only from a footer."""
    footers = [(block.start, block.end) for block in analysis.blocks if block.kind == "footer"]

    def in_footer(mark: Identifier) -> bool:
        return any(start <= mark.start < end for start, end in footers)

    return [
        mark
        for mark in analysis.identifiers
        if mark.kind in MARK_KINDS and mark.valid and (mark.kind == "icp" or in_footer(mark))
    ]


def _join_holder(site: Site, icp: str) -> None:
    """Put the site's subject down to the earlier subject that has the same ICP holder number."""
    earlier = (
        SubjectMark.objects.select_related("subject")
        .filter(kind="icp", value=icp)
        .exclude(subject=site.subject)
        .order_by("subject_id")
        .first()
    )
    if earlier is None:
        return
    left, kept = site.subject, earlier.subject
    Site.objects.filter(subject=left).update(subject=kept, joined_by=f"同一备案主体 {icp}"[:200])
    for mark in left.marks.all():
        if not SubjectMark.objects.filter(subject=kept, kind=mark.kind, value=mark.value).update(
            seen=F("seen") + mark.seen
        ):
            SubjectMark.objects.filter(id=mark.id).update(subject=kept)
    left.delete()
    site.subject = kept


def _count(subject: Subject, kind: str, value: str, capture: Capture) -> None:
    mark, new = SubjectMark.objects.get_or_create(
        subject=subject, kind=kind, value=value, defaults={"first_capture": capture.id}
    )
    if not new:
        SubjectMark.objects.filter(id=mark.id).update(seen=F("seen") + 1)
    if kind == "company":
        _name(subject)


def _name(subject: Subject) -> None:
    company = subject.marks.filter(kind="company").order_by("-seen", "value").first()
    if company and subject.name != company.value:
        subject.name = company.value
        subject.save(update_fields=["name"])
