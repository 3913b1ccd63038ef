"""The archive: WARC 1.1 files, written record by record and read back by place. The one door to warcio.

Every record is its own gzip member and is handed to the operating system before the call returns. Blocks are
written exactly as given: warcio parses and re-serialises HTTP heads when asked to, so it is never asked to.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal
from urllib.parse import quote
from uuid import uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from crawler.journal import PictureLine, Place, UrlLine, read_journal
from crawler.message import Head, Pairs, UnreadableBody, decode_body, entity_body, read_head

SOFTWARE = "xuncha/0.1"
SUFFIX = ".warc.gz"

CAPTURE_HEADER = "X-Xuncha-Capture"
ENTITY_HEADER = "X-Xuncha-Entity-Digest"
"""Digest of the entity body where warcio would read another payload (chunk framing, a malformed head):
it checks WARC-Payload-Digest over the bytes as received, webrecorder/warcio issues 74 and 75."""

VERSION = "WARC/1.1"
LEVEL = 6
"""gzip's default: 80 MB/s on real pages against 128 MB/s at level 1, for 12 % fewer bytes (2026-10)."""
MAX_RECORD = 256_000_000
"""Bytes a record may inflate to when read: far above what a patrol writes, far below what harms a reader."""
MAX_BODY = 20_000_000
"""Bytes a body may decode to when read; the default of a plan's `max_body`."""

ResourceKind = Literal["dom", "screenshot", "image"]
URN: Mapping[str, str] = {"dom": "urn:dom:", "screenshot": "urn:view:", "image": ""}
"""Browsertrix's names for what a browser made of a page; an image is what its own address answered."""
_HTTP = "application/http; msgtype="
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class EvidenceError(ValueError):
    """The archive does not hold what a place says; `str()` names file, offset and what disagrees."""

    def __init__(self, file: str, offset: int, what: str, expected: str = "", found: str = "") -> None:
        self.file, self.offset, self.what, self.expected, self.found = file, offset, what, expected, found
        told = f": expected {expected}, found {found}" if expected or found else ""
        super().__init__(f"{file}, offset {offset}: {what}{told}")


@dataclass(frozen=True)
class Record:
    """One record as it stands in the archive."""

    headers: Mapping[str, str]
    """WARC headers; names as written by this module, `WARC-Record-ID` and so on."""
    head: Head | None
    """Of a response whose block starts as HTTP does; None for anything else."""
    block: bytes
    payload: bytes
    """Entity body of a response: no chunk framing, content encoding kept. The block of any other record."""
    place: Place
    max_body: int = MAX_BODY

    @property
    def http(self) -> Pairs | None:
        """HTTP headers in their order and case."""
        return self.head.headers if self.head else None

    @property
    def status(self) -> int:
        """HTTP status; 0 where the record has none."""
        return self.head.status if self.head else 0

    @cached_property
    def body(self) -> bytes:
        """The payload with its content encoding undone. Raises EvidenceError: damaged or too large."""
        encodings = self.head.get("content-encoding") if self.head else ""
        try:
            return decode_body(self.payload, encodings, self.max_body)
        except UnreadableBody as error:
            raise EvidenceError(self.place.file, self.place.offset, str(error)) from error


@dataclass(frozen=True)
class Cut:
    """What recover() took off a file."""

    file: str
    at: int
    bytes: int


