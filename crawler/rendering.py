"""Whether a page must be rendered: decided from its HTML alone, before any browser is asked.

A page needs a browser when its words are put there by script. Pages which merely have scripts, framesets,
redirects, login forms and error pages do not. No playwright here: deciding works where there is no browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.nesting import nests_too_deep
from crawler.plan import RenderMode

SHELL_TEXT = 30
"""Visible characters below which a page with scripts is an empty shell, if nothing else explains it."""
THIN_TEXT = 200
"""Below this much text a page may be header and footer around what scripts bring."""
ROOT_TEXT = 1000
"""With more text than this an empty mount point is a widget on a page that says enough without it."""
SCRIPTED_TEXT = 60
"""Chinese characters of markup inside scripts that make a page worth rendering."""
# The four were tuned on 257 real pages of twelve sites (2026-11): the page in need found, 1.6 % of the others
# rendered, 0.5 ms a page, 7 ms where it has 1.7 MB.

TIMEOUT_KEY = "render_timeout"
RENDER_SECONDS = 30.0
"""What one page may cost in the browser. Apart from the plan's fetch timeout: most of it is this machine's work."""
"""In a request's `meta`: seconds the browser may take for the page."""


class NotRendered(Exception):
    """The browser could not bring the page; the message says why."""


class BrowserCrashed(Exception):
    """The page or the whole browser crashed; `shared`: while other pages were open that may have done it."""

    def __init__(self, message: str, *, shared: bool) -> None:
        super().__init__(message)
        self.shared = shared


@dataclass(frozen=True)
class Decision:
    """Whether to render a page, and why; `reason` goes into the journal."""

    render: bool
    reason: str


def decide(mode: RenderMode, html: str) -> Decision:
    """Decide by `mode`; `auto` renders pages whose text is brought by script."""
    if mode != "auto":
        return Decision(mode == "always", "always" if mode == "always" else "off")
    if not _SCRIPTED.search(html):
        return _NOT_NEEDED
    if nests_too_deep(html):
        return Decision(True, "nested too deeply")  # Chromium flattens what lies below 512
    page = _Page(html)
    if page.leads_on:
        return _NOT_NEEDED
    found = (reason for reason, holds in _REASONS.items() if holds(page))
    reason = next(found, None)
    return Decision(True, reason) if reason else _NOT_NEEDED


_NOT_NEEDED = Decision(False, "not needed")

