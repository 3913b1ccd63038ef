"""One request and its answer over HTTP/1.1, with every byte kept as it went over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

MAX_HEAD = 65536
"""Bytes of status line and headers; servers and browsers allow 8 to 256 KB."""
_READ = 65536


@dataclass(frozen=True)
class Exchange:
    """A request and its response as they went over the wire."""

    request: bytes
    response: bytes
    address: str
    """`ip:port` of the peer."""


@dataclass(frozen=True)
class Reply:
    """What came back, taken apart."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    """Without chunk framing, content encoding untouched."""
    raw: bytes
    version: str
    reusable: bool
    """Whether another request may follow on the same connection."""


class NoAnswer(Exception):
    """The peer closed the connection before its first byte."""


class CutOff(Exception):
    """The peer closed the connection in the middle of its answer."""


class BrokenAnswer(Exception):
    """What came back is not HTTP; the message says why."""


class TooLarge(Exception):
    """The answer, or what it unpacks to, is larger than the patrol reads."""


@dataclass
class Stream:
    """An open connection."""

    reader: StreamReader
    writer: StreamWriter
    address: str
    """`ip:port` of the peer."""
    idle_since: float = field(default=0.0)


async def ask(stream: Stream, request: h11.Request, max_body: int) -> tuple[bytes, Reply]:
    """Send `request` and read its answer; return the bytes sent and the reply.

    Raises NoAnswer, CutOff, BrokenAnswer, TooLarge, h11.LocalProtocolError, OSError.
    """
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
    sent = (connection.send(request) or b"") + (connection.send(h11.EndOfMessage()) or b"")
    stream.writer.write(sent)
    await stream.writer.drain()
    return sent, await _Reading(stream.reader, connection, max_body).reply()


class _Reading:
    def __init__(self, reader: StreamReader, connection: h11.Connection, max_body: int) -> None:
        self._reader = reader
        self._connection = connection
        self._max_body = max_body
        self._received: list[bytes] = []
        self._total = 0
        self._start = 0
        self._body: list[bytes] = []
        self._body_size = 0

    async def reply(self) -> Reply:
        head: h11.Response | None = None
        while True:
            event = self._next_event()
            if event is h11.NEED_DATA:
                await self._receive()
            elif isinstance(event, h11.Data):
                self._keep(event.data)
            elif isinstance(event, h11.InformationalResponse):
                self._start = self._position()  # a 100 Continue is not part of the answer
            elif isinstance(event, h11.Response):
                head = event
            elif head and (isinstance(event, h11.EndOfMessage) or event is h11.PAUSED):
                return self._reply(head)  # paused: a proxy has opened the tunnel, what follows is not HTTP
            else:
                raise BrokenAnswer(f"unexpected {type(event).__name__}")

    def _next_event(self) -> object:
        try:
            return self._connection.next_event()
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                raise TooLarge(f"more than {MAX_HEAD} bytes of headers") from error
            if self._received and not self._received[-1]:
                raise CutOff(str(error)) from error
            raise BrokenAnswer(str(error)) from error

    async def _receive(self) -> None:
        data = await self._reader.read(_READ)
        if not data and not self._received:
            raise NoAnswer("connection closed without an answer")
        self._received.append(data)
        self._total += len(data)
        self._connection.receive_data(data)

    def _keep(self, data: bytes) -> None:
        self._body.append(bytes(data))
        self._body_size += len(data)
        if self._body_size > self._max_body:
            raise TooLarge(f"more than {self._max_body} bytes")

    def _position(self) -> int:
        """How many of the received bytes have been understood."""
        return self._total - len(self._connection.trailing_data[0])

    def _reply(self, head: h11.Response) -> Reply:
        raw = b"".join(self._received)[self._start : self._position()]
        done = self._connection.our_state is h11.DONE and self._connection.their_state is h11.DONE
        done = done and self._received[-1] != b""  # an empty read is the peer's goodbye
        return Reply(
            status=head.status_code,
            headers=tuple(head.headers.raw_items()),
            body=b"".join(self._body),
            raw=raw,
            version=f"HTTP/{head.http_version.decode('ascii')}",
            reusable=done and self._start + len(raw) == self._total,
        )
