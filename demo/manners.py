"""How an answer is put on the wire: plainly, in chunks, late, or in one of the ways real sites fail."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from demo.web import Answer

FLOOD_PIECE = b"<p>" + "实时行情刷新中 ".encode() * 3000 + b"</p>\n"
FLOOD_PIECES = 2000
"""About 130 MB: more than any page limit, yet an end."""
BOMB_SIZE = 60_000_000
"""Bytes a page of 60 kB unpacks to: three times the patrol's limit of 20 MB (crawler/plan.py)."""
CHUNK = 700
"""Small and odd, so that multi-byte characters are cut between chunks."""


@dataclass(frozen=True)
class Timing:
    """How long the slow pages take, in seconds."""

    late: float = 2.0
    """Before the first byte of a late page: half of what `xuncha demo` waits for one."""
    drip_every: float = 0.2
    """Between two pieces of a page that never ends."""
    drip_total: float = 12.0
    """After which such a page's connection is cut, so that no visitor hangs for good."""


@dataclass(frozen=True)
class Wire:
    """One answer about to be sent."""

    writer: asyncio.StreamWriter
    answer: Answer
    timing: Timing
    body_wanted: bool
    """False for HEAD and 304."""

    async def head(self, *more: tuple[str, str]) -> None:
        phrase = HTTPStatus(self.answer.status).phrase
        lines = [f"HTTP/1.1 {self.answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in (*self.answer.headers, *more)]
        await self.send("\r\n".join([*lines, "", ""]).encode())

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        await self.send(b"%x\r\n%b\r\n" % (len(data), data))


Manner = Callable[[Wire], Awaitable[bool]]
"""Sends one answer; True where the connection may carry another."""


async def plain(wire: Wire, body: bytes | None = None, *more: tuple[str, str]) -> bool:
    """The whole body at once, with its length."""
    body = wire.answer.body if body is None else body
    await wire.head(("Content-Length", str(len(body))), *more)
    if wire.body_wanted:
        await wire.send(body)
    return True


async def chunked(wire: Wire) -> bool:
    """Transfer-Encoding: chunked, characters cut anywhere."""
    await wire.head(("Transfer-Encoding", "chunked"))
    if wire.body_wanted:
        for start in range(0, len(wire.answer.body), CHUNK):
            await wire.chunk(wire.answer.body[start : start + CHUNK])
        await wire.chunk(b"")
    return True


async def packed(wire: Wire) -> bool:
    """Content-Encoding: gzip, asked for or not."""
    return await plain(wire, gzip.compress(wire.answer.body, mtime=0), ("Content-Encoding", "gzip"))


async def bomb(wire: Wire) -> bool:
    """A small gzip body that unpacks to far more than a page can be."""
    return await plain(wire, _bomb_body(wire.answer.body), ("Content-Encoding", "gzip"))


@cache
def _bomb_body(start: bytes) -> bytes:
    return gzip.compress(start + b" " * BOMB_SIZE, mtime=0)


async def late(wire: Wire) -> bool:
    """The plain answer, after a while."""
    await asyncio.sleep(wire.timing.late)
    return await plain(wire)


async def truncated(wire: Wire) -> bool:
    """Half the bytes that were announced, then the end of the connection."""
    await wire.head(("Content-Length", str(len(wire.answer.body))))
    await wire.send(wire.answer.body[: len(wire.answer.body) // 2])
    return False


async def reset(wire: Wire) -> bool:
    """No answer: the connection is reset (RST, not FIN, because lingering is switched off)."""
    sock: socket.socket = wire.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.writer.transport.abort()
    return False


async def drip(wire: Wire) -> bool:
    """A body that comes drop by drop and never ends."""
    await wire.head(("Transfer-Encoding", "chunked"))
    await wire.chunk(wire.answer.body or b"<html>")
    for number in range(int(wire.timing.drip_total / wire.timing.drip_every)):
        await wire.chunk(f"<p>第 {number} 条</p>".encode())
        await asyncio.sleep(wire.timing.drip_every)
    return False


async def flood(wire: Wire) -> bool:
    """A body far larger than any page, as fast as it is read."""
    await wire.head(("Transfer-Encoding", "chunked"))
    await wire.chunk(wire.answer.body or b"<html>")
    for _ in range(FLOOD_PIECES):
        await wire.chunk(FLOOD_PIECE)
    return False


MANNERS: dict[str, Manner] = {
    "bomb": bomb,
    "chunked": chunked,
    "drip": drip,
    "flood": flood,
    "gzip": packed,
    "late": late,
    "plain": plain,
    "reset": reset,
    "truncated": truncated,
}
