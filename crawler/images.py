"""The images a page shows, taken from what the browser loaded while the page was pictured: nothing is asked twice.

They came through the gate or the proxy, like everything the browser asks for. What has no answer of its own (a
drawing, a data: image, one that was not kept) is told with its place: there the screenshot shows it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.async_api import Page, Response

MOST_IMAGES = 40
"""Images told of one page; the larger come first."""
MOST_KEPT = 12
"""Of those, images kept: a page of goods has hundreds, and its banners are among the largest."""
MAX_IMAGE = 5_000_000
"""Bytes; banners have a tenth of it."""
BODY_SECONDS = 3.0
"""One that the browser does not hand over by then is given up; the screenshot shows it all the same."""
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
    """The larger images that `page` shows now, the largest first."""
    taken: list[TakenImage] = []
    kept = 0
    for shown in _chosen(await page.evaluate(_SHOWN)):
        image = await _take(shown, answers) if kept < MOST_KEPT else _left(shown, "many")
        kept += bool(image.data)
        taken.append(image)
    return tuple(taken)


def _chosen(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The larger ones, each address once, where it is shown largest."""
    large = [row for row in shown if row["area"] >= SMALLEST_AREA and row["side"] >= SMALLEST_SIDE]
    chosen: dict[object, dict[str, Any]] = {}
    for row in sorted(large, key=lambda row: (-row["area"], row["y"], row["x"])):
        chosen.setdefault(row["url"] or (row["x"], row["y"]), row)
    return list(chosen.values())[:MOST_IMAGES]


async def _take(shown: dict[str, Any], answers: ImageAnswers) -> TakenImage:
    url = shown["url"]
    if not url.startswith(("http://", "https://")):
        return _left({**shown, "url": ""}, "inline" if url.startswith("data:") else "drawn")
    answer = answers.answer(url)
    if answer is None:
        return _left(shown, "no answer")
    if answer.status >= 400:
        return _left(shown, f"http {answer.status}")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            size = (await answer.request.sizes())["responseBodySize"]
            data = b"" if size > MAX_IMAGE else await answer.body()
    except (TimeoutError, PlaywrightError):
        return _left(shown, "gone")  # pushed out of the browser's memory, or never complete
    if size > MAX_IMAGE or len(data) > MAX_IMAGE:
        return _left(shown, "too large")
    if not data:
        return _left(shown, "empty")
    content_type = answer.headers.get("content-type", "")[:100]
    return TakenImage(answer.url, *_box(shown), content_type=content_type, data=data)


def _left(shown: dict[str, Any], why: str) -> TakenImage:
    return TakenImage(shown["url"], *_box(shown), why=why)


def _box(shown: dict[str, Any]) -> tuple[int, int, int, int]:
    return shown["x"], shown["y"], shown["width"], shown["height"]