class Archive:
    """Appends records to one patrol folder; the only writer of files with its prefix.

    A file is opened by the first record it takes, under the next free number, and left for the next one when
    it has reached `max_bytes`. A record that cannot be written whole (a full disk) is taken back before
    OSError is raised.
    """

    def __init__(self, folder: Path, prefix: str = "crawl", max_bytes: int = 1_000_000_000) -> None:
        self.folder, self.prefix, self.max_bytes = folder, prefix, max_bytes
        self._file: BinaryIO | None = None
        self._name = ""
        self._info_id = ""
        self._end = 0

    def write_exchange(
        self, capture: str, url: str, at: datetime, address: str, request: bytes, response: bytes
    ) -> tuple[Place, Place]:
        """Write one fetch: `request` and `response` exactly as sent and received. Return their places.

        `address` is `ip:port` or empty. Takes any bytes whatever; raises OSError alone.
        """
        head = read_head(response)
        entity = entity_body(response, head)
        peer = ("WARC-IP-Address", address.rpartition(":")[0].strip("[]"))
        digest = _payload_digest(response, entity)
        answer = _Draft("response", url, capture, at, response, _HTTP + "response", (peer, digest), entity)
        concurrent = ("WARC-Concurrent-To", answer.record_id)
        question = _Draft("request", url, capture, at, request, _HTTP + "request", (peer, concurrent))
        response_place, request_place = self._append(answer, question)
        return request_place, response_place

    def write_resource(
        self,
        capture: str,
        url: str,
        at: datetime,
        kind: ResourceKind,
        content_type: str,
        payload: bytes,
        concurrent_to: str,
    ) -> Place:
        """Write a rendered DOM or a screenshot of `url`, or an image, beside the record `concurrent_to` (an id)."""
        extra = (("WARC-Payload-Digest", _digest(payload)), ("WARC-Concurrent-To", concurrent_to))
        draft = _Draft("resource", URN[kind] + url, capture, at, payload, content_type, extra)
        return self._append(draft)[0]

    def sync(self) -> None:
        """Let everything written so far survive a power loss."""
        if self._file:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Sync and close; a later write opens the next file."""
        if self._file:
            self.sync()
            self._file.close()
            self._file = None

    def _append(self, *drafts: _Draft) -> list[Place]:
        if self._file is None or self._end >= self.max_bytes:
            self.close()
            self._open()
        members = [_member(draft, self._info_id) for draft in drafts]
        places: list[Place] = []
        offset = self._end
        for draft, member in zip(drafts, members, strict=True):
            places.append(Place(self._name, offset, len(member), draft.record_id, draft.sha256))
            offset += len(member)
        self._write(b"".join(members))
        return places

    def _open(self) -> None:
        taken = [int(path.name[len(self.prefix) + 1 :][:5]) for path in _files(self.folder, self.prefix)]
        self._name = f"{self.prefix}-{max(taken, default=0) + 1:05d}{SUFFIX}"
        self._file = (self.folder / self._name).open("xb", buffering=0)
        self._end = 0
        info = f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\n"
        extra = (("WARC-Filename", self._name),)
        draft = _Draft("warcinfo", "", "", datetime.now(UTC), info.encode(), "application/warc-fields", extra)
        self._info_id = draft.record_id
        self._write(_member(draft, ""))

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            raise
        self._end += len(data)


@dataclass(frozen=True)
class _Draft:
    """A record about to be written."""

    kind: str
    uri: str
    capture: str
    at: datetime
    block: bytes
    content_type: str
    extra: Pairs = ()
    payload: bytes | None = None
    """Where it is not the block."""
    record_id: str = field(default_factory=lambda: f"<urn:uuid:{uuid4()}>")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.block if self.payload is None else self.payload).hexdigest()

    def headers(self, info_id: str) -> list[tuple[str, str]]:
        pairs = [
            ("WARC-Type", self.kind),
            ("WARC-Record-ID", self.record_id),
            ("WARC-Date", warc_date(self.at)),
            ("WARC-Target-URI", target_uri(self.uri)),
            ("WARC-Warcinfo-ID", info_id),
            (CAPTURE_HEADER, self.capture),
            *self.extra,
            ("WARC-Block-Digest", _digest(self.block)),
        ]
        return [(name, value) for name, value in pairs if value]


class _ExactWriter(WARCWriter):  # type: ignore[misc]  # warcio is untyped
    """warcio's writer without its digests: those are ours, and its own would be sha1 over another payload."""

    def ensure_digest(self, record: Any, block: bool = True, payload: bool = True) -> None:
        """Digests stand in the headers already."""


