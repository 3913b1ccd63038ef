"""What a site's sitemaps name, within bounds."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.canonical import canonical_url, join_url

MAX_FILES = 20
"""Sitemap files fetched for one host: an index may name thousands."""
MAX_BYTES = 50 * 1024 * 1024
"""Of one file, unpacked: the limit of the sitemap protocol (sitemaps.org, 0.9)."""

_GZIP = b"\x1f\x8b"
_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)\s*(?:\]\]>)?\s*</loc>", re.IGNORECASE)


@dataclass(frozen=True)
class SitemapUrls:
    """Canonical urls in the order of the file."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def sitemaps_of_host(origin: str, named: Iterable[str]) -> list[str]:
    """Where the sitemaps of `http://host/` may be: what its robots.txt named, then the usual place."""
    urls = (join_url(origin, url) for url in (*named, "/sitemap.xml"))
    return list(dict.fromkeys(url for url in urls if url))[:MAX_FILES]


def read_sitemap(body: bytes) -> SitemapUrls:
    """The urls of a sitemap, sitemap index or text sitemap, gzipped or not; nothing if it is none of them.

    Sitemaps are read as text, not as XML: broken ones are common, and a hostile one's entities stay unopened.
    """
    body = _unpacked(body).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not body.startswith(b"<"):
        return SitemapUrls(pages=_canonical(body.split()))
    urls = _canonical(_LOCATION.findall(body))
    return SitemapUrls(sitemaps=urls) if b"<sitemapindex" in body[:4096] else SitemapUrls(pages=urls)


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES)
    except zlib.error:  # a damaged file names nothing
        return b""


def _canonical(locations: Iterable[bytes]) -> tuple[str, ...]:
    texts = (html.unescape(location.decode("utf-8", "replace")) for location in locations)
    return tuple(dict.fromkeys(url for url in map(canonical_url, texts) if url))
