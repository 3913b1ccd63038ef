"""The gate: a small forward proxy on loopback through which the browser reaches public addresses only.

Playwright's request interception does not see redirects, WebSockets or a second DNS answer; whatever Chromium
does, it does through its proxy, so the guard stands there. Used only where the plan names no proxy itself.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from urllib.parse import urlsplit

from crawler.guard import DEFAULT_PORTS, RefusedAddress, resolve_public

MAX_HEAD = 65_536
"""Bytes of a request's or a response's head; Chromium itself stops at 256 KB."""
HEAD_SECONDS = 30.0
CONNECT_SECONDS = 10.0
"""An address that does not answer within this is left for the next one."""

BROWSERS_OWN = frozenset(
    {
        "accounts.google.com", "android.clients.google.com", "clients2.google.com", "clientservices.googleapis.com",
        "content-autofill.googleapis.com", "edgedl.me.gvt1.com", "mtalk.google.com",
        "optimizationguide-pa.googleapis.com", "redirector.gvt1.com", "safebrowsing.googleapis.com",
        "update.googleapis.com",
    }
)  # fmt: skip
"""What Chromium asks for itself, some of it about the pages it is shown (seen 2026-11-27, Chromium 156, whatever its
switches say): where a patrol goes is nobody else's business."""
_BLOCK = 65_536
_HOP_HEADERS = re.compile(rb"^(?:proxy-connection|connection|keep-alive)[ \t]*:[^\r\n]*\r\n", re.I | re.M)
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d+)", re.I | re.M)


class Gate:
    """Serves proxy requests until closed; `refused` counts, by host, what was not let through."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._closing = False

    async def open(self) -> str:
        """Start serving on a free loopback port; return the address to give as proxy."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=MAX_HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop serving and cut what is still open."""
        self._closing = True
        if self._server:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # either side went away or talks no HTTP: the browser sees a closed connection
        except asyncio.CancelledError:
            if not self._closing:
                raise  # else asyncio would report what close() has asked for
        finally:
            self._serving.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        asked = _read_request(head)
        if asked is None:
            writer.write(_answer(400))
            return
        host, port, forward = asked
        if host in BROWSERS_OWN:
            self.refused[host] += 1
            writer.write(_answer(403))
            return
        try:
            up_reader, up_writer = await _connect(await resolve_public(host, port), port)
        except RefusedAddress:
            self.refused[host] += 1
            writer.write(_answer(403))
            return
        except OSError:  # not resolved, not connected, timed out
            writer.write(_answer(502))
            return
        try:
            if forward is None:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _first_to_end(_pump(reader, up_writer), _pump(up_reader, writer))
            else:
                up_writer.write(forward)
                await _first_to_end(_send_body(head, reader, up_writer), _send_reply(up_reader, writer))
        finally:
            up_writer.close()


def _read_request(head: bytes) -> tuple[str, int, bytes | None] | None:
    """Host, port, and the head to send on (None for a tunnel); None for what is no proxy request."""
    line, _, headers = head.partition(b"\r\n")
    method, _, rest = line.decode("latin-1").partition(" ")
    target = rest.rpartition(" ")[0]
    try:
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if method == "CONNECT":
        return (host, port, None) if host and port else None
    if not host or parts.scheme != "http":
        return None
    path = target.removeprefix(f"http://{parts.netloc}") or "/"
    first = f"{method} {path if path.startswith('/') else f'/{path}'} HTTP/1.1\r\n".encode("latin-1")
    return host, port or DEFAULT_PORTS["http"], first + _closing(headers)


def _closing(headers: bytes) -> bytes:
    """Headers that end the connection after this exchange: the next may be for another host."""
    return b"Connection: close\r\n" + _HOP_HEADERS.sub(b"", headers)


async def _connect(addresses: list[str], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for address in addresses:
        with suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(CONNECT_SECONDS):
                return await asyncio.open_connection(address, port, limit=MAX_HEAD)
    raise OSError(f"none of {', '.join(addresses)} answers at port {port}")


async def _send_body(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    length = _LENGTH.search(head)
    left = int(length[1]) if length else 0
    while data := await reader.read(_BLOCK):  # until the browser leaves; what follows the body is dropped
        writer.write(data[:left])
        await writer.drain()
        left -= min(left, len(data))


async def _send_reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    writer.write(line + b"\r\n" + _closing(headers))
    await _pump(reader, writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_BLOCK):
        writer.write(data)
        await writer.drain()


async def _first_to_end(*directions: Coroutine[None, None, None]) -> None:
    """Run both directions until either side has ended: the connection has, then."""
    tasks = [asyncio.ensure_future(each) for each in directions]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _answer(status: int) -> bytes:
    """An answer with a body: Chromium shows its url, not a network error, where a redirect led here."""
    head = f"HTTP/1.1 {status} xuncha\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: close"
    return f"{head}\r\n\r\nxuncha".encode()
