"""Target lists as people keep them: CSV or YAML in, checked rows out, all errors at once with their lines."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

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

Problem = tuple[int, str]
"""A line and what is wrong there."""
Cells = tuple[int, dict[str, Any]]
"""A line and its cells by column."""

_YES = {"yes", "true", "1", "y", "是"}
_NO = {"no", "false", "0", "n", "否"}


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

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = sorted(problems)
        super().__init__("\n".join(f"{path}:{line}: {message}" for line, message in self.problems))


def read_targets(path: Path) -> list[TargetRow]:
    """Read a .csv, .yml or .yaml list; rows of one host are merged, the first value given wins.

    Raises TargetFileError with every error of the file, or OSError.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise TargetFileError(path, [(1, f"不认识的文件类型 {path.suffix!r}；请用 .csv、.yml 或 .yaml")])
    problems: list[Problem] = []
    cells = reader(decode(path.read_bytes()), problems)
    rows = [(line, _row(line, values, problems)) for line, values in cells]
    if not rows and not problems:
        problems.append((1, "没有目标：至少需要表头和一行，列名见 xuncha targets import --help"))
    if problems:
        raise TargetFileError(path, problems)
    return _merged(rows)


def decode(data: bytes) -> str:
    """Text of a list: UTF-8 with or without BOM, else GB18030 as Excel saves it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _merged(rows: list[tuple[int, dict[str, Any]]]) -> list[TargetRow]:
    """One row a host, in order of first mention: urls are joined, else the first value given counts."""
    merged: dict[str, dict[str, Any]] = {}
    for line, fields in rows:
        key = _host(urlsplit(fields["url"]))
        first = merged.setdefault(key, {"key": key, "urls": (), "line": line})
        first["urls"] = tuple(dict.fromkeys((*first["urls"], fields.pop("url"))))
        merged[key] = fields | first
    return [TargetRow(**fields) for fields in merged.values()]  # what nobody gave has TargetRow's default


def _csv_rows(text: str, problems: list[Problem]) -> list[Cells]:
    """Rows of a CSV list; what is wrong with its header is told once, not for every row."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        known = {column for column in reader.fieldnames or () if _field_of(column)}
        problems.extend((1, _unknown_column(column)) for column in reader.fieldnames or () if column not in known)
        if known and not any(_field_of(column) == "url" for column in known):
            problems.append((1, "缺少 url（或 domain）列"))
        return [(reader.line_num, _known(row, known)) for row in reader if any(row.values())]
    except csv.Error as error:
        problems.append((max(reader.line_num, 1), f"CSV 写法有误：{error}"))
        return []


def _known(row: dict[Any, Any], known: set[str]) -> dict[str, Any]:
    """The cells of known columns, and those beyond the header (whose name is None)."""
    return {column: value for column, value in row.items() if column is None or column in known}


def _yaml_rows(text: str, problems: list[Problem]) -> list[Cells]:
    """Rows of a YAML list of mappings or urls (or a mapping with the key `targets`), with their line numbers."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        problems.append(_yaml_problem(error, text))
        return []
    if isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["targets"]:
        node = node.value[0][1]
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    rows: list[Cells] = []
    for item in items:
        line = item.start_mark.line + 1
        try:
            data = loader.construct_document(item)
        except yaml.YAMLError as error:
            problems.append(_yaml_problem(error, text))
        except ValueError as error:  # a date or number that is none
            problems.append((line, f"有个值不是日期或数：{error}"))
        else:
            rows.append((line, {"url": None, **data} if isinstance(data, dict) else {"url": data}))
    return rows


def _yaml_problem(error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, f"YAML 里有不可用的字符 U+{ord(text[error.position]):04X}，请删去"
    mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)  # where the broken thing begins
    return (mark.line + 1 if mark else 1), f"YAML 写法有误：{getattr(error, 'problem', error)}"


def _row(line: int, values: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The fields that a row gives; what is wrong with its cells goes to `problems`."""
    fields: dict[str, Any] = {}
    urls = [_text(raw) for column, raw in values.items() if _field_of(column) == "url"]
    if urls and not any(urls):
        problems.append((line, "缺少 url（或 domain）"))
    for column, raw in values.items():
        field = _field_of(column)
        if field is None:
            problems.append((line, _unknown_column(column)))
            continue
        text = _text(raw)
        try:
            value = _PARSERS[field](text) if text else ""
        except ValueError as error:
            problems.append((line, f"{column}：{error}"))
            continue
        if value != "":
            fields.setdefault(field, value)
    return fields


def _text(raw: object) -> str:
    return "" if raw is None else str(raw).strip()


def _field_of(column: object) -> str | None:
    return _FIELD_OF.get(str(column).strip().lower())


def _unknown_column(column: object) -> str:
    if column is None:
        return "这一行的格数多于表头；有逗号的内容请加引号"
    near = difflib.get_close_matches(str(column), _FIELD_OF, n=1)
    hint = f"；是不是 {near[0]}？" if near else f"；可用的列：{'、'.join(COLUMNS)}"
    return f"不认识的列 {column!r}{hint}"


def _parse_url(text: str) -> str:
    """A url whose host is written as DNS knows it: lower case, punycode, without the root's dot."""
    url = text if "://" in text else f"http://{text}/"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text!r} 的主机或端口写错了：端口为 0 到 65535，IPv6 地址写在 [ ] 里") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{text!r} 不是 http 或 https 网址")
    host = _host(parts)
    if not host or " " in text or ("." not in host and ":" not in host and host != "localhost"):
        raise ValueError(f"{text!r} 不是网址或域名")
    login = parts.netloc.rpartition("@")
    place = f"[{host}]" if ":" in host else host
    netloc = f"{login[0]}{login[1]}{place}{'' if port is None else f':{port}'}"
    return parts._replace(netloc=netloc).geturl()


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").replace("。", ".").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()  # IDNA 2003, as the crawler's own urls have it
    except UnicodeError as error:
        raise ValueError(f"{host!r} 不是网址或域名") from error


def _choice(names: dict[str, str]) -> Callable[[str], str]:
    by_any_name = {**{key: key for key in names}, **{chinese: key for key, chinese in names.items()}}

    def parse(text: str) -> str:
        if text.lower() not in by_any_name:
            raise ValueError(f"{text!r} 不在可选值内：{'、'.join(names)}")
        return by_any_name[text.lower()]

    return parse


def _parse_count(text: str) -> int:
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
    if len(text) < 4:
        raise ValueError("不按 robots.txt 抓取需写明理由（至少四个字），会记入台账")
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {  # of cells that are not empty
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

_READERS: dict[str, Callable[[str, list[Problem]], list[Cells]]] = {
    ".csv": _csv_rows,
    ".yml": _yaml_rows,
    ".yaml": _yaml_rows,
}
