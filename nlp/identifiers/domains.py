"""Web addresses a page names: where else a subject stands. An authority's is never a subject's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.finding import Identifier
from nlp.identifiers.mark import mark

_LABEL: Final = "[a-z0-9](?:[-a-z0-9]{0,40}[a-z0-9])?"
_DOMAIN: Final = re.compile(
    rf"(?<![-a-z0-9@._/])(?:https?://|(?=www\.))(?P<told>(?:{_LABEL}\.){{1,4}}[a-z]{{2,12}})(?![-a-z0-9@])"
    rf"|(?<![-a-z0-9@._/])(?P<bare>(?:{_LABEL}\.){{1,3}}"
    r"(?:com|cn|net|org|top|xyz|vip|cc|ltd|wang|club|shop|info|biz|hk))(?![-a-z0-9@.])",
    re.IGNORECASE,
)
"""With http:// or www. any ending; bare ones only with endings that are no file's or word's."""
_OF_AUTHORITIES: Final = re.compile(r"(?:^|\.)(?:gov|mil|edu)\.cn$")


def find_domains(text: str) -> Iterator[Identifier]:
    """Host names in lower case, without www.; those of authorities and schools left out."""
    for found in _DOMAIN.finditer(text):
        group = "told" if found["told"] else "bare"
        host = found[group].lower().removeprefix("www.")
        if "." in host and not _OF_AUTHORITIES.search(host):
            yield mark("domain", host, found, group)
