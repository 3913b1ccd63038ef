"""A rule or vocabulary file as checked data: every mistake with its file and line, all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Where = tuple[str | int, ...]
"""The way to a value: keys and indices from the top of the file."""


class RulebookError(ValueError):
    """Rule files that cannot be used; `errors` names each mistake as `file:line: what to change`."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("规则库有误:\n" + "\n".join(errors))
        self.errors = tuple(errors)


@dataclass
class Document:
    """One YAML file: its data, its raw bytes, and the mistakes found in it so far."""

    path: Path
    raw: bytes = b""
    data: Any = None
    errors: list[str] = field(default_factory=list)
    _node: yaml.Node | None = None

    def line(self, where: Where) -> int:
        """The line of the value at `where`, or of the nearest value around it."""
        node = self._node
        found = node
        for step in where:
            node = _child(node, step)
            if node is None:
                break
            found = node
        return found.start_mark.line + 1 if found is not None else 1

    def wrong(self, where: Where, message: str) -> None:
        """Note a mistake at `where`."""
        self.errors.append(f"{self.path}:{self.line(where)}: {message}")


def read_document(path: Path) -> Document:
    """Read a YAML file; what keeps it from being read is its first error."""
    document = Document(path, path.read_bytes())
    try:
        loader = yaml.CSafeLoader(document.raw)
        document._node = loader.get_single_node()
        if document._node is not None:
            document.data = loader.construct_document(document._node)
            document.errors += (
                f"{path}:{line}: 「{key}」写了两次，后一次会盖住前一次" for key, line in _doubled(document._node)
            )
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        document.errors.append(f"{path}:{line}: 不是有效的 YAML: {getattr(error, 'problem', error)}")
    except ValueError as error:  # a date such as 2015-02-30
        document.errors.append(f"{path}:1: {error}")
    if not document.errors and not isinstance(document.data, dict):
        document.errors.append(f"{path}:1: 文件应是一组「键: 值」")
    return document


def _doubled(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Keys that stand twice in one mapping, with the line of the second: YAML itself lets the last one win."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _doubled(value)
    elif isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            yield from _doubled(entry)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return None


def check_keys(
    document: Document, where: Where, value: Any, required: Mapping[str, Any], optional: Mapping[str, Any]
) -> None:
    """Check a mapping: nothing missing, nothing unknown, every value by its own check."""
    if not isinstance(value, dict):
        document.wrong(where, "这里应是一组「键: 值」")
        return
    for key in required:
        if key not in value:
            document.wrong(where, f"缺少「{key}」")
    known = {**required, **optional}
    for key, entry in value.items():
        if key in known:
            known[key](document, (*where, key), entry)
        else:
            document.wrong((*where, key), f"不认识的键「{key}」; 可用: {', '.join(known)}")


def text(document: Document, where: Where, value: Any) -> None:
    """A string that says something."""
    if not isinstance(value, str) or not value.strip():
        document.wrong(where, "这里应是一段文字")


def one_of(*choices: Any) -> Any:
    """A check for one of some values."""

    def check(document: Document, where: Where, value: Any) -> None:
        if value not in choices:
            document.wrong(where, f"「{value}」不在可选值内: {', '.join(map(str, choices))}")

    return check


def list_of(check_item: Any, at_least: int = 1) -> Any:
    """A check for a list of at least so many items, each by its own check, none twice."""

    def check(document: Document, where: Where, value: Any) -> None:
        if not isinstance(value, list) or len(value) < at_least:
            document.wrong(where, f"这里应是一个列表, 至少 {at_least} 项")
            return
        for index, item in enumerate(value):
            if item in value[:index]:
                document.wrong((*where, index), f"重复:「{item}」")
            check_item(document, (*where, index), item)

    return check
