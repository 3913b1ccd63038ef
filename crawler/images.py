"""The images a page shows, taken from what the browser loaded while the page was pictured: nothing is asked twice.

They came through the gate or the proxy, like everything the browser asks for. What has no answer of its own (a
drawing, a data: image, one that was not kept) is told with its place: there the screenshot shows it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page, Response

logger = logging.getLogger(__name__)

MOST_IMAGES = 40
"""Images told of one page; the larger come first."""
MOST_KEPT = 12
"""Of those, images kept: a page of goods has hundreds, and its banners are among the largest."""
MAX_IMAGE = 5_000_000
"""Bytes; banners have a tenth of it."""
SECONDS = 10.0
"""All of it; then the page has its picture alone."""
BODY_SECONDS = 3.0
"""One that the browser does not hand over by then is given up; the screenshot shows it all the same."""
LONGEST_ADDRESS = 4_000
FARTHEST = 100_000
"""Pixels; what a page says of itself beyond that is nonsense."""
SMALLEST_AREA = 6_400
SMALLEST_SIDE = 24
"""Pixels: smaller ones are icons and rules; as nlp/raster.py has it, where they would be refused."""

# Every element is asked: slogans are laid behind text as often as they stand in <img>. An image out of sight (the next
# of a carousel) has no box but a size of its own.
_SHOWN = """() => {
    const found = []
    const add = (url, element, width, height) => {
        const box = element.getBoundingClientRect()
        found.push({url, x: Math.round(box.left + scrollX), y: Math.round(box.top + scrollY),
            width: Math.round(box.width), height: Math.round(box.height), area:
            Math.max(box.width * box.height, width * height), side: Math.max(Math.min(box.width, box.height),
            Math.min(width, height))})
    }
    for (const element of [...document.querySelectorAll('body, body *')].slice(0, 20000)) {
        const tag = element.localName
        if (tag === 'img') add(element.currentSrc || element.src, element, element.naturalWidth, element.naturalHeight)
        else if (tag === 'canvas' || tag === 'svg' || tag === 'video') add('', element, 0, 0)
        else if (tag === 'input' && element.type === 'image') add(element.src, element, 0, 0)
        for (const [, url] of getComputedStyle(element).backgroundImage.matchAll(/url\\("([^"]+)"\\)/g))
            add(url, element, 0, 0)
    }
    return found
}"""


_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class TakenImage:
    """An image of a page: `data`, or why there is none."""

    url: str
    x: int
    y: int
    width: int
    height: int
    why: str = ""
    content_type: str = ""
    data: bytes = b""


class ImageAnswers:
    """The answers to a page's requests for images, by the address asked for."""

    def __init__(self) -> None:
        self._answers: dict[str, Response] = {}

    def handlers(self) -> dict[str, Callable[[Any], None]]:
        """Handlers by the page event they are for."""
        return {"response": self._keep}

    def _keep(self, response: Response) -> None:
        request = response.request
        if request.resource_type != "image":
            return
        while request.redirected_from:
            request = request.redirected_from
        self._answers[request.url] = response

    def answer(self, url: str) -> Response | None:
        """What the address was answered, last."""
        return self._answers.get(url.partition("#")[0])


async def take_images(page: Page, answers: ImageAnswers) -> tuple[TakenImage, ...]:
    """The larger images that `page` shows now, the largest first; none where the page does not let itself be asked."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _take_all(read_shown(await page.evaluate(_SHOWN)), answers)
    except TimeoutError:
        logger.warning("%s: its images took too long", page.url)
    except PlaywrightError as error:
        if "crash" in str(error) or "closed" in str(error):
            raise
        logger.warning("%s: its images cannot be told: %s", page.url, error)
    return ()


async def _take_all(images: list[Shown], answers: ImageAnswers) -> tuple[TakenImage, ...]:
    taken: list[TakenImage] = []
    kept = 0
    for shown in images:
        image = await _take(shown, answers) if kept < MOST_KEPT else shown.left("many")
        kept += bool(image.data)
        taken.append(image)
    return tuple(taken)


@dataclass(frozen=True)
class Shown:
    """An image as the page tells of it."""

    url: str
    box: tuple[int, int, int, int]
    area: int
    """The larger of how large it is shown and how large it is."""
    side: int
    """The shorter one, so too."""

    def left(self, why: str) -> TakenImage:
        """The image without its data."""
        return TakenImage(self.url, *self.box, why=why)


def read_shown(told: Any) -> list[Shown]:
    """The larger images of what a page's own scripts may have had a hand in: each address where it is shown largest."""
    shown: dict[object, Shown] = {}
    images = [image for row in told if (image := _read_row(row))] if isinstance(told, list) else []
    for image in sorted(images, key=lambda image: (-image.area, image.box)):
        if image.area >= SMALLEST_AREA and image.side >= SMALLEST_SIDE:
            shown.setdefault(image.url or image.box, image)
    return list(shown.values())[:MOST_IMAGES]


def _read_row(row: Any) -> Shown | None:
    try:
        url = str(row["url"]).encode("utf-8", "replace").decode()  # lone surrogates have no place in a journal
        left, top, width, height = (
            max(-FARTHEST, min(FARTHEST, int(row[name]))) for name in ("x", "y", "width", "height")
        )
        box = left, top, max(0, width), max(0, height)
        return Shown(url, box, int(row["area"]), int(row["side"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


async def _take(shown: Shown, answers: ImageAnswers) -> TakenImage:
    if not shown.url.startswith(("http://", "https://")):
        return replace(shown, url="").left("inline" if shown.url.startswith("data:") else "drawn")
    if len(shown.url) > LONGEST_ADDRESS:
        return replace(shown, url=shown.url[:LONGEST_ADDRESS]).left("long address")
    answer = answers.answer(shown.url)
    if answer is None:
        return shown.left("no answer")
    if answer.status >= 400:
        return shown.left(f"http {answer.status}")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            size = (await answer.request.sizes())["responseBodySize"]
            data = b"" if size > MAX_IMAGE else await answer.body()
    except (TimeoutError, PlaywrightError):
        return shown.left("gone")  # pushed out of the browser's memory, or never complete
    if size > MAX_IMAGE or len(data) > MAX_IMAGE:
        return shown.left("too large")
    if not data:
        return shown.left("empty")
    stated = _TYPE.match(answer.headers.get("content-type", ""))
    return TakenImage(answer.url, *shown.box, content_type=stated[0] if stated else "", data=data)
