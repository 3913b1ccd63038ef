"""Seconds of one core that reading a picture takes: the sample web's banners, and a screenshot that shows them all.

python -m benchmarks.pictures
"""

from __future__ import annotations

import io
from time import process_time

from PIL import Image

from demo.web import SITES
from nlp import ocr
from nlp.ocr import read_lines
from nlp.qr import find_codes
from nlp.raster import decode_image

IMAGES = SITES / "hejintong.test" / "img"
TIMES = 3
"""The least of so many: other work on the machine only adds."""


def screenshot() -> bytes:
    """All images on one tall page."""
    page = Image.new("RGB", (1280, 2600), "white")
    top = 20
    for path in sorted(IMAGES.glob("*.png")):
        image = Image.open(path).convert("RGB")
        page.paste(image, (40, top))
        top += image.height + 40
    data = io.BytesIO()
    page.save(data, "PNG")
    return data.getvalue()


def measure(name: str, data: bytes) -> None:
    """Print what one image takes."""
    rows = []
    for _ in range(TIMES):
        began = process_time()
        image = decode_image(data)
        unpacked = process_time()
        codes = find_codes(image)
        looked = process_time()
        lines = read_lines(image).lines
        rows.append((unpacked - began, looked - unpacked, process_time() - looked))
    unpack, qr, read = map(min, zip(*rows, strict=True))
    width, height = image.size
    letters = sum(len(line.text) for line in lines)
    print(
        f"{name:14} {width:5} × {height:<5} {len(lines):3} lines {letters:4} characters {len(codes)} codes"
        f"   unpack {unpack:.3f} s   codes {qr:.3f} s   writing {read:.2f} s"
    )


def main() -> None:
    """Load the engine, then each picture."""
    began = process_time()
    ocr.prove_able()
    print(f"loading the engine: {process_time() - began:.2f} s")
    for path in sorted(IMAGES.glob("*.png")):
        measure(path.name, path.read_bytes())
    measure("screenshot", screenshot())


if __name__ == "__main__":
    main()
