"""The exchange over the wire: bytes kept exactly, connections reused, failures named."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import h11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.settings import Settings

from crawler.connections import ConnectFailed, Connections, Route, proxy_problem, route_of
from crawler.download import EXCHANGE, DownloadHandler, TlsFailed
from crawler.exchange import BrokenAnswer, CutOff, NoAnswer, Reply, Stream, TooLarge, ask
from crawler.guard import RefusedAddress

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 10))


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def answering(*answers: bytes, then_close: bool = True) -> Serve:
    """Answers one request after the other; the last byte may be the connection's."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        if not then_close:
            await reader.read()

    return serve


async def ask_once(answer: bytes, max_body: int = 1000) -> Reply:
    async with serving(answering(answer)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        stream = Stream(reader, writer, "127.0.0.1:1")
        try:
            _, reply = await ask(stream, h11.Request(method="GET", target="/", headers=[("Host", "a.test")]), max_body)
        finally:
            writer.close()
        return reply


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nX-After: 1\r\n\r\n"
ANSWERS = [
    # what is sent, body, whether another request may follow
    ("plain", OK, b"hello", True),
    ("chunked", CHUNKED, b"hello", True),
    ("until closed", b"HTTP/1.1 200 OK\r\n\r\nhello", b"hello", False),
    ("asked to close", OK.replace(b"\r\n\r\n", b"\r\nconnection: Close\r\n\r\n"), b"hello", False),
    ("old", OK.replace(b"1.1", b"1.0"), b"hello", False),
    ("bare line feeds", OK.replace(b"\r\n", b"\n"), b"hello", True),
    (
        "odd headers",
        OK.replace(b"\r\n\r\n", b"\r\nx-oDD:   \xb1\xa3\xff  \r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n"),
        b"hello",
        True,
    ),
    ("no reason", OK.replace(b"200 OK", b"200 "), b"hello", True),
    ("no body", b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
]


@pytest.mark.parametrize(("answer", "body", "reusable"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_every_byte_is_kept(answer: bytes, body: bytes, reusable: bool) -> None:
    reply = run(ask_once(answer))
    assert (reply.raw, reply.body, reply.reusable) == (answer, body, reusable)


def test_what_comes_before_and_after_the_answer_is_not_part_of_it() -> None:
    reply = run(ask_once(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"HTTP/1.1 200 surplus\r\n\r\n"))
    assert (reply.raw, reply.reusable) == (OK, False)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", NoAnswer),
        (OK[:-2], CutOff),
        (CHUNKED[:-4], CutOff),
        (b"HTTP/1.1 200 OK\r\nContent-Le", CutOff),
        (b"SSH-2.0\r\n\r\n", BrokenAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", BrokenAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000, TooLarge),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000, TooLarge),
    ],
    ids=["silent", "short", "short chunks", "half a head", "other protocol", "no length", "body", "head"],
)
def test_answers_that_are_none(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(ask_once(answer))


class FakeCrawler:
    """All that the handler asks of a crawler."""

    def __init__(self, **settings: object) -> None:
        self.settings = Settings({"DOWNLOAD_TIMEOUT": 1.0, "DOWNLOAD_MAXSIZE": 1000, **settings})


def handler(**settings: object) -> DownloadHandler:
    return DownloadHandler(FakeCrawler(**settings))  # type: ignore[arg-type]


async def fetch(url: str, proxy_port: int = 0) -> Request:
    """Fetch through a proxy on `proxy_port`; 0: straight out. Return the request with what the handler left on it."""
    proxy = f"http://127.0.0.1:{proxy_port}" if proxy_port else ""
    downloads = handler(XUNCHA_PROXY=proxy)
    request = Request(url)
    try:
        response = await downloads.download_request(request)
        assert response.body == b"hello"
    finally:
        await downloads.close()
    return request


def test_request_and_response_travel_on_as_sent_and_received() -> None:
    async def work() -> None:
        async with serving(answering(OK)) as port:
            request = await fetch("http://a.test/x?y=1", port)
            exchange = request.meta[EXCHANGE]
            assert exchange.request.startswith(b"GET http://a.test/x?y=1 HTTP/1.1\r\nHost: a.test\r\n")
            assert exchange.response == OK
            assert exchange.address == f"127.0.0.1:{port}"
            assert request.meta["download_latency"] > 0

    run(work())


def test_connections_are_used_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(OK, OK, OK)(reader, writer)

    async def work() -> None:
        async with serving(serve) as port:
            downloads = handler(XUNCHA_PROXY=f"http://127.0.0.1:{port}")
            for n in range(4):  # the fourth finds its connection closed, and opens another
                await downloads.download_request(Request(f"http://a.test/{n}"))
            await downloads.close()

    run(work())
    assert connections == 2


FAILURES = [
    ("http://127.0.0.1:1/", RefusedAddress),
    ("http://localhost/", RefusedAddress),
    ("http://[::ffff:10.0.0.1]/", RefusedAddress),
    ("ftp://8.8.8.8/", RefusedAddress),
    ("http://no-such-host.invalid/", CannotResolveHostError),
]


@pytest.mark.parametrize(("url", "error"), FAILURES)
def test_failures_before_a_connection(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(fetch(url))


@pytest.mark.parametrize(
    ("serve", "error"),
    [
        (answering(then_close=False), DownloadTimeoutError),
        (answering(b""), DownloadFailedError),
        (answering(OK[:-1]), DownloadFailedError),
        (answering(b"nonsense\r\n\r\n"), BrokenAnswer),
        (answering(OK.replace(b"5", b"5000") + b"x" * 5000), TooLarge),
    ],
    ids=["silence", "closed", "cut off", "nonsense", "too large"],
)
def test_failures_behind_a_connection(serve: Serve, error: type[Exception]) -> None:
    async def work() -> None:
        async with serving(serve) as port:
            await fetch("http://a.test/", port)

    with pytest.raises(error):
        run(work())


def test_a_retry_does_not_carry_the_exchange_of_the_try_before() -> None:
    async def work() -> None:
        async with serving(answering(b"")) as port:
            request = Request("http://a.test/", meta={EXCHANGE: "old"})
            with pytest.raises(DownloadFailedError):
                await handler(XUNCHA_PROXY=f"http://127.0.0.1:{port}").download_request(request)
            assert EXCHANGE not in request.meta

    run(work())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key for a.test, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a.test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("a.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "a.test.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def tunnel_to(port: int, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Serve:
    """A proxy that connects every CONNECT to `port`."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"CONNECT a.test:443 HTTP/1.1\r\n")
        writer.write(answer)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pipe(reader, back), pipe(there, writer), return_exceptions=True)

    return serve


async def fetch_https(certificate: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch) -> Request:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with serving(answering(OK), server) as port, serving(tunnel_to(port)) as proxy:
        return await fetch("https://a.test/x", proxy)


def test_https_goes_through_a_tunnel(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = run(fetch_https(certificate, trusted=True, monkeypatch=monkeypatch))
    assert request.meta[EXCHANGE].request.startswith(b"GET /x HTTP/1.1\r\n")
    assert request.meta[EXCHANGE].response == OK


def test_an_untrusted_certificate_is_a_failure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TlsFailed):
        run(fetch_https(certificate, trusted=False, monkeypatch=monkeypatch))


def test_a_proxy_that_opens_no_tunnel() -> None:
    async def work() -> None:
        async with serving(answering(b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")) as port:
            await fetch("https://a.test/", port)

    with pytest.raises(DownloadConnectionRefusedError, match="the proxy answered 502"):
        run(work())


def test_idle_connections_are_few() -> None:
    async def work() -> None:
        async with serving(answering(then_close=False)) as port:
            connections = Connections(f"http://127.0.0.1:{port}")
            routes = [Route("http", f"{n}.test", 80) for n in range(70)]
            for route in routes:
                connections.keep(route, await connections.open(route))
            kept = [route for route in routes if connections.take_idle(route)]
            assert kept == routes[6:]

    run(work())


def test_routes() -> None:
    assert route_of("https://a.test/x") == Route("https", "a.test", 443)
    assert route_of("http://a.test:8080/") == Route("http", "a.test", 8080)
    with pytest.raises(RefusedAddress):
        route_of("file:///etc/passwd")


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "http://127.0.0.1:x", "nonsense"])
def test_a_proxy_that_is_no_use_is_named(proxy: str) -> None:
    problem = run(proxy_problem(proxy))
    assert proxy in problem
    assert "start it" in problem


def test_connect_failures_name_the_place() -> None:
    with pytest.raises(ConnectFailed, match=r"127\.0\.0\.1:1"):
        run(Connections("http://127.0.0.1:1").open(Route("http", "a.test", 80)))
