"""The journal: one line per url a patrol set out for, saying how it ended, and where the evidence lies.

A line is written only after the WARC records it points at are on disk; whatever has no line did not happen.
Needs only the standard library: intake and every later step read patrol folders without Scrapy.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

JOURNAL_FILE = "journal.jsonl"
WANTED_FILE = "wanted.jsonl"

BUDGET = "budget"
"""Why an image was not kept: the patrol had all that its plan allows."""

Ending = Literal["captured", "unchanged", "refused", "failed"]
How = Literal["seed", "link", "sitemap", "frame", "http", "meta", "script", "ad"]
"""How a url was named: `http`, `meta` and `script` are redirects."""


@dataclass(frozen=True)
class Place:
    """Where one WARC record lies."""

    file: str
    """Name of the .warc.gz in the patrol folder."""
    offset: int
    length: int
    """Of the record's own gzip member, in bytes."""
    record_id: str
    """`<urn:uuid:…>`"""
    sha256: str
    """Of the record's payload (HTTP entity body for a response), lower-case hex."""


@dataclass(frozen=True)
class Link:
    """A url that a capture named and the patrol may follow."""

    url: str
    how: How


@dataclass(frozen=True)
class Hop:
    """One step on the way to a capture: this url, named by `how`, answered with `status`."""

    url: str
    status: int
    how: How


@dataclass(frozen=True)
class UrlLine:
    """How one url of the patrol ended; exactly one line a url."""

    url: str
    target: str
    """Key of the target it was fetched for."""
    ending: Ending
    why: str
    """Empty for captured; `robots`, `scope`, `budget: pages`, `guard: …`, `trap: …` for refused;
    `http 404`, `timeout`, `dns`, `connect`, `too large`, `tls`, `protocol` … for failed."""
    at: str
    """ISO 8601 with milliseconds, UTC: when the response was complete, or the url was given up."""
    capture: str = ""
    """Id of the capture, see capture_id(); empty where nothing was archived."""
    status: int = 0
    content_type: str = ""
    size: int = 0
    """Bytes received on the wire."""
    depth: int = 0
    how: How = "link"
    via: str = ""
    """Url of the page that named this one."""
    chain: tuple[Hop, ...] = ()
    """From the page that was asked for (or the carrier of an ad) to this url, this url left out."""
    address: str = ""
    """`ip:port` of the peer that answered."""
    request: Place | None = None
    response: Place | None = None
    dom: Place | None = None
    """The rendered DOM, where the page was rendered."""
    render: str = ""
    """The decision and its reason: `rendered: empty shell`, `not needed`, `failed: timeout`, `off`,
    `no browser: empty shell` …"""
    links: tuple[Link, ...] = ()
    """In document order, canonical, duplicates removed: links in scope, redirects, frames, ads."""
    landing: bool = False
    """True for a page reached by an ad or by a redirect out of scope: captured, its links not followed."""
    kind: Literal["url"] = "url"


@dataclass(frozen=True)
class Image:
    """An image that a pictured page shows: its record, or why it has none; then the screenshot alone shows it."""

    url: str
    """Of the answer, after redirects; empty for what has no address (a drawing, a data: image)."""
    x: int
    """Where the page shows it, in pixels of the screenshot; all four are 0 for an image that is not in sight."""
    y: int
    width: int
    height: int
    why: str = ""
    """Empty where it was kept; `drawn`, `inline`, `budget`, `many` (on this page), `too large`, `gone`, `http 404` …"""
    content_type: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class PictureLine:
    """A picture taken of an earlier capture's page, or why there is none."""

    capture: str
    url: str
    at: str
    ending: Literal["captured", "failed"]
    why: str = ""
    screenshot: Place | None = None
    images: tuple[Image, ...] = ()
    """The larger ones of those the page shows, the largest first."""
    read: bool = False
    """True where what is written in screenshot and images is to be read: the patrol's budget had room for it."""
    kind: Literal["picture"] = "picture"


JournalLine = UrlLine | PictureLine


@dataclass(frozen=True)
class Wanted:
    """A page that intake wants pictured, flagged or with little text; a line of `wanted.jsonl`."""

    capture: str
    url: str
    target: str
    reason: str
    read: bool = False
    """True where its images are wanted too, and what is written in them is to be read."""


class JournalError(ValueError):
    """A journal line that cannot be read; the message names file and line."""


def capture_id(patrol: str, url: str) -> str:
    """The id of the capture of `url` in `patrol`, the same however often it is fetched again after a kill.

    A url ends once a patrol, so patrol and url name the capture; ten hex digits of SHA-256 keep it typable.
    """
    return f"{patrol}-{hashlib.sha256(url.encode()).hexdigest()[:10]}"


class JournalWriter:
    """Appends lines. `write` hands a line to the operating system (a kill loses nothing); `sync` to the disk.

    The archive's files must be synced first, so that after a power loss no line points past a file's end.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL_FILE
        cut_torn_tail(self.path)
        self._file = self.path.open("ab")

    def write(self, line: JournalLine) -> None:
        self._file.write(encode_line(line) + b"\n")
        self._file.flush()

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self.sync()
        self._file.close()

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def cut_torn_tail(path: Path) -> int:
    """Cut what follows the last newline of a line file torn by a kill or power loss; return bytes cut."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)
    return len(data) - whole


def encode_line(line: JournalLine | Wanted) -> bytes:
    """One line as JSON without its newline; fields at their defaults are left out."""
    row = {key: value for key, value in vars(line).items() if value not in (None, "", 0, (), False)}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=vars).encode()


def decode_line(data: bytes) -> JournalLine:
    """The reverse of encode_line. Raises ValueError, KeyError or TypeError on anything else."""
    row: dict[str, Any] = json.loads(data)
    if row["kind"] != "picture":
        return line_of(row)
    images = tuple(Image(**{**image, "place": _place(image["place"])}) for image in row.get("images", ()))
    return PictureLine(**{**row, "screenshot": _place(row.get("screenshot")), "images": images})


def line_of(row: Mapping[str, Any]) -> UrlLine:
    """The line of a url from its plain values. Raises KeyError or TypeError."""
    places = {name: _place(row.get(name)) for name in ("request", "response", "dom")}
    chain = tuple(Hop(**{"status": 0, **hop}) for hop in row.get("chain", ()))
    links = tuple(Link(**link) for link in row.get("links", ()))
    return UrlLine(**{**row, **places, "why": row.get("why", ""), "chain": chain, "links": links})


def _place(row: dict[str, Any] | None) -> Place | None:
    return Place(**row) if row else None


@dataclass(frozen=True)
class Read:
    """A line read from a journal and the byte after it: where the next reading starts."""

    line: JournalLine
    end: int


def read_journal(folder: Path, start: int = 0) -> Iterator[Read]:
    """Whole lines from byte `start` on; a torn last line is left for the next reading.

    Raises JournalError for a whole line that is not one of ours: the patrol folder was tampered with.
    """
    path = folder / JOURNAL_FILE
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(start)
        end = start
        for data in file:
            if not data.endswith(b"\n"):
                return
            end += len(data)
            try:
                yield Read(decode_line(data), end)
            except (ValueError, KeyError, TypeError) as error:
                raise JournalError(f"{path}, byte {end - len(data)}: not a journal line ({error})") from error
