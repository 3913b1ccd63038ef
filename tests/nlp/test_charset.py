"""Bytes to text: what was declared, what is true, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.charset import decode

CHINESE = "保本保息的理财产品，投资者请注意风险。"
TRADITIONAL = "保證本金，歡迎投資"


@pytest.mark.parametrize(
    ("raw", "content_type", "text"),
    [
        (CHINESE.encode(), "", CHINESE),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "", CHINESE),
        (CHINESE.encode("utf-16"), "", CHINESE),
        (CHINESE.encode("gbk"), "text/html; charset=gb2312", CHINESE),
        (CHINESE.encode("gbk"), 'text/html; charset="GBK"', CHINESE),
        (TRADITIONAL.encode("big5"), "text/html; charset=big5", TRADITIONAL),
        # bytes that contradict what was declared
        (CHINESE.encode(), "text/html; charset=gb2312", CHINESE),
        (CHINESE.encode("gbk"), "text/html; charset=utf-8", CHINESE),
        (CHINESE.encode("gbk"), "text/html; charset=iso-8859-1", CHINESE),
        (CHINESE.encode("gbk"), "text/html; charset=nonsense", CHINESE),
    ],
)
def test_it_works(raw: bytes, content_type: str, text: str) -> None:
    assert decode(raw, content_type).text == text


def test_the_page_says_its_charset_where_the_header_does_not() -> None:
    html = f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{CHINESE}</p>'
    decoded = decode(html.encode("gbk"), "text/html")
    assert CHINESE in decoded.text
    assert decoded.charset == "gb18030"


def test_a_character_cut_off_at_the_end_does_not_change_the_charset() -> None:
    assert decode(CHINESE.encode()[:-1]).charset == "utf-8"


@pytest.mark.parametrize("raw", [b"%PDF-1.7 x", b"\x89PNG\r\n", b"PK\x03\x04zip", b"\x00\x01" * 40])
def test_binary_content_is_unreadable_by_name(raw: bytes) -> None:
    decoded = decode(raw)
    assert decoded.text == ""
    assert "二进制" in decoded.unreadable


@given(st.binary(max_size=400), st.sampled_from(["", "text/html; charset=utf-16", "charset=base64", "charset=hex"]))
def test_any_bytes_decode(raw: bytes, content_type: str) -> None:
    decode(raw, content_type)
