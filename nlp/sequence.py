"""The small language rules say word orders in: `保证|承诺 ~6 收益|@return`. Compiled to a linear-time pattern.

Items stand in the order of the text, separated by spaces:

- `a|b|@name`   one of these words; `@name` stands for a word class of the vocabulary
- `item?`       the item may be missing
- `~6`          up to six characters, none of 。；; crossing ？ and ！ is allowed: ads ask and answer
- `#`           a number: digits, masked digits (`xx`), or Chinese numerals
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GAP = r"[^。；;\n]"
NUMBER = r"(?:[0-9xX]+(?:[.,][0-9xX]+)*|[零一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾半几]+)"
_LONGEST_NUMBER = 40
"""Characters of a number that a pattern is tried for; longer ones are no amounts."""
_MOST_PAIRS = 80
"""Words of two touching items are looked for as pairs (月返) up to so many of them."""
_GAP_ITEM = re.compile(r"~(\d{1,2})$")


class SequenceError(ValueError):
    """A sequence that cannot be compiled; the message says what to change."""


class Reach(NamedTuple):
    """How far a match can stretch from where its literal begins."""

    before: int
    after: int


@dataclass(frozen=True)
class Sequence:
    """A compiled sequence."""

    pattern: str
    """RE2 syntax; bounded gaps only."""
    literals: tuple[str, ...]
    """One of these occurs in every match: what the matcher looks for first."""
    reach: Reach
    company: tuple[frozenset[str], ...] = ()
    """Characters with which the words of its other items begin: without one of each set no match can be."""


def compile_sequence(source: str, classes: Mapping[str, tuple[str, ...]]) -> Sequence:
    """Compile `source`; raises SequenceError for unknown classes or a sequence without a required word."""
    parts: list[str] = []
    anchors: dict[tuple[str, ...], int] = {}  # words, and how far into a match they can begin
    width = before_last = 0
    touching: tuple[str, ...] = ()  # the words that end where the next item begins
    company: list[frozenset[str]] = []
    for item in source.split():
        gap = _GAP_ITEM.match(item)
        optional = item.endswith("?") and len(item) > 1
        if gap:
            parts.append(f"{GAP}{{0,{gap[1]}}}")
            width += int(gap[1])
            touching = ()
            continue
        words = expand_words(item.removesuffix("?") if optional else item, classes)
        parts.append(_alternation(words) + ("?" if optional else ""))
        start, width = width, width + widest(words)
        if optional or "#" in words:
            touching = ()
            continue
        anchors.setdefault(words, start)
        company.append(first_characters(words))
        if 0 < len(touching) * len(words) <= _MOST_PAIRS:
            anchors.setdefault(tuple(left + right for left in touching for right in words), before_last)
        touching, before_last = words, start
    if not anchors:
        raise SequenceError(f"「{source}」没有必有的词: 至少要有一项既非可缺(?)也非数字(#)")
    literals = rarest(anchors)
    before = anchors[literals]
    return Sequence("".join(parts), literals, Reach(before, width), tuple(company))


def expand_words(item: str, classes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words of one item, classes resolved, in order and without doubles."""
    words: list[str] = []
    for word in item.split("|"):
        if not word:
            raise SequenceError(f"「{item}」里有空词")
        if not word.startswith("@"):
            words.append(word)
        elif word[1:] in classes:
            words.extend(classes[word[1:]])
        else:
            raise SequenceError(f"词表里没有「{word}」: 请在 vocabulary.yml 的 words 里加上")
    return tuple(dict.fromkeys(words))


def first_characters(words: Iterable[str]) -> frozenset[str]:
    """The characters with which words begin."""
    return frozenset(word[0] for word in words)


def widest(words: Iterable[str]) -> int:
    """The most characters one of the words takes."""
    return max(_LONGEST_NUMBER if word == "#" else len(word) for word in words)


def _alternation(words: tuple[str, ...]) -> str:
    """Longer words first, so that a match takes the longest."""
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(NUMBER if word == "#" else re.escape(word) for word in ordered) + ")"


def rarest(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The group of words to look for first: the one that stands in the fewest texts."""
    return min(groups, key=lambda words: sum(map(_commonness, words)))


_COMMON = frozenset(
    {
        "我们", "公司", "平台", "客户", "用户", "会员", "投资", "理财", "资金", "收益", "银行", "贷款", "项目",
        "产品", "机构", "集团", "介绍", "推荐", "代理", "投资者", "利率", "利息", "基金", "股票", "保险",
        "安全", "专业", "服务", "经理", "专家", "分析师", "老师", "合作", "国家", "政府", "企业", "邀请",
        "发展", "一个", "一人", "保障", "风险", "保证", "办理", "联系", "信息", "活动", "购买", "投资人",
        "中心", "到账", "本金", "保费", "交易", "稳定", "固定", "团队", "业绩", "推广", "上市公司", "回报",
        "没有", "可以", "存款", "社区", "投向",
    }
)  # fmt: skip
"""Words of everyday pages, from counting them in news and bank pages."""


_EVERYWHERE = frozenset("年月日天周人个万千百元大中上下有在不一可我你他会到点送")


def _commonness(word: str) -> float:
    """A guess at how often a word stands in a text: single characters and everyday words often, long ones rarely."""
    if len(word) == 1:
        return 3000.0 if word in _EVERYWHERE else 600.0
    if word in _COMMON:
        return 20.0
    return 4.0 ** (2 - len(word))
