"""The sentence that explains a finding: words, place, rule, context, basis. A lead, never a verdict on the law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.rulebook import VERIFICATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nlp.finding import Basis, BlockKind, Cue, Decision
    from nlp.rulebook import Rule

_PLACES: dict[BlockKind, str] = {
    "title": "标题", "heading": "小标题", "paragraph": "正文", "list": "列表", "button": "按钮", "link": "链接",
    "footer": "页脚", "comment": "评论区", "quote": "引用段", "cell": "表格", "alt": "图片说明", "meta": "页面简介",
    "ocr": "图片文字", "qr": "二维码",
}  # fmt: skip
_MOST_BASES = 3
_LONGEST_QUOTE = 40


def explain(
    rule: Rule,
    decision: Decision,
    quote: str,
    block: BlockKind,
    context: Iterable[Cue],
    labels: Mapping[str, str],
    basis: tuple[Basis, ...],
    apr: tuple[float, ...],
) -> str:
    """One Chinese sentence; `labels` say what each context feature is called."""
    parts = [f"{_PLACES[block]}中「{_shortened(quote)}」{_OPENINGS[decision]}「{rule.title.removeprefix('涉嫌')}」"]
    if apr:
        parts.append("折合年化约" + "、".join(f"{value:g}%" for value in apr))
    cues = [f"{labels.get(cue.feature, cue.feature)}「{cue.words}」" for cue in context]
    if cues:
        parts.append("语境: " + "、".join(cues))
    if basis and decision != "excluded":
        parts.append("〔依据〕" + "; ".join(map(cite, basis[:_MOST_BASES])))
    return ", ".join(parts).replace(", ", "，") + "。"


_OPENINGS: dict[Decision, str] = {
    "violation": "涉嫌",
    "suspect": "疑似(须人工复核)涉嫌",
    "info": "为提示线索",
    "excluded": "字面命中但依语境排除, 未列为线索:",
    "none": "",
}


def cite(basis: Basis) -> str:
    """A basis with how far it was verified: 广告法第二十五条第（一）项（已核条文）."""
    return f"{basis.law}{basis.article}（{VERIFICATION[basis.status]}）"


def _shortened(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[: _LONGEST_QUOTE - 1] + "…"
