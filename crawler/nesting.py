"""Pages nested so deeply that building their tree would take minutes: a way to hang a patrol with one file.

lexbor asks the whole stack of open elements at every tag, so its time grows with the square of the depth:
40,000 nested elements take 2.8 s, 300,000 over two minutes (selectolax 1.0.2, 2026-11). Chromium stops at
512.
"""

from __future__ import annotations

import re
from collections import Counter

FEW_TAGS = 10_000
"""With fewer tags than this no nesting takes longer than 0.3 s to parse."""
DEEPEST = 3_000
"""Open elements no honest page has at once, even one that never closes what it opens."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_NAMES = "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th"
_CLOSED_BY_THEMSELVES = frozenset(_NAMES.split())


def nests_too_deep(html: str) -> bool:
    """True for a page that no parser should be given."""
    if html.count("<") < FEW_TAGS:
        return False
    opened: Counter[str] = Counter()
    depth = 0
    for close, name in _TAG.findall(html):
        name = name.lower()
        if name in _CLOSED_BY_THEMSELVES:
            continue
        if not close:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            return True
    return False
