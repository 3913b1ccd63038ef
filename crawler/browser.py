"""The browser: Chromium through scrapy-playwright, launched when the first page needs it.

Only scrapy-playwright's documented request.meta and its handler's public attributes are used. One page is one
context of its own; whatever a page does to the browser costs that page.
"""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler

from crawler.chromium import find_chromium
from crawler.gate import Gate
from crawler.guard import check_url
from crawler.images import ImageAnswers, take_images
from crawler.paging import Traffic, settle, take_picture
from crawler.rendering import TIMEOUT_KEY, BrowserCrashed, NotRendered

if TYPE_CHECKING:
    from playwright.async_api import Request as PlaywrightRequest
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

PAGES = 3
"""Pages open at once: two cores keep three busy, as they mostly wait for the network."""
CLOSE_SECONDS = 5.0
"""A context or browser that does not close within this hangs, and is abandoned with its processes."""
PICTURES = "XUNCHA_PICTURES"
"""Setting: images are loaded and each page's picture is left in `meta["picture"]`."""
PICTURE_KEY = "picture"
IMAGES_KEY = "images"
"""In a request's `meta`: True where the page's images are wanted too; then, its TakenImages."""

HEAVY = frozenset(["media", "font"])
"""Never needed to read or picture a page."""

_PLAYWRIGHTS = (PlaywrightError, RuntimeError)
"""What playwright raises, and what scrapy-playwright does for downloads."""
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",  # UDP would pass the proxy by; so would WebRTC
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_available(settings: Any) -> bool:
    """True if there is a browser to render with; `settings` are Scrapy's."""
    return bool(find_chromium(settings.get("XUNCHA_CHROMIUM", "")))


def browser_settings(chromium: str, proxy: str) -> dict[str, Any]:
    """scrapy-playwright's settings for the browser at `chromium`, reaching the web through `proxy` alone."""
    return {
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "args": list(_ARGUMENTS),
            "chromium_sandbox": os.geteuid() != 0,  # Chromium refuses to run its sandbox as root
            "executable_path": chromium,
            "handle_sighup": False,  # Scrapy shuts down in order; the browser must outlive its last page
            "handle_sigint": False,
            "handle_sigterm": False,
            "headless": True,
            "proxy": {"server": proxy},
        },
        "PLAYWRIGHT_MAX_CONTEXTS": PAGES,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
    }


