"""Why a fetch ended without a page: the words of the journal for what was raised. One table."""

from __future__ import annotations

from typing import Literal

import h11
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.download import TlsFailed
from crawler.exchange import BrokenAnswer, CutOff, NoAnswer, TooLarge
from crawler.guard import RefusedAddress
from crawler.middlewares.decompress import BadEncoding
from crawler.middlewares.robots import RobotsRefused
from crawler.rendering import BrowserCrashed, NotRendered

Unfetched = Literal["refused", "failed"]

_WHY: dict[type[BaseException], tuple[Unfetched, str]] = {
    BadEncoding: ("failed", "encoding"),
    BrokenAnswer: ("failed", "protocol"),
    BrowserCrashed: ("failed", "browser crashed"),
    CannotResolveHostError: ("failed", "dns"),
    CutOff: ("failed", "cut off"),
    DownloadConnectionRefusedError: ("failed", "connect"),
    DownloadFailedError: ("failed", "reset"),
    DownloadTimeoutError: ("failed", "timeout"),
    NoAnswer: ("failed", "no answer"),
    NotRendered: ("failed", "not rendered"),
    RefusedAddress: ("refused", "guard"),
    RobotsRefused: ("refused", "robots"),
    TlsFailed: ("failed", "tls"),
    TooLarge: ("failed", "too large"),
    h11.LocalProtocolError: ("failed", "protocol"),
}
_TOLD = frozenset([RefusedAddress])
"""Their message belongs into the journal."""


def ending_of(error: BaseException | None) -> tuple[Unfetched, str]:
    """How a url ended whose fetch raised `error`. What the table does not know is named by its class."""
    for known in (error and error.__cause__, error):
        for kind, (ending, why) in _WHY.items():
            if isinstance(known, kind):
                return ending, f"{why}: {known}" if kind in _TOLD else why
    return "failed", f"error: {type(error).__name__}"