def _member(draft: _Draft, info_id: str) -> bytes:
    headers = StatusAndHeaders("", draft.headers(info_id), protocol=VERSION)
    block = BytesIO(draft.block)
    record = ArcWarcRecord("warc", draft.kind, headers, block, None, draft.content_type, len(draft.block))
    plain = BytesIO()
    _ExactWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(plain.getbuffer()) + packer.flush()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _payload_digest(block: bytes, entity: bytes) -> tuple[str, str]:
    """The header for the payload's digest: WARC's own only where warcio will find the same payload."""
    head = len(block) - len(entity)
    standard = block.endswith(entity) and _warcio_head_length(block) == head
    return ("WARC-Payload-Digest" if standard else ENTITY_HEADER, _digest(entity))


_http_parser = StatusAndHeadersParser([], verify=False)


def _warcio_head_length(block: bytes) -> int:
    if not block:
        return 0
    stream = BytesIO(block)
    _http_parser.parse(stream)
    return stream.tell()


def warc_date(at: datetime) -> str:
    """`at` as WARC 1.1 writes it: UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def target_uri(url: str) -> str:
    """`url` as a WARC header can carry it: all but printable ASCII percent-encoded, nothing else changed."""
    return quote(url, safe=_PRINTABLE)


def _files(folder: Path, prefix: str = "*") -> list[Path]:
    return sorted(folder.glob(f"{prefix}-[0-9][0-9][0-9][0-9][0-9]{SUFFIX}"))


def warc_files(folder: Path) -> list[Path]:
    """The archive files of a patrol folder, by name."""
    return _files(folder)


def read_record(folder: Path, place: Place, max_body: int = MAX_BODY) -> Record:
    """Read the record at `place` and check it against every word of `place`.

    `max_body` bounds what `Record.body` may decode to. Raises EvidenceError for a file that is missing or
    short, a member that is damaged, and an id, length or digest that differs.
    """
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            member = file.read(place.length)
    except OSError as error:
        raise EvidenceError(place.file, place.offset, f"cannot be read: {error.strerror}") from error
    check = _Checker(place.file, place.offset)
    check("length", place.length, len(member))
    record = _parse(member, check, max_body)
    check("record id", place.record_id, record.place.record_id)
    check("payload sha256", place.sha256, record.place.sha256)
    return record


def read_records(folder: Path, name: str) -> Iterator[Record]:
    """Every record of one archive file in order, up to the first that is torn.

    Each is checked against the digests in its own headers. Raises EvidenceError.
    """
    with (folder / name).open("rb") as file:
        for member in scan_members(folder / name):
            file.seek(member.offset)
            check = _Checker(name, member.offset)
            record = _parse(file.read(member.end - member.offset), check, MAX_BODY)
            check("block digest", record.headers.get("WARC-Block-Digest", ""), _digest(record.block))
            stated = record.headers.get("WARC-Payload-Digest") or record.headers.get(ENTITY_HEADER)
            if stated:
                check("payload digest", stated, f"sha256:{record.place.sha256}")
            yield record


def _parse(member: bytes, check: _Checker, max_body: int) -> Record:
    data = _inflate(member, check)
    headers, start = _read_warc_headers(data, check)
    block = data[start:-4]
    check("Content-Length", headers.get("Content-Length", ""), len(block))
    check("end of record", b"\r\n\r\n", data[-4:])
    head = read_head(block) if headers.get("WARC-Type") == "response" else None
    payload = entity_body(block, head)
    sha256 = hashlib.sha256(payload).hexdigest()
    place = Place(check.file, check.offset, len(member), headers.get("WARC-Record-ID", ""), sha256)
    return Record(headers, head, block, payload, place, max_body)


@dataclass(frozen=True)
class _Checker:
    """Raises EvidenceError for the first thing that disagrees at one place."""

    file: str
    offset: int

    def __call__(self, what: str, expected: object, found: object) -> None:
        if str(expected) != str(found):
            raise EvidenceError(self.file, self.offset, what, str(expected), str(found))

    def fail(self, what: str) -> EvidenceError:
        return EvidenceError(self.file, self.offset, what)


def _inflate(member: bytes, check: _Checker) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(member, MAX_RECORD)
    except zlib.error as error:
        raise check.fail(f"damaged gzip member ({error})") from error
    if not unpacker.eof or unpacker.unused_data:
        raise check.fail(f"not one whole gzip member of at most {MAX_RECORD} bytes")
    return data


def _read_warc_headers(data: bytes, check: _Checker) -> tuple[dict[str, str], int]:
    end = data.find(b"\r\n\r\n")
    first, *lines = data[:end].decode("utf-8", "replace").split("\r\n")
    if end < 0 or first != VERSION:
        raise check.fail(f"no {VERSION} record")
    pairs = (line.partition(": ") for line in lines)
    return {name: value for name, _, value in pairs}, end + 4


def recover(folder: Path) -> list[Cut]:
    """Cut what a kill left torn at the end of each archive file; return the cuts: none if all is whole.

    Each file is read from the last record the journal names in it, so whole gigabytes are not read again:
    what a journal line points at was flushed before the line. A file of which nothing is whole is removed.
    """
    known = _last_known(folder)
    return [cut for path in warc_files(folder) if (cut := _recover_file(path, known.get(path.name, 0)))]


def _last_known(folder: Path) -> dict[str, int]:
    last: dict[str, int] = {}
    for read in read_journal(folder):
        for place in line_places(read.line).values():
            last[place.file] = max(last.get(place.file, 0), place.offset)
    return last


def line_places(line: UrlLine | PictureLine) -> dict[str, Place]:
    """The places a journal line points at, by what stands there: request, response, dom, screenshot, `image 0` …"""
    places: dict[str, Place | None]
    if isinstance(line, PictureLine):
        places = {"screenshot": line.screenshot}
        places |= {f"{IMAGE_ROLE}{number}": image.place for number, image in enumerate(line.images)}
    else:
        places = {"request": line.request, "response": line.response, "dom": line.dom}
    return {kind: place for kind, place in places.items() if place}


IMAGE_ROLE = "image "
"""How the roles of images begin; their place in the line's list follows."""


