"""What is written in a page's pictures, as texts that stand behind the page's own: kinds `ocr` and `qr`.

1. every image that came with the page: its codes, then its lines of writing
2. the screenshot: its codes, and the writing in what only it shows (a drawing, an image that was not kept or cannot
   be read); all of it where the page itself has little text
Of the screenshot only what neither the page nor an image has said already is told: it shows both once more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nlp.box import Box
from nlp.identifiers import find_code_links
from nlp.ocr import MOST_LINES, Line, gather_texts, read_lines
from nlp.qr import find_codes
from nlp.raster import Raster, decode_image, is_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.blocks import Page
    from nlp.finding import BlockKind, Identifier

MOST_OF_A_PAGE = 200
"""Lines read for one page: a minute or two of one core. A page with more writing in pictures has told enough."""
PIXELS_OF_A_PAGE = 40_000_000
"""Searched for writing on one page: a minute of one core; a screenshot as tall as they get has half of it."""
LITTLE_TEXT = 200
"""Characters: a page with fewer, and images, may have all it says drawn."""
_DRAWN = re.compile(
    r"<(?:img|canvas|picture|svg|video)\b|<input\b[^>]{0,200}type=.?image|background(?:-image)?\s*:[^;\"'{}<>]{0,80}url\(",
    re.IGNORECASE,
)
_LIKE = 0.8
"""A line of the screenshot whose pairs of characters stand in the page to so great a part was misread, not new."""


@dataclass(frozen=True)
class Picture:
    """One picture of a page."""

    name: str
    """Its address; of a screenshot, `urn:view:` and the page's."""
    data: bytes = b""
    """Empty: nothing of it was kept but its place on the page."""
    on_page: Box | None = None
    """Where the page shows it."""


@dataclass(frozen=True)
class Pictures:
    """What was kept of how a page looks."""

    images: tuple[Picture, ...] = ()
    screenshot: Picture | None = None


NO_PICTURES = Pictures()
Unread = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Written:
    """A text read in a picture."""

    kind: BlockKind
    text: str
    path: str
    """The picture's name and the place in it: `http://a.test/b.png#xywh=40,20,530,64`."""


@dataclass
class Album:
    """What was read in a page's pictures."""

    texts: list[Written] = field(default_factory=list)
    why: list[tuple[str, str]] = field(default_factory=list)
    """Pictures that could not be read, or not wholly: name and reason."""
    lines: int = 0
    pixels: int = 0


def has_little_text(text: str, html: str) -> bool:
    """Whether what a page says may be drawn: it has images, and few characters beside them."""
    return len(text) < LITTLE_TEXT * 4 and len("".join(text.split())) < LITTLE_TEXT and bool(_DRAWN.search(html))


def read_pictures(pictures: Pictures, text: str, *, has_little_text: bool) -> Album:
    """Read a page's pictures; `text` is what the page itself says. Never raises for any bytes."""
    album = Album()
    unread: list[Box] = []
    for picture in pictures.images:
        image = decode_image(picture.data) if picture.data else Raster()
        if image.why:
            album.why.append((picture.name, image.why))
        if image.frames:
            _tell_codes(album, picture.name, image)
            _tell_lines(album, picture.name, _read(album, picture.name, image))
        elif picture.on_page is not None:
            unread.append(picture.on_page)
    if pictures.screenshot:
        _read_screenshot(album, pictures.screenshot, text, None if has_little_text else unread)
    return album


def _read_screenshot(album: Album, screenshot: Picture, text: str, parts: list[Box] | None) -> None:
    """Read a screenshot in some parts, or in all of it (None)."""
    image = decode_image(screenshot.data)
    if image.why:
        album.why.append((screenshot.name, image.why))
        return
    _tell_codes(album, screenshot.name, image)
    told = _Told(text, *(written.text for written in album.texts))
    for part in [None] if parts is None else _on_image(parts, image):
        lines = _read(album, screenshot.name, image, part)
        _tell_lines(album, screenshot.name, [line for line in lines if not told.has(line.text)])


def _on_image(parts: list[Box], image: Raster) -> Iterator[Box]:
    """The parts as far as the image shows them, those inside another left out, icons too."""
    width, height = image.size
    seen: list[Box] = []
    for part in sorted(parts, key=lambda box: -box.width * box.height):
        left, top = max(0, part.x), max(0, part.y)
        box = Box(left, top, min(width, part.right) - left, min(height, part.bottom) - top)
        if box.width <= 0 or box.height <= 0 or is_small(box.width, box.height):
            continue
        if not any(box.shared(other) == box.width * box.height for other in seen):
            seen.append(box)
            yield box


def _read(album: Album, name: str, image: Raster, part: Box | None = None) -> Sequence[Line]:
    most = min(MOST_LINES, MOST_OF_A_PAGE - album.lines)
    width, height = (part.width, part.height) if part else image.size
    pixels = width * height * len(image.frames)
    if most <= 0 or album.pixels + pixels > PIXELS_OF_A_PAGE:
        album.why.append((name, "本页的图已读够，没有再读"))
        return ()
    album.pixels += pixels
    try:
        reading = read_lines(image, part, most)
    except ImportError as error:
        album.why.append((name, f"识别组件缺失：{error}"))
        return ()
    if reading.left:
        album.why.append((name, f"文字过多，{reading.left} 行没有读"))
    album.lines += len(reading.lines)
    return reading.lines


def _tell_lines(album: Album, name: str, lines: Sequence[Line]) -> None:
    for text in gather_texts(lines):
        box = text[0].box
        for line in text[1:]:
            box = box.joined(line.box)
        album.texts.append(Written("ocr", " ".join(line.text for line in text), name + box.fragment()))


def _tell_codes(album: Album, name: str, image: Raster) -> None:
    known = {written.text for written in album.texts if written.kind == "qr"}
    try:
        codes = find_codes(image)
    except ImportError as error:
        album.why.append((name, f"识别组件缺失：{error}"))
        return
    for code in codes:
        text = " ".join(code.text.split())
        if text and text not in known:
            album.texts.append(Written("qr", text, name + code.box.fragment()))


def with_code_links(page: Page, identifiers: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """The identifiers of a page and, where they do not overlap them, the addresses its QR codes lead to.

    An address says more than the domain in it and takes its place.
    """
    added: list[Identifier] = []
    for block in page.blocks:
        if block.kind == "qr":
            for link in find_code_links(page.text[block.start : block.end]):
                start, end = link.start + block.start, link.end + block.start
                meant = [each for each in identifiers if each.start < end and start < each.end]
                if all(each.kind == "domain" for each in meant):
                    identifiers = tuple(each for each in identifiers if each not in meant)
                    added.append(replace(link, start=start, end=end))
    return tuple(sorted((*identifiers, *added), key=lambda each: each.start))


class _Told:
    """What has been said, to know it again in spite of a misread character."""

    def __init__(self, *texts: str) -> None:
        self._said = "\n".join(map(_letters, texts))
        self._pairs = {self._said[at : at + 2] for at in range(len(self._said) - 1)}

    def has(self, text: str) -> bool:
        """Whether a line is there already, or nearly; a line without letters says nothing new."""
        letters = _letters(text)
        if letters in self._said:
            return True
        pairs = [letters[at : at + 2] for at in range(len(letters) - 1)]
        return bool(pairs) and sum(pair in self._pairs for pair in pairs) >= _LIKE * len(pairs)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
