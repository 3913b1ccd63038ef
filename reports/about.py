"""What a reader of the list must know before acting on it: what was patrolled, by which rules, what it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from ledger.models import Capture, Finding, Patrol
from ledger.names import DECISIONS, ENDINGS, FAMILIES

DISCLAIMER = (
    "本名单由网上巡查系统根据公开网页自动生成，所列均为涉嫌线索，不是对违法行为的认定；"
    "认定与处置由金融管理、市场监管、公安等主管部门依法作出。"
    "未标明“已确认”的线索尚未经人工研判，不得据以公开或采取处置措施。"
    "法律依据后的核实程度表示条文核对到何种来源，引用前须再次核对。"
)
CRITERIA = (
    ("违规线索", "原文为平台自身的承诺、宣传或招揽，命中规则且没有排除语境"),
    ("疑似", "命中规则，但主体、语境或许可情况须人工核实"),
    ("已排除", "命中规则，但属否定、转述、报道、风险提示、法条、持牌产品等语境；保留备查，不列入名单"),
    ("提示", "只作参考，不列入名单"),
)
"""How findings are decided (design §7)."""


@dataclass(frozen=True)
class FamilyCount:
    """Findings of one family by decision, over all patrols."""

    family: str
    violation: int
    suspect: int
    excluded: int
    info: int


@dataclass(frozen=True)
class About:
    """The list's title sheet."""

    made_at: datetime
    where: str
    patrols: int
    targets: int
    first: datetime | None
    last: datetime | None
    endings: tuple[tuple[str, int], ...]
    """How the urls of all patrols ended, in Chinese."""
    unreadable: int
    rules: int
    """Rules that found something, and …"""
    rules_version: str
    """… a digest of their ids and versions."""
    families: tuple[FamilyCount, ...]


def about(where: str = "") -> About:
    """Count what the list rests on. `where`: the query it was narrowed by."""
    captures = Capture.objects.aggregate(
        targets=Count("target", distinct=True),
        first=Min("fetched_at"),
        last=Max("fetched_at"),
        unreadable=Count("id", filter=Q(analysis="unreadable")),
        **{ending: Count("id", filter=Q(ending=ending)) for ending in ENDINGS},
    )
    rules = sorted(Finding.objects.order_by().values_list("rule", "rule_version").distinct())
    return About(
        made_at=timezone.now(),
        where=where,
        patrols=Patrol.objects.count(),
        targets=captures["targets"],
        first=captures["first"],
        last=captures["last"],
        endings=tuple((zh, captures[ending]) for ending, zh in ENDINGS.items()),
        unreadable=captures["unreadable"],
        rules=len({rule for rule, _ in rules}),
        rules_version=hashlib.sha256(repr(rules).encode()).hexdigest()[:12],
        families=tuple(_families()),
    )


def _families() -> Iterator[FamilyCount]:
    counts: dict[str, dict[str, int]] = {}
    rows = Finding.objects.order_by("family").values_list("family", "decision").annotate(Count("id"))
    for family, decision, count in rows:
        counts.setdefault(family, dict.fromkeys(DECISIONS, 0))[decision] = count
    for family, by_decision in counts.items():
        by_decision.pop("none")
        yield FamilyCount(family=FAMILIES.get(family, family), **by_decision)


def lines(sheet: About, count: int) -> list[tuple[str, str]]:
    """The title sheet as pairs of caption and text. `count`: the subjects listed."""
    return [
        ("生成时间", _moment(sheet.made_at)),
        ("名单主体数", f"{count} 个"),
        ("筛选条件", sheet.where or "无（全部）"),
        ("巡查期间", f"{_moment(sheet.first)} 至 {_moment(sheet.last)}" if sheet.first and sheet.last else "没有取证"),
        ("巡查次数", f"{sheet.patrols} 次"),
        ("巡查目标", f"{sheet.targets} 个"),
        ("网址结局", "，".join(f"{zh} {number}" for zh, number in sheet.endings)),
        ("不可读页面", f"{sheet.unreadable} 份（取到但读不出文字，不等于没有问题）"),
        ("规则版本", f"{sheet.rules_version}（命中过的 {sheet.rules} 条规则）"),
        ("声明", DISCLAIMER),
        *((f"判定口径：{name}", text) for name, text in CRITERIA),
    ]


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
