import asyncio
from collections.abc import Awaitable, Callable

import pytest

from crawler.gate import Gate
from crawler.guard import RefusedAddress
from tests.crawler.web import LocalWeb, respond

ASK = "GET {url} HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\nCookie: a=b\r\n\r\n"


def through_gate(talk: Callable[[Gate, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]) -> bytes:
    async def run() -> bytes:
        gate = Gate()
        host, _, port = (await gate.open()).removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.timeout(10):
                return await talk(gate, reader, writer)
        finally:
            writer.close()
            await gate.close()

    return asyncio.run(run())


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    """A response with a Content-Length, or nothing where the connection is closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    return head + await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))


def ask(request: str | bytes) -> bytes:
    """What the gate answers to `request`."""

    async def talk(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        data = request.encode() if isinstance(request, str) else request
        writer.write(data)
        if b"\r\n\r\n" not in data:
            writer.write_eof()
        return await read_answer(reader)

    return through_gate(talk)


@pytest.fixture
def open_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this test's own server count as public: no test reaches the internet."""

    async def resolve(host: str, port: int) -> list[str]:
        if host != "shop.test":
            raise RefusedAddress(host)
        return ["192.0.2.1", "127.0.0.1"] if port == 1 else ["127.0.0.1"]

    monkeypatch.setattr("crawler.gate.resolve_public", resolve)


@pytest.mark.parametrize(
    "request_line",
    [
        "GET http://127.0.0.1:{port}/ HTTP/1.1",
        "GET http://localhost:{port}/ HTTP/1.1",
        "GET http://[::1]:{port}/ HTTP/1.1",
        "GET http://169.254.169.254/latest/ HTTP/1.1",
        "CONNECT 127.0.0.1:{port} HTTP/1.1",
        "CONNECT [::ffff:10.0.0.1]:443 HTTP/1.1",
    ],
)
def test_private_addresses_are_refused_and_counted(web: LocalWeb, request_line: str) -> None:
    async def talk(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write((request_line.format(port=web.proxy.rpartition(":")[2]) + "\r\n\r\n").encode())
        answer = await reader.read()
        assert gate.refused.total() == 1
        return answer

    assert through_gate(talk).startswith(b"HTTP/1.1 403")
    assert web.asked == []


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET ftp://a.test/ HTTP/1.1\r\n\r\n",
        b"GET http://[bad/ HTTP/1.1\r\n\r\n",
        b"GET http://a.test:99999999/ HTTP/1.1\r\n\r\n",
        b"CONNECT a.test HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\r\n\r\n",
    ],
)
def test_what_is_no_proxy_request_is_told_so(request_bytes: bytes) -> None:
    assert ask(request_bytes).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("request_bytes", [b"", b"GET http://a.te", b"x" * 100_000])
def test_what_never_becomes_a_request_is_hung_up_on(request_bytes: bytes) -> None:
    assert ask(request_bytes) == b""


@pytest.mark.parametrize("host", ["content-autofill.googleapis.com", "update.googleapis.com"])
def test_what_the_browser_asks_for_itself_is_refused(host: str) -> None:
    assert ask(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}\r\n\r\n").startswith(b"HTTP/1.1 403")
    assert ask(ASK.format(url=f"http://{host}/service/update2")).startswith(b"HTTP/1.1 403")


def test_a_host_without_address_is_a_bad_gateway() -> None:
    assert ask(ASK.format(url="http://none.invalid/")).startswith(b"HTTP/1.1 502")


def test_public_addresses_are_reached(web: LocalWeb, open_loopback: None) -> None:
    web.pages["/page?q=1"] = respond("here", headers="Connection: keep-alive\r\n")
    port = web.proxy.rpartition(":")[2]
    answer = ask(ASK.format(url=f"http://shop.test:{port}/page?q=1"))
    assert answer.endswith(b"here")
    assert b"\r\nConnection: close\r\n" in answer
    assert b"keep-alive" not in answer
    (asked,) = web.asked
    assert asked.raw == b"GET /page?q=1 HTTP/1.1\r\nConnection: close\r\nHost: x\r\nCookie: a=b\r\n\r\n"


def test_a_tunnel_carries_bytes_both_ways(web: LocalWeb, open_loopback: None) -> None:
    web.pages["/"] = respond("through the tunnel")
    port = web.proxy.rpartition(":")[2]

    async def talk(gate: Gate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(f"CONNECT shop.test:{port} HTTP/1.1\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        return await read_answer(reader)

    assert through_gate(talk).endswith(b"through the tunnel")


def test_a_body_goes_with_its_request(web: LocalWeb, open_loopback: None) -> None:
    received: list[bytes] = []

    def collect(asked, write):
        received.append(asked.raw)
        write(respond("ok"))

    web.pages["/form"] = collect
    port = web.proxy.rpartition(":")[2]
    head = f"POST http://shop.test:{port}/form HTTP/1.1\r\nContent-Length: 7\r\n\r\n"
    assert ask(head + "a=1&b=2").endswith(b"ok")
    assert received[0].endswith(b"Content-Length: 7\r\n\r\n")
