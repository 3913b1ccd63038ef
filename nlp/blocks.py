"""HTML to the text a reader sees and its blocks 文本块: kind, offsets, way to the place in the DOM.

One pass in document order. A block is the text of one block-level element, inline children included; a table row is
one block, so that a label stands beside its value. Scripts, styles and frames are dropped; hidden text is kept,
because evasion hides there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from nlp.finding import Block, BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset(
    {"script", "style", "template", "iframe", "frame", "frameset", "noframes", "title", "svg", "object"}
)
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
        "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
_SPACED = frozenset({"a", "td", "th", "label"})
"""Inline elements that stand apart from their neighbours."""
_CELLS = frozenset({"td", "th"})
_ENDS = frozenset({"br", "hr", "table"})
"""Elements that end the block before them."""
_APART = _ENDS | {"img", "input"}
_KINDS: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "list", "dt": "list", "dd": "list", "tr": "cell", "td": "cell", "th": "cell", "button": "button",
    "option": "button", "footer": "footer", "blockquote": "quote",
}  # fmt: skip
_REGIONS: tuple[tuple[str, str, BlockKind], ...] = (
    ("footer", "footer, [class*=footer], [id*=footer]", "footer"),
    ("copyright", "[class*=copyright], [id*=copyright]", "footer"),
    ("comment", "[class*=comment], [id*=comment]", "comment"),
    ("reply", "[class*=reply], [id*=reply]", "comment"),
    ("danmu", "[class*=danmu], [id*=danmu]", "comment"),
    ("<blockquote", "blockquote", "quote"),
)
"""Regions of a page: words without which its source holds none, their selector, what their blocks are."""
_INPUT_BUTTONS = frozenset({"submit", "button"})
_CELL = "\x1f"
"""Set between cells while a row is gathered (ASCII's own unit separator)."""
_FEWEST_COLUMNS = 3
"""A first row of so many cells and no figure names its columns; two cells are a label and its value."""
_DIGIT = re.compile("[0-9]")
_DEEPEST_INLINE = 24
"""Inline elements nested deeper than this begin a block of their own, so that hostile nesting stays linear."""
_DEEPEST_PATH = 60
_MOST_REGION_NODES = 20_000


@dataclass
class Page:
    """A page's text and blocks, in order. Ways to their places are worked out only when somebody asks."""

    text: str
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
    """The element of each block; empty for plain text."""
    _paths: dict[int, str] = field(default_factory=dict)

    def path(self, index: int) -> str:
        """The DOM path of a block as a CSS selector, empty for plain text; of a picture's text, its place there."""
        path = self._paths.get(index) or self.blocks[index].path or None
        if path is None:
            path = self._paths[index] = css_path(self.nodes[index]) if self.nodes else ""
        return path

    def add(self, kind: BlockKind, text: str, path: str) -> None:
        """Put a block behind the page's own: what is written in a picture; `path` names the place in it."""
        if self.text:
            self.text += "\n"
        self.blocks.append(Block(kind, len(self.text), len(self.text) + len(text), path))
        self.text += text


def plain_page(text: str) -> Page:
    """A text without markup as a page: a block a line, one block for a short text."""
    if len(text) <= SHORT_TEXT:
        return Page(text, "", [Block("paragraph", 0, len(text), "")])
    blocks: list[Block] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            blocks.append(Block("paragraph", start, start + len(line), ""))
        start += len(line)
    return Page(text, "", blocks)


SHORT_TEXT = 400
"""A text up to this length is one message: its lines explain each other."""


def parse_html(html: str) -> Page:
    """The text and blocks of an HTML page; anything parses."""
    tree = LexborHTMLParser(_flattened(html) if html.count("<") > _MANY_TAGS else html)
    builder = _Builder(_regions(tree, html))
    title = tree.css_first("title")
    heading = " ".join(title.text().split()) if title is not None else ""
    if title is not None:
        builder.append("title", heading, title)
    for meta in tree.css("meta[name=description]") if "description" in html else ():
        builder.append("meta", meta.attributes.get("content") or "", meta)
    if tree.root is not None:
        builder.walk(tree.root)
    return builder.page(heading)


_MANY_TAGS = 20_000
_DEEPEST = 2_000
"""Browsers stop nesting at 512; the parser's time grows with the square of the depth."""
_NESTING = re.compile(r"<(/?)(?!(?:p|li|t[drh]|d[td]|option|br|hr|img|input|meta|link|col|source)\b)[a-zA-Z][^>]*>")
"""Tags of elements that nest: neither empty ones nor those another one closes."""


def _flattened(html: str) -> str:
    """The page without the tags that nest deeper than any real page does."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        too_deep = depth > _DEEPEST
        depth = max(0, depth - 1) if match[1] else depth + 1
        return "" if too_deep else match[0]

    return _NESTING.sub(keep, html)


def _regions(tree: LexborHTMLParser, html: str) -> dict[int, BlockKind]:
    """Kinds given by a region of the page, by the identity of the elements in it."""
    kinds: dict[int, BlockKind] = {}
    for sign, selector, kind in _REGIONS:
        for region in tree.css(selector) if sign in html else ():
            if region.mem_id in kinds:
                continue
            for node in region.traverse():
                kinds[node.mem_id] = kind
                if len(kinds) > _MOST_REGION_NODES:
                    return kinds
    return kinds


_Owner = tuple["LexborNode", int, bool, bool, bool]
"""The block-level element around some text and its identity; whether the text is a link, spaced, dropped."""


class _Builder:
    """Gathers text nodes into blocks."""

    def __init__(self, regions: dict[int, BlockKind]) -> None:
        self._regions = regions
        self._owners: dict[int, _Owner] = {}
        self._texts: list[str] = []
        self._blocks: list[Block] = []
        self._nodes: list[LexborNode] = []
        self._length = 0
        self._header: list[str] | None = None

    def walk(self, root: LexborNode) -> None:
        """Add everything below `root`. What is gathered stands in local variables: this loop is half of parsing."""
        owners = self._owners
        pieces: list[str] = []
        current: LexborNode | None = None
        current_id = cells = 0
        was_spaced, only_links = False, True
        for element in root.traverse(include_text=True):
            tag = element.tag
            if tag == "-text":
                content = element.text_content
                parent = element.parent
                if not content or parent is None:
                    continue
                if content.isspace():
                    if pieces:
                        pieces.append(" ")
                    continue
                owner = owners.get(parent.mem_id) or self._find_owner(parent)
                node, node_id, is_link, is_spaced, is_dropped = owner
                if is_dropped:
                    continue
                if current is None or node_id != current_id:
                    if current is not None:
                        self._close(current, pieces, only_links)
                    pieces, current, current_id, cells, only_links = [], node, node_id, 0, True
                elif cells:
                    pieces.append(_CELL * cells)
                    cells = 0
                elif is_spaced or was_spaced:
                    pieces.append(" ")
                was_spaced = is_spaced
                only_links = only_links and is_link
                pieces.append(content)
            elif tag in _CELLS:
                cells += 1
            elif tag in _APART:
                kind, content = _own_text(element)
                if current is not None and (content or tag in _ENDS):
                    self._close(current, pieces, only_links)
                    pieces, current = [], None
                if content:
                    self.append(kind, content, element)
                if tag == "table":
                    self._header = None
        if current is not None:
            self._close(current, pieces, only_links)

    def _find_owner(self, parent: LexborNode) -> _Owner:
        """The nearest block-level element around text in `parent`."""
        tag = first = parent.tag or ""
        node, is_link = parent, False
        for _ in range(_DEEPEST_INLINE):
            if tag not in _INLINE:
                break
            is_link = is_link or tag == "a"
            above = node.parent
            if above is None:
                break
            node, tag = above, above.tag or ""
        owner = node, node.mem_id, is_link, first in _SPACED, first in _DROPPED
        self._owners[parent.mem_id] = owner
        return owner

    def _close(self, node: LexborNode, pieces: list[str], only_links: bool) -> None:
        """End the block gathered from `node`."""
        kind = self._regions.get(node.mem_id) if self._regions else None
        kind = kind or _KINDS.get(node.tag or "", "paragraph")
        if kind == "paragraph" and only_links:
            kind = "link"
        content = pieces[0] if len(pieces) == 1 else "".join(pieces)
        self.append(kind, self._row(content) if _CELL in content else content, node)

    def _row(self, content: str) -> str:
        """A table's row, each cell behind the header of its column."""
        cells = [" ".join(cell.split()) for cell in content.split(_CELL)]
        header = self._header
        if header is None:
            is_header = len(cells) >= _FEWEST_COLUMNS and not any(map(_DIGIT.search, cells))
            self._header = cells if is_header else []
        elif len(header) == len(cells):
            cells = [f"{label} {cell}" if cell else "" for label, cell in zip(header, cells, strict=True)]
        return " ".join(filter(None, cells))

    def append(self, kind: BlockKind, content: str, node: LexborNode) -> None:
        """Add a block, unless nothing but space is in it."""
        text = " ".join(content.split())
        if text:
            start = self._length
            self._length = start + len(text) + 1
            self._blocks.append(Block(kind, start, self._length - 1, ""))
            self._nodes.append(node)
            self._texts.append(text)

    def page(self, title: str) -> Page:
        """Everything gathered."""
        return Page("\n".join(self._texts), title, self._blocks, self._nodes)


def _own_text(element: LexborNode) -> tuple[BlockKind, str]:
    """The text an element shows by an attribute: a picture's, a button's; empty without any."""
    if element.tag == "img":
        return "alt", (element.attributes.get("alt") or "").strip()
    if element.tag == "input" and element.attributes.get("type") in _INPUT_BUTTONS:
        return "button", (element.attributes.get("value") or "").strip()
    return "paragraph", ""


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
