"""Personal numbers in what leaves the building: masked in lists, shown in the file of a case (design §8)."""

from __future__ import annotations

import re
from datetime import date

from nlp.identifiers import find_identifiers, mask

_MOBILE = re.compile(r"(?<!\d)((?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_CITIZEN = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dXx])")
_PERSONAL = frozenset({"bank_card", "payee", "wechat", "qq"})
"""Kinds a person can be reached or paid by, besides a mobile number (rulebase §4)."""


def mask_number(number: str) -> str:
    """A telephone number with its middle hidden: enough left to compare, not to call."""
    head, tail = (3, 4) if len(number) > 8 else (1, 2)
    return number[:head] + "*" * max(4, len(number) - head - tail) + number[-tail:]


def mask_text(text: str) -> str:
    """A text with the mobile and citizen numbers, cards, payees, WeChat and QQ accounts in it masked."""
    return _CITIZEN.sub(r"\1********\2", _MOBILE.sub(r"\1\2****\4", _mask_accounts(text)))


def _mask_accounts(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for each in find_identifiers(text, date.max):
        if each.kind in _PERSONAL:
            pieces += text[done : each.start], mask(each.kind, each.value)
            done = each.end
    return "".join((*pieces, text[done:]))
