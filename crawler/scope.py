"""What belongs to a target: its registered domain, its hosts, or what lies below its urls."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tldextract

if TYPE_CHECKING:
    from crawler.plan import TargetPlan

_SUFFIXES = tldextract.TLDExtract(
    suffix_list_urls=(),  # the snapshot inside the package: a patrol must not depend on a download
    cache_dir=None,
    include_psl_private_domains=True,  # every customer of a shared host is a site of their own
)


@lru_cache(maxsize=65536)
def registered_domain(host: str) -> str:
    """The part of `host` that one owner registered: `a.b.com.cn` → `b.com.cn`.

    Names under an unlisted top level (`shop.p2p.test`) go by their last two labels, as the public suffix
    list's default rule says; an address, a single label or a bare suffix is its own domain.
    """
    if _is_address(host):
        return host
    found = _SUFFIXES(host)
    if found.suffix:
        return found.top_domain_under_public_suffix or host
    return ".".join(host.split(".")[-2:])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def host_of(url: str) -> str:
    """The host of a canonical url, without its port."""
    return urlsplit(url).hostname or ""


class TargetScope:
    """Answers whether a canonical url belongs to one target."""

    def __init__(self, target: TargetPlan, urls: Iterable[str]) -> None:
        """`urls` are the target's own, canonical."""
        self.key = target.key
        self._kind = target.scope
        self._urls = tuple(urls)
        self._hosts = frozenset(host_of(url) for url in self._urls)
        self._domains = frozenset(registered_domain(host) for host in self._hosts)
        self._below = tuple(sorted({_folder(url) for url in self._urls}))

    def contains(self, url: str) -> bool:
        """True if `url` is in scope."""
        if self._kind == "path":
            return url in self._urls or _without_scheme(url).startswith(self._below)
        host = host_of(url)
        return host in self._hosts or (self._kind == "domain" and registered_domain(host) in self._domains)


def _folder(url: str) -> str:
    """`http://a.test/shop/list.html?x=1` → `a.test/shop/`: http and https are one site."""
    return _without_scheme(url.partition("?")[0]).rpartition("/")[0] + "/"


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]
