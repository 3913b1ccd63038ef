"""What charset a page is written in, as far as its links need to know."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META_WINDOW = 4096
"""Browsers look at 1,024 bytes; four times that reads pages with long comments on top."""
SAMPLE = 32768
"""Bytes given to detection: more changes no answer and costs time."""
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
"""Pages declare the small set and use the large one; WHATWG reads them the same way."""

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]+)", re.IGNORECASE)


def read_page(body: bytes, content_type: str) -> tuple[str, str]:
    """The text of a page and the name of its charset: by mark, header, meta, then detection.

    A declaration that the bytes contradict gives way to the next one that fits better.
    """
    for mark, name in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    readings: list[tuple[int, str, str]] = []
    for name in _candidates(body, content_type):
        text = body.decode(name, "replace")
        wrong = text.count("�")
        if not wrong:
            return text, name
        readings.append((wrong, text, name))
    _, text, name = min(readings, key=lambda reading: reading[0])
    return text, name


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    """Names of known codecs, the likeliest first, at least one."""
    declared = (_HEADER.search(content_type), _META.search(body[:META_WINDOW]))
    for match in declared:
        name = match and _known(match[1] if isinstance(match[1], str) else match[1].decode("ascii"))
        if name:
            yield name
    yield "utf-8"
    if not any(declared):
        yield _detected(body)
    yield "gb18030"


def _known(name: str) -> str:
    """The codec for a declared name, widened; empty if there is none."""
    name = name.strip().lower()
    name = WIDER.get(name, name)
    try:
        info = codecs.lookup(name)
    except LookupError:
        return ""
    return info.name if info._is_text_encoding else ""


def _detected(body: bytes) -> str:
    best = from_bytes(body[:SAMPLE]).best()
    return _known(best.encoding) if best else "utf-8"
