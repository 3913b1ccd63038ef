"""The lines of `xuncha scan`: one JSON object in, one out, pure functions (the contract is design §5)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import orjson

from nlp.pictures import NO_PICTURES, Picture, Pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.analyse import Analyser
    from nlp.finding import Analysis, Finding, Identifier

_BODIES = ("text", "html", "html_base64")
_OPTIONAL = ("url", "content_type")
_IMAGES = "images_base64"
"""Images of the page, as received: what is written in them stands behind its text."""


class ScanError(ValueError):
    """A line that cannot be judged; the message says why and what a line should hold."""


def scan_line(analyser: Analyser, line: bytes) -> bytes:
    """Judge one line of JSON; raises ScanError for a line that is not what was agreed on."""
    entry = read_entry(line)
    analysis = _analyse(analyser, entry)
    return orjson.dumps(verdict(entry["id"], analysis, with_text="text" not in entry or bool(entry.get(_IMAGES))))


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
    images = entry.get(_IMAGES)
    if images is not None and not (isinstance(images, list) and all(isinstance(image, str) for image in images)):
        raise ScanError(f"{_IMAGES} 应是一列文字")
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
    pictures = _pictures(entry.get(_IMAGES) or ())
    if "text" in entry:
        return analyser.analyse_text(entry["text"], url=url, pictures=pictures)
    if "html" in entry:
        return analyser.analyse_html(entry["html"], url=url, pictures=pictures)
    raw = _decoded("html_base64", entry["html_base64"])
    return analyser.analyse_html(raw, content_type=entry.get("content_type") or "", url=url, pictures=pictures)


def _pictures(images: Sequence[str]) -> Pictures:
    """The images of a line, named by their place in its list."""
    if not images:
        return NO_PICTURES
    names = [f"{_IMAGES}[{number}]" for number in range(len(images))]
    return Pictures(tuple(Picture(name, _decoded(name, image)) for name, image in zip(names, images, strict=True)))


def _decoded(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:  # binascii.Error is one; so is a text that is not ASCII
        raise ScanError(f"{name} 不是有效的 Base64: {error}") from error


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
    if analysis.unread_pictures:
        told["unread_images"] = [{"image": name, "why": why} for name, why in analysis.unread_pictures]
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
