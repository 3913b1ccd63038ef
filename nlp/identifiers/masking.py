"""What lists show of personal numbers and names: enough to recognise, not enough to use (design §8)."""

from __future__ import annotations

from typing import Final

_KEPT: Final[dict[str, tuple[int, int]]] = {
    "phone": (3, 4),
    "bank_card": (4, 4),
    "payee": (1, 0),
    "wechat": (2, 2),
    "qq": (2, 2),
}
"""Characters shown at either end, for the kinds that may be a person's."""


def mask(kind: str, value: str) -> str:
    """`value` as a list may show it: 138****8000, 6222***********1234, 张**; other kinds unchanged."""
    if kind not in _KEPT:
        return value
    first, last = _KEPT["phone" if kind == "wechat" and value.isdecimal() else kind]  # an account named by its mobile
    hidden = len(value) - first - last
    if hidden <= 0:
        return value[:1] + "*" * (len(value) - 1)
    return value[:first] + "*" * hidden + value[len(value) - last :]
