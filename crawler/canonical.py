"""One spelling for each url, so that a page is fetched once however it is linked.

Fragments, default ports, user names, session ids and advertising marks go; escapes, dots and the order of
parameters become regular. Parameters are handled as text: `?page1` stays `?page1`, bytes of any charset stay.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from crawler.guard import DEFAULT_PORTS

MAX_LENGTH = 2083
"""Longer is no address anyone typed or linked by hand: the old limit of browsers, Scrapy's default too."""

DROPPED_PARAMETERS: dict[str, str] = {
    # pattern of the whole name, lower case: why a page is the same without it
    r"utm_[a-z_]+": "campaign marks of web analytics",
    r"(?:g|fb|ms|dcl|tt|yc|gb|wb)(?:clid|raid)": "click ids of advertising networks",
    r"hmsr|hmpl|hmcu|hmkw|hmci": "campaign marks of Baidu Tongji",
    r"bd_vid|qhclickid|sogou_?id|smclickid": "click ids of Baidu, 360, Sogou and Shenma search advertising",
    r"spm|scm": "position marks of Alibaba sites",
    r"_ga|_gl|mc_cid|mc_eid|_hsenc|_hsmi": "analytics and newsletter marks",
    r"share_(?:token|source|medium|from|uid)|weibo_id|nsukey": "who shared the link",
    r"phpsessid|jsessionid|aspsessionid[a-z]*|cfid|cftoken|asp\.net_sessionid|session_?id": "session ids",
}
SESSION_LIKE = re.compile(r"(?:sid|sess|s)=[0-9a-f]{16,}", re.IGNORECASE)
"""`sid` may be a section's number; with sixteen hex digits or more it is a session."""

_DROPPED = re.compile("|".join(f"(?:{name})" for name in DROPPED_PARAMETERS), re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\(S\([0-9a-z]{24}\)\)", re.IGNORECASE)
_CONTROL = re.compile(r"[\t\r\n]")
_PLAIN = re.compile(r"https?://[a-z0-9.\-]+(?::[0-9]+)?/[A-Za-z0-9._~!$&()*+,;=:@/?\-]*")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical_url(url: str, encoding: str = "utf-8") -> str | None:
    """The one spelling of an absolute `url`, or None if no patrol can ask for it (other schemes, malformed).

    Characters outside ASCII are escaped as browsers do: in the query by `encoding`, the charset of the page
    that holds the link, in the path by UTF-8. Applying it twice changes nothing.
    """
    return _canonical(_CONTROL.sub("", url.strip()), encoding)


def join_url(base: str, href: str, encoding: str = "utf-8") -> str | None:
    """The canonical url that `href` on the page `base` leads to, or None as in canonical_url."""
    try:
        joined = urljoin(base, _CONTROL.sub("", href.strip()))
    except ValueError:
        return None
    return _canonical(joined, encoding)


@lru_cache(maxsize=32768)  # navigation repeats on every page of a site
def _canonical(url: str, encoding: str) -> str | None:
    if len(url) > 4 * MAX_LENGTH or not url[:8].lower().startswith(("http://", "https://")):
        return None
    try:
        safe = url if _PLAIN.fullmatch(url) else safe_url_string(url, encoding=encoding)
        parts = urlsplit(safe)
        port = parts.port
    except (ValueError, LookupError):  # not an address; a charset nobody knows
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    query = _query(parts.query)
    whole = f"{parts.scheme}://{netloc}{_path(parts.path)}{'?' if query else ''}{query}"
    return whole if len(whole) <= MAX_LENGTH else None


def _path(path: str) -> str:
    path = _ASP_SESSION.sub("", _PATH_SESSION.sub("", _regular_escapes(path)))
    return _without_dots(path) if "/." in path else path or "/"


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4 for an absolute path."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    if not query:
        return ""
    return "&".join(sorted(part for part in _regular_escapes(query).split("&") if _tells_pages_apart(part)))


def _tells_pages_apart(parameter: str) -> bool:
    name = parameter.partition("=")[0]
    return bool(parameter) and not _DROPPED.fullmatch(name) and not SESSION_LIKE.fullmatch(parameter)


def _regular_escapes(text: str) -> str:
    """Escapes in capitals, none where none is needed (RFC 3986 §6.2.2)."""
    return _ESCAPE.sub(_regular_escape, text) if "%" in text else text


def _regular_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
