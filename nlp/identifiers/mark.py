"""How the finders of this package say what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.finding import Identifier

if TYPE_CHECKING:
    import re


def mark(
    kind: str,
    value: str,
    found: re.Match[str],
    group: int | str = 0,
    *,
    format_ok: bool = True,
    checksum_ok: bool | None = None,
    region_ok: bool | None = None,
    date_ok: bool | None = None,
) -> Identifier:
    """An identifier where a group of a match stands."""
    return Identifier(
        kind=kind,
        value=value,
        quote=found.group(group),
        start=found.start(group),
        end=found.end(group),
        format_ok=format_ok,
        checksum_ok=checksum_ok,
        region_ok=region_ok,
        date_ok=date_ok,
    )
