"""Scrapy's download handler: byte-exact, past the guard or through the proxy; what must be rendered goes on.

The exchange as it went over the wire travels on in `request.meta["exchange"]`, for the archive.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import h11
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.connections import ConnectFailed, Connections, Route, route_of
from crawler.exchange import CutOff, Exchange, NoAnswer, Reply, Stream, ask

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

EXCHANGE = "exchange"
"""Key of request.meta under which the handler leaves the Exchange."""


class TlsFailed(Exception):
    """No trusted TLS connection; asking again would not help."""


_AS_SCRAPY: dict[type[Exception], type[Exception]] = {
    # what may pass on a second try is told in Scrapy's words, so that its retries understand; order matters
    TimeoutError: DownloadTimeoutError,
    ssl.SSLError: TlsFailed,
    socket.gaierror: CannotResolveHostError,
    ConnectFailed: DownloadConnectionRefusedError,
    NoAnswer: DownloadFailedError,
    CutOff: DownloadFailedError,
    OSError: DownloadFailedError,
}


class DownloadHandler(BaseDownloadHandler):
    """Fetches http and https."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._max_body = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._connections = Connections(crawler.settings.get("XUNCHA_PROXY", ""))
        self._browser: BaseDownloadHandler | None = None

    async def download_request(self, request: Request) -> Response:
        """Fetch `request`. Raises what crawler/endings.py knows a reason for."""
        if request.meta.get("playwright"):
            return await self._browser_handler().download_request(request)
        request.meta.pop(EXCHANGE, None)  # a retry carries that of the try before
        started = monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._fetch(request)
        except tuple(_AS_SCRAPY) as error:
            raise _as_scrapy(error, request.url) from error
        request.meta["download_latency"] = monotonic() - started
        return _response(request, reply)

    async def close(self) -> None:
        """Close the idle connections and the browser."""
        self._connections.close()
        if self._browser:
            await self._browser.close()

    def _browser_handler(self) -> BaseDownloadHandler:
        if self._browser is None:
            from crawler.browser import BrowserDownloadHandler  # most patrols need no playwright

            self._browser = BrowserDownloadHandler.from_crawler(self.crawler)
        return self._browser

    async def _fetch(self, request: Request) -> Reply:
        route = route_of(request.url)
        kept = self._connections.take_idle(route)
        if kept:
            try:
                return await self._ask(kept, route, request)
            except (NoAnswer, ConnectionError):
                pass  # the server has closed the kept connection meanwhile: a fresh one decides
        return await self._ask(await self._connections.open(route), route, request)

    async def _ask(self, stream: Stream, route: Route, request: Request) -> Reply:
        """One exchange over `stream`, which is kept or closed afterwards, whatever happens."""
        reusable = False
        try:
            head = _head(request, self._connections.absolute_form(route))
            sent, reply = await ask(stream, head, self._max_body)
            reusable = reply.reusable
        finally:
            if reusable:
                self._connections.keep(route, stream)
            else:
                stream.writer.close()
        request.meta[EXCHANGE] = Exchange(sent, reply.raw, stream.address)
        return reply


def _head(request: Request, absolute_form: bool) -> h11.Request:
    parts = urlsplit(request.url)
    target = request.url if absolute_form else f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = [(b"Host", parts.netloc.encode("ascii"))]
    headers += [(name, value) for name, values in request.headers.items() for value in values]
    return h11.Request(method=request.method, target=target, headers=headers)


def _response(request: Request, reply: Reply) -> Response:
    headers = Headers()
    for name, value in reply.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=reply.body)
    host = request.meta[EXCHANGE].address.rpartition(":")[0].strip("[]")
    return kind(
        url=request.url,
        status=reply.status,
        headers=headers,
        body=reply.body,
        ip_address=ipaddress.ip_address(host.partition("%")[0]),
        protocol=reply.version,
    )


def _as_scrapy(error: Exception, url: str) -> Exception:
    kind = next(theirs for ours, theirs in _AS_SCRAPY.items() if isinstance(error, ours))
    return kind(f"{url}: {error or type(error).__name__}")
