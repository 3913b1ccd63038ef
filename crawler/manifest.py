"""The manifest: what a closed patrol consists of, by hash, chained to the patrol closed before it.

Written last and once. After it nothing in the folder changes; whoever holds a later manifest can tell whether an
earlier patrol was altered or taken away.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.journal import JOURNAL_FILE, PictureLine, cut_torn_tail, read_journal
from crawler.plan import PLAN_FILE, read_plan
from crawler.warc import SOFTWARE, recover, warc_date, warc_files

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class FileSum:
    """One archive file."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Previous:
    """The patrol closed before this one."""

    patrol: str
    sha256: str
    """Of its manifest.json."""


@dataclass(frozen=True)
class Manifest:
    """One closed patrol."""

    patrol: str
    plan_sha256: str
    journal_sha256: str
    journal_lines: int
    files: tuple[FileSum, ...]
    endings: dict[str, int]
    """Urls by how they ended."""
    pictures: dict[str, int]
    """Pictures by how they ended."""
    tool: str
    closed_at: str
    """ISO 8601 with milliseconds, UTC."""
    previous: Previous | None
    """None for the first patrol of an archive."""


class ManifestError(ValueError):
    """A manifest that is missing or cannot be read; the message names the file."""


def close_patrol(folder: Path, archive: Path, at: datetime) -> Manifest:
    """Close the patrol in `folder` at `at`; one already closed is left as it is. Return its manifest.

    1. What a kill left torn is cut off.
    2. Plan, journal and archive files are hashed.
    3. The manifest, chained to the last one closed in `archive`, appears whole or not at all.

    Raises PlanError, JournalError, or ManifestError for another patrol's manifest.
    """
    if is_closed(folder):
        return read_manifest(folder)
    recover(folder)
    cut_torn_tail(folder / JOURNAL_FILE)
    manifest = _sum_up(folder, at, _last_closed(archive))
    _write_whole(folder / MANIFEST_FILE, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
    return manifest


def is_closed(folder: Path) -> bool:
    """True if the patrol has a manifest."""
    return (folder / MANIFEST_FILE).exists()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a closed patrol. Raises ManifestError."""
    path = folder / MANIFEST_FILE
    try:
        return _manifest(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise ManifestError(f"{path}: no manifest, the patrol is open") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(f"{path}: not a manifest ({error})") from error


def manifest_sha256(folder: Path) -> str:
    """The hash that the next patrol's manifest states as `previous`."""
    return file_sha256(folder / MANIFEST_FILE)


def file_sha256(path: Path) -> str:
    """The sha256 of a file, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def patrol_folders(archive: Path) -> list[Path]:
    """The patrols of an archive, oldest first."""
    return sorted({path.parent for name in (PLAN_FILE, MANIFEST_FILE) for path in archive.glob(f"*/{name}")})


def sum_file(path: Path) -> FileSum:
    """Name, size and hash of an archive file."""
    return FileSum(path.name, path.stat().st_size, file_sha256(path))


def count_lines(folder: Path) -> tuple[int, dict[str, int], dict[str, int]]:
    """Lines of a journal, its urls and its pictures by ending. Raises JournalError."""
    urls: Counter[str] = Counter()
    pictures: Counter[str] = Counter()
    for read in read_journal(folder):
        (pictures if isinstance(read.line, PictureLine) else urls)[read.line.ending] += 1
    return urls.total() + pictures.total(), dict(urls), dict(pictures)


def _sum_up(folder: Path, at: datetime, previous: Previous | None) -> Manifest:
    journal = folder / JOURNAL_FILE
    journal.touch()  # a patrol that was refused everything but its plan has none yet
    lines, endings, pictures = count_lines(folder)
    return Manifest(
        patrol=read_plan(folder).patrol,
        plan_sha256=file_sha256(folder / PLAN_FILE),
        journal_sha256=file_sha256(journal),
        journal_lines=lines,
        files=tuple(sum_file(path) for path in warc_files(folder)),
        endings=endings,
        pictures=pictures,
        tool=SOFTWARE,
        closed_at=warc_date(at),
        previous=previous,
    )


def _last_closed(archive: Path) -> Previous | None:
    """The end of the chain: by time of closing, as an older patrol may be resumed after a newer one closed."""
    closed = [read_manifest(folder) for folder in patrol_folders(archive) if is_closed(folder)]
    if not closed:
        return None
    last = max(closed, key=lambda manifest: (manifest.closed_at, manifest.patrol))
    return Previous(last.patrol, manifest_sha256(archive / last.patrol))


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _manifest(row: dict[str, Any]) -> Manifest:
    previous = Previous(**row["previous"]) if row["previous"] else None
    return Manifest(**{**row, "files": tuple(FileSum(**each) for each in row["files"]), "previous": previous})
