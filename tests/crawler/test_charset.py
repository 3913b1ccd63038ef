import codecs

import pytest

from crawler.charset import read_page

TEXT = "本金安全有保障，年化收益率百分之十二。欢迎各位投资人前来咨询，客服热线全天开通。"
TRADITIONAL = "保證獲利，本金安全有保障，歡迎各位投資人前來諮詢，客服熱線全天開通。"


def page(text: str, meta: str = "") -> str:
    return f"<html><head>{meta}<title>P2P</title></head><body>{text}</body></html>"


CASES = [
    # body, Content-Type, charset found
    ("header", page(TEXT).encode("gbk"), "text/html; charset=GBK", "gb18030"),
    ("quoted header", page(TEXT).encode("gbk"), 'text/html; charset="gb2312"', "gb18030"),
    ("meta", page(TEXT, '<meta charset="gb2312">').encode("gbk"), "text/html", "gb18030"),
    (
        "old meta",
        page(TEXT, '<meta http-equiv=Content-Type content="text/html; charset=gb2312">').encode("gbk"),
        "text/html",
        "gb18030",
    ),
    ("late meta", (" " * 3000 + page(TEXT, "<meta charset=gbk>")).encode("gbk"), "text/html", "gb18030"),
    ("rare character", page("朱镕基䶮").encode("gb18030"), "text/html; charset=gb2312", "gb18030"),
    ("big5", page(TRADITIONAL, "<meta charset=big5>").encode("big5"), "text/html", "big5hkscs"),
    ("nothing said, utf-8", page(TEXT).encode(), "text/html", "utf-8"),
    ("nothing said, gbk", page(TEXT * 5).encode("gbk"), "text/html", "gb18030"),
    ("nothing said, big5", page(TRADITIONAL * 5).encode("big5"), "text/html", "big5hkscs"),
    (
        "nothing said, a form with many blanks",
        page("借款合同（＿＿＿＿＿＿）" * 20 + TEXT).encode("gbk"),
        "",
        "gb18030",
    ),
    (
        "nothing said, russian",
        page("Инвестиционная платформа, доход гарантирован. " * 9).encode("cp1251"),
        "",
        "cp1251",
    ),
    ("header wrong", page(TEXT).encode(), "text/html; charset=gb2312", "utf-8"),
    ("header wrong, meta right", page(TEXT, "<meta charset=gbk>").encode("gbk"), "text/html; charset=utf-8", "gb18030"),
    ("unknown charset", page(TEXT).encode(), "text/html; charset=x-unknown", "utf-8"),
    ("no text codec", page(TEXT).encode(), "text/html; charset=base64", "utf-8"),
    ("mark", codecs.BOM_UTF8 + page(TEXT).encode(), "text/html; charset=gbk", "utf-8"),
    ("utf-16 mark", codecs.BOM_UTF16_LE + page(TEXT).encode("utf-16-le"), "", "utf-16-le"),
    ("empty", b"", "text/html", "utf-8"),
]


@pytest.mark.parametrize(("body", "content_type", "charset"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_charset(body: bytes, content_type: str, charset: str) -> None:
    text, found = read_page(body, content_type)
    assert codecs.lookup(found).name == codecs.lookup(charset).name
    assert "�" not in text
    assert not body or any(known in text for known in (TEXT[:4], TRADITIONAL[:4], "朱镕基䶮", "доход гарантирован"))


def test_one_broken_byte_does_not_change_the_charset() -> None:
    body = page(TEXT, "<meta charset=utf-8>").encode() + b"\xff"
    text, found = read_page(body, "text/html")
    assert found == "utf-8"
    assert TEXT in text
