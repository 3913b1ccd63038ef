"""Bytes to text. GBK and Big5 are everyday here, and so are pages that declare one charset and are another.

1. a byte order mark decides
2. bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever was declared
3. the HTTP header, then the page's own meta, if the bytes decode without error
4. charset-normalizer's guess on a sample; in the end GB18030 with U+FFFD for what does not decode
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "big5-tw": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs",
}  # fmt: skip
"""What browsers read these as: the larger set that contains them (WHATWG Encoding)."""
_SAYS_NOTHING = frozenset({"latin-1", "iso-8859-1", "iso8859-1", "windows-1252", "ascii", "us-ascii", "binary"})
"""Defaults of servers and editors, not statements about a Chinese page."""
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,30})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,30})", re.IGNORECASE)
_META_WITHIN = 4096
"""Bytes in which a meta charset must stand; WHATWG asks for 1024, real pages are later."""
_SAMPLE = 32_768
_MAGIC = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"RIFF", b"OggS")
_MOST_NULS = 0.02
"""A larger share of NUL bytes is no text in any charset a page comes in without a byte order mark."""


@dataclass(frozen=True)
class Decoded:
    """Decoded bytes."""

    text: str
    charset: str
    unreadable: str = ""
    """Why these bytes are no text, Chinese, or empty."""


def decode(raw: bytes, content_type: str = "") -> Decoded:
    """The text in `raw`. Never raises."""
    for bom, charset in _BOMS:
        if raw.startswith(bom):
            return Decoded(raw.decode(charset, "replace"), charset)
    if raw.startswith(_MAGIC) or raw[:_META_WITHIN].count(0) > _MOST_NULS * min(len(raw), _META_WITHIN):
        return Decoded("", "", "不是文本, 是二进制内容")
    for charset in ("utf-8", *_declared(raw, content_type)):
        text = _strict(raw, charset)
        if text is not None:
            return Decoded(text, charset)
    charset = _guess(raw)
    return Decoded(raw.decode(charset, "replace"), charset)


def _declared(raw: bytes, content_type: str) -> list[str]:
    """Charsets the header and the page name, wider sets for narrow ones."""
    names = [match[1] for match in _HEADER.finditer(content_type)]
    names += [match[1].decode() for match in _META.finditer(raw, 0, _META_WITHIN)]
    lowered = (name.lower() for name in names)
    return [_WIDER.get(name, name) for name in lowered if name not in _SAYS_NOTHING and _is_known(name)]


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(_WIDER.get(name, name))._is_text_encoding
    except LookupError:
        return False


def _strict(raw: bytes, charset: str) -> str | None:
    """The text if it decodes without error; a character cut off at the end is none."""
    try:
        return codecs.getincrementaldecoder(charset)("strict").decode(raw)
    except (UnicodeError, LookupError):
        return None


def _guess(raw: bytes) -> str:
    best = charset_normalizer.from_bytes(raw[:_SAMPLE]).best()
    guessed = best.encoding.lower().replace("_", "-") if best else "gb18030"
    chinese = {"gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp936", "cp950", "utf-8"}
    return _WIDER.get(guessed, guessed) if guessed in chinese else "gb18030"
