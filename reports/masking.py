"""Personal numbers in what leaves the building: masked in lists, shown in the file of a case (design §8)."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_CITIZEN = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")


def mask_number(number: str) -> str:
    """A telephone number with its middle hidden: enough left to compare, not to call."""
    head, tail = (3, 4) if len(number) > 8 else (1, 2)
    return number[:head] + "*" * max(4, len(number) - head - tail) + number[-tail:]


def mask_text(text: str) -> str:
    """A text with the mobile and citizen numbers in it masked."""
    return _CITIZEN.sub(r"\1********\2", _MOBILE.sub(r"\1****\3", text))
