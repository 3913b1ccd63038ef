"""The query language: Lucene's syntax with Chinese names, read into indexer.clauses. The one door to luqum.

What differs from Lucene: words without an operator between them must all occur, and `a OR b c` is
`(a OR b) AND c`; a word without quotes is an exact sequence of characters, as one with quotes is;
`"a b"~5` finds its words in either order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import InvalidOperation
from math import comb, factorial
from typing import Any

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse as parse_lucene

from indexer.clauses import (
    Bound,
    Clause,
    Everything,
    Exists,
    Near,
    Not,
    Range,
    Regex,
    Sequence,
    Term,
    Wildcard,
    all_of,
    any_of,
)  # fmt: skip
from indexer.fields import Field, find_field, similar_fields
from indexer.folding import fold, tokens
from indexer.query_errors import QueryError, explain
from indexer.query_values import Period, read_keyword, read_number, read_period, read_regex

MAX_LENGTH = 4000
MAX_CLAUSES = 200
MAX_DEPTH = 20
MAX_PATTERNS = 10
"""Wildcards and regular expressions in one query: each walks a whole dictionary of terms."""
MAX_SLOP = 50
MAX_ARRANGEMENTS = 600
"""Ways in which the words of a proximity may stand; engines without such a query try each."""

_ANY = Field("", "text", "正文和标题")
"""What a clause without a field is searched in."""

_SYNTAX = str.maketrans("：（）［］｛｝＋－＊～＞＜＝＾　", ":()[]{}+-*~><=^ ")
_STRETCH = re.compile(r'(?P<quoted>"(?:[^"\\]|\\.)*")|[“”](?P<curly>[^“”"\\]*)[“”]|\\.|.', re.DOTALL)
_WORD_OPERATORS = {"and", "or", "not", "&&", "||", "与", "或", "且", "非"}
_WORD_REGEX = re.compile(r"(?:[0-9a-z.|()*+?]|\\[dw]|\[[0-9a-z-]+\]|\{[0-9,]+\})+")
"""Expressions that can only match runs of ASCII letters and digits."""
_COMPARISON = re.compile(r"(\w+)([<>]=?|=)(\S+)")


def parse(text: str) -> Clause:
    """Read a query. Raises QueryError, which names the place, what is wrong and how to put it."""
    if not text.strip():
        raise QueryError("查询是空的", "要全部取证，写 *:*")
    if len(text) > MAX_LENGTH:
        raise QueryError(f"查询超过 {MAX_LENGTH} 字", "拆成几次查询")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryError("查询里有无法识别的字符", "检查终端的编码是否为 UTF-8")
    plain = narrow(text)
    try:
        root = parse_lucene(plain)
    except ParseError as error:
        place = re.search(r"at position (\d+)", str(error))
        raise explain(plain, int(place[1]) if place else None) from None
    except InvalidOperation:  # luqum reads the number after ^ or ~ as a decimal, whatever stands there
        raise QueryError("^ 或 ~ 后面的数字写错了", "去掉它，或写成 ~5", None) from None
    return _Reader().read(root, _ANY, 0)


def narrow(text: str) -> str:
    """Full-width syntax as a Chinese keyboard types it made narrow, outside quotes; the length stays."""
    return _STRETCH.sub(_narrow_stretch, text)


def _narrow_stretch(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return match[0]
    return f'"{match["curly"]}"' if match["curly"] is not None else match[0].translate(_SYNTAX)


class _Reader:
    """Turns luqum's tree into ours and counts what it costs."""

    def __init__(self) -> None:
        self._clauses = 0
        self._patterns = 0

    def read(self, item: Any, field: Field, depth: int) -> Clause:
        """The clause of one of luqum's items, searched in `field`. Raises QueryError with its position."""
        if depth > MAX_DEPTH:
            raise QueryError(f"括号套得太深（最多 {MAX_DEPTH} 层）", "拆成几次查询", item.pos)
        try:
            return _READERS[type(item)](self, item, field, depth + 1)
        except QueryError as error:
            if error.position is not None:
                raise
            raise QueryError(error.problem, error.suggestion, item.pos) from None

    def all(self, item: tree.BaseOperation, field: Field, depth: int) -> Clause:
        return all_of(*(self.read(part, field, depth) for part in item.children))

    def any(self, item: tree.OrOperation, field: Field, depth: int) -> Clause:
        for part in item.children:
            if isinstance(part, tree.Plus | tree.Prohibit):
                problem = "+ 和 - 不能与 OR 混用"
                raise QueryError(problem, "用 AND、NOT 和括号写清楚，例如 甲 AND (乙 OR 丙)", part.pos)
        return any_of(*(self.read(part, field, depth) for part in item.children))

    def negated(self, item: tree.Unary, field: Field, depth: int) -> Clause:
        return Not(self.read(item.a, field, depth))

    def required(self, item: tree.Plus, field: Field, depth: int) -> Clause:
        return self.read(item.a, field, depth)

    def group(self, item: tree.BaseGroup, field: Field, depth: int) -> Clause:
        return self.read(item.expr, field, depth)

    def fielded(self, item: tree.SearchField, field: Field, depth: int) -> Clause:
        if item.name == "*" and str(item.expr).strip() == "*":
            return self._counted(Everything())
        if item.name == "_exists_":
            return self._counted(Exists(_field(str(item.expr).strip()).name))
        if field is not _ANY:
            raise QueryError(f"字段“{field.zh}”里又写了字段“{item.name}”", "一个条件只写一个字段")
        return self.read(item.expr, _field(item.name), depth)

    def word(self, item: tree.Word, field: Field, depth: int) -> Clause:
        raw: str = item.value
        _check_word(raw, field)
        if raw.strip("*") == "":
            return self._counted(Exists(field.name) if field.name else Everything())
        if _has_wildcard(raw) and field.kind in ("text", "keyword"):
            return self._counted(self._pattern(raw, field))
        return self._counted(_exact(_unescaped(raw), field))

    def phrase(self, item: tree.Phrase, field: Field, depth: int) -> Clause:
        return self._counted(_exact(_unescaped(item.value[1:-1]), field))

    def proximity(self, item: tree.Proximity, field: Field, depth: int) -> Clause:
        return self._counted(_near(_unescaped(item.term.value[1:-1]), int(item.degree), field))

    def regex(self, item: tree.Regex, field: Field, depth: int) -> Clause:
        self._count_pattern()
        pattern = read_regex(item.value[1:-1].replace("\\/", "/"))
        if field.kind not in ("text", "keyword"):
            raise QueryError(f"“{field.zh}”不能用正则", "改用范围，例如 [2 TO 4]")
        if field.kind == "text" and not _WORD_REGEX.fullmatch(pattern):
            raise QueryError("正文里的正则只匹配英文和数字的词", '中文请用短语，或 "甲 乙"~5')
        return self._counted(Regex(field.name, pattern))

    def range(self, item: tree.Range, field: Field, depth: int) -> Clause:
        low, high = str(item.low).strip(), str(item.high).strip()
        return self._counted(_range(field, low, high, bool(item.include_low), bool(item.include_high)))

    def above(self, item: tree.From, field: Field, depth: int) -> Clause:
        return self._counted(_range(field, str(item.a).strip(), "*", bool(item.include), True))

    def below(self, item: tree.To, field: Field, depth: int) -> Clause:
        return self._counted(_range(field, "*", str(item.a).strip(), True, bool(item.include)))

    def fuzzy(self, item: tree.Fuzzy, field: Field, depth: int) -> Clause:
        raise QueryError("不支持单个词的模糊匹配 ~", '邻近查询写作 "甲 乙"~5，前缀写作 bit*')

    def boost(self, item: tree.Boost, field: Field, depth: int) -> Clause:
        raise QueryError("不支持 ^ 加权", "去掉 ^ 和后面的数字；排序用 --sort")

    def _pattern(self, raw: str, field: Field) -> Clause:
        if field.kind == "text" and (literal := _inner_literal(raw)) is not None:
            return _exact(literal, field)
        self._count_pattern()
        pattern = re.sub(r"\\([^*?\\])", r"\1", fold(raw))
        if field.kind == "text" and not re.fullmatch(r"[0-9a-z*?]+", pattern):
            problem = "正文里的 * 和 ? 只用于英文和数字的词"
            raise QueryError(problem, '中文词本来就按片段查找，不用加 *；隔开的写作 "甲 乙"~5')
        return Wildcard(field.name, pattern)

    def _count_pattern(self) -> None:
        self._patterns += 1
        if self._patterns > MAX_PATTERNS:
            raise QueryError(f"通配符和正则最多 {MAX_PATTERNS} 个", "拆成几次查询")

    def _counted(self, clause: Clause) -> Clause:
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise QueryError(f"查询条件最多 {MAX_CLAUSES} 个", "拆成几次查询，或用批量查询")
        return clause


