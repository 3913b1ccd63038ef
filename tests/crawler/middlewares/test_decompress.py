import gzip
import zlib

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.utils.test import get_crawler

from crawler.exchange import TooLarge
from crawler.middlewares.decompress import BadEncoding, DecompressMiddleware

URL = "http://a.test/"


def unpack(body: bytes, encoding: str) -> Response:
    middleware = DecompressMiddleware.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 10_000}))
    response = TextResponse(URL, headers={"Content-Encoding": encoding}, body=body)
    unpacked = middleware.process_response(Request(URL), response)
    assert isinstance(unpacked, Response)
    return unpacked


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(gzip.compress(b"hello", mtime=0), "gzip"), (zlib.compress(b"hello"), "deflate"), (b"hello", "identity")],
)
def test_encodings(body: bytes, encoding: str) -> None:
    assert unpack(body, encoding).body == b"hello"


@pytest.mark.parametrize(
    ("body", "encoding"), [(gzip.compress(b" " * 99_999, mtime=0), "gzip"), (zlib.compress(b" " * 99_999), "deflate")]
)
def test_bombs(body: bytes, encoding: str) -> None:
    with pytest.raises(TooLarge):
        unpack(body, encoding)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_bodies_that_are_not_what_the_header_says(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        unpack(b"<html>plain text</html>", encoding)
