"""What kind of page this is, as a whole: does it speak for itself, or tell what others claim?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nlp.finding import Cue
from nlp.verdict import PageContext

if TYPE_CHECKING:
    from nlp.context import Context

_TELLING: dict[str, tuple[str, ...]] = {
    "judgment": ("judgment",),
    "statute": ("statute",),
    "warning": ("warning",),
    "news": ("report", "report_strong"),
}
"""Genres in which others' claims are told, and the cues that show them, the clearest first."""
_FEWEST = 3
"""Different places that must show a genre before it speaks for the whole page."""
_OWN_VOICE = ("offer", "cta")
GENRE_CUES = frozenset(name for names in _TELLING.values() for name in names) | frozenset(_OWN_VOICE)
"""The cues a genre is read from."""
_PUBLIC_SUFFIXES = (".gov.cn", ".court.gov.cn", ".police.cn", ".12377.cn")


def page_context(whole: Context, url: str) -> PageContext:
    """The genre of a page from its whole text, and its host if that is a public body's."""
    host = urlsplit(url).hostname or "" if "//" in url else ""
    official = Cue("GOV", host) if host.endswith(_PUBLIC_SUFFIXES) else None
    own = sum(len(whole.cues.get(name, ())) for name in _OWN_VOICE)
    for genre, names in _TELLING.items():
        shown = [hit for name in names for hit in whole.cues.get(name, ())]
        if len(shown) >= _FEWEST and len(shown) > own:
            words = "、".join(dict.fromkeys(whole.text[start:end] for start, end in shown[:_FEWEST]))
            return PageContext(genre, Cue("GENRE", words), official)
    return PageContext("ad" if own else "other", None, official)
