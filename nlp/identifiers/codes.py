"""What a QR code leads to: a WeChat or QQ contact, a download, or any other address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.contacts import find_apps
from nlp.identifiers.mark import mark

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}:[^\s<>\"，。；]{3,}", re.IGNORECASE)
_CONTACTS: Final = tuple(
    (kind, re.compile(f"(?:https?://)?(?:{hosts})/|(?:{schemes}):", re.IGNORECASE))
    for kind, hosts, schemes in (
        ("wechat", r"u\.wechat\.com|(?:work\.|open\.|mp\.)?weixin\.qq\.com|wxaurl\.cn", "weixin|wxp"),
        ("qq", r"(?:qm|qun|jq|wpa)\.qq\.com", "mqqapi"),
    )
)
"""Addresses that WeChat's and QQ's own codes hold: friend, group, public account, customer service, payment."""


def find_code_links(text: str) -> Iterator[Identifier]:
    """The addresses in a code's content; offsets in `text`. Those of app packages and stores are left to find_apps."""
    for found in _ADDRESS.finditer(text):
        kind = next((name for name, pattern in _CONTACTS if pattern.match(found.group())), "url")
        if kind != "url" or not any(find_apps(found.group())):
            yield mark(kind, found.group(), found)
