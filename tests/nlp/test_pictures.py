"""What is written in a page's pictures becomes blocks behind its text, and findings with a place in the picture."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from demo.web import SITES
from nlp import pictures as pictures_module
from nlp.analyse import Analyser
from nlp.box import Box
from nlp.pictures import Picture, Pictures, has_little_text
from nlp.raster import decode_image
from nlp.scan import ScanError, scan_line

IMAGES = SITES / "hejintong.test" / "img"
BANNER = (IMAGES / "huodong.png").read_bytes()
POSTER = (IMAGES / "fanzha.png").read_bytes()
CODE = (IMAGES / "kefu.png").read_bytes()
URL = "http://a.test/b.png"
VIEW = "urn:view:http://a.test/"
THIN = "<title>活动</title><img src=b.png><p>详情见图。</p>"
LONG = "<p>" + "本店位于麦香路八号，一层临街，周一休息。" * 30 + "</p><img src=b.png>"


def screenshot(*pasted: tuple[bytes, int, int], size: tuple[int, int] = (1000, 900)) -> Picture:
    page = Image.new("RGB", size, "white")
    for data, x, y in pasted:
        page.paste(Image.open(io.BytesIO(data)).convert("RGB"), (x, y))
    data = io.BytesIO()
    page.save(data, "PNG")
    return Picture(VIEW, data.getvalue())


def test_it_works(analyser: Analyser) -> None:
    plain = analyser.analyse_html(THIN)
    assert (plain.decision, plain.has_little_text) == ("none", True)
    analysis = analyser.analyse_html(THIN, pictures=Pictures((Picture(URL, BANNER),)))
    assert analysis.decision == "violation"
    assert analysis.text.startswith(plain.text + "\n")
    assert analysis.blocks[: len(plain.blocks)] == plain.blocks
    [claim] = [found for found in analysis.findings if found.rule == "guarantee.principal" and "保息" in found.quote]
    assert claim.block == "ocr"
    assert analysis.text[claim.start : claim.end] == claim.quote == "保本保息"
    name, _, place = claim.path.partition("#xywh=")
    assert name == URL
    box = Box(*map(int, place.split(",")))
    assert Box(40, 40, 480, 190).shared(box) > 0.9 * box.width * box.height
    assert any(found.apr == (18.0,) for found in analysis.findings)


def test_a_warning_drawn_as_a_poster_is_a_warning(analyser: Analyser) -> None:
    analysis = analyser.analyse_html(THIN, pictures=Pictures((Picture(URL, POSTER),)))
    assert {found.decision for found in analysis.findings} == {"excluded"}


def test_a_code_is_a_block_and_an_identifier(analyser: Analyser) -> None:
    analysis = analyser.analyse_html(THIN, pictures=Pictures((Picture(URL, CODE),)))
    block = analysis.blocks[-1]
    assert (block.kind, block.path) == ("qr", f"{URL}#xywh=24,24,174,174")
    [mark] = analysis.identifiers
    assert (mark.kind, mark.value) == ("wechat", "https://u.wechat.com/EHejintongKefu2026")
    assert analysis.text[mark.start : mark.end] == mark.quote == mark.value


def test_a_phone_number_in_a_code_is_told_as_on_a_page(analyser: Analyser) -> None:
    made = zxingcpp.create_barcode("tel:13800138000", zxingcpp.BarcodeFormat.QRCode)
    data = io.BytesIO()
    Image.fromarray(np.array(zxingcpp.write_barcode_to_image(made, scale=5))).save(data, "PNG")
    analysis = analyser.analyse_text("客服", pictures=Pictures((Picture(URL, data.getvalue()),)))
    assert [(mark.kind, mark.value) for mark in analysis.identifiers] == [("phone", "13800138000")]


def test_of_a_page_that_says_enough_only_what_is_drawn_is_read_in_the_screenshot(analyser: Analyser) -> None:
    drawn = Picture("", on_page=Box(50, 500, 900, 240))  # a canvas, say
    shown = screenshot((BANNER, 50, 500), (POSTER, 20, 20))
    analysis = analyser.analyse_html(LONG, pictures=Pictures((drawn,), shown))
    read = [block for block in analysis.blocks if block.kind == "ocr"]
    assert not analysis.has_little_text
    assert read
    assert all(block.path.startswith(f"{VIEW}#xywh=") and int(block.path.split(",")[1]) >= 500 for block in read)
    assert "警方" not in analysis.text


def test_an_image_that_cannot_be_read_is_read_where_the_screenshot_shows_it(analyser: Analyser) -> None:
    vector = Picture(URL, b"<svg xmlns='http://www.w3.org/2000/svg'/>", Box(50, 500, 900, 240))
    analysis = analyser.analyse_html(LONG, pictures=Pictures((vector,), screenshot((BANNER, 50, 500))))
    assert analysis.decision == "violation"
    assert analysis.unread_pictures == ((URL, "矢量图，看截图"),)


def test_of_a_page_with_little_text_the_whole_screenshot_is_read_and_nothing_said_twice(analyser: Analyser) -> None:
    shown = screenshot((BANNER, 50, 20), (POSTER, 20, 400))
    both = analyser.analyse_html(THIN, pictures=Pictures((Picture(URL, BANNER),), shown))
    assert both.text.count("保本保息年化收益18%") == 1  # the image's own; the poster has no record but the screenshot
    assert "警方提示" in both.text
    said = "<img src=b.png><p>禾金通·稳享季 保本保息 年化收益18% 到期还本付息 名额有限</p>"
    again = analyser.analyse_html(said, pictures=Pictures((), screenshot((BANNER, 50, 20))))
    assert not [block for block in again.blocks if block.kind == "ocr"]


def test_boxes_beyond_the_screenshot_are_cut_and_those_inside_others_left_out() -> None:
    image = decode_image(screenshot((BANNER, 50, 500)).data)
    boxes = [
        Box(-10, -10, 200, 200),
        Box(20, 20, 100, 100),
        Box(900, 800, 500, 500),
        Box(0, 5_000, 99, 99),
        Box(0, 0, 0, 0),
    ]
    kept = list(pictures_module._on_image(boxes, image))
    assert kept == [Box(900, 800, 100, 100), Box(0, 0, 190, 190)]


def test_a_page_full_of_writing_is_read_so_far_and_says_so(analyser: Analyser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_module, "MOST_OF_A_PAGE", 4)
    images = tuple(Picture(f"{URL}?{number}", BANNER) for number in range(3))
    unread = analyser.analyse_html(THIN, pictures=Pictures(images)).unread_pictures
    assert unread == ((f"{URL}?1", "文字过多，2 行没有读"), (f"{URL}?2", "本页的图已读够，没有再读"))
    monkeypatch.setattr(pictures_module, "PIXELS_OF_A_PAGE", 2 * 900 * 240)
    unread = analyser.analyse_html(THIN, pictures=Pictures(images[:1] * 3)).unread_pictures
    assert unread[-1] == (f"{URL}?0", "本页的图已读够，没有再读")


def test_a_missing_engine_is_told_and_takes_nothing_else_away(
    analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ImportError("libGL.so.1")

    monkeypatch.setattr(pictures_module, "read_lines", missing)
    analysis = analyser.analyse_html(THIN, pictures=Pictures((Picture(URL, CODE),)))
    assert analysis.unread_pictures == ((URL, "识别组件缺失：libGL.so.1"),)
    assert [block.kind for block in analysis.blocks][-1] == "qr"


@pytest.mark.parametrize(
    ("html", "little"),
    [
        (THIN, True),
        ("<div style=\"background: #fff url('x.png')\"></div>", True),
        ("<style>.a{background-image:url(x.png)}</style>", True),
        ("<canvas></canvas>", True),
        ("<input type='image' src=x>", True),
        ("<p>没有图</p>", False),
        ("<p style='background:#fff'>底色</p>", False),
        (LONG, False),
    ],
)
def test_pages_whose_words_may_be_drawn(analyser: Analyser, html: str, little: bool) -> None:
    assert has_little_text(analyser.analyse_html(html).text, html) is little


# xuncha scan


def scan(analyser: Analyser, **line: object) -> dict[str, object]:
    told: dict[str, object] = json.loads(scan_line(analyser, json.dumps({"id": "1", **line}).encode()))
    return told


def test_scan_reads_the_images_of_a_line(analyser: Analyser) -> None:
    images = [base64.b64encode(data).decode() for data in (b"no image", BANNER)]
    told = scan(analyser, text="欢迎光临", images_base64=images)
    assert told["decision"] == "violation"
    assert str(told["text"]).startswith("欢迎光临\n")
    findings = told["findings"]
    assert isinstance(findings, list)
    assert {(f["block"], f["path"].partition("#")[0]) for f in findings} == {("ocr", "images_base64[1]")}
    assert all(str(told["text"])[f["start"] : f["end"]] == f["quote"] for f in findings)
    assert told["unread_images"] == [{"image": "images_base64[0]", "why": "不是图片，或格式不认识"}]


@pytest.mark.parametrize("images", ["x", [1], {}, ["图"], ["x"], ["a\n"]])
def test_images_that_are_no_list_of_base64_are_refused(analyser: Analyser, images: object) -> None:
    with pytest.raises(ScanError, match="images_base64"):
        scan(analyser, text="x", images_base64=images)


@pytest.mark.parametrize("images", [[], None])
def test_no_images_change_nothing(analyser: Analyser, images: object) -> None:
    assert scan(analyser, text="保本保息", images_base64=images) == scan(analyser, text="保本保息")