_SCRIPTED = re.compile(r"<script|\son(?:load|error)\s*=", re.IGNORECASE)
_ROOTS = (
    "#app, #root, #__next, #__nuxt, #___gatsby, #react-root, #q-app, #svelte, #main-app, #mount, app-root,"
    "[ng-app], [data-ng-app], [ng-view], [ui-view], [ng-version], [data-reactroot], [v-cloak], [data-v-app],"
    "router-view, router-outlet"
)
"""Where the starters of Vue, React, Next, Nuxt, Gatsby, Angular, Quasar and Svelte mount."""
_WAITING = re.compile(r"(?:loading|正在|加载中?|载入中?|请稍[候后等]|[.…·,，]){0,12}", re.I)
_NOTICE = re.compile(
    r"(?:开启|启用|打开|允许|支持|enable|requires?|without)\W{0,12}(?:浏览器)?\W{0,4}(?:的|运行)?\W{0,4}(?:java\s?script|js|脚本)",
    re.I,
)
_STATE = re.compile(r"__(?:NUXT|NEXT_DATA|INITIAL_STATE|APOLLO_STATE|PRELOADED_STATE|REDUX_STATE|SSR_DATA)_*\b")
_PLACEHOLDER = re.compile(r"\{\{[^{}<>]{1,80}\}\}")
_BUILDS = re.compile(
    r"\.(?:innerHTML|outerHTML|innerText|textContent)\s*\+?=(?!=)|insertAdjacentHTML|createTextNode"
    r"|document\.write(?:ln)?\s*\((?!\s*(?:unescape\s*\(|decodeURIComponent\s*\()?\s*['\"](?:%3C|<)script)"
    r"|\.(?:html|append|prepend|text)\s*\(\s*[^)\s]",
    re.I,
)
_MARKUP = re.compile(r">([^<>]*[\u4e00-\u9fff][^<>]*)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_REDIRECT = re.compile(r"\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:replace|assign)\s*\(")
_ERROR_TITLE = re.compile(r"\b(?:40\d|50\d)\b|not found|forbidden|找不到|不存在|出错|错误", re.I)


class _Page:
    """What the rules ask about one page; each answer is worked out once, and only if asked for."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.tree = LexborHTMLParser(html)
        scripts = [node for node in self.tree.css("script") if _is_program(node)]
        self.inline = "\n".join(node.text() for node in scripts)
        self.is_external = any(node.attributes.get("src") for node in scripts)
        self.notices = [node.text()[:200] for node in self.tree.css("noscript")[:5]]
        self.tree.strip_tags(_UNSEEN)

    @cached_property
    def text(self) -> str:
        """Visible text without white space."""
        return _squeezed(self.tree.body) if self.tree.body else ""

    @cached_property
    def leads_on(self) -> bool:
        """True where the spider goes on by itself: frames, meta refresh, a redirect by plain script."""
        if self.tree.css_first("frameset, meta[http-equiv='refresh' i]"):
            return True
        thin = len(self.text) < SHELL_TEXT and not self.has_empty_root
        return thin and (
            bool(self.tree.css_first("iframe[src]")) or (not self.is_external and bool(_REDIRECT.search(self.inline)))
        )

    @cached_property
    def has_empty_root(self) -> bool:
        roots = self.tree.css(_ROOTS)
        return any(_WAITING.fullmatch(_squeezed(root)) for root in roots)

    @cached_property
    def is_complete(self) -> bool:
        """True for short pages that are short by nature: login forms, error pages."""
        title = self.tree.css_first("title")
        return bool(self.tree.css_first("input[type='password' i]") or (title and _ERROR_TITLE.search(title.text())))

    @cached_property
    def scripted_text(self) -> int:
        """Chinese characters between tags in the strings of inline scripts that build markup."""
        if not _BUILDS.search(self.inline):
            return 0
        return sum(len(_HAN.findall(found)) for found in _MARKUP.findall(self.inline))


def _is_program(node: LexborNode) -> bool:
    kind = (node.attributes.get("type") or "").lower()
    return not kind or "javascript" in kind or "ecmascript" in kind or kind in ("module", "application/json")


_UNSEEN = ["script", "style", "noscript", "template", "textarea"]


def _squeezed(node: LexborNode) -> str:
    return "".join(node.text().split())


def _empty_root(page: _Page) -> bool:
    return len(page.text) < ROOT_TEXT and page.has_empty_root


def _notice(page: _Page) -> bool:
    return len(page.text) < THIN_TEXT and any(_NOTICE.search(text) for text in (*page.notices, page.text))


def _state(page: _Page) -> bool:
    return len(page.text) < THIN_TEXT and bool(_STATE.search(page.html))


def _placeholders(page: _Page) -> bool:
    return bool(_PLACEHOLDER.search(page.text))


def _scripted(page: _Page) -> bool:
    return page.scripted_text >= max(SCRIPTED_TEXT, len(page.text))


def _built(page: _Page) -> bool:
    return len(page.text) < SHELL_TEXT and not page.is_complete and bool(_BUILDS.search(page.inline))


def _shell(page: _Page) -> bool:
    return len(page.text) < SHELL_TEXT and not page.is_complete and page.is_external


_REASONS: dict[str, Callable[[_Page], bool]] = {
    "empty shell": _empty_root,
    "asks for JavaScript": _notice,
    "state without text": _state,
    "unfilled template": _placeholders,
    "text in scripts": _scripted,
    "built by script": _built,
    "little text": _shell,
}


def browser_meta(url: str, *, timeout: float = RENDER_SECONDS) -> dict[str, Any]:
    """The `meta` of a scrapy Request for `url` that the browser is to fetch within `timeout` seconds.

    Every page gets a context of its own: no cookie or storage of one reaches another.
    """
    return {"playwright": True, "playwright_context": url, TIMEOUT_KEY: timeout}
