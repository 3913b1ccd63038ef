"""Writing in an image: the one door to rapidocr (PP-OCR v4 on onnxruntime, its models inside the package).

1. a tall image is cut into bands that overlap, and where lines of writing stand is found in each
2. a line seen in two bands is kept once; what is too small or too long to be read is left out
3. lines are read, doubtful readings dropped, and gathered into what a reader takes in as one piece of text
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from nlp.box import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nlp.raster import Pixels, Raster

BAND = 960
"""Rows looked at in one go: at more the detector takes an image smaller, and small print is lost."""
OVERLAP = 160
"""Rows two bands share: a line up to this height stands whole in one of them."""
MOST_LINES = 100
"""Lines read of one image. Reading costs 0.1–0.4 s a line and core, finding them 0.2–1 s a band."""
SUREST = 0.6
"""Readings surer than this are kept: below it stand textures and logos, hardly ever words (samples, 2026-11)."""
_LOWEST = 9
"""Pixels: lower than this Chinese print has lost its strokes."""
_LONGEST = 60
"""A line longer than so many times its height is a frame or a row of dots; it would cost as much as ten."""
_SAME = 0.6
"""Two boxes of which so much is shared are one line seen twice."""
_SIZES = 1.7
"""Lines whose heights differ more than this are not one text: a headline and what stands below it."""
_LEADING = 1.0
"""Space between two lines of a text, at most, in heights of a line."""


@dataclass(frozen=True)
class Line:
    """One line of writing as it was read."""

    text: str
    box: Box
    confidence: float
    """0–1, the engine's own."""


@dataclass(frozen=True)
class Reading:
    """What was read in an image."""

    lines: tuple[Line, ...]
    left: int = 0
    """Lines found and not read, because there were more than MOST_LINES."""


def read_lines(image: Raster, within: Box | None = None, most: int = MOST_LINES) -> Reading:
    """The lines of writing in an image, or in a part of it, in reading order; of a moving image each text once.

    Raises ImportError where rapidocr or what it needs is missing.
    """
    x, y = (within.x, within.y) if within else (0, 0)
    found: list[Line] = []
    left = 0
    for frame in image.frames:
        reading = _read_frame(_cut(frame, within), most - len(found))
        left += reading.left
        told = {line.text for line in found}
        found += [replace(line, box=line.box.moved(x, y)) for line in reading.lines if line.text not in told]
    return Reading(tuple(found), left)


def gather_texts(lines: Iterable[Line]) -> list[list[Line]]:
    """Lines in reading order as texts: lines of one size, close below each other, are one."""
    texts: list[list[Line]] = []
    for line in lines:
        above = next((text for text in reversed(texts) if _goes_on(text[-1].box, line.box)), None)
        if above is None:
            texts.append([line])
        else:
            above.append(line)
    return texts


def prove_able() -> None:
    """Load the engine. Raises ImportError, which names what is missing."""
    _engine()


def _goes_on(above: Box, below: Box) -> bool:
    """Whether a line is the next of the text that `above` is the last line of: below it, or beside it in its row."""
    tall, low = max(above.height, below.height), min(above.height, below.height)
    if tall > _SIZES * low:
        return False
    if min(above.bottom, below.bottom) - max(above.y, below.y) > low / 2:
        return -low / 2 <= below.x - above.right <= 2 * tall
    gap = below.y - above.bottom
    beside = min(above.right, below.right) - max(above.x, below.x)
    return -low / 2 <= gap <= _LEADING * tall and beside > 0


def _cut(frame: Pixels, within: Box | None) -> Pixels:
    return frame if within is None else frame[within.y : within.bottom, within.x : within.right]


def _read_frame(frame: Pixels, most: int) -> Reading:
    places = _in_order(_once(_places(frame)))
    engine = _engine()
    crops = [engine.get_crop_img_list(frame[:, :, ::-1], [points])[0] for _, points in places[:most]]
    read = engine.text_rec(crops, False)[0] if crops else ()
    lines = (
        Line(text.strip(), box, round(float(confidence), 3))
        for (box, _), (text, confidence, *_) in zip(places, read, strict=False)
    )
    kept = tuple(line for line in lines if line.text and line.confidence >= SUREST)
    return Reading(kept, max(0, len(places) - most))


_Place = tuple[Box, "Any"]
"""Where a line stands: its box, and its four corners as the engine wants them."""


def _places(frame: Pixels) -> Iterator[_Place]:
    """Where lines stand, band by band."""
    import numpy as np

    for top in _bands(frame.shape[0]):
        band = np.ascontiguousarray(frame[top : top + BAND, :, ::-1])  # the engine takes blue first
        corners, _ = _engine().auto_text_det(band)
        for points in corners if corners is not None else ():
            box = Box.around(map(tuple, points))
            if box.height >= _LOWEST and box.width <= _LONGEST * box.height:
                yield box.moved(0, top), points + np.array([0, top], dtype=points.dtype)


def _bands(height: int) -> list[int]:
    """First rows of the bands of an image."""
    step = BAND - OVERLAP
    return list(range(0, max(1, height - OVERLAP), step))


def _once(places: Iterable[_Place]) -> list[_Place]:
    """Each line once: of two that share most of the smaller one, the larger is the whole line."""
    kept: list[_Place] = []
    for place in sorted(places, key=lambda each: -each[0].width * each[0].height):
        box = place[0]
        if not any(box.shared(other) > _SAME * box.width * box.height for other, _ in kept):
            kept.append(place)
    return kept


def _in_order(places: list[_Place]) -> list[_Place]:
    """Rows from top to bottom, in a row from left to right."""
    rows: list[list[_Place]] = []
    for place in sorted(places, key=lambda each: each[0].y + each[0].height / 2):
        middle = place[0].y + place[0].height / 2
        if rows and middle < rows[-1][0][0].bottom - rows[-1][0][0].height / 4:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda each: each[0].x)]


@cache
def _engine() -> Any:
    """The engine, loaded once a process: a second, and some 200 MB at work. One thread: analysis has its processes."""
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(
        use_cls=False,  # tells writing that stands on its head, at a third of the time
        det_limit_type="max",  # never enlarge: the default brings a banner's shorter side to 736 pixels, 20× the time
        det_intra_op_num_threads=1,
        det_inter_op_num_threads=1,
        rec_intra_op_num_threads=1,
        rec_inter_op_num_threads=1,
    )
