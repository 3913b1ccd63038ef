import contextlib
import gzip
import random
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.message import UnreadableBody, dechunk, decode_body, entity_body, read_head

TEXT = "年化收益".encode() * 200

HEADS = {
    "plain": (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 200, (("A", "b"),), b"body"),
    "order and case": (b"HTTP/1.1 200 OK\r\nb: 1\r\nA: 2\r\n\r\n", 200, (("b", "1"), ("A", "2")), b""),
    "lf only": (b"HTTP/1.0 404 no\nA: b\n\nbody", 404, (("A", "b"),), b"body"),
    "no reason": (b"HTTP/2 301\r\nLocation: /x\r\n\r\n", 301, (("Location", "/x"),), b""),
    "no status": (b"HTTP/1.1 OK\r\n\r\nbody", 0, (), b"body"),
    "status too long": (b"HTTP/1.1 2000 OK\r\n\r\nbody", 0, (), b"body"),
    "folded": (b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", 200, (("A", "b c"),), b""),
    "a line without colon": (b"HTTP/1.1 200 OK\r\nnonsense\r\nA: b\r\n\r\n", 200, (("A", "b"),), b""),
    "cut short": (b"HTTP/1.1 200 OK\r\nA: b", 200, (("A", "b"),), b""),
}  # fmt: skip


@pytest.mark.parametrize(("message", "status", "headers", "body"), HEADS.values(), ids=HEADS)
def test_a_head_is_read_as_a_browser_would(message, status, headers, body):
    head = read_head(message)
    assert head is not None
    assert (head.status, head.headers, message[head.end :]) == (status, headers, body)


@pytest.mark.parametrize("message", [b"", b"<html>", b"\x00\xff", b"ICY 200 OK\r\n\r\n"])
def test_what_does_not_start_as_http_is_body_alone(message):
    assert read_head(message) is None
    assert entity_body(message, None) == message


def test_one_header_with_several_values_is_joined():
    head = read_head(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-encoding: br\r\n\r\n")
    assert head is not None
    assert head.get("CONTENT-ENCODING") == "gzip, br"
    assert head.get("absent") == ""


CHUNKED = {
    "one chunk": (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
    "two chunks": (b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", b"hello"),
    "extension and capitals": (b"A;name=value\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "lf only": (b"5\nhello\n0\n\n", b"hello"),
    "trailer": (b"5\r\nhello\r\n0\r\nX: y\r\n\r\n", b"hello"),
    "empty": (b"0\r\n\r\n", b""),
    "last chunk cut": (b"5\r\nhello\r\n9\r\nwor", b"hellowor"),
    "no last chunk": (b"5\r\nhello\r\n", b"hello"),
    "broken size": (b"5\r\nhello\r\nzz\r\nworld", b"hello"),
    "not framed at all": (b"<html>", b"<html>"),
}


@pytest.mark.parametrize(("body", "expected"), CHUNKED.values(), ids=CHUNKED)
def test_chunks_are_joined_up_to_the_first_broken_one(body, expected):
    assert dechunk(body) == expected


@given(st.lists(st.binary(min_size=1, max_size=40)))
def test_any_chunks_come_back_whole(parts):
    framed = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert dechunk(framed) == b"".join(parts)


@pytest.mark.parametrize(
    ("coding", "framed"),
    [("chunked", True), ("gzip, Chunked", True), ("gzip", False), ("chunked, gzip", False)],
)
def test_framing_is_removed_where_it_is_the_last_coding(coding, framed):
    message = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n".encode() + b"2\r\nhi\r\n0\r\n\r\n"
    assert entity_body(message, read_head(message)) == (b"hi" if framed else b"2\r\nhi\r\n0\r\n\r\n")


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZIP": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    " deflate ": raw_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
    "": TEXT,
    "identity": TEXT,
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
}


@pytest.mark.parametrize(("encodings", "entity"), ENCODED.items())
def test_encodings_are_undone_last_first(encodings, entity):
    assert decode_body(entity, encodings, len(TEXT)) == TEXT


@pytest.mark.parametrize(("encodings", "entity"), ENCODED.items())
def test_a_body_over_the_limit_is_refused(encodings, entity):
    with pytest.raises(UnreadableBody, match="more than"):
        decode_body(entity, encodings, len(TEXT) - 1)


def test_a_bomb_is_refused_before_it_unfolds():
    bomb = gzip.compress(bytes(300_000_000), 1)
    with pytest.raises(UnreadableBody, match="more than 1000 bytes"):
        decode_body(bomb, "gzip", 1000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_damage_costs_what_stands_behind_it(encoding):
    noise = random.Random(1).randbytes(400_000)
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
    entity = pack[encoding](noise)
    half = decode_body(entity[: len(entity) // 2], encoding, 1_000_000)
    assert len(half) > 100_000
    assert noise.startswith(half)


def test_a_wrong_checksum_hides_nothing():
    entity = bytearray(gzip.compress(TEXT))
    entity[-6] ^= 0xFF
    assert decode_body(bytes(entity) + b"trailing", "gzip", 10_000) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "compress"])
def test_what_is_not_encoded_as_it_says_cannot_be_read(encoding):
    with pytest.raises(UnreadableBody):
        decode_body(b"<html>plain text, whatever the header says</html>", encoding, 10_000)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_empty(encoding):
    assert decode_body(b"", encoding, 10) == b""


@given(st.binary(), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_hostile_bytes_are_decoded_or_refused(data, encoding):
    with contextlib.suppress(UnreadableBody):
        decode_body(data, encoding, 1000)


@given(st.binary())
def test_any_message_has_a_body(data):
    for message in (data, b"HTTP/" + data, b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n" + data):
        entity_body(message, read_head(message))
