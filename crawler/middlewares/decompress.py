"""Unpacks content encodings; bombs and damaged bodies end with a reason instead of silence."""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.exchange import TooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class BadEncoding(Exception):
    """A body that is not packed as its header says."""


class DecompressMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, with its refusals named."""

    def process_response(  # type: ignore[override]  # the spider is a leftover of older Scrapy
        self, request: Request, response: Response
    ) -> Request | Response:
        """Unpack. Raises TooLarge past DOWNLOAD_MAXSIZE, BadEncoding."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLarge(f"{response.url} unpacks to more than the patrol reads") from error
        except (OSError, EOFError, zlib.error, zstd.ZstdError, brotli.error) as error:
            raise BadEncoding(f"{response.url}: {error}") from error
