"""What analysis says: the values that travel from here to the ledger. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Decision = Literal["violation", "suspect", "excluded", "info", "none"]

DECISIONS: tuple[Decision, ...] = ("violation", "suspect", "excluded", "info", "none")
"""Worst first; a page's decision is the worst of its findings', or `none`."""

BlockKind = Literal[
    "title", "heading", "paragraph", "list", "button", "link", "footer", "comment", "quote", "cell", "alt",
    "meta", "ocr", "qr",
]  # fmt: skip

PICTURED: frozenset[BlockKind] = frozenset({"ocr", "qr"})
"""Kinds of block that do not stand in a page's own text but in its pictures."""


class Block(NamedTuple):
    """A piece of a page's text that a reader sees as one 文本块."""

    kind: BlockKind
    start: int
    """Offset of its first character in the page's text."""
    end: int
    path: str
    """DOM path as a CSS selector (`body > div:nth-of-type(2) > p`), empty for plain text; of what is written in a
    picture, its address and the place in it (`http://a.test/b.png#xywh=40,20,530,64`)."""


@dataclass(frozen=True)
class Cue:
    """A feature of the context 语境 and the words that decided it."""

    feature: str
    """NEG, PSEUDO_NEG, POST_NEG, QUOTE, REPORT, EDU, LAW, LICENSED, QA, CTA, UGC, DISCLAIMER, GOV …"""
    words: str


@dataclass(frozen=True)
class Basis:
    """An article of law a rule rests on, with how far it was verified (T, T摘, S, S1, U: rulebase §0.1)."""

    law: str
    article: str
    status: str
    in_force_from: str = ""
    """ISO date; empty: not known."""
    in_force_to: str = ""
    """ISO date of repeal; empty: in force."""


@dataclass(frozen=True)
class Finding:
    """One hit of one rule 线索, with its verdict and all that explains it."""

    rule: str
    rule_version: str
    """First 12 hex digits of the SHA-256 of the rule's content."""
    title: str
    """The rule's title, Chinese."""
    family: str
    decision: Decision
    severity: int
    """0–4."""
    quote: str
    """The original text from start to end."""
    start: int
    end: int
    block: BlockKind
    path: str
    context: tuple[Cue, ...]
    apr: tuple[float, ...]
    """Simple annual per cent of the rates in the hit."""
    why: str
    """One Chinese sentence an investigator could paste into a file."""
    basis: tuple[Basis, ...]


@dataclass(frozen=True)
class Identifier:
    """A number that names a subject 主体标识: what it says, and how far it checks out offline."""

    kind: str
    """icp, icp_licence, telecom_licence, police_record, uscc, company, phone, wechat, qq, bank_card …"""
    value: str
    """Normalised."""
    quote: str
    start: int
    end: int
    format_ok: bool
    checksum_ok: bool | None = None
    """None: the kind has none."""
    region_ok: bool | None = None
    date_ok: bool | None = None
    registry: str = "unchecked"

    @property
    def valid(self) -> bool:
        """No offline check failed; says nothing about any register."""
        return self.format_ok and False not in (self.checksum_ok, self.region_ok, self.date_ok)


@dataclass(frozen=True)
class Analysis:
    """A page or text, analysed."""

    text: str
    """What all offsets count in."""
    title: str
    charset: str
    genre: str
    """news, judgment, statute, warning, forum, product, ad, other."""
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    identifiers: tuple[Identifier, ...]
    decision: Decision
    severity: int
    """Highest of the findings that are violation or suspect; 0 without."""
    score: int
    """0–100; see nlp.analyse.page_score."""
    unreadable: str = ""
    """Why nothing could be read, or empty."""
    has_little_text: bool = False
    """The page has images and few characters beside them: what it says may be drawn."""
    unread_pictures: tuple[tuple[str, str], ...] = ()
    """Pictures that could not be read, or not wholly: name and reason."""


def worst(decisions: list[Decision]) -> Decision:
    """The worst of some decisions, `none` for no decisions."""
    return min(decisions, key=DECISIONS.index, default="none")
