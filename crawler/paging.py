"""What is done with a page once it is open: wait until it has settled, take its picture."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page

SETTLE_SECONDS = 4.0
"""The longest a page is waited for after its document is complete."""
QUIET_SECONDS = 0.5
"""A page whose text has stayed the same and whose requests are answered for so long has settled."""
POLL_SECONDS = 0.1
IMAGES_SECONDS = 2.0
"""The longest that images are waited for which load when they come into view."""
MAX_HEIGHT = 15_000
"""Pixels of page shown in a picture; Chromium cannot draw beyond 16,384."""
MAX_PICTURE = 20_000_000
"""Bytes; a larger picture gives way to one of the first screen."""
PICTURE_MS = 10_000

_LENGTH = "() => document.body ? document.body.innerText.length : 0"
_SCROLL = """async height => {
    const step = window.innerHeight
    for (let top = 0; top < Math.min(height, document.documentElement.scrollHeight); top += step) {
        window.scrollTo(0, top)
        await new Promise(requestAnimationFrame)
    }
    window.scrollTo(0, 0)
    return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]
}"""


class Traffic:
    """What happens to a page beside what is asked of it: requests that wait for their answer, its end."""

    def __init__(self, on_end: Callable[[], object]) -> None:
        self.ended = ""
        """`crash`, or `close` with its browser; playwright lets whoever waits for the page go on waiting."""
        self._on_end = on_end
        self._waiting: set[Any] = set()

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    def handlers(self) -> dict[str, Callable[[Any], None]]:
        """Handlers by the page event they are for."""
        return {
            "crash": self._crashed,
            "request": self._begin,
            "requestfinished": self._end,
            "requestfailed": self._end,
        }

    def browser_lost(self, browser: Any) -> None:
        """Handler for the browser's end."""
        self._end_page("close")

    def _crashed(self, page: Any) -> None:
        self._end_page("crash")

    def _end_page(self, how: str) -> None:
        self.ended = self.ended or how
        self._on_end()

    def _begin(self, request: Any) -> None:
        self._waiting.add(request)

    def _end(self, request: Any) -> None:
        self._waiting.discard(request)


async def settle(page: Page, traffic: Traffic, most: float = SETTLE_SECONDS) -> None:
    """Wait until `page` shows text that stays the same and nothing is under way, at most `most` seconds."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + most
    last, since = -1, clock()
    while (now := clock()) < deadline:
        length = await _text_length(page)
        if length != last or traffic.is_busy:
            last, since = length, now
        elif length > 0 and now - since >= QUIET_SECONDS:
            return
        await asyncio.sleep(POLL_SECONDS)


async def _text_length(page: Page) -> int:
    try:
        return int(await page.evaluate(_LENGTH))
    except PlaywrightError as error:
        if "navigat" in str(error) or "context was destroyed" in str(error):
            return -1  # on its way to another document: not settled
        raise


async def take_picture(page: Page, traffic: Traffic) -> bytes:
    """A PNG of the whole page down to MAX_HEIGHT, or of its first screen where that fails or is too large.

    The page is scrolled through first: many load their images only when they come into view.
    """
    try:
        width, height = await page.evaluate(_SCROLL, MAX_HEIGHT)
        await settle(page, traffic, IMAGES_SECONDS)
        clip: Any = {"x": 0, "y": 0, "width": width, "height": min(height, MAX_HEIGHT)}  # no public type
        picture = await page.screenshot(
            full_page=True, clip=clip, animations="disabled", timeout=PICTURE_MS, type="png"
        )
        if len(picture) <= MAX_PICTURE:
            return picture
    except PlaywrightError as error:
        if "crash" in str(error) or "closed" in str(error):
            raise
    return await page.screenshot(animations="disabled", timeout=PICTURE_MS, type="png")
