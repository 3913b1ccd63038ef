"""The proxy over real sockets: both forms of request, keep-alive, and every way of answering badly."""

from __future__ import annotations

import gzip
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from demo.manners import BOMB_SIZE, Timing
from demo.server import BadRequest, Request, Served, parse_head, serve

QUICK = Timing(late=0.05, drip_every=0.01, drip_total=0.05)


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    with serve(timing=QUICK) as served:
        yield served


def connect(web: Served) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(web.proxy).netloc, timeout=10)


def get(web: Served, url: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = connect(web)
    connection.request(method, url, headers=headers)
    response = connection.getresponse()
    return response, response.read()


def talk(web: Served, data: bytes) -> bytes:
    """Send bytes, read to the end of the connection."""
    with socket.create_connection(("127.0.0.1", urlsplit(web.proxy).port or 0), timeout=10) as sock:
        sock.sendall(data)
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_it_works(web: Served) -> None:
    response, body = get(web, "http://yanhudai.test/")
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "100%本息保障" in body.decode()


def test_origin_form_with_a_host_header_is_answered_too(web: Served) -> None:
    _, by_host = get(web, "/about.html", Host="yanhudai.test")
    _, by_url = get(web, "http://yanhudai.test:80/about.html")
    assert by_host == by_url != b""


def test_head_has_the_length_and_no_body(web: Served) -> None:
    response, body = get(web, "http://yanhudai.test/", method="HEAD")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://nobody.test/", 502),
        ("http://yanhudai.test:8080/", 502),
        ("http://yanhudai.test/nothing.html", 404),
        ("http://yanhudai.test/site.yml", 404),
        ("http://yanhudai.test/../truth.yml", 404),
        ("http://manlu.test/broken.html", 500),
        ("http://manlu.test/gone.html", 410),
        ("http://qianlu.test/start", 302),
        ("http://qianlu.test/weather", 301),
        ("http://fengting.test/events/2031/05/", 200),
    ],
)
def test_each_url_has_its_status(web: Served, url: str, status: int) -> None:
    assert get(web, url)[0].status == status


def test_redirects_say_where_to(web: Served) -> None:
    response, _ = get(web, "http://shenghuoquan.test/go?id=3")
    assert response.headers["Location"] == "http://jinyuetan.test/hop"


def test_a_connection_carries_many_requests(web: Served) -> None:
    connection = connect(web)
    for path in ("/", "/products.html", "/nothing.html", "/"):
        connection.request("GET", f"http://yanhudai.test{path}")
        sock = connection.sock
        connection.getresponse().read()
        assert connection.sock is sock is not None


def test_a_visitor_who_says_close_is_closed(web: Served) -> None:
    answer = talk(web, b"GET http://yanhudai.test/style.css HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_tunnels_are_refused(web: Served) -> None:
    answer = talk(web, b"CONNECT yanhudai.test:443 HTTP/1.1\r\nHost: yanhudai.test:443\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST http://yanhudai.test/ HTTP/1.1\r\n\r\n", 405),
        (b"hello\r\n\r\n", 400),
        (b"GET / FTP/1\r\n\r\n", 400),
    ],
)
def test_other_requests_are_refused(web: Served, head: bytes, status: int) -> None:
    assert talk(web, head).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize(
    ("head", "request_"),
    [
        (b"GET http://A.test/x?y=1 HTTP/1.1\r\n\r\n", Request("GET", "a.test", "/x?y=1", {})),
        (b"GET http://a.test HTTP/1.0\r\n\r\n", Request("GET", "a.test", "/", {})),
        (
            b"HEAD /x HTTP/1.1\r\nHOST: a.test:80\r\n\r\n",
            Request("HEAD", "a.test", "/x", {"host": "a.test:80"}),
        ),
        (b"GET http://a.test:81/ HTTP/1.1\r\n\r\n", Request("GET", "a.test:81", "/", {})),
    ],
)
def test_heads_are_read(head: bytes, request_: Request) -> None:
    assert parse_head(head) == request_


@pytest.mark.parametrize("head", [b"\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/2\r\n\r\n", b"\xff\xfe\x00\r\n\r\n"])
def test_bad_heads_are_named(head: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_head(head)


def test_known_bytes_are_not_sent_again(web: Served) -> None:
    first, body = get(web, "http://yanhudai.test/about.html")
    etag = first.headers["ETag"]
    again, nothing = get(web, "http://yanhudai.test/about.html", **{"If-None-Match": etag})
    assert (again.status, nothing, bool(body)) == (304, b"", True)
    other, whole = get(web, "http://yanhudai.test/about.html", **{"If-None-Match": '"other"'})
    assert (other.status, whole) == (200, body)


def test_gzip_and_chunks_carry_the_page_whole(web: Served) -> None:
    packed, body = get(web, "http://manlu.test/packed.html")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "稳赚不赔" in gzip.decompress(body).decode()
    pieces, body = get(web, "http://manlu.test/pieces.html")
    assert pieces.headers["Transfer-Encoding"] == "chunked"
    assert "固定分红百分之十五" in body.decode()


def test_the_late_page_waits(web: Served) -> None:
    start = time.monotonic()
    _, body = get(web, "http://manlu.test/late.html")
    assert time.monotonic() - start >= QUICK.late
    assert "慢鹿存钱罐" in body.decode()


def test_the_reset_page_resets(web: Served) -> None:
    with pytest.raises(ConnectionResetError):
        get(web, "http://manlu.test/reset.html")


@pytest.mark.parametrize("path", ["cut", "stream"])
def test_pages_that_break_off_are_seen_to_break_off(web: Served, path: str) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(web, f"http://manlu.test/{path}.html")
    assert caught.value.partial


def test_the_flood_goes_on_for_as_long_as_anybody_reads(web: Served) -> None:
    connection = connect(web)
    connection.request("GET", "http://manlu.test/flood.html")
    assert len(connection.getresponse().read(21_000_000)) == 21_000_000
    connection.close()


def test_the_bomb_is_small_until_unpacked(web: Served) -> None:
    _, body = get(web, "http://manlu.test/bomb.html")
    assert len(body) < 100_000
    assert len(gzip.decompress(body)) > BOMB_SIZE


def test_every_request_is_logged_with_its_time(web: Served) -> None:
    already = len(web.requests)
    start = time.time()
    get(web, "http://qianlu.test/weather.html?from=test")
    (asked,) = web.requests[already:]
    assert asked[1:] == ("qianlu.test", "/weather.html?from=test", 200)
    assert start <= asked.at <= time.time()


def test_leaving_the_block_ends_even_a_page_that_never_ends() -> None:
    with serve(timing=Timing(drip_every=0.01, drip_total=60)) as served:
        connection = connect(served)
        connection.request("GET", "http://manlu.test/stream.html")
        response = connection.getresponse()
        assert response.read(10)
        start = time.monotonic()
    assert time.monotonic() - start < 5
    with pytest.raises(ConnectionRefusedError):
        connect(served).connect()


def test_a_taken_port_is_an_error(web: Served) -> None:
    with pytest.raises(OSError, match="in use"), serve(urlsplit(web.proxy).port or 0):
        pass


def test_the_command_says_where_it_serves() -> None:
    process = subprocess.Popen([sys.executable, "-m", "demo.server", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        proxy = process.stdout.readline().split()[2]
        assert get(Served(proxy, []), "http://yzbank.test/")[0].status == 200
    finally:
        process.terminate()
        process.communicate()
