"""Numbers and names that tell who is behind a page 主体标识, with every check that can be made offline.

`find_identifiers` reads any text; nothing here knows a register, so `registry` stays `unchecked`.
"""

from __future__ import annotations

from nlp.identifiers.codes import find_code_links
from nlp.identifiers.find import KINDS, find_identifiers
from nlp.identifiers.masking import mask

__all__ = ["KINDS", "find_code_links", "find_identifiers", "mask"]
