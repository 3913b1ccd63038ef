"""Opens connections and keeps the idle ones: straight out past the guard, or through the plan's proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import h11

from crawler.exchange import Stream, ask
from crawler.guard import DEFAULT_PORTS, RefusedAddress, resolve_public

MAX_IDLE = 64
"""Connections kept open without use, over all hosts."""
IDLE_SECONDS = 15.0
"""Servers close idle connections after 5 (Apache) to 75 seconds (nginx)."""
MAX_TUNNEL_ANSWER = 65536


class ConnectFailed(Exception):
    """No connection to the host, or to the proxy; the message says to where."""


@dataclass(frozen=True)
class Route:
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


def route_of(url: str) -> Route:
    """The route to the host of `url`. Raises RefusedAddress for what is not http or https."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise RefusedAddress(f"{url}: only http and https addresses are fetched")
    return Route(parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])


class Connections:
    """The connections of one patrol."""

    def __init__(self, proxy: str) -> None:
        """`proxy` is `http://host:port`, or empty for straight out with the guard on."""
        self._proxy = route_of(proxy) if proxy else None
        self._tls = ssl.create_default_context()
        self._tls.set_alpn_protocols(["http/1.1"])
        self._idle: deque[tuple[Route, Stream]] = deque()

    def absolute_form(self, route: Route) -> bool:
        """True if requests on `route` name the whole url (RFC 9112 §3.2.2): plain http through a proxy."""
        return self._proxy is not None and route.scheme == "http"

    def take_idle(self, route: Route) -> Stream | None:
        """A kept connection to `route`, or None."""
        now = monotonic()
        for index, (kept_route, stream) in enumerate(self._idle):
            if kept_route == route:
                del self._idle[index]
                if now - stream.idle_since < IDLE_SECONDS and not stream.reader.at_eof():
                    return stream
                stream.writer.close()
                return None
        return None

    def keep(self, route: Route, stream: Stream) -> None:
        """Keep an idle connection for the next request; the oldest goes when there are too many."""
        stream.idle_since = monotonic()
        self._idle.append((route, stream))
        if len(self._idle) > MAX_IDLE:
            self._idle.popleft()[1].writer.close()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.popleft()[1].writer.close()

    async def open(self, route: Route) -> Stream:
        """A new connection. Raises RefusedAddress, socket.gaierror, ssl.SSLError, ConnectFailed."""
        if self._proxy is None:
            return await self._open_direct(route)
        if route.scheme == "http":
            return await _dial(self._proxy.host, self._proxy.port)
        return await self._open_tunnel(self._proxy, route)

    async def _open_direct(self, route: Route) -> Stream:
        """Connect to an address the guard has just passed, so that no second DNS answer can slip in."""
        tls = self._tls if route.scheme == "https" else None
        failure = ConnectFailed(f"{route.host}:{route.port}: no address")
        for address in await resolve_public(route.host, route.port):
            try:
                return await _dial(address, route.port, tls, route.host)
            except ConnectFailed as error:
                failure = error
        raise failure

    async def _open_tunnel(self, proxy: Route, route: Route) -> Stream:
        stream = await _dial(proxy.host, proxy.port)
        where = f"{route.host}:{route.port}"
        try:
            request = h11.Request(method="CONNECT", target=where, headers=[("Host", where)])
            _, reply = await ask(stream, request, MAX_TUNNEL_ANSWER)
            if reply.status != 200:
                raise ConnectFailed(f"{where}: the proxy answered {reply.status}")
            await stream.writer.start_tls(self._tls, server_hostname=route.host)
        except BaseException:
            stream.writer.close()
            raise
        return stream


async def _dial(host: str, port: int, tls: ssl.SSLContext | None = None, server_name: str | None = None) -> Stream:
    try:
        reader, writer = await asyncio.open_connection(
            host, port, ssl=tls, server_hostname=server_name if tls else None
        )
    except ssl.SSLError:
        raise
    except OSError as error:
        raise ConnectFailed(f"{host}:{port}: {error.strerror or error}") from error
    peer = writer.get_extra_info("peername")
    return Stream(reader, writer, f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}")


async def proxy_problem(proxy: str) -> str:
    """Why `proxy` cannot be used, naming it and what to do, or an empty string."""
    try:
        route = route_of(proxy)
        stream = await asyncio.wait_for(_dial(route.host, route.port), 5)
    except (ConnectFailed, RefusedAddress, TimeoutError, ValueError) as error:
        return f"proxy {proxy} does not answer ({error}): start it, or leave the proxy out of the plan"
    stream.writer.close()
    return ""