class BrowserDownloadHandler(BaseDownloadHandler):
    """Fetches requests made with `rendering.browser_meta`; answers with the DOM as UTF-8 HTML.

    Raises RefusedAddress for a private address, DownloadTimeoutError, BrowserCrashed or NotRendered.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._chromium = find_chromium(settings.get("XUNCHA_CHROMIUM", ""))
        self._proxy: str = settings.get("XUNCHA_PROXY", "")
        self._pictures = settings.getbool(PICTURES)
        self._gate: Gate | None = None
        self._inner: ScrapyPlaywrightDownloadHandler | None = None
        self._launching = asyncio.Lock()
        self._slots = asyncio.Semaphore(PAGES)
        self._again = asyncio.Lock()
        self._open: set[Request] = set()
        self._company: set[Request] = set()

    async def download_request(self, request: Request) -> Response:
        """Render one page; one that merely shared the browser with a page that crashed it is tried again."""
        try:
            return await self._render(request)
        except BrowserCrashed as error:
            if not error.shared:
                raise
        async with self._again:  # never two suspects in one browser
            return await self._render(request)

    async def close(self) -> None:
        """Close the browser and the gate."""
        await self._drop(self._inner)
        if self._gate:
            await self._gate.close()

    async def _render(self, request: Request) -> Response:
        async with self._slots:
            inner = await self._launched()
            self._enter(request)
            traffic = Traffic(on_end=lambda: loading.cancel())
            browser = inner.browser  # its handler's attribute goes when it does
            browser.on("disconnected", traffic.browser_lost)
            loading = asyncio.ensure_future(self._load(inner, request, traffic))
            try:
                async with asyncio.timeout(request.meta[TIMEOUT_KEY]):
                    return await loading
            except TimeoutError as error:
                raise DownloadTimeoutError(f"{request.url}: not rendered in time") from error
            except asyncio.CancelledError:
                if not traffic.ended:
                    raise
                shared = traffic.ended == "close" and request in self._company
                raise BrowserCrashed(f"{request.url}: the page was gone: {traffic.ended}", shared=shared) from None
            except _PLAYWRIGHTS as error:
                raise await self._failure(inner, request, error) from error
            finally:
                browser.remove_listener("disconnected", traffic.browser_lost)
                await self._leave(inner, request)

    async def _load(self, inner: ScrapyPlaywrightDownloadHandler, request: Request, traffic: Traffic) -> Response:
        if self._gate:
            await check_url(request.url)
        answers = ImageAnswers()
        request.meta.update(self._meta(request, {**traffic.handlers(), **answers.handlers()}))
        response = await inner.download_request(request)
        page = request.meta["playwright_page"]
        await settle(page, traffic)
        if self._pictures:
            request.meta[PICTURE_KEY] = await take_picture(page, traffic)
            if request.meta.get(IMAGES_KEY):
                request.meta[IMAGES_KEY] = await take_images(page, answers)
        html = await page.content()
        if self._gate:
            await check_url(page.url)  # a redirect the gate has refused ends as an empty page
        return HtmlResponse(
            page.url, response.status, body=html.encode("utf-8", "replace"), encoding="utf-8", request=request
        )

    def _meta(self, request: Request, handlers: dict[str, Any]) -> dict[str, Any]:
        timeout = request.meta[TIMEOUT_KEY] * 1000
        goto = {"wait_until": "domcontentloaded", "timeout": timeout}
        if referer := request.headers.get("Referer"):
            goto["referer"] = referer.decode("latin-1")
        return {
            "playwright_context_kwargs": {
                "accept_downloads": False,
                "locale": "zh-CN",
                "permissions": [],
                "service_workers": "block",
                "timezone_id": "Asia/Shanghai",
                "user_agent": self.crawler.settings.get("USER_AGENT"),
            },
            "playwright_include_page": True,
            "playwright_page_event_handlers": handlers,
            "playwright_page_goto_kwargs": goto,
        }

    async def _launched(self) -> ScrapyPlaywrightDownloadHandler:
        async with self._launching:
            browser = getattr(self._inner, "browser", None)
            if browser and not browser.is_connected():
                await self._drop(self._inner)
            if self._inner is None:
                self._inner = await self._launch()
            try:
                await self._inner._maybe_launch_browser()  # else the first page's time would pay for it
            except PlaywrightError as error:
                raise NotRendered(f"{self._chromium} does not start: {_first_line(error)}") from error
            return self._inner

    async def _launch(self) -> ScrapyPlaywrightDownloadHandler:
        if not self._chromium:
            raise NotRendered("no browser")
        if not self._proxy:
            self._gate = self._gate or Gate()
            self._proxy = await self._gate.open()
        inner = ScrapyPlaywrightDownloadHandler.from_crawler(self.crawler)
        # the crawler's settings are frozen by now, and the gate's port is known only now
        inner.config = Config.from_settings(Settings(browser_settings(self._chromium, self._proxy)))
        inner.config.target_closed_max_retries = 0
        inner.abort_request = self._is_unwanted
        inner.process_request_headers = None
        await inner._maybe_launch_in_thread()  # else run by engine_started, which has long been
        return inner

    def _is_unwanted(self, asked: PlaywrightRequest) -> bool:
        return asked.resource_type in HEAVY or (asked.resource_type == "image" and not self._pictures)

    async def _failure(self, inner: ScrapyPlaywrightDownloadHandler, request: Request, error: Exception) -> Exception:
        """What to raise for an error of playwright's; a browser that is gone is let go."""
        text = str(error)
        if "has been closed" in text or "Connection closed" in text:
            await self._drop(inner)
            return BrowserCrashed(f"{request.url}: the page was gone: close", shared=request in self._company)
        if "Timeout" in text:
            return DownloadTimeoutError(f"{request.url}: not rendered in time")
        return NotRendered(f"{request.url}: {_first_line(error)}")

    def _enter(self, request: Request) -> None:
        """Note a page as open, and that it and the others keep company."""
        if self._open:
            self._company |= self._open | {request}
        self._open.add(request)

    async def _leave(self, inner: ScrapyPlaywrightDownloadHandler, request: Request) -> None:
        """Close the page's context; where even that hangs, the browser is let go with it."""
        self._open.discard(request)
        self._company.discard(request)
        request.meta.pop("playwright_page", None)
        wrapper: Any = inner.context_wrappers.get(request.meta["playwright_context"])
        if wrapper is None:
            return
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await wrapper.context.close()
        except (TimeoutError, PlaywrightError):
            await self._drop(inner)

    async def _drop(self, inner: ScrapyPlaywrightDownloadHandler | None) -> None:
        """Let a browser go; the next page launches another."""
        dropped_already = inner is not self._inner
        if inner is None or dropped_already:
            return
        self._inner = None
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await inner.close()
        except (TimeoutError, PlaywrightError) as error:
            logger.warning("the browser did not close: %s", error)


def _first_line(error: Exception) -> str:
    """What playwright says, without the call log it adds."""
    return str(error).partition("\n")[0]
