"""The rows of the suspect list 涉嫌名单, from the ledger: one a subject, worst first.

Memory: one small tuple a subject for the order, and the findings of CHUNK subjects at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from ledger.models import Advertisement, Finding, Site, SubjectMark
from ledger.names import AREAS, BASIS_STATUS, BLOCKS, DECISIONS, FAMILIES, REVIEWS
from reports.masking import mask_number, mask_text

CHUNK = 200
NATURE = "线索（涉嫌），未经主管部门认定"


@dataclass(frozen=True)
class Suspect:
    """One subject with at least one violation or suspect finding that no reviewer excluded."""

    name: str
    severity: int
    score: int
    """Of its worst page."""
    sites: tuple[str, ...]
    areas: tuple[str, ...]
    families: tuple[str, ...]
    rules: tuple[str, ...]
    """Title and id."""
    violations: int
    """Distinct claims (page, rule, words) decided 违规线索, over all patrols."""
    suspicions: int
    """The same for 疑似."""
    pages: int
    quote: str
    """Of the worst finding, as are the next five."""
    decision: str
    why: str
    url: str
    block: str
    capture: str
    sha256: str
    first_seen: datetime
    last_seen: datetime
    basis: tuple[str, ...]
    icp: tuple[str, ...]
    companies: tuple[str, ...]
    phones: tuple[str, ...]
    """Masked."""
    advertised_at: tuple[str, ...]
    review: str
    nature: str = NATURE


@dataclass
class _Group:
    """The hosts that make one row: a subject's, or one that no site puts down to anybody."""

    subject: int
    """0: nobody known."""
    name: str
    hosts: set[str] = field(default_factory=set)
    severity: int = 0
    score: int = 0


_Claim = tuple[str, str, str]
"""Page, rule, words."""