_READERS: dict[type, Callable[[_Reader, Any, Field, int], Clause]] = {
    tree.AndOperation: _Reader.all,
    tree.Boost: _Reader.boost,
    tree.FieldGroup: _Reader.group,
    tree.From: _Reader.above,
    tree.Fuzzy: _Reader.fuzzy,
    tree.Group: _Reader.group,
    tree.Not: _Reader.negated,
    tree.OrOperation: _Reader.any,
    tree.Phrase: _Reader.phrase,
    tree.Plus: _Reader.required,
    tree.Prohibit: _Reader.negated,
    tree.Proximity: _Reader.proximity,
    tree.Range: _Reader.range,
    tree.Regex: _Reader.regex,
    tree.SearchField: _Reader.fielded,
    tree.To: _Reader.below,
    tree.UnknownOperation: _Reader.all,
    tree.Word: _Reader.word,
}


def _field(call: str) -> Field:
    field = find_field(call)
    if field is None and call in ("http", "https"):
        raise QueryError("网址里的冒号和斜线要用引号括起来", f'可写成 url:"{call}://…" 或 host:主机名')
    if field is None:
        near = similar_fields(call)
        hint = f"是不是 {'、'.join(near)}？" if near else "常用：主机、规则、类别、判定、严重度、时间、主体。"
        raise QueryError(f"没有“{call}”这个字段", f'{hint}若要查找这段文字，请加引号："{call}:…"')
    return field


