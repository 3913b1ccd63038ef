"""QR codes, written and read by the real library."""

from __future__ import annotations

import io

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from demo.web import SITES
from nlp.identifiers import find_code_links
from nlp.qr import LONGEST, MOST_CODES, find_codes
from nlp.raster import Raster, decode_image

CODE = SITES / "hejintong.test" / "img" / "kefu.png"


def code(text: str, scale: int = 4) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(np.array(zxingcpp.write_barcode_to_image(made, scale=scale))).convert("RGB")


def raster(image: Image.Image) -> Raster:
    data = io.BytesIO()
    image.save(data, "PNG")
    return decode_image(data.getvalue())


def test_it_works() -> None:
    [found] = find_codes(decode_image(CODE.read_bytes()))
    assert found.text == "https://u.wechat.com/EHejintongKefu2026"
    assert (found.box.x, found.box.y) == (24, 24)
    assert found.box.width == found.box.height == 174


def test_codes_on_a_poster_are_found_top_to_bottom_each_once() -> None:
    poster = Image.new("RGB", (900, 1200), "#c8102e")
    for text, place, angle in (
        ("https://b.test/", (500, 800), 0),
        ("保本保息，扫码入会", (60, 80), 15),
        ("https://b.test/", (60, 800), 90),
    ):
        poster.paste(code(text).rotate(angle, expand=True, fillcolor="white"), place)
    assert [found.text for found in find_codes(raster(poster))] == ["保本保息，扫码入会", "https://b.test/"]


def test_white_on_black_is_read_too() -> None:
    from PIL import ImageOps

    assert [found.text for found in find_codes(raster(ImageOps.invert(code("https://a.test/"))))] == ["https://a.test/"]


def test_what_holds_no_code_has_none() -> None:
    assert find_codes(raster(Image.new("RGB", (300, 300), "white"))) == ()
    assert find_codes(Raster(why="图片损坏")) == ()


def test_neither_many_nor_long_codes_fill_a_page() -> None:
    wall = Image.new("RGB", (1200, 1200), "white")
    for number in range(25):
        wall.paste(code(f"n{number}"), (number % 5 * 240, number // 5 * 240))
    assert len(find_codes(raster(wall))) == MOST_CODES
    assert [len(found.text) for found in find_codes(raster(code("9" * (LONGEST + 100), scale=3)))] == [LONGEST]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_no_pixels_raise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = np.array(code("https://a.test/"))
    pixels[rng.random(pixels.shape) < 0.3] = 0
    for found in find_codes(Raster((pixels,))):
        assert found.text == "https://a.test/"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://u.wechat.com/EAbc-12", "wechat"),
        ("http://weixin.qq.com/r/abc", "wechat"),
        ("https://work.weixin.qq.com/kfid/kfc1", "wechat"),
        ("wxp://f2f0abc", "wechat"),
        ("https://qm.qq.com/cgi-bin/qm/qr?k=abc", "qq"),
        ("mqqapi://card/show", "qq"),
        ("https://a.test/register?ref=9", "url"),
        ("https://u.wechat.com.evil.test/x", "url"),
        ("alipays://platformapi/startapp", "url"),
        ("https://a.test/jin.apk", None),  # find_apps has it
        ("扫码入会", None),
        ("", None),
    ],
)
def test_what_a_code_leads_to(text: str, kind: str | None) -> None:
    assert [(link.kind, link.value) for link in find_code_links(text)] == ([(kind, text)] if kind else [])
