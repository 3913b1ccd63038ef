"""Verification: recomputes everything a patrol folder states about itself, and names the first thing that differs.

Needs nothing but the folder. What it cannot see alone is the newest patrol taken away whole: the ledger holds the
hash of its manifest for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crawler.journal import (
    JOURNAL_FILE,
    JournalError,
    JournalLine,
    Place,
    UrlLine,
    capture_id,
    read_journal,
)
from crawler.manifest import (
    MANIFEST_FILE,
    Manifest,
    ManifestError,
    count_lines,
    file_sha256,
    is_closed,
    manifest_sha256,
    patrol_folders,
    read_manifest,
)
from crawler.plan import PLAN_FILE, PlanError, read_plan
from crawler.warc import (
    CAPTURE_HEADER,
    EvidenceError,
    Record,
    line_places,
    read_record,
    read_records,
    record_uri,
    warc_files,
)

Kind = Literal["chain", "plan", "journal", "file", "line", "record", "unreferenced"]


@dataclass(frozen=True)
class Check:
    """One thing that was recomputed and agrees."""

    kind: Kind
    """`unreferenced`: a whole record no line points at: robots.txt, a sitemap, or what a kill left before its line."""
    patrol: str
    what: str
    """A file, or a file and the offset in it."""


class Disagreement(Exception):
    """The first thing that does not agree. `str()` is for investigators, `as_row()` for programs."""

    def __init__(self, patrol: str, file: str, offset: int | None, what: str, expected: object, found: object) -> None:
        self.patrol, self.file, self.offset, self.what = patrol, file, offset, what
        self.expected, self.found = str(expected), str(found)
        place = f"{file} 第 {offset} 字节处" if offset is not None else file
        super().__init__(f"巡查 {patrol} 的 {place}：{what}不一致，应为 {expected}，实为 {found}")

    def as_row(self) -> dict[str, object]:
        """The same as a JSON object."""
        return {
            "patrol": self.patrol,
            "file": self.file,
            "offset": self.offset,
            "what": self.what,
            "expected": self.expected,
            "found": self.found,
        }


@dataclass(frozen=True)
class _Scene:
    """Where something is compared."""

    patrol: str
    file: str
    offset: int | None = None

    def agree(self, what: str, expected: object, found: object) -> None:
        """Raise Disagreement unless both are the same."""
        if expected != found:
            raise Disagreement(self.patrol, self.file, self.offset, what, expected, found)


def verify_archive(archive: Path) -> Iterator[Check]:
    """Verify the chain of manifests, then every patrol, oldest first. Raises Disagreement."""
    folders = patrol_folders(archive)
    yield from _verify_chain(archive, [folder for folder in folders if is_closed(folder)])
    for folder in folders:
        yield from verify_patrol(folder)


def verify_patrol(folder: Path) -> Iterator[Check]:
    """Verify one patrol: against its manifest if it is closed, its journal against its records in any case.

    An open patrol may end in a torn record and a torn line: its crawler is at work, or will cut them off.
    Raises Disagreement.
    """
    manifest = _read_manifest(folder) if is_closed(folder) else None
    yield _verify_plan(folder, manifest)
    if manifest:
        yield _verify_journal(folder, manifest)
        yield from _verify_files(folder, manifest)
    yield from _verify_records(folder)


def verify_capture(folder: Path, line: JournalLine) -> Iterator[Check]:
    """Verify the records of one journal line. Raises Disagreement."""
    for role, place in line_places(line).items():
        try:
            record = read_record(folder, place)
        except EvidenceError as error:
            raise _translated(folder.name, error) from error
        yield _verify_record(folder.name, _Reference(line, role, place), record)


# the chain


def _verify_chain(archive: Path, closed: list[Path]) -> Iterator[Check]:
    followed: Counter[str] = Counter()
    for folder in closed:
        manifest = _read_manifest(folder)
        scene = _Scene(folder.name, MANIFEST_FILE)
        scene.agree("巡查编号", folder.name, manifest.patrol)
        previous = manifest.previous
        name = previous.patrol if previous else ""
        followed[name] += 1
        scene.agree(f"接在{f'巡查 {name}' if name else '链首'}之后的清单数", 1, followed[name])
        if previous:
            before = archive / previous.patrol
            found = manifest_sha256(before) if is_closed(before) else "没有清单"
            _Scene(previous.patrol, MANIFEST_FILE).agree(f"清单哈希（巡查 {folder.name} 所记）", previous.sha256, found)
        yield Check("chain", folder.name, MANIFEST_FILE)


def _read_manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except ManifestError as error:
        raise Disagreement(folder.name, MANIFEST_FILE, None, "清单格式", "可读的清单", error) from error


# what the manifest states


def _verify_plan(folder: Path, manifest: Manifest | None) -> Check:
    scene = _Scene(folder.name, PLAN_FILE)
    if manifest:
        _Scene(folder.name, MANIFEST_FILE).agree("巡查编号", folder.name, manifest.patrol)
        scene.agree("哈希", manifest.plan_sha256, _file_sha256(folder / PLAN_FILE))
    try:
        scene.agree("巡查编号", folder.name, read_plan(folder).patrol)
    except PlanError as error:
        raise Disagreement(folder.name, PLAN_FILE, None, "计划格式", "可读的计划", error) from error
    return Check("plan", folder.name, PLAN_FILE)


def _verify_journal(folder: Path, manifest: Manifest) -> Check:
    scene = _Scene(folder.name, JOURNAL_FILE)
    scene.agree("哈希", manifest.journal_sha256, _file_sha256(folder / JOURNAL_FILE))
    lines, endings, pictures = count_lines(folder)
    scene.agree("行数", manifest.journal_lines, lines)
    scene.agree("各结局数", manifest.endings, endings)
    scene.agree("各截图结局数", manifest.pictures, pictures)
    return Check("journal", folder.name, JOURNAL_FILE)


def _verify_files(folder: Path, manifest: Manifest) -> Iterator[Check]:
    stated = [each.name for each in manifest.files]
    _Scene(folder.name, MANIFEST_FILE).agree("存档文件", stated, [path.name for path in warc_files(folder)])
    for each in manifest.files:
        scene = _Scene(folder.name, each.name)
        scene.agree("字节数", each.bytes, (folder / each.name).stat().st_size)
        scene.agree("哈希", each.sha256, _file_sha256(folder / each.name))
        yield Check("file", folder.name, each.name)


def _file_sha256(path: Path) -> str:
    return file_sha256(path) if path.exists() else "没有这个文件"


# journal against records


@dataclass(frozen=True)
class _Reference:
    """A record as one journal line tells of it."""

    line: JournalLine
    role: str
    place: Place


def _verify_records(folder: Path) -> Iterator[Check]:
    expected = _references(folder)
    for path in warc_files(folder):
        here = expected.pop(path.name, {})
        try:
            for record in read_records(folder, path.name):
                reference = here.pop(record.place.offset, None)
                yield _verify_record(folder.name, reference, record)
        except EvidenceError as error:
            raise _translated(folder.name, error) from error
        _none_left(folder.name, here)
    for missing in expected.values():
        _none_left(folder.name, missing)


def _none_left(patrol: str, references: dict[int, _Reference]) -> None:
    """Raise for the first record that the journal names and the archive does not hold."""
    for offset, reference in sorted(references.items()):
        place = reference.place
        raise Disagreement(patrol, place.file, offset, "记录", place.record_id, "没有完好的记录")


def _references(folder: Path) -> dict[str, dict[int, _Reference]]:
    """What the journal tells of each file, by offset. Raises Disagreement."""
    found: dict[str, dict[int, _Reference]] = {}
    seen: set[tuple[str, str]] = set()
    start = 0
    try:
        for read in read_journal(folder):
            scene = _Scene(folder.name, JOURNAL_FILE, start)
            key = (read.line.kind, read.line.url)
            scene.agree(f"网址 {read.line.url} 的行数", 1, 2 if key in seen else 1)
            seen.add(key)
            if read.line.capture:
                scene.agree("取证编号", capture_id(folder.name, read.line.url), read.line.capture)
            for role, place in line_places(read.line).items():
                found.setdefault(place.file, {})[place.offset] = _Reference(read.line, role, place)
            start = read.end
    except JournalError as error:
        raise Disagreement(folder.name, JOURNAL_FILE, start, "日志行", "可读的一行", error) from error
    return found


_TYPES = {"request": "request", "response": "response"}
"""What is no resource, by role."""


def _verify_record(patrol: str, reference: _Reference | None, record: Record) -> Check:
    place = record.place
    what = f"{place.file} @{place.offset}"
    if reference is None:
        return Check("unreferenced", patrol, what)
    line, role, headers = reference.line, reference.role, record.headers
    scene = _Scene(patrol, place.file, place.offset)
    scene.agree("记录编号", reference.place.record_id, place.record_id)
    scene.agree("记录长度", reference.place.length, place.length)
    scene.agree("内容哈希", reference.place.sha256, place.sha256)
    scene.agree("记录类型", _TYPES.get(role, "resource"), headers.get("WARC-Type"))
    scene.agree("网址", record_uri(line, role), headers.get("WARC-Target-URI"))
    scene.agree("取证编号", line.capture, headers.get(CAPTURE_HEADER))
    if isinstance(line, UrlLine) and line.response and role in ("request", "dom"):
        scene.agree("所属响应", line.response.record_id, headers.get("WARC-Concurrent-To"))
    return Check("record", patrol, what)


_IN_CHINESE = {
    "length": "记录长度",
    "record id": "记录编号",
    "payload sha256": "内容哈希",
    "block digest": "记录自带的整块哈希",
    "payload digest": "记录自带的内容哈希",
    "Content-Length": "记录自带的长度",
    "end of record": "记录结尾",
}


def _translated(patrol: str, error: EvidenceError) -> Disagreement:
    what = _IN_CHINESE.get(error.what)
    if what:
        return Disagreement(patrol, error.file, error.offset, what, error.expected, error.found)
    return Disagreement(patrol, error.file, error.offset, "记录", "完好的记录", error.what)
