"""Writing in images, read by the real engine: banners of the sample web, and what is no image at all."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from demo.web import SITES
from nlp.box import Box
from nlp.ocr import BAND, OVERLAP, Line, gather_texts, read_lines
from nlp.raster import MOST_BYTES, MOST_PIXELS, Raster, decode_image

IMAGES = SITES / "hejintong.test" / "img"
BANNER = (IMAGES / "huodong.png").read_bytes()
LINES = ["禾金通·稳享季", "保本保息年化收益18%", "到期还本付息名额有限"]


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def squeezed(lines: tuple[Line, ...]) -> list[str]:
    return [line.text.replace(" ", "") for line in lines]


def test_it_works() -> None:
    reading = read_lines(decode_image(BANNER))
    assert squeezed(reading.lines) == LINES
    assert reading.left == 0
    claim = reading.lines[1]
    assert claim.confidence > 0.9
    assert Box(40, 115, 480, 60).shared(claim.box) > 0.9 * claim.box.width * claim.box.height


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"quality": 70}), ("WEBP", {}), ("GIF", {}), ("BMP", {})], ids=lambda v: str(v)
)
def test_every_format_of_the_web_is_read(kind: str, options: dict[str, object]) -> None:
    image = Image.open(io.BytesIO(BANNER)).convert("RGB")
    assert "保本保息年化收益18%" in squeezed(read_lines(decode_image(encoded(image, kind, **options))).lines)


@pytest.mark.parametrize(("ink", "ground"), [("white", "black"), ("black", "white")])
def test_writing_on_transparent_ground_is_read_whatever_its_colour(ink: str, ground: str) -> None:
    banner = Image.open(io.BytesIO(BANNER)).convert("L")
    mask = banner.crop((40, 110, 520, 180)).point(lambda grey: 255 if grey > 170 else 0)
    picture = Image.new("RGBA", mask.size, (0, 0, 0, 0))
    picture.paste(Image.new("RGBA", mask.size, ink), mask=mask)
    assert any("保本保息" in text for text in squeezed(read_lines(decode_image(encoded(picture))).lines))


def test_a_moving_banner_is_read_in_its_later_frames_too() -> None:
    later = Image.open(io.BytesIO(BANNER)).convert("RGB")
    first = Image.new("RGB", later.size, "navy")
    moving = encoded(first, "GIF", save_all=True, append_images=[first, first, first, later], duration=100)
    image = decode_image(moving)
    assert len(image.frames) == 2
    assert squeezed(read_lines(image).lines) == LINES


def test_a_tall_picture_is_read_in_bands_and_a_line_between_two_once() -> None:
    banner = Image.open(io.BytesIO(BANNER)).convert("RGB")
    tall = Image.new("RGB", (900, 2 * BAND), "white")
    cut = BAND - OVERLAP // 2 - 150
    tall.paste(banner, (0, cut))  # its claim stands on the edge of the first band, whole in the second
    tall.paste(banner.crop((0, 100, 900, 180)), (0, 2 * BAND - 100))
    lines = read_lines(decode_image(encoded(tall))).lines
    assert squeezed(lines) == [*LINES, LINES[1]]
    assert [line.box.y // 10 for line in lines] == sorted(line.box.y // 10 for line in lines)
    assert abs(lines[1].box.y - cut - 128) < 8


def test_a_part_of_a_picture_is_read_with_places_in_the_whole() -> None:
    lines = read_lines(decode_image(BANNER), Box(0, 110, 900, 70)).lines
    assert squeezed(lines) == LINES[1:2]
    assert 110 < lines[0].box.y < 140


def test_no_more_lines_are_read_than_asked_for_and_the_rest_is_counted() -> None:
    reading = read_lines(decode_image(BANNER), most=1)
    assert (squeezed(reading.lines), reading.left) == (LINES[:1], 2)


def test_an_empty_picture_has_no_lines() -> None:
    assert read_lines(decode_image(encoded(Image.new("RGB", (300, 200), "white")))).lines == ()


def line(text: str, x: int, y: int, width: int, height: int) -> Line:
    return Line(text, Box(x, y, width, height), 1.0)


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        ([line("年化收益", 0, 0, 80, 20), line("可达18%", 0, 26, 70, 20)], ["年化收益|可达18%"]),
        ([line("标题", 0, 0, 160, 60), line("小字", 0, 66, 80, 20)], ["标题", "小字"]),
        ([line("上", 0, 0, 80, 20), line("下", 0, 100, 80, 20)], ["上", "下"]),
        ([line("左栏", 0, 0, 80, 20), line("右栏", 400, 0, 80, 20)], ["左栏", "右栏"]),
        ([line("一行", 0, 0, 80, 20), line("同行", 90, 2, 80, 20)], ["一行|同行"]),
        (
            [line("左一", 0, 0, 80, 20), line("右一", 400, 0, 80, 20), line("左二", 0, 24, 80, 20)],
            ["左一|左二", "右一"],
        ),
    ],
    ids=["wrapped", "headline", "far below", "columns", "one row", "two columns"],
)
def test_lines_are_gathered_as_a_reader_takes_them_in(lines: list[Line], texts: list[str]) -> None:
    assert ["|".join(each.text for each in text) for text in gather_texts(lines)] == texts


# what is refused, and why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "不是图片"),
        (b"<html>not found</html>", "不是图片"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "矢量图"),
        (BANNER[:2000], "图片损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(MOST_BYTES), "图片过大"),
        (encoded(Image.new("1", (20_000, 9_000))), "图片解开过大"),
        (encoded(Image.new("1", (MOST_PIXELS // 5_000 + 1, 5_000))), "图片解开过大"),
        (encoded(Image.new("1", (30_000, 30))), "图片过于狭长"),
        (encoded(Image.new("RGB", (64, 64))), "图标大小"),
        (encoded(Image.new("RGB", (1_000, 4))), "图标大小"),
    ],
    ids=["empty", "html", "svg", "cut off", "bytes", "bomb", "pixels", "stretch", "icon", "rule"],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str) -> None:
    image = decode_image(data)
    assert image.why.startswith(why)
    assert image == Raster(why=image.why)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"\xff\xd8\xff\xe0", b"RIFF"]),
)
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(data: bytes, magic: bytes) -> None:
    image = decode_image(magic + data)
    assert bool(image.why) != bool(image.frames)


@given(st.integers(0, len(BANNER) - 1), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_raises(at: int, value: int) -> None:
    image = decode_image(BANNER[:at] + bytes([value]) + BANNER[at + 1 :])
    assert bool(image.why) != bool(image.frames)


@given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.integers(1, 120))
@settings(max_examples=8, deadline=None)
def test_no_pixels_raise(seed: int, width: int, height: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for found in read_lines(Raster((noise,))).lines:
        assert 0 <= found.box.x <= found.box.right <= width
        assert 0 <= found.box.y <= found.box.bottom <= height


def test_the_engine_is_loaded_only_when_an_image_is_read() -> None:
    import subprocess
    import sys

    heavy = ("numpy", "cv2", "PIL", "onnxruntime", "zxingcpp")
    told = f"import sys, nlp.analyse, nlp.scan; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"
