"""Image bytes to pixels, whatever the bytes are: the one door to Pillow.

Fetched images are hostile. What an image claims to be is read from its header, and refused there, before a pixel of
it is unpacked; whatever cannot be read has a reason, never an exception.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.uint8]

MOST_BYTES = 20_000_000
"""A larger file is no banner; a screenshot never is (crawler/paging.py)."""
MOST_PIXELS = 40_000_000
"""120 MB unpacked. A screenshot of 1280 × 15,000 has half of it."""
MOST_STRETCH = 100
"""Longer than so many times its width is a rule or a shadow, not writing."""
SMALLEST_SIDE = 24
SMALLEST_AREA = 6_400
"""80 × 80: below it stand icons. The smallest banner format sold is 234 × 60, a QR code is not read below 80."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""What browsers show, less what Pillow may have been built without: each parser is a way in."""
_FRAMES = 12
"""Frames of a moving image that are looked at: banners of the trade change their slogan every second or two."""
_KEPT = 4
"""Of those, as many are kept as show something else than the one kept before."""
_ELSE = 0.01
"""Part of the picture that must have changed: a short slogan covers a few per cent."""
_MOVING_PIXELS = 2_000_000
"""Above this a moving image shows its first frame alone: each further one costs as much as a picture."""
_LIGHT = 160
"""Mean grey of what is drawn above which a transparent image was made for a dark page."""


@dataclass(frozen=True)
class Raster:
    """An image's pixels, or why it has none."""

    frames: tuple[Pixels, ...] = ()
    """RGB, rows first; more than one for a moving image."""
    why: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height; 0, 0 for what could not be read."""
        if not self.frames:
            return 0, 0
        height, width = self.frames[0].shape[:2]
        return int(width), int(height)


def decode_image(data: bytes) -> Raster:
    """The pixels of an image. Never raises for any bytes."""
    if len(data) > MOST_BYTES:
        return Raster(why=f"图片过大：{len(data)} 字节")
    if data.lstrip()[:5].lower() in (b"<?xml", b"<svg ", b"<svg>"):
        return Raster(why="矢量图，看截图")
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bombs and odd metadata: sizes are judged below
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                why = _refusal(*image.size)
                return Raster(why=why) if why else Raster(_frames(image))
    except UnidentifiedImageError:
        return Raster(why="不是图片，或格式不认识")
    except Image.DecompressionBombError:
        return Raster(why="图片解开过大")
    except Exception as error:  # Pillow's parsers raise whatever broken bytes lead them to
        return Raster(why=f"图片损坏：{type(error).__name__}")


def is_small(width: int, height: int) -> bool:
    """Whether an image of this size is an icon or a rule, and holds nothing to read."""
    return min(width, height) < SMALLEST_SIDE or width * height < SMALLEST_AREA


def _refusal(width: int, height: int) -> str:
    if is_small(width, height):
        return f"图标大小：{width}×{height}"
    if width * height > MOST_PIXELS:
        return f"图片解开过大：{width}×{height}"
    if max(width, height) > MOST_STRETCH * min(width, height):
        return f"图片过于狭长：{width}×{height}"
    return ""


def _frames(image: Image) -> tuple[Pixels, ...]:
    import numpy as np
    from PIL import ImageOps

    if not getattr(image, "is_animated", False) or image.width * image.height > _MOVING_PIXELS:
        return (np.asarray(_opaque(ImageOps.exif_transpose(image))),)
    kept: list[Pixels] = []
    for index in range(_FRAMES):
        try:
            image.seek(index)
        except EOFError:
            break
        frame = np.asarray(_opaque(image))
        if not kept or np.mean(np.any(frame != kept[-1], axis=2)) > _ELSE:
            kept.append(frame)
        if len(kept) == _KEPT:
            break
    return tuple(kept)


def _opaque(image: Image) -> Image:
    """The image as RGB, what is transparent laid on the ground it was drawn for."""
    if image.mode in ("RGB", "L") and "transparency" not in image.info:
        return image.convert("RGB")
    from PIL import Image as Images

    drawn = image.convert("RGBA")
    alpha = drawn.getchannel("A")
    ground = "black" if _mean(drawn.convert("L"), alpha) > _LIGHT else "white"
    flat = Images.new("RGB", drawn.size, ground)
    flat.paste(drawn, mask=alpha)
    return flat


def _mean(grey: Image, mask: Image) -> float:
    from PIL import ImageStat

    stat: Any = ImageStat.Stat(grey, mask)  # untyped
    return float(stat.mean[0]) if stat.count[0] else 0.0