@dataclass
class _Gathered:
    """What a pass over a subject's findings, worst first, has come to. Dicts are sets that keep their order."""

    worst: Mapping[str, Any]
    first: datetime
    last: datetime
    claims: dict[_Claim, str] = field(default_factory=dict)
    """→ decision. A claim met again every night is one claim."""
    confirmed: set[_Claim] = field(default_factory=set)
    hosts: dict[str, None] = field(default_factory=dict)
    areas: dict[str, None] = field(default_factory=dict)
    families: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    basis: dict[str, None] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one finding."""
        self.first, self.last = min(self.first, row["fetched_at"]), max(self.last, row["fetched_at"])
        claim = row["url"], row["rule"], row["quote"]
        self.claims.setdefault(claim, row["decision"])
        if row["review"] == "confirmed":
            self.confirmed.add(claim)
        self.hosts[row["host"]] = None
        if row["area"]:
            self.areas[AREAS.get(row["area"], row["area"])] = None
        self.families[FAMILIES.get(row["family"], row["family"])] = None
        self.rules[f"{row['title']}（{row['rule']}）"] = None
        self.basis |= dict.fromkeys(map(cite, row["basis"]))


def suspects(captures: Collection[str] | None = None) -> Iterator[Suspect]:
    """The suspects, worst severity first, then score. `captures`: only findings of these captures count."""
    groups = _ranked(captures)
    for start in range(0, len(groups), CHUNK):
        yield from _chunk(groups[start : start + CHUNK], captures)


def standing() -> QuerySet[Finding]:
    """The findings that put somebody on the list."""
    return Finding.objects.filter(decision__in=("violation", "suspect")).exclude(review="excluded")


_SITES = Site.objects.order_by().values_list("host", "subject_id", "subject__name")


def _ranked(captures: Collection[str] | None) -> list[_Group]:
    sites = {host: (subject, name) for host, subject, name in _SITES.iterator()}
    groups: dict[tuple[int, str], _Group] = {}
    rows = standing().order_by().values_list("capture_id", "capture__host", "severity", "capture__score")
    for capture, host, severity, score in rows.iterator():
        if captures is None or capture in captures:
            subject, name = sites.get(host, (0, host))
            group = groups.setdefault((subject, "" if subject else host), _Group(subject, name))
            group.hosts.add(host)
            group.severity = max(group.severity, severity)
            group.score = max(group.score, score)
    return sorted(groups.values(), key=lambda group: (-group.severity, -group.score, group.subject, group.name))


_COLUMNS = ("rule", "title", "family", "decision", "quote", "why", "block", "basis", "review", "capture_id")
_OF_CAPTURE = {
    name: F(f"capture__{name}") for name in ("url", "host", "area", "sha256", "fetched_at")
}  # fmt: skip


def _chunk(groups: Sequence[_Group], captures: Collection[str] | None) -> Iterator[Suspect]:
    group_of = {host: number for number, group in enumerate(groups) for host in group.hosts}
    findings = standing().filter(capture__host__in=group_of)
    # worst first: "violation" sorts behind "suspect"
    rows = findings.order_by("-severity", "-decision", "-capture__score", "-capture__fetched_at", "id").values(
        *_COLUMNS, **_OF_CAPTURE
    )
    gathered: dict[int, _Gathered] = {}
    for row in rows.iterator():
        if captures is None or row["capture_id"] in captures:
            number = group_of[row["host"]]
            if number not in gathered:
                gathered[number] = _Gathered(row, row["fetched_at"], row["fetched_at"])
            gathered[number].add(row)
    marks = _marks([group.subject for group in groups if group.subject])
    carriers = _carriers(findings)
    for number, group in enumerate(groups):
        # a reviewer may have excluded a group's last finding since it was ranked
        if number in gathered:
            yield _suspect(group, gathered[number], marks.get(group.subject, {}), carriers)


def _suspect(
    group: _Group, found: _Gathered, marks: Mapping[str, Sequence[str]], carriers: Mapping[str, Sequence[str]]
) -> Suspect:
    decisions = list(found.claims.values())
    worst = found.worst
    return Suspect(
        name=group.name,
        severity=group.severity,
        score=group.score,
        sites=tuple(found.hosts),
        areas=tuple(found.areas),
        families=tuple(found.families),
        rules=tuple(found.rules),
        violations=decisions.count("violation"),
        suspicions=decisions.count("suspect"),
        pages=len({url for url, _, _ in found.claims}),
        quote=mask_text(worst["quote"]),
        decision=DECISIONS[worst["decision"]],
        why=mask_text(worst["why"]),
        url=worst["url"],
        block=BLOCKS.get(worst["block"], worst["block"]),
        capture=worst["capture_id"],
        sha256=worst["sha256"],
        first_seen=found.first,
        last_seen=found.last,
        basis=tuple(found.basis),
        icp=tuple(marks.get("icp", ())),
        companies=tuple(marks.get("company", ())),
        phones=tuple(map(mask_number, marks.get("phone", ()))),
        advertised_at=tuple(dict.fromkeys(page for url, _, _ in found.claims for page in carriers.get(url, ()))),
        review=review_state(len(found.confirmed), len(found.claims)),
    )


def _marks(subjects: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Subject → kind → values, most seen first."""
    table: dict[int, dict[str, list[str]]] = {}
    rows = SubjectMark.objects.filter(subject_id__in=subjects).order_by("kind", "-seen", "value")
    for subject, kind, value in rows.values_list("subject_id", "kind", "value"):
        table.setdefault(subject, {}).setdefault(kind, []).append(value)
    return table


def _carriers(findings: QuerySet[Finding]) -> dict[str, list[str]]:
    """Url of a page with findings → the pages whose advertisements led there."""
    table: dict[str, list[str]] = {}
    ways = Advertisement.objects.filter(url__in=findings.order_by().values("capture__url"))
    for url, carrier in ways.order_by("url", "carrier").values_list("url", "carrier").distinct():
        table.setdefault(url, []).append(carrier)
    return table


def review_state(confirmed: int, claims: int) -> str:
    """What people have made of a subject's claims so far; excluded ones are not among them."""
    if not confirmed:
        return REVIEWS["pending"]
    return REVIEWS["confirmed"] if confirmed == claims else f"部分确认（{confirmed}/{claims}）"


def cite(basis: Mapping[str, str]) -> str:
    """An article of law with how far its text was verified, and its repeal where it was repealed."""
    law = basis["law"] if basis["law"].startswith("《") else f"《{basis['law']}》"
    status = BASIS_STATUS.get(basis["status"], basis["status"])
    until = basis.get("in_force_to", "")
    return f"{law}{basis['article']}〔{status}{f'，{until} 起失效' if until else ''}〕"
