"""The lines of `xuncha scan`: one JSON object in, one out, pure functions (the contract is design §5)."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from nlp.analyse import Analyser
    from nlp.finding import Analysis, Finding, Identifier

_BODIES = ("text", "html", "html_base64")
_OPTIONAL = ("url", "content_type")


class ScanError(ValueError):
    """A line that cannot be judged; the message says why and what a line should hold."""


def scan_line(analyser: Analyser, line: bytes) -> bytes:
    """Judge one line of JSON; raises ScanError for a line that is not what was agreed on."""
    entry = read_entry(line)
    analysis = _analyse(analyser, entry)
    return orjson.dumps(verdict(entry["id"], analysis, with_text="text" not in entry))


def read_entry(line: bytes) -> dict[str, Any]:
    """The object in a line, checked."""
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        entry = _lenient(line)
    if not isinstance(entry, dict):
        raise ScanError('每行应是一个对象 {"id": …, "text": …}')
    if not isinstance(entry.get("id"), str | int):
        raise ScanError("缺少 id (文字或整数)")
    bodies = [key for key in _BODIES if key in entry]
    if len(bodies) != 1:
        raise ScanError(f"须恰有其一: {', '.join(_BODIES)}")
    for key in (*bodies, *(key for key in _OPTIONAL if entry.get(key) is not None)):
        if not isinstance(entry[key], str):
            raise ScanError(f"{key} 应是文字")
    return entry


def _lenient(line: bytes) -> Any:
    """JSON as the standard library reads it: escaped lone surrogates of broken pages included."""
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ScanError(f"第 {error.colno} 列起不是有效的 JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise ScanError(f"第 {error.start + 1} 字节起不是 UTF-8, 不是有效的 JSON") from error


def _analyse(analyser: Analyser, entry: dict[str, Any]) -> Analysis:
    url = entry.get("url") or ""
    if "text" in entry:
        return analyser.analyse_text(entry["text"], url=url)
    if "html" in entry:
        return analyser.analyse_html(entry["html"], url=url)
    try:
        raw = base64.b64decode(entry["html_base64"], validate=True)
    except binascii.Error as error:
        raise ScanError(f"html_base64 不是有效的 Base64: {error}") from error
    return analyser.analyse_html(raw, content_type=entry.get("content_type") or "", url=url)


def verdict(entry_id: str | int, analysis: Analysis, *, with_text: bool) -> dict[str, Any]:
    """What a line says of an analysis; `with_text` adds the extracted text that offsets count in."""
    told: dict[str, Any] = {
        "id": _encodable(entry_id) if isinstance(entry_id, str) else entry_id,
        "decision": analysis.decision,
        "score": analysis.score,
        "findings": [_finding(finding) for finding in analysis.findings],
        "identifiers": [_identifier(identifier) for identifier in analysis.identifiers],
    }
    if with_text:
        told |= {"text": _encodable(analysis.text), "charset": analysis.charset, "genre": analysis.genre}
    if analysis.unreadable:
        told["unreadable"] = analysis.unreadable
    return told


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule, "family": finding.family, "decision": finding.decision,
        "severity": finding.severity, "quote": _encodable(finding.quote), "start": finding.start,
        "end": finding.end, "block": finding.block, "path": finding.path,
        "context": [cue.feature for cue in finding.context],
        "cues": [{"feature": cue.feature, "words": cue.words} for cue in finding.context],
        "apr": list(finding.apr), "why": _encodable(finding.why),
        "basis": [f"{b.law}{b.article}" for b in finding.basis],
    }  # fmt: skip


def _identifier(identifier: Identifier) -> dict[str, Any]:
    return {
        "kind": identifier.kind, "value": _encodable(identifier.value), "valid": identifier.valid,
        "quote": _encodable(identifier.quote), "start": identifier.start, "end": identifier.end,
        "registry": identifier.registry,
    }  # fmt: skip


def _encodable(text: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate of a broken page becomes U+FFFD."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text
