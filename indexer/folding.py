"""How text is compared: width and case folded, cut into tokens; both sides of a search go through here."""

from __future__ import annotations

import re

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SINGLES = {0x3000: " ", 0x0130: "i"}
"""The ideographic space, and the one character whose lower case is longer than itself (U+0130, İ)."""
_TABLE: dict[int, int | str] = {**_FULL_WIDTH, **_SINGLES}
_RUN = re.compile(r"[0-9a-z]+|\s+|[^0-9a-z\s]+")

SPACE = "␣"
"""The token of any run of white space."""


def fold(text: str) -> str:
    """Full-width ASCII made narrow, all in lower case; as long as `text`, so offsets stay good."""
    return text.translate(_TABLE).lower()


def tokens(text: str) -> list[str]:
    """A text folded and cut: each run of ASCII letters and digits, of white space, each other character."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if is_word(run):
            found.append(run)
        elif run.isspace():
            found.append(SPACE)
        else:
            found.extend(run)
    return found


def is_word(token: str) -> bool:
    """Whether a token is a run of ASCII letters and digits, which only matches whole."""
    return token.isascii() and token.isalnum()
