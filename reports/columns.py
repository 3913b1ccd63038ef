"""The columns of the suspect list, once for all formats: heading, width, and the cell's text or number."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from reports.suspect_rows import Suspect

MAX_ITEMS = 100
"""Values a cell lists: more cannot be read there, and Excel takes 32,767 characters at most."""
MAX_CHARACTERS = 2000
"""Of one value."""

Cell = str | int


@dataclass(frozen=True)
class Column:
    """One column: `name` is its key in JSON and the attribute of Suspect it shows."""

    name: str
    heading: str
    width: int
    """In Excel's characters."""


COLUMNS: tuple[Column, ...] = (
    Column("name", "主体", 30),
    Column("nature", "性质", 24),
    Column("review", "研判", 10),
    Column("severity", "最高严重度", 10),
    Column("score", "最高分值", 10),
    Column("violations", "违规线索数", 10),
    Column("suspicions", "疑似数", 8),
    Column("pages", "涉及页面数", 10),
    Column("families", "类别", 26),
    Column("rules", "命中规则", 40),
    Column("areas", "领域", 18),
    Column("sites", "网站", 30),
    Column("quote", "最严重一处原文", 50),
    Column("decision", "该处判定", 10),
    Column("why", "判定理由", 50),
    Column("url", "所在页面", 40),
    Column("block", "所在位置", 10),
    Column("capture", "取证编号", 30),
    Column("sha256", "取证哈希（SHA-256）", 66),
    Column("first_seen", "首次发现", 16),
    Column("last_seen", "最近发现", 16),
    Column("basis", "法律依据（核实程度）", 50),
    Column("icp", "备案号", 22),
    Column("companies", "页面所示公司", 30),
    Column("phones", "电话（已遮蔽）", 18),
    Column("advertised_at", "广告投放页", 40),
)


def cells(suspect: Suspect) -> list[Cell]:
    """A row of a table: numbers as they are, everything else one line of text."""
    return [_cell(getattr(suspect, column.name)) for column in COLUMNS]


def record(suspect: Suspect) -> dict[str, Cell | list[str]]:
    """A row of JSON: what a table joins in one cell is a list."""
    return {column.name: _value(getattr(suspect, column.name)) for column in COLUMNS}


SEPARATOR = "；"


def _cell(value: Any) -> Cell:
    plain = _value(value)
    return SEPARATOR.join(plain) if isinstance(plain, list) else plain


def _value(value: Any) -> Cell | list[str]:
    if isinstance(value, tuple):
        shown = [clean(item) for item in value[:MAX_ITEMS]]
        return [*shown, f"……共 {len(value)} 项"] if len(value) > MAX_ITEMS else shown
    return _SHOWN[type(value)](value)


def clean(text: str) -> str:
    """One line without control characters, cut at MAX_CHARACTERS."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return line if len(line) <= MAX_CHARACTERS else f"{line[:MAX_CHARACTERS]}……"


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


_SHOWN: dict[type, Callable[[Any], Cell]] = {str: clean, int: int, datetime: _moment}
