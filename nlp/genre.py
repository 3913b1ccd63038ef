"""What kind of page this is, as a whole: does it speak for itself, or tell what others claim?

Title and headings say it most plainly; bylines, articles and court phrases of the text say it too. What the page sells
in between does not change its genre: a promotional block on a news site is still one, and is judged by itself
(nlp.verdict).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nlp.finding import Cue
from nlp.verdict import PageContext

if TYPE_CHECKING:
    from nlp.context import Context

_TELLING: dict[str, tuple[str, tuple[str, ...]]] = {
    "judgment": ("title_judgment", ("judgment", "report_strong")),
    "statute": ("title_statute", ("statute",)),
    "warning": ("title_warning", ("warning",)),
    "news": ("title_news", ("report",)),
    "forum": ("title_forum", ("forum_talk",)),
    "other": ("title_lesson", ()),
}
"""Genres in which others' claims are told, the clearest first: the cue of their titles, the cues of their text."""
_TITLE_WEIGHT = 3
"""A title says as much as so many different words of the text."""
_FEWEST = 3
"""What must show a genre before it speaks for the whole page."""
_OWN_VOICE = ("cta",)
GENRE_CUES = frozenset(name for _, names in _TELLING.values() for name in names) | frozenset(_OWN_VOICE)
"""The cues of the text a genre is read from."""
TITLE_CUES = frozenset(title for title, _ in _TELLING.values())
"""The cues of titles and headings."""
_PUBLIC_SUFFIXES = (".gov.cn", ".court.gov.cn", ".police.cn", ".12377.cn")


def page_context(whole: Context, titles: Context, url: str) -> PageContext:
    """The genre of a page from its whole text, its title and headings, and its host if that is a public body's."""
    host = urlsplit(url).hostname or "" if "//" in url else ""
    official = Cue("GOV", host) if host.endswith(_PUBLIC_SUFFIXES) else None
    own = sum(len(_words(whole, name)) for name in _OWN_VOICE)
    shown = {genre: _shown(whole, titles, genre) for genre in _TELLING}
    genre = max(shown, key=lambda name: shown[name][0])
    weight, words = shown[genre]
    if weight >= _FEWEST and weight > own:
        return PageContext(genre, Cue("GENRE", "、".join(words[:_FEWEST])), official)
    return PageContext("ad" if own else "other", None, official)


def _shown(whole: Context, titles: Context, genre: str) -> tuple[int, list[str]]:
    """How much shows a genre: different words of the text, those of the title weighing more."""
    title, names = _TELLING[genre]
    named = _words(titles, title)
    told = list(dict.fromkeys(word for name in names for word in _words(whole, name)))
    return (_TITLE_WEIGHT if named else 0) + len(told), [*named, *told]


def _words(context: Context, name: str) -> list[str]:
    return list(dict.fromkeys(context.text[start:end] for start, end in context.cues.get(name, ())))
