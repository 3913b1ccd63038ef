"""Queries that cannot be read: where, what was expected, and how to put it instead."""

from __future__ import annotations

import re


class QueryError(ValueError):
    """A query we cannot read or will not run; the message is Chinese, for the person who typed it."""

    def __init__(self, problem: str, suggestion: str = "", position: int | None = None) -> None:
        self.problem = problem
        self.suggestion = suggestion
        self.position = position
        """Offset of the offending character, counted from 0."""
        where = f"查询第 {position + 1} 个字：" if position is not None else "查询有误："
        super().__init__(where + problem + (f"。{suggestion}" if suggestion else ""))


_MISTAKES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), problem, suggestion)
    for pattern, problem, suggestion in (
        (r"https?://", "网址里的冒号和斜线要用引号括起来", '可写成 url:"https://…" 或 host:主机名'),
        (r"(?<!\S)'", "短语用双引号", '可写成 "保本保息"'),
        (r"^\s*(?=(?:AND|OR)(?!\S))", "开头的 AND 或 OR 前面缺少查询词", '要找这个词本身，请加引号："AND"'),
        (r"(?<!\S)(?:AND|OR|NOT)\s*$", "AND、OR、NOT 后面缺少查询词", "补上查询词，或去掉它"),
        (r"(?<!\S)(?:AND|OR|NOT)\s+(?=(?:AND|OR)(?!\S)|\))", "两个逻辑词之间缺少查询词", "只留一个逻辑词"),
        (r"\(\s*(?=(?:AND|OR)(?!\S))", "左括号后面不能直接跟 AND 或 OR", "去掉它，或在前面补上查询词"),
        (r"\(\s*\)", "括号里是空的", "补上查询词，或去掉括号"),
        (r":\s*(?=$|\)|:)", "冒号后面缺少值", "例如 severity:>=3"),
        (r"(?:^|(?<=[\s(])):", "冒号前面缺少字段名", '例如 主机:example.test；要找冒号本身，请加引号 ":"'),
        (r"[\[{](?!.*\sTO\s)", "范围里缺少 TO", "范围写作 [2026-11-01 TO 2026-11-30]"),
        (r"[<>]=?(?=\s|$|\))", "比较符后面缺少数值", "例如 severity:>=3"),
        (r"\\$", "末尾的反斜线后面缺少字符", "去掉它，或写成两个反斜线"),
    )
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PAIRS = {")": "(", "]": "[{", "}": "[{"}


def explain(text: str, position: int | None) -> QueryError:
    """Why `text` is not a query. `position` is where its reading stopped, None for its end."""
    bare = _QUOTED.sub(lambda quoted: '"' + "文" * (len(quoted[0]) - 2) + '"', text)
    return _unbalanced(bare) or _mistake(bare) or _unexpected(text, position)


def _unbalanced(bare: str) -> QueryError | None:
    if bare.count('"') % 2:
        return QueryError("引号没有闭合", '补上另一个引号；要找引号本身，写成 \\"', bare.rindex('"'))
    opened: list[tuple[str, int]] = []
    for position, character in enumerate(bare):
        if character in "([{":
            opened.append((character, position))
        elif character in _PAIRS and (not opened or opened.pop()[0] not in _PAIRS[character]):
            return QueryError(f"多出一个 {character}", f"去掉它，或在前面补上 {_PAIRS[character][0]}", position)
    if opened:
        character, position = opened[-1]
        return QueryError(f"{character} 没有闭合", f"在后面补上 {')' if character == '(' else ']'}", position)
    return None


def _mistake(bare: str) -> QueryError | None:
    for pattern, problem, suggestion in _MISTAKES:
        if match := pattern.search(bare):
            return QueryError(problem, suggestion, match.start())
    return None


def _unexpected(text: str, position: int | None) -> QueryError:
    if position is None or position >= len(text):
        return QueryError("查询不完整", "补全最后一部分", len(text))
    return QueryError(f"这里不该有“{text[position]}”", f'要照原样查找它，请加引号："{text[position]}"', position)
