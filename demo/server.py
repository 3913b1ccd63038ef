"""The proxy that serves the sample web to Scrapy, Chromium and curl alike.

    python -m demo.server --port 8899

It speaks plain HTTP/1.1 with keep-alive, in absolute form (`GET http://host/path`, as a proxy is asked) and
in origin form with a Host header. Names it does not know end as 502, as with a real proxy; nothing is ever
fetched from outside.
"""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlsplit

from demo.manners import MANNERS, Timing, Wire, plain
from demo.traps import TRAPS
from demo.web import Answer, Site, load_sites

HEAD_LIMIT = 65_536
IDLE_SECONDS = 30.0
"""How long a kept-alive connection may say nothing."""
NOT_FOUND = "<!doctype html><html><head><title>404</title></head><body><h1>您访问的页面不存在</h1></body></html>"


class Asked(NamedTuple):
    """A line of the request log."""

    at: float
    """Seconds since the epoch, when the request had been read."""
    host: str
    path: str
    """With its query."""
    status: int


@dataclass(frozen=True)
class Served:
    """A sample web that is being served."""

    proxy: str
    """`http://127.0.0.1:PORT`"""
    requests: list[Asked]
    """Grows while the web is served."""


@dataclass(frozen=True)
class Request:
    """The head of a request, read."""

    method: str
    host: str
    """With its port where that is not 80."""
    path: str
    """With its query."""
    headers: dict[str, str]
    """Names in lower case."""

    @property
    def keep_alive(self) -> bool:
        wish = self.headers.get("connection", "") + self.headers.get("proxy-connection", "")
        return "close" not in wish.lower()


class BadRequest(ValueError):
    """A request head that is not HTTP/1.1 as a proxy is asked."""


def parse_head(data: bytes) -> Request:
    """Read a request head up to its empty line. Raises BadRequest."""
    lines = data.decode("latin-1").split("\r\n")
    try:
        method, target, version = lines[0].split(" ")
    except ValueError:
        raise BadRequest(lines[0][:100]) from None
    if not version.startswith("HTTP/1."):
        raise BadRequest(version[:100])
    pairs = (line.partition(":") for line in lines[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if method == "CONNECT":
        return Request(method, target, "", headers)
    url = urlsplit(target)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    host = (url.netloc or headers.get("host", "")).lower().removesuffix(":80")
    return Request(method, host, path, headers)


def answer(request: Request, sites: dict[str, Site]) -> Answer:
    """What the sample web says to a request."""
    if request.method == "CONNECT":
        return _say(403, "this proxy carries plain HTTP alone")
    if request.method not in ("GET", "HEAD"):
        return _say(405, "only GET and HEAD")
    site = sites.get(request.host)
    if site is None:
        return _say(502, f"no such host in the sample web: {request.host}")
    found = site.find(request.path) or _trap_page(site, request.path) or _say(404, NOT_FOUND)
    return _unless_known(found, request.headers.get("if-none-match", ""))


def _trap_page(site: Site, path: str) -> Answer | None:
    name = site.trap(path)
    return _say(200, TRAPS[name](path)) if name else None


def _unless_known(found: Answer, known: str) -> Answer:
    """The answer with its ETag, or 304 where the visitor holds these bytes already."""
    if found.status != 200 or found.manner != "plain":
        return found
    tagged = replace(found, headers=(*found.headers, ("ETag", found.etag)))
    return replace(tagged, status=304, body=b"") if known == found.etag else tagged


def _say(status: int, text: str) -> Answer:
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


class Server:
    """Answers connections; one instance, one event loop."""

    def __init__(self, sites: dict[str, Site], timing: Timing, log: list[Asked]) -> None:
        self._sites = sites
        self._timing = timing
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._open, "127.0.0.1", port, limit=HEAD_LIMIT)

    async def hang_up(self) -> None:
        """End every connection, whatever it is in the middle of."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._talk(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer request after request until either side has had enough."""
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the visitor went away or sent no HTTP: his business, not a fault of ours
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
        try:
            request = parse_head(head)
        except BadRequest as error:
            await plain(Wire(writer, _say(400, f"not a request: {error}"), self._timing, True))
            return False
        found = answer(request, self._sites)
        self._log.append(Asked(time.time(), request.host, request.path, found.status))
        wire = Wire(writer, found, self._timing, request.method != "HEAD" and found.status != 304)
        reusable = await MANNERS[found.manner](wire)
        return reusable and request.keep_alive and found.status not in (403, 405)


@contextmanager
def serve(port: int = 0, timing: Timing | None = None) -> Iterator[Served]:
    """Serve the sample web from a thread of its own while the `with` block runs; port 0 takes a free one.

    Raises SiteError for a broken site folder and OSError where the port is taken.
    """
    sites, log = load_sites(), list[Asked]()
    loop = asyncio.new_event_loop()
    server = Server(sites, timing or Timing(), log)
    try:
        listening = loop.run_until_complete(server.start(port))
        thread = threading.Thread(target=loop.run_forever, name="demo-web", daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", log)
        finally:
            asyncio.run_coroutine_threadsafe(_stop(listening, server), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
    finally:
        loop.close()


async def _stop(listening: asyncio.Server, server: Server) -> None:
    listening.close()
    await server.hang_up()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the sample web as an HTTP proxy on loopback.")
    parser.add_argument("--port", type=int, default=8899, help="0 takes a free one")
    with serve(parser.parse_args().port) as served:
        print(f"sample web: {served.proxy}  (Ctrl-C ends)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"{len(served.requests)} requests answered")


if __name__ == "__main__":
    main()
