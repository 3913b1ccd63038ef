"""Subjects in their first form: a site is a subject until it shows an ICP number that another subject has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F

from ledger.models import Capture, OutboxRow, Site, Subject, SubjectMark
from nlp.finding import Analysis, Identifier

MARK_KINDS = ("icp", "company", "phone")
_SITE_SUFFIX = re.compile(r"-\d+[A-Z]?$")
"""粤ICP备14005127号-2 and …-3 are sites of one holder; what stands before the suffix names the holder."""


@dataclass
class _Seen:
    """A mark of one site in one batch."""

    first_capture: str
    times: int = 0


def note(pages: Iterable[tuple[Capture, Analysis]]) -> None:
    """Learn from a batch of analysed pages who stands behind their sites."""
    pages = list(pages)
    sites = _sites({capture.host: capture for capture, _ in pages})
    seen: dict[tuple[str, str, str], _Seen] = {}
    for capture, analysis in pages:
        for kind, value in _telling(analysis):
            seen.setdefault((capture.host, kind, value), _Seen(capture.id)).times += 1
    for (host, kind, value), mark in seen.items():
        known = SubjectMark.objects.filter(subject__sites__host=host, kind=kind, value=value)
        if not known.update(seen=F("seen") + mark.times):
            _learn(sites[host], kind, value, mark)


def _sites(captures: dict[str, Capture]) -> dict[str, Site]:
    """The site of each host, with a subject of its own where it is new."""
    sites = {site.host: site for site in Site.objects.filter(host__in=captures)}
    for host, capture in captures.items():
        if host not in sites:
            subject = Subject.objects.create(name=host)
            sites[host] = Site.objects.create(host=host, domain=capture.domain, subject=subject)
    return sites


def _telling(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """(kind, value) of what speaks of the site itself: valid ones; companies and phones only from a footer."""
    footers = [(block.start, block.end) for block in analysis.blocks if block.kind == "footer"]

    def in_footer(mark: Identifier) -> bool:
        return any(start <= mark.start < end for start, end in footers)

    for mark in analysis.identifiers:
        if mark.kind in MARK_KINDS and mark.valid and (mark.kind == "icp" or in_footer(mark)):
            yield mark.kind, _SITE_SUFFIX.sub("", mark.value) if mark.kind == "icp" else mark.value


def _learn(site: Site, kind: str, value: str, mark: _Seen) -> None:
    """A mark its site's subject has not shown before."""
    if kind == "icp":
        _join_holder(site, value)
    subject = Subject.objects.get(sites=site)  # read again: the site may have been joined to another's subject
    _put(subject, kind, value, mark.times, mark.first_capture)
    company = subject.marks.filter(kind="company").order_by("-seen", "value").first()
    if company and company.value != subject.name:
        Subject.objects.filter(id=subject.id).update(name=company.value)
        _index_again(subject)


def _join_holder(site: Site, icp: str) -> None:
    """Put the site's subject down to the earlier subject that has the same ICP holder number."""
    own = Subject.objects.get(sites=site)
    holder = Subject.objects.filter(marks__kind="icp", marks__value=icp).exclude(id=own.id).order_by("id").first()
    if holder is None:
        return
    own.sites.update(subject=holder, joined_by=f"同一备案主体 {icp}"[:200])
    for mark in own.marks.all():
        _put(holder, mark.kind, mark.value, mark.seen, mark.first_capture)
    own.delete()
    _index_again(holder)


def _index_again(subject: Subject) -> None:
    """Search shows a subject's name with its captures, those of earlier patrols too."""
    captures = Capture.objects.filter(host__in=subject.sites.values("host")).exclude(analysis="")
    OutboxRow.objects.bulk_create([OutboxRow(capture_id=capture) for capture in captures.values_list("id", flat=True)])


def _put(subject: Subject, kind: str, value: str, times: int, first_capture: str) -> None:
    """Count a mark of a subject, new or known."""
    mark, new = SubjectMark.objects.get_or_create(
        subject=subject, kind=kind, value=value, defaults={"seen": times, "first_capture": first_capture}
    )
    if not new:
        SubjectMark.objects.filter(id=mark.id).update(seen=F("seen") + times)
