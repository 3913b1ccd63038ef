"""HTML to the text a reader sees and its blocks 文本块: kind, offsets, way to the place in the DOM.

One pass in document order. A block is the text of one block-level element, inline children included; a table row is
one block, so that a label stands beside its value. Scripts, styles and frames are dropped; hidden text is kept,
because evasion hides there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from nlp.finding import BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset({"script", "style", "template", "iframe", "frame", "frameset", "noframes", "title", "svg", "object"})
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small "
    "span strike strong sub sup td th time tt u var wbr".split()
)
_SPACED = frozenset({"a", "td", "th", "label"})
"""Inline elements that stand apart from their neighbours."""
_BREAKS = frozenset({"br", "hr"})
_KINDS: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "list", "dt": "list", "dd": "list", "tr": "cell", "td": "cell", "th": "cell", "button": "button",
    "option": "button", "footer": "footer", "blockquote": "quote",
}  # fmt: skip
_REGIONS: tuple[tuple[str, BlockKind], ...] = (
    ("footer, [class*=footer], [id*=footer], [class*=copyright]", "footer"),
    ("[class*=comment], [id*=comment], [class*=reply], [id*=reply], [class*=danmu]", "comment"),
    ("blockquote", "quote"),
)
_INPUT_KINDS: dict[str, BlockKind] = {"submit": "button", "button": "button"}
_DEEPEST_INLINE = 24
"""Inline elements nested deeper than this begin a block of their own, so that hostile nesting stays linear."""
_DEEPEST_PATH = 60
_MOST_REGION_NODES = 20_000


@dataclass
class PageBlock:
    """A block as parsed; its path is worked out only when somebody asks."""

    kind: BlockKind
    start: int
    end: int
    node: LexborNode | None = None

    @property
    def path(self) -> str:
        """The DOM path as a CSS selector, empty for plain text."""
        return css_path(self.node) if self.node is not None else ""


@dataclass
class Page:
    """A page's text and blocks, in order."""

    text: str
    title: str = ""
    blocks: list[PageBlock] = field(default_factory=list)


def plain_page(text: str) -> Page:
    """A text without markup as a page: a block a line, one block for a short text."""
    if len(text) <= SHORT_TEXT:
        return Page(text, "", [PageBlock("paragraph", 0, len(text))])
    blocks: list[PageBlock] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(PageBlock("paragraph", start, start + len(line)))
        start += len(line)
    return Page(text, "", blocks)


SHORT_TEXT = 400
"""A text up to this length is one message: its lines explain each other."""


def parse_html(html: str) -> Page:
    """The text and blocks of an HTML page; anything parses."""
    tree = LexborHTMLParser(html)
    builder = _Builder(_regions(tree))
    title = tree.css_first("title")
    if title is not None:
        builder.add("title", title.text(), title)
    for meta in tree.css("meta[name=description]"):
        builder.add("meta", meta.attributes.get("content") or "", meta)
    if tree.root is not None:
        _walk(tree.root, builder)
    page = builder.page()
    page.title = " ".join(title.text().split()) if title is not None else ""
    return page


def _walk(root: LexborNode, builder: _Builder) -> None:
    for node in root.traverse(include_text=True):
        tag = node.tag
        if tag == "-text":
            builder.text(node)
        elif tag in _BREAKS:
            builder.close()
        elif tag == "img":
            builder.add("alt", node.attributes.get("alt") or "", node)
        elif tag == "input":
            kind = _INPUT_KINDS.get(node.attributes.get("type") or "")
            if kind:
                builder.add(kind, node.attributes.get("value") or "", node)


def _regions(tree: LexborHTMLParser) -> dict[int, BlockKind]:
    """Kinds given by a region of the page, by the identity of the elements in it."""
    kinds: dict[int, BlockKind] = {}
    for selector, kind in _REGIONS:
        for region in tree.css(selector):
            if region.mem_id in kinds:
                continue
            for node in region.traverse():
                kinds[node.mem_id] = kind
                if len(kinds) > _MOST_REGION_NODES:
                    return kinds
    return kinds


class _Builder:
    """Gathers text nodes into blocks."""

    def __init__(self, regions: dict[int, BlockKind]) -> None:
        self._regions = regions
        self._texts: list[str] = []
        self._blocks: list[PageBlock] = []
        self._length = 0
        self._pieces: list[str] = []
        self._owner: LexborNode | None = None
        self._owner_id = 0
        self._parent_id = 0
        self._only_links = True

    def text(self, node: LexborNode) -> None:
        """Add a text node to the block it belongs to."""
        content = node.text_content
        if not content or content.isspace():
            if self._pieces and content:
                self._pieces.append(" ")
            return
        parent = node.parent
        if parent is None or parent.tag in _DROPPED:
            return
        owner, in_link, depth = parent, False, 0
        spaced = parent.tag in _SPACED
        while owner.tag in _INLINE and depth < _DEEPEST_INLINE:
            in_link = in_link or owner.tag == "a"
            above = owner.parent
            if above is None:
                break
            owner, depth = above, depth + 1
        if owner.mem_id != self._owner_id:
            self.close()
            self._owner, self._owner_id = owner, owner.mem_id
        elif spaced or parent.mem_id != self._parent_id and self._spaced:
            self._pieces.append(" ")
        self._spaced = spaced
        self._parent_id = parent.mem_id
        self._only_links = self._only_links and in_link
        self._pieces.append(content)

    _spaced = False

    def close(self) -> None:
        """End the block being gathered."""
        if self._pieces and self._owner is not None:
            kind = self._regions.get(self._owner_id) or _KINDS.get(self._owner.tag or "", "paragraph")
            if kind == "paragraph" and self._only_links:
                kind = "link"
            self._append(kind, "".join(self._pieces), self._owner)
        self._pieces = []
        self._owner_id = 0
        self._only_links = True

    def add(self, kind: BlockKind, content: str, node: LexborNode) -> None:
        """Add a block of its own."""
        if content and not content.isspace():
            self.close()
            self._append(kind, content, node)

    def _append(self, kind: BlockKind, content: str, node: LexborNode) -> None:
        text = " ".join(content.split())
        if text:
            self._blocks.append(PageBlock(kind, self._length, self._length + len(text), node))
            self._texts.append(text)
            self._length += len(text) + 1

    def page(self) -> Page:
        """Everything gathered."""
        self.close()
        return Page("\n".join(self._texts), "", self._blocks)


def css_path(node: LexborNode) -> str:
    """The CSS selector of an element from the root; of a very deep one, its last steps."""
    steps: list[str] = []
    current: LexborNode | None = node
    while current is not None and current.tag not in (None, "-document", "-undef") and len(steps) < _DEEPEST_PATH:
        steps.append(_step(current))
        current = current.parent
    return " > ".join(reversed(steps))


def _step(node: LexborNode) -> str:
    tag = node.tag or ""
    position, sibling, same = 1, node.prev, False
    while sibling is not None:
        if sibling.tag == tag:
            position += 1
        sibling = sibling.prev
    if position == 1:
        sibling = node.next
        while sibling is not None and not same:
            same = sibling.tag == tag
            sibling = sibling.next
    return f"{tag}:nth-of-type({position})" if position > 1 or same else tag
