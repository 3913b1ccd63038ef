"""Target lists as people keep them: CSV or YAML in, checked rows out, all errors at once with their lines."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from ledger.names import AREAS

SCOPES = {"domain": "注册域名", "host": "主机", "path": "路径"}
CADENCES = {"daily": "每日", "weekly": "每周", "monthly": "每月", "adaptive": "自适应"}

COLUMNS = {
    "url": ("url", "domain", "网址", "域名"),
    "name": ("name", "名称"),
    "area": ("area", "领域"),
    "source": ("source", "来源", "线索来源"),
    "scope": ("scope", "范围"),
    "cadence": ("cadence", "频次"),
    "expected_pages": ("expected_pages", "最少页数"),
    "robots_override": ("robots_override", "不按robots的理由"),
    "carrier": ("carrier", "广告载体"),
}
_FIELD_OF = {alias: field for field, aliases in COLUMNS.items() for alias in aliases}

_YES = {"yes", "true", "1", "y", "是"}
_NO = {"", "no", "false", "0", "n", "否"}


@dataclass(frozen=True)
class TargetRow:
    """One target as a list gives it; `key` is the host of its first url."""

    key: str
    urls: tuple[str, ...]
    name: str = ""
    area: str = ""
    source: str = ""
    scope: str = "domain"
    cadence: str = "daily"
    expected_pages: int = 0
    robots_override: str = ""
    carrier: bool = False
    line: int = 0


class TargetFileError(ValueError):
    """A list with errors: `problems` has all of them as (line, message)."""

    def __init__(self, path: Path, problems: list[tuple[int, str]]) -> None:
        self.path = path
        self.problems = sorted(problems)
        super().__init__("\n".join(f"{path}:{line}: {message}" for line, message in self.problems))


def read_targets(path: Path) -> list[TargetRow]:
    """Read a .csv, .yml or .yaml list; rows of one host are merged, the first value given wins.

    Raises TargetFileError with every error of the file, or OSError.
    """
    readers: dict[str, Callable[[str], list[tuple[int, dict[str, Any]]]]] = {
        ".csv": _csv_rows,
        ".yml": _yaml_rows,
        ".yaml": _yaml_rows,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise TargetFileError(path, [(1, f"不认识的文件类型 {path.suffix!r}；请用 .csv、.yml 或 .yaml")])
    try:
        raw = reader(decode(path.read_bytes()))
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark  # where the broken thing begins, if the parser knows
        line = mark.line + 1 if mark else 1
        raise TargetFileError(path, [(line, f"YAML 写法有误：{error.problem}")]) from error
    except csv.Error as error:
        raise TargetFileError(path, [(1, f"CSV 写法有误：{error}")]) from error
    problems: list[tuple[int, str]] = []
    rows = [row for line, values in raw if (row := _target_row(line, values, problems))]
    if not raw:
        problems.append((1, "没有目标：至少需要表头和一行，列名见 xuncha targets import --help"))
    if problems:
        raise TargetFileError(path, problems)
    return merge(rows)


def decode(data: bytes) -> str:
    """Text of a list: UTF-8 with or without BOM, else GB18030 as Excel saves it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def merge(rows: list[TargetRow]) -> list[TargetRow]:
    """One row a host, in order of first mention; urls are joined, else the first value counts."""
    merged: dict[str, TargetRow] = {}
    for row in rows:
        first = merged.get(row.key)
        merged[row.key] = _joined(first, row) if first else row
    return list(merged.values())


def _joined(first: TargetRow, row: TargetRow) -> TargetRow:
    return replace(
        first,
        urls=tuple(dict.fromkeys(first.urls + row.urls)),
        name=first.name or row.name,
        area=first.area or row.area,
        source=first.source or row.source,
        expected_pages=first.expected_pages or row.expected_pages,
        robots_override=first.robots_override or row.robots_override,
        carrier=first.carrier or row.carrier,
    )


def _csv_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    return [(reader.line_num, dict(row)) for row in reader if any(row.values())]


def _yaml_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Rows of a YAML list of mappings (or a mapping with the key `targets`), with their line numbers."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    data = yaml.safe_load(text)
    if isinstance(node, yaml.MappingNode) and isinstance(data, dict) and list(data) == ["targets"]:
        node, data = node.value[0][1], data["targets"]
    if not isinstance(node, yaml.SequenceNode):
        return []
    lines = [item.start_mark.line + 1 for item in node.value]
    return [(line, item if isinstance(item, dict) else {"url": item}) for line, item in zip(lines, data, strict=True)]


def _target_row(line: int, values: dict[str, Any], problems: list[tuple[int, str]]) -> TargetRow | None:
    found = list(_problems_and_fields(values))
    fields = {name: value for kind, name, value in found if kind == "field"}
    messages = [message for kind, message, _ in found if kind == "problem"]
    if not fields.get("url"):
        messages.append("缺少 url（或 domain）")
    problems.extend((line, message) for message in messages)
    if messages:
        return None
    url = fields.pop("url")
    return TargetRow(key=urlsplit(url).hostname or "", urls=(url,), line=line, **fields)


def _problems_and_fields(values: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """("field", name, value) for each good cell and ("problem", message, None) for each bad one."""
    for column, raw in values.items():
        field = _FIELD_OF.get(str(column).strip().lower()) if column is not None else None
        if field is None:
            yield "problem", _unknown_column(column), None
            continue
        text = "" if raw is None else str(raw).strip()
        try:
            value = _PARSERS[field](text)
        except ValueError as error:
            yield "problem", f"{column}：{error}", None
            continue
        if value != "":
            yield "field", field, value


def _unknown_column(column: object) -> str:
    if column is None:
        return "这一行的格数多于表头；有逗号的内容请加引号"
    near = difflib.get_close_matches(str(column), _FIELD_OF, n=1)
    hint = f"；是不是 {near[0]}？" if near else f"；可用的列：{'、'.join(COLUMNS)}"
    return f"不认识的列 {column!r}{hint}"


def _parse_url(text: str) -> str:
    if not text:
        return ""
    url = text if "://" in text else f"http://{text}/"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{text!r} 不是 http 或 https 网址")
    host = parts.hostname or ""
    if not host or " " in text or ("." not in host and host != "localhost"):
        raise ValueError(f"{text!r} 不是网址或域名")
    _ = parts.port  # raises ValueError for a port out of range
    return url


def _choice(names: dict[str, str]) -> Callable[[str], str]:
    by_any_name = {**{key: key for key in names}, **{chinese: key for key, chinese in names.items()}}

    def parse(text: str) -> str:
        if not text:
            return ""
        if text.lower() not in by_any_name:
            raise ValueError(f"{text!r} 不在可选值内：{'、'.join(names)}")
        return by_any_name[text.lower()]

    return parse


def _parse_count(text: str) -> int | str:
    if not text:
        return ""
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} 应为非负整数")
    return int(text)


def _parse_yes_no(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(f"{text!r} 应为 yes 或 no（是/否）")


def _parse_reason(text: str) -> str:
    if text and len(text) < 4:
        raise ValueError("不按 robots.txt 抓取需写明理由（至少四个字），会记入台账")
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "url": _parse_url,
    "name": str,
    "area": _choice(AREAS),
    "source": str,
    "scope": _choice(SCOPES),
    "cadence": _choice(CADENCES),
    "expected_pages": _parse_count,
    "robots_override": _parse_reason,
    "carrier": _parse_yes_no,
}
