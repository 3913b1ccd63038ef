"""One HTTP message as bytes: its head, its entity body, what that decodes to.

Pure and forgiving: whatever a server sent is read the way a browser would, and nothing here raises on hostile
bytes but `decode_body`, which says why a body cannot be read. No I/O, no Scrapy.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pairs = tuple[tuple[str, str], ...]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_SLICE = 4096
"""Bytes fed at a time when the fault in a damaged body is looked for."""


class UnreadableBody(ValueError):
    """A body that cannot be decoded; the message says why."""


@dataclass(frozen=True)
class Head:
    """Status line and headers of a response, as they came."""

    status_line: str
    status: int
    """0 where the status line names none."""
    headers: Pairs
    end: int
    """Where the body starts."""

    def get(self, name: str) -> str:
        """The values of one header joined by `, ` (RFC 9110 §5.3), or an empty string."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == wanted)


def read_head(message: bytes) -> Head | None:
    """The head of a response, or None where there is none: then all of `message` is body.

    Lines may end in LF alone; folded lines are joined; a line without a colon is left out. A head that the
    message's end cuts short counts as whole.
    """
    if not message.startswith(b"HTTP/"):
        return None
    found = _HEAD_END.search(message)
    text = message[: found.start()] if found else message
    lines = text.decode("latin-1").split("\n")
    status = _STATUS.match(message)
    return Head(
        status_line=lines[0].rstrip("\r"),
        status=int(status[1]) if status else 0,
        headers=_headers(lines[1:]),
        end=found.end() if found else len(message),
    )


def _headers(lines: list[str]) -> Pairs:
    pairs: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and pairs:
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def entity_body(message: bytes, head: Head | None) -> bytes:
    """The body without its chunk framing, content encoding kept: the payload of WARC 1.1 §6.5.

    Broken framing ends the body where it breaks; a body that is not framed at all, whatever its header says,
    is taken as it is.
    """
    if head is None:
        return message
    body = message[head.end :]
    if head.get("transfer-encoding").lower().rpartition(",")[2].strip() != "chunked":
        return body
    return dechunk(body)


def dechunk(body: bytes) -> bytes:
    """What a chunked body carries, up to its last chunk or the first broken one."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        if length == 0:
            break
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join(parts) if at else body


def decode_body(entity: bytes, encodings: str, limit: int) -> bytes:
    """`entity` with its content encodings (the header's value) undone, the last one first.

    A truncated or damaged body yields what stands before the fault, as in a browser. Raises UnreadableBody
    where nothing can be decoded, an encoding is unknown, or more than `limit` bytes come out.
    """
    for name in reversed(encodings.lower().split(",")):
        decode = _DECODERS.get(name.strip())
        if decode is None:
            raise UnreadableBody(f"content encoding {name.strip()!r} is not known")
        entity = decode(entity, limit)
    if len(entity) > limit:
        raise UnreadableBody(f"more than {limit} bytes")
    return entity


class _Decompressor(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Brotli:
    """brotli's decompressor under the names of zlib's; asked until it has no more, as it answers in part."""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        out = bytearray()
        while part := self._inner.process(data, output_buffer_limit=max_length):
            out += part
            data = b""
            if len(out) >= max_length:
                break
        return bytes(out)


_FAULTS = (zlib.error, zstd.ZstdError, brotli.error, EOFError)


def _decoder(*makers: Callable[[], _Decompressor]) -> Callable[[bytes, int], bytes]:
    """A decoder that tries each maker's decompressor until one reads the data's first bytes."""

    def decode(data: bytes, limit: int) -> bytes:
        for make in makers:
            try:
                out = make().decompress(data, limit + 1)
            except _FAULTS:
                out = _salvage(make, data, limit)
            if len(out) > limit:
                raise UnreadableBody(f"decodes to more than {limit} bytes")
            if out:
                return out
        return _nothing(data)

    return decode


def _nothing(data: bytes) -> bytes:
    """An encoded empty body takes a few bytes; anything longer that yields nothing is damaged."""
    if len(data) > 20:  # an empty gzip member: 10 bytes of header, 2 of data, 8 of trailer (RFC 1952)
        raise UnreadableBody("the body is not what its content encoding says")
    return b""


def _salvage(make: Callable[[], _Decompressor], data: bytes, limit: int) -> bytes:
    """What decodes before the fault: slice by slice up to the faulty one, that one byte by byte."""
    slices = [data[at : at + _SLICE] for at in range(0, len(data), _SLICE)]
    _, sound = _feed(make(), slices, limit)
    single = [bytes([byte]) for byte in b"".join(slices[sound : sound + 1])]
    return _feed(make(), slices[:sound] + single, limit)[0]


def _feed(decompressor: _Decompressor, pieces: list[bytes], limit: int) -> tuple[bytes, int]:
    """What `pieces` decode to up to the first fault or past `limit`, and how many of them were taken."""
    out = bytearray()
    for taken, piece in enumerate(pieces):
        try:
            out += decompressor.decompress(piece, limit + 1 - len(out))
        except _FAULTS:
            return bytes(out), taken
        if len(out) > limit:
            return bytes(out), taken
    return bytes(out), len(pieces)


_gunzip = _decoder(lambda: zlib.decompressobj(31))
# servers disagree on whether `deflate` has a zlib header (RFC 9110 §8.4.1.2, note)
_inflate = _decoder(zlib.decompressobj, lambda: zlib.decompressobj(-15))

_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "": lambda data, _: data,
    "identity": lambda data, _: data,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _decoder(_Brotli),
    "zstd": _decoder(zstd.ZstdDecompressor),
}
