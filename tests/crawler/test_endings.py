import ssl

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.download import TlsFailed
from crawler.endings import ending_of
from crawler.exchange import BrokenAnswer, CutOff, TooLarge
from crawler.guard import RefusedAddress
from crawler.middlewares.decompress import BadEncoding
from crawler.middlewares.robots import RobotsRefused
from crawler.rendering import BrowserCrashed


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


CASES = [
    (CannotResolveHostError("x"), ("failed", "dns")),
    (DownloadConnectionRefusedError("x"), ("failed", "connect")),
    (DownloadTimeoutError("x"), ("failed", "timeout")),
    (DownloadFailedError("x"), ("failed", "reset")),
    (caused(DownloadFailedError("x"), CutOff("x")), ("failed", "cut off")),
    (caused(TlsFailed("x"), ssl.SSLError("x")), ("failed", "tls")),
    (BrokenAnswer("x"), ("failed", "protocol")),
    (TooLarge("x"), ("failed", "too large")),
    (BadEncoding("x"), ("failed", "encoding")),
    (BrowserCrashed("x", shared=False), ("failed", "browser crashed")),
    (RobotsRefused("x"), ("refused", "robots")),
    (RefusedAddress("a.test is at 10.0.0.1"), ("refused", "guard: a.test is at 10.0.0.1")),
    (ZeroDivisionError(), ("failed", "error: ZeroDivisionError")),
]


@pytest.mark.parametrize(("error", "ending"), CASES, ids=[case[1][1] for case in CASES])
def test_why_a_url_ended(error: Exception, ending: tuple[str, str]) -> None:
    assert ending_of(error) == ending
