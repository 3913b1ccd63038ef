"""Whether the words around a figure make it a rate, and what kind (the words themselves: `nlp.rates.words`).

A percentage alone is nothing: 12% may be a tax, a share or a discount. What the nearest noun says decides:
the words right behind it (12%的年化收益), or the last ones before it in its clause (年化收益率高达12%).

Every pattern here runs on a few dozen characters beside one figure, so a text costs time by its figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from nlp.rates import words
from nlp.rates.rate import Kind

LEFT_REACH: Final = 26
"""Characters before a figure that may hold its label: 预期年化收益率（税前、扣费后）最高可达 is 18."""
RIGHT_REACH: Final = 14
SIDE_REACH: Final = 60
"""Characters either side in which 贷款 or 投资 tells whose rate it is; about one sentence."""


@dataclass(frozen=True)
class Label:
    """The words that name a figure, and where they stand."""

    words: str
    kind: Kind | None
    """None: they make it something that is no rate: a tax, a share, a discount."""
    start: int
    end: int


_KIND_BY_GROUP: Final = {f"s{place}": kind for place, (kind, _) in enumerate(words.SENSES)}
_ANY_SENSE: Final = "|".join(f"(?P<s{place}>{pattern})" for place, (_, pattern) in enumerate(words.SENSES))
_FIRST: Final = "".join(sorted(set(re.findall("[\u4e00-\u9fffa-z7]", _ANY_SENSE))))
"""Every label begins with one of these; looking for that first is five times as fast."""
_LABEL: Final = re.compile(f"(?=[{_FIRST}])(?:{_ANY_SENSE})")
_BEHIND: Final = re.compile(
    rf"\s*{words.BEFORE_LABEL}{{0,5}}"
    rf"(?:(?P<refused>{words.REFUSED_BEHIND})|(?P<plain>回购|理财|租金)|(?P<label>{_ANY_SENSE}))"
)
_APPROXIMATION: Final = re.compile(rf"{words.APPROXIMATION}{{0,8}}")
_TIER: Final = re.compile(
    r"(?:(?:[0-9x]{1,6}\s*[万元]|万元)(?:及?以上|起投?|起购|\(含\)|含)?[\s:=]*)?"
    r"(?:(?<=[万元上起投购含)\s:=])|(?<![0-9])(?:[0-9x一二两三五]{1,2}年期?|[0-9x一三六]{1,2}个月期?|[0-9x]{1,3}天期?)(?<!1天))[\s:=]*$"
)
"""A step of a sales table: 100万-300万 9.2%, 300万以上 9.6%; 30天 9.2%, 90天 11.5%."""
_TIER_REACH: Final = 16
_CLAUSE_END: Final = re.compile(r"[。！？；!?;，,、\n]")
_SHARE_OF: Final = re.compile(r"(?:收益|利润|盈利|利息|分红|回报|租金|本金|金额|成本|房款)\s*的\s*$")
_LENDING_SIDE: Final = re.compile(words.LENDING_SIDE)
_LOW_COST: Final = re.compile(words.LOW_COST)
_BORROWING: Final = re.compile(words.BORROWING)
_INVESTING: Final = re.compile(words.INVESTING)


def label_of(text: str, start: int, end: int) -> Label | None:
    """The label of the figure at start…end, or None where no word around it names it."""
    clause = _clause_start(text, start)
    share = _SHARE_OF.search(text, clause, start)
    if share is not None:
        return Label(share.group(), None, share.start(), share.end())
    before = _last_label(text, clause, start)
    if before is not None and _APPROXIMATION.fullmatch(text, before.end(), start):
        return _label(before)
    behind = _BEHIND.match(text, end, end + RIGHT_REACH)
    if behind is not None:
        return _label_behind(behind)
    return _label(before) if before is not None else _tier_label(text, start, end)


def side_of(text: str, label: Label, start: int, end: int) -> Kind:
    """The label's kind; where it leaves open whose rate it is, 贷款 or 投资 words nearby tell."""
    low, high = max(0, start - SIDE_REACH), end + SIDE_REACH
    if label.kind == "loan_cost" and label.words.startswith("借"):
        return "yield" if _LENDING_SIDE.search(text, low, high) else "loan_cost"
    if label.kind != "interest":
        return label.kind or "interest"
    investing = len(_INVESTING.findall(text, low, high))
    borrowing = len(_BORROWING.findall(text, low, high))
    if investing <= borrowing and _LOW_COST.search(text, label.start, max(label.end, start)):
        return "loan_cost"
    if investing == borrowing:
        return "yield" if investing or label.words.startswith("年化") else "interest"
    return "yield" if investing > borrowing else "loan_cost"


def _clause_start(text: str, start: int) -> int:
    """Where the clause of a figure begins; one clause earlier if only 最高可达 stands in its own."""
    low = max(0, start - LEFT_REACH)
    ends = [found.end() for found in _CLAUSE_END.finditer(text, low, start)]
    if not ends:
        return low
    if text[ends[-1] - 1] in "，," and _APPROXIMATION.fullmatch(text, ends[-1], start):
        return ends[-2] if len(ends) > 1 else low
    return ends[-1]


def _last_label(text: str, start: int, end: int) -> re.Match[str] | None:
    last = None
    for last in _LABEL.finditer(text, start, end):  # noqa: B007 (the last one is wanted)
        pass
    return last


def _tier_label(text: str, start: int, end: int) -> Label | None:
    step = _TIER.search(text, max(0, start - _TIER_REACH), start)
    if step is None or not _INVESTING.search(text, max(0, start - SIDE_REACH), end + SIDE_REACH):
        return None
    return Label(step.group().strip(), "yield", step.start(), start)


def _label(found: re.Match[str]) -> Label:
    return Label(found.group(), _KIND_BY_GROUP[str(found.lastgroup)], found.start(), found.end())


def _label_behind(found: re.Match[str]) -> Label:
    if found["refused"]:
        return Label(found["refused"], None, found.start("refused"), found.end())
    if found["plain"]:
        return Label(found["plain"], "yield", found.start("plain"), found.end())
    kind = next(kind for group, kind in _KIND_BY_GROUP.items() if found[group])
    return Label(found["label"], kind, found.start("label"), found.end())