def record_uri(line: UrlLine | PictureLine, role: str) -> str:
    """What the record of that role is of: the WARC-Target-URI it must have."""
    if role.startswith(IMAGE_ROLE) and isinstance(line, PictureLine):
        return target_uri(line.images[int(role.removeprefix(IMAGE_ROLE))].url)
    return target_uri(URN.get(role, "") + line.url)


def _recover_file(path: Path, start: int) -> Cut | None:
    size = path.stat().st_size
    whole = start
    for member in scan_members(path, start):
        whole = member.end
    if whole == size:
        return None
    if whole:
        os.truncate(path, whole)
    else:
        path.unlink()
    return Cut(path.name, whole, size - whole)


@dataclass(frozen=True)
class Member:
    """One whole gzip member of an archive file."""

    offset: int
    end: int


_READ = 1 << 20


def scan_members(path: Path, start: int = 0) -> Iterator[Member]:
    """The whole gzip members of a file from `start` on, up to the first byte that does not belong to one."""
    with path.open("rb") as file:
        file.seek(start)
        rest = b""
        while length := _member_length(file, rest):
            size, rest = length
            yield Member(start, start + size)
            start += size


def _member_length(file: BinaryIO, rest: bytes) -> tuple[int, bytes] | None:
    """Length of the member that `rest` starts and `file` goes on with, and bytes read past it; None: torn."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    size = 0
    while not unpacker.eof:
        data = rest or file.read(_READ)
        rest = b""
        if not data:
            return None
        size += len(data)
        try:
            while data and not unpacker.eof:
                unpacker.decompress(data, _READ)
                data = unpacker.unconsumed_tail
        except zlib.error:
            return None
    return size - len(unpacker.unused_data), unpacker.unused_data
