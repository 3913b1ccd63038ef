"""What a page names: links, frames, and where it sends its reader by itself. Pure: text in, urls out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.canonical import join_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.journal import How

MAX_REFRESH = 30
"""Seconds: a page that refreshes later is a page that reloads itself, not a redirect."""
NEARLY_EMPTY = 200
"""Characters of visible text up to which a page that sets its location at once is a redirect."""
MAX_LINKS = 5000
"""Named by one page; more is a generated list, and each would cost a journal line."""

_FILES = """
    7z aac ai apk avi avif bmp bz2 css csv deb dmg doc docm docx dot eot eps exe flac flv gif gz ico
    ics ipa iso jar jfif jpe jpeg jpg js json jsonp key less m3u8 m4a m4v map mid mjs mkv mov mp3
    mp4 mpeg mpg msi odp ods odt ogg ogv otf pdf pkg plist png ppt pptx ps psd rar rm rmvb rpm rss
    rtf scss svg swf tar tgz tif tiff torrent ttf vsd wasm wav webm webmanifest webp wma wmv woff
    woff2 wps xls xlsm xlsx xml xz zip
"""
NOT_PAGES = frozenset(_FILES.split())
"""What the patrol does not set out for, by the extension of the path."""

_REFRESH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[;,]?\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s][^\"']*)?", re.IGNORECASE)
_SET_LOCATION = re.compile(
    r"(?:(?:window|document|self|top|parent|this)\s*\.\s*)*location"
    r"(?:\s*\.\s*href)?\s*=(?!=)\s*(?P<a>[\"'])(?P<set>[^\"'\s]+)(?P=a)"
    r"|(?:(?:window|document|self|top|parent)\s*\.\s*)*location\s*\.\s*(?:replace|assign)"
    r"\s*\(\s*(?P<b>[\"'])(?P<call>[^\"'\s]+)(?P=b)"
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OPEN_WINDOW = re.compile(r"(?:window\s*\.\s*)?open\s*\(\s*[\"']([^\"'\s]+)[\"']")
_TIMER = re.compile(r"setTimeout\s*\(\s*(?:function\s*\(\s*\)|\(\s*\)\s*=>)?\s*[\"'{]?\s*$")
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_VAGUE_TYPES = ("", "text/plain", "application/octet-stream", "text/xml", "application/xml")
_LINKING = "a[href],area[href],frame[src],iframe[src],[data-href],[onclick]"


@dataclass(frozen=True)
class Named:
    """A canonical url that a page names, and how; `node` is where it stands on the page."""

    url: str
    how: How
    node: LexborNode | None = None


class Page:
    """One parsed HTML page."""

    def __init__(self, text: str, url: str, encoding: str) -> None:
        self.tree = LexborHTMLParser(text)
        self.url = url
        self.encoding = encoding
        base = self.tree.css_first("base[href]")
        href = base.attributes.get("href") if base else None
        self.base = (href and join_url(url, href, encoding)) or url

    def join(self, href: str) -> str | None:
        """The canonical url behind `href` on this page, or None if it leads to no page."""
        return join_url(self.base, href, self.encoding)

    def named(self) -> Iterator[Named]:
        """Links and frames in document order, not to itself, not to what is no page; may repeat."""
        for node in self.tree.css(_LINKING):
            for href, how in _references(node):
                url = self.join(href)
                if url and url != self.url and is_page(url):
                    yield Named(url, how, node)

    def redirect(self) -> Named | None:
        """Where the page sends its reader by meta refresh or by a plain script, if it does."""
        return self._meta_redirect() or self._script_redirect()

    def _meta_redirect(self) -> Named | None:
        for node in self.tree.css("meta[http-equiv=refresh i]"):
            match = _REFRESH.match(node.attributes.get("content") or "")
            if not match or not match[2] or float(match[1]) > MAX_REFRESH or _within(node, "noscript"):
                continue
            url = self.join(match[2])
            if url and url != self.url:
                return Named(url, "meta")
        return None

    def _script_redirect(self) -> Named | None:
        scripts = [node.text() for node in self.tree.css("script:not([src])")]
        if not any("location" in script for script in scripts) or len(self.visible_text()) > NEARLY_EMPTY:
            return None
        for script in scripts:
            for match in _SET_LOCATION.finditer(script):
                url = self.join(match["set"] or match["call"])
                if url and url != self.url and _runs_at_once(script, match.start()):
                    return Named(url, "script")
        return None

    def visible_text(self) -> str:
        """Text outside of scripts, styles and their like, spaces joined."""
        body = self.tree.body
        if body is None:
            return ""
        nodes = body.traverse(include_text=True)
        parts = (node.text_content or "" for node in nodes if node.is_text_node and not _hidden(node))
        return " ".join(" ".join(parts).split())


def _hidden(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag in ("script", "style", "template", "noscript")


def _references(node: LexborNode) -> Iterator[tuple[str, How]]:
    """What one element names: its address, its data-href, its click."""
    attributes = node.attributes
    if node.tag in ("frame", "iframe"):
        yield attributes.get("src") or "", "frame"
        return
    if href := attributes.get("href") if node.tag in ("a", "area") else None:
        yield from _behind_script(href) if href.lstrip()[:11].lower() == "javascript:" else ((href, "link"),)
    if href := attributes.get("data-href"):
        yield href, "link"
    if click := attributes.get("onclick"):
        yield from _behind_script(click)


def _behind_script(script: str) -> Iterator[tuple[str, How]]:
    for match in _SET_LOCATION.finditer(script):
        yield match["set"] or match["call"], "link"
    for match in _OPEN_WINDOW.finditer(script):
        yield match[1], "link"


def _runs_at_once(script: str, position: int) -> bool:
    """True at the top level of a script, or where a timer is all that stands around."""
    before = script[:position]
    timer = _TIMER.search(before)
    if timer:
        before = before[: timer.start()]
    return before.count("{") == before.count("}")


def _within(node: LexborNode, tag: str) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == tag:
            return True
        parent = parent.parent
    return False


def is_page(url: str) -> bool:
    """True unless the extension of the path says that no page is to be had there."""
    name = urlsplit(url).path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() not in NOT_PAGES if "." in name else True


def looks_html(content_type: str, body: bytes) -> bool:
    """True if a browser would show `body` as a page: by its type, or by its first bytes."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"):
        return True
    if kind in (
        "",
        "text/plain",
        "application/octet-stream",
        "text/xml",
        "application/xml",
        "unknown/unknown",
    ):
        return bool(_HTML_START.match(body[:512]))
    return False
