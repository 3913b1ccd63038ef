"""A page or a text, analysed: bytes in, findings out.

1. bytes → text → blocks (charset, blocks)
2. one pass over the normalised text for every literal of every rule (normalise, matcher)
3. only where literals stand: patterns, rates, cues, a decision for each hit (context, verdict)
4. composites over all findings, the page's decision and score
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from nlp.blocks import Page, parse_html, plain_page
from nlp.charset import decode
from nlp.composites import CompositeFinder, PageFacts
from nlp.context import Context, CueFinder
from nlp.finding import PICTURED, Analysis, Block, Finding, Identifier, worst
from nlp.genre import GENRE_CUES, TITLE_CUES, page_context
from nlp.identifiers import find_identifiers
from nlp.normalise import Normaliser
from nlp.passages import PassageReader
from nlp.pictures import NO_PICTURES, has_little_text, read_pictures, with_code_links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.opinion import SecondOpinion
    from nlp.pictures import Pictures, Unread
    from nlp.rulebook import Rulebook

MAX_BYTES = 12_000_000
"""Pages are cut here: beyond it no page shows text to a reader."""
MOST_FINDINGS = 2_000
"""After so many findings a page is no longer read on: more would tell nobody anything."""
_GENRE_READS = 20_000
"""Characters from which a page's genre is read."""
_MOST_TITLES = 12
_WEIGHTS = {"violation": 1.0, "suspect": 0.6}
_POINTS = 9
"""Points a severity step is worth: one violation of severity 3 scores 27, two rules of severity 4 score 72."""
_LICENSED_FACTOR = 0.8
"""Rulebase §1.2: hits of a licensed subject weigh less."""
_LICENCE_KINDS = frozenset({"payment_licence", "fund_sales_licence", "financial_licence"})


class Analyser:
    """Analyses pages by a rulebook. Build one a process; the analysis itself keeps no state."""

    def __init__(self, rulebook: Rulebook, opinion: SecondOpinion | None = None) -> None:
        """`opinion` adds to what the rules find; without one the rules speak alone."""
        self.rulebook = rulebook
        self._normalise = Normaliser(rulebook.vocabulary.variants)
        self._reader = PassageReader(rulebook, opinion)
        self._find_composites = CompositeFinder(rulebook)
        self._title_cues = CueFinder(rulebook.vocabulary, TITLE_CUES)
        self._page_cues = CueFinder(rulebook.vocabulary, GENRE_CUES | self._find_composites.cues)

    def analyse_text(
        self, text: str, url: str = "", on: date | None = None, pictures: Pictures = NO_PICTURES
    ) -> Analysis:
        """Analyse a text without markup; offsets count in `text`. `on`: the day whose law is asked for.

        What is written in `pictures` stands behind the text, and is analysed with it.
        """
        page = plain_page(text[:MAX_BYTES])
        return self._analyse(page, "", url, on, _add_pictures(page, pictures, has_little_text=False))

    def analyse_html(
        self,
        raw: bytes | str,
        content_type: str = "",
        url: str = "",
        on: date | None = None,
        pictures: Pictures = NO_PICTURES,
    ) -> Analysis:
        """Analyse an HTML page as received; offsets count in the extracted text. Never raises for any bytes.

        What is written in `pictures` stands behind the page's own text, and is analysed with it.
        """
        charset = ""
        if isinstance(raw, bytes):
            decoded = decode(raw[:MAX_BYTES], content_type)
            if decoded.unreadable:
                return _unreadable(decoded.unreadable)
            raw, charset = decoded.text, decoded.charset
        page = parse_html(raw[:MAX_BYTES])
        little = has_little_text(page.text, raw)
        analysis = self._analyse(page, charset, url, on, _add_pictures(page, pictures, has_little_text=little))
        return replace(analysis, has_little_text=True) if little else analysis

    def described(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """The passages of a text, normalised, with the features of each: what a model learns from."""
        page = plain_page(text)
        for passage in self._reader.passages(page, self._normalise(page.text)):
            yield passage.text, self._reader.features(passage.text)

    def _analyse(self, page: Page, charset: str, url: str, on: date | None, unread: Unread) -> Analysis:
        normal = self._normalise(page.text)
        passages = self._reader.passages(page, normal)
        whole = Context(normal.lower[:_GENRE_READS], self._page_cues)
        outside = cache(lambda: page_context(whole, Context(_titles(page), self._title_cues), url))
        findings: list[Finding] = []
        for passage in passages:
            findings += self._reader.findings(passage, page, normal, outside, on)
            if len(findings) >= MOST_FINDINGS:
                break
        identifiers = find_identifiers(page.text, on or datetime.now(tz=UTC).date(), normal.folded)
        if page.blocks and page.blocks[-1].kind in PICTURED:
            identifiers = with_code_links(page, identifiers)
        facts = PageFacts(
            findings,
            whole,
            identifiers,
            lambda finding: normal.was_disguised(finding.start, finding.end),
            outside,
        )
        findings += self._find_composites(facts, on)
        findings.sort(key=lambda f: (f.start, f.end, f.rule))
        return Analysis(
            text=page.text,
            title=page.title,
            charset=charset,
            genre=outside().genre if findings else "other",
            blocks=_blocks(page, findings),
            findings=tuple(findings),
            identifiers=identifiers,
            decision=worst([finding.decision for finding in findings]),
            severity=max((f.severity for f in findings if f.decision in _WEIGHTS), default=0),
            score=page_score(findings, identifiers),
            unread_pictures=unread,
        )


def _titles(page: Page) -> str:
    """A page's title and headings, in lower case: what it says it is."""
    named = [page.text[block.start : block.end] for block in page.blocks if block.kind in ("title", "heading")]
    return "\n".join(named[:_MOST_TITLES]).lower()


def _add_pictures(page: Page, pictures: Pictures, *, has_little_text: bool) -> Unread:
    """Put what is written in a page's pictures behind its text; return what could not be read."""
    if pictures is NO_PICTURES:
        return ()
    album = read_pictures(pictures, page.text, has_little_text=has_little_text)
    for written in album.texts:
        page.add(written.kind, written.text, written.path)
    return tuple(album.why)


def _blocks(page: Page, findings: list[Finding]) -> tuple[Block, ...]:
    """The page's blocks; the way to its place only for those something was found in."""
    blocks = page.blocks[:]
    starts = [block.start for block in blocks]
    for start, path in {(finding.start, finding.path) for finding in findings}:
        index = bisect_right(starts, start) - 1
        if not blocks[index].path:
            blocks[index] = blocks[index]._replace(path=path)
    return tuple(blocks)


def _unreadable(why: str) -> Analysis:
    return Analysis("", "", "", "other", (), (), (), "none", 0, 0, why)


def page_score(findings: list[Finding], identifiers: tuple[Identifier, ...] = ()) -> int:
    """0–100: the severity of every rule asserted, once each, suspects at a part of it (rulebase §1.2)."""
    weights: dict[str, float] = {}
    for finding in findings:
        weight = finding.severity * _WEIGHTS.get(finding.decision, 0)
        weights[finding.rule] = max(weights.get(finding.rule, 0), weight)
    licensed = any(i.kind in _LICENCE_KINDS and i.valid for i in identifiers)
    return min(100, round(sum(weights.values()) * _POINTS * (_LICENSED_FACTOR if licensed else 1)))
