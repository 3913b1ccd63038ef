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
EVERYDAY = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "這個們來為國說時會對裡後過發與"
)
"""The fifty commonest characters of Chinese text, and those written otherwise in traditional Chinese."""
CHINESE = 0.03
"""Share that makes bytes Chinese: 91 real pages have 0.049 to 0.31, in the wrong charset 0.014 at most (2026-11)."""
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
    """Names of known codecs, the likeliest first."""
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
    """A guess for bytes that say nothing of themselves and are no UTF-8."""
    sample = body[:SAMPLE]
    best = max(("gb18030", "big5hkscs"), key=lambda name: _chinese(sample, name))
    if _chinese(sample, best) >= CHINESE:
        return best
    guess = from_bytes(sample).best()
    return (guess and _known(guess.encoding)) or "utf-8"


def _chinese(sample: bytes, name: str) -> float:
    """Share of everyday characters among the Chinese ones, if `sample` were written in `name`."""
    text = [character for character in sample.decode(name, "replace") if "\u4e00" <= character <= "\u9fff"]
    return sum(character in EVERYDAY for character in text) / len(text) if text else 0.0