def _check_word(raw: str, field: Field) -> None:
    """Raise for words that look like an operator or a comparison gone wrong."""
    if raw in _WORD_OPERATORS or "&&" in raw or "||" in raw:
        raise QueryError(f"“{raw}”不是逻辑词", f'逻辑词用大写的 AND、OR、NOT；要找这个词，请加引号："{raw}"')
    match = _COMPARISON.fullmatch(raw)
    if match and field is _ANY and find_field(match[1]):
        operator = "" if match[2] == "=" else match[2]
        raise QueryError("字段名后面缺少冒号", f"可写成 {match[1]}:{operator}{match[3]}")


def _has_wildcard(raw: str) -> bool:
    return bool(re.search(r"[*?]", re.sub(r"\\.", "", raw)))


def _inner_literal(raw: str) -> str | None:
    """What is left of `*保本*` without its outer stars, if that is not an ASCII word and has no wildcard."""
    inner = raw.strip("*")
    literal = _unescaped(inner)
    if _has_wildcard(inner) or inner.endswith("\\") or re.fullmatch(r"[0-9a-z]+", fold(literal)):
        return None
    return literal


def _unescaped(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)


def _exact(text: str, field: Field) -> Clause:
    """The clause of a literal value of any kind of field."""
    if field.kind == "text":
        return Sequence(field.name, _tokens(text))
    if field.kind == "keyword":
        return Term(field.name, read_keyword(field, text))
    if field.kind == "date":
        period = read_period(text)
        return Range(field.name, period.start, period.end, True, False)
    return Term(field.name, read_number(field, text))


def _tokens(text: str) -> tuple[str, ...]:
    found = tuple(tokens(text.strip()))
    if not found:
        raise QueryError("引号里是空的", "写上要找的文字，或去掉引号")
    return found


def _near(text: str, slop: int, field: Field) -> Clause:
    if field.kind != "text":
        raise QueryError(f"“{field.zh}”不能用邻近查询 ~", "去掉 ~ 和后面的数字")
    parts = tuple(_tokens(part) for part in text.split()) or (_tokens(text),)
    if slop == 0 or len(parts) == 1:
        return Sequence(field.name, _tokens(text))
    gaps = len(parts) - 1
    if slop > MAX_SLOP or factorial(len(parts)) * comb(slop + gaps, gaps) > MAX_ARRANGEMENTS:
        raise QueryError("邻近查询的词或距离太多", f"两个词最远 {MAX_SLOP}，三个词最远 12，四个词最远 3")
    return Near(field.name, parts, slop)


def _range(field: Field, low: str, high: str, include_low: bool, include_high: bool) -> Clause:
    low, high = _bare(low), _bare(high)
    if field.kind in ("text", "keyword"):
        hint = "按月份查，用 时间:2026-11" if field.name == "month" else "范围用于 严重度、分值、年化、时间 等"
        raise QueryError(f"“{field.zh}”不能用范围", hint)
    if field.kind == "date":
        return _period(field, low, high, include_low, include_high)
    start, end = (None if text == "*" else read_number(field, text) for text in (low, high))
    if start is None and end is None:
        return Exists(field.name)
    _check_order(start, end)
    return Range(field.name, start, end, include_low or start is None, include_high or end is None)


def _period(field: Field, low: str, high: str, include_low: bool, include_high: bool) -> Clause:
    """Whole days: `[2026-11-01 TO 2026-11-02]` ends at midnight after the second."""
    first, last = (None if text == "*" else read_period(text) for text in (low, high))
    if first is None and last is None:
        return Exists(field.name)
    start = _edge(first, not include_low)
    end = _edge(last, include_high)
    _check_order(start, end)
    return Range(field.name, start, end, True, end is None)


def _edge(period: Period | None, after: bool) -> Bound | None:
    if period is None:
        return None
    return period.end if after else period.start


def _check_order(low: Any, high: Any) -> None:
    if low is not None and high is not None and low > high:
        raise QueryError("范围的下限大于上限", "把两个数对调")


def _bare(text: str) -> str:
    """A bound without its quotes or escapes."""
    return _unescaped(text[1:-1] if text.startswith('"') else text)
