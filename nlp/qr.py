"""QR codes in an image: the one door to zxing-cpp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.box import Box

if TYPE_CHECKING:
    from nlp.raster import Raster

MOST_CODES = 20
"""Codes told of one image: a wall of them is decoration."""
LONGEST = 2_000
"""Characters kept of a code's content; a QR code holds no more Chinese than that."""


@dataclass(frozen=True)
class Code:
    """One code and what it says."""

    text: str
    box: Box


def find_codes(image: Raster) -> tuple[Code, ...]:
    """The QR codes of an image, top to bottom, each content once. Raises ImportError where zxing-cpp is missing."""
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found: dict[str, Code] = {}
    for frame in image.frames:
        for each in zxingcpp.read_barcodes(frame, formats=wanted):
            text = each.text.strip()[:LONGEST]
            if each.valid and text:
                found.setdefault(text, Code(text, _box(each.position)))
    return tuple(sorted(found.values(), key=lambda code: (code.box.y, code.box.x)))[:MOST_CODES]


def prove_able() -> None:
    """Load the reader. Raises ImportError, which names what is missing."""
    import zxingcpp  # noqa: F401


def _box(position: object) -> Box:
    corners = [getattr(position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
    return Box.around((corner.x, corner.y) for corner in corners)
