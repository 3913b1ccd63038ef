"""The query language: what it reads, what it writes back, and how it explains what it cannot read."""

from __future__ import annotations

import string
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.clauses import (
    And,
    Clause,
    Everything,
    Exists,
    Near,
    Not,
    Or,
    Range,
    Regex,
    Sequence,
    Term,
    Wildcard,
    write,
)
from indexer.fields import FIELDS
from indexer.query import MAX_CLAUSES, MAX_DEPTH, MAX_LENGTH, MAX_PATTERNS, narrow, parse
from indexer.query_errors import QueryError
from tests.indexer.cases import CASES
from tests.indexer.strategies import queries

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(number: int, month: int = 11) -> datetime:
    return datetime(2026, month, number, tzinfo=SHANGHAI)


def test_it_works() -> None:
    assert parse("保本保息 AND severity:>=3 AND host:*.test") == And(
        (Sequence("", ("保", "本", "保", "息")), Range("severity", 3, None), Wildcard("host", "*.test"))
    )


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("*:*", Everything()),
        ("保本", Sequence("", ("保", "本"))),
        ("*保本*", Sequence("", ("保", "本"))),
        ("a OR b c", And((Or((Sequence("", ("a",)), Sequence("", ("b",)))), Sequence("", ("c",))))),
        ("a AND b OR c", Or((And((Sequence("", ("a",)), Sequence("", ("b",)))), Sequence("", ("c",))))),
        ("-a", Not(Sequence("", ("a",)))),
        ("+a", Sequence("", ("a",))),
        ('"a b"~3', Near("", (("a",), ("b",)), 3)),
        ('"a b"~0', Sequence("", ("a", "␣", "b"))),
        ("bit*", Wildcard("", "bit*")),
        ("/bit.*/", Regex("", "bit.*")),
        (r"网址:/a\/b/", None),
        (r"主机:/A\.[B-D]\d/", Regex("host", r"a\.[b-d]\d")),
        ("主机:*", Exists("host")),
        ("_exists_:主机", Exists("host")),
        ("判定:违规线索", Term("decision", "violation")),
        ("严重度:3", Term("severity", 3)),
        ("年化:12", Term("apr", 12.0)),
        ("年化:>12%", Range("apr", 12.0, None, include_low=False)),
        ("严重度:[1 TO 3}", Range("severity", 1, 3, include_high=False)),
        ("严重度:{* TO 3]", Range("severity", None, 3)),
        ("严重度:[* TO *]", Exists("severity")),
        ("时间:2026-11-02", Range("fetched_at", day(2), day(3), include_high=False)),
        (
            "时间:2026-12",
            Range("fetched_at", day(1, 12), datetime(2027, 1, 1, tzinfo=SHANGHAI), include_high=False),
        ),
        ("时间:<=2026-11-02", Range("fetched_at", None, day(3), include_high=False)),
        ("时间:>2026-11-02", Range("fetched_at", day(3), None)),
        ("时间:[2026-11-01 TO 2026-11-02]", Range("fetched_at", day(1), day(3), include_high=False)),
        (r"host:a\-b", Term("host", "a-b")),
        (r"host:a\*b", Term("host", "a*b")),
        (r"host:a\**", Wildcard("host", r"a\**")),
    ],
)
def test_queries_are_read(text: str, clause: Clause | None) -> None:
    if clause is None:
        with pytest.raises(QueryError):
            parse(text)
    else:
        assert parse(text) == clause


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_answers_to_all_its_names(field) -> None:  # type: ignore[no-untyped-def]
    for call in (field.name, field.zh, *field.aliases):
        assert parse(f"_exists_:{call}") == Exists(field.name)


def test_no_two_fields_share_a_name() -> None:
    calls = [call.lower() for field in FIELDS for call in {field.name, field.zh, *field.aliases}]
    assert len(calls) == len(set(calls))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("主机：a.test", "主机:a.test"),
        ("（保本　OR　保息）", "(保本 OR 保息)"),
        ("“保本 保息”～5", '"保本 保息"~5'),
        ("严重度：＞＝3", "严重度:>=3"),
        ("时间：［2026-11-01 TO 2026-11-02］", "时间:[2026-11-01 TO 2026-11-02]"),
    ],
)
def test_a_chinese_keyboard_will_do(typed: str, meant: str) -> None:
    assert narrow(typed) == meant
    assert parse(typed) == parse(meant)


def test_full_width_signs_in_quotes_are_text() -> None:
    assert narrow('"（保本：”"') == '"（保本：”"'


@pytest.mark.parametrize(
    ("text", "position", "problem", "suggestion"),
    [
        ("", None, "空的", "*:*"),
        ("   ", None, "空的", "*:*"),
        ('"保本', 0, "引号没有闭合", "补上"),
        ('保本 AND "保息', 7, "引号没有闭合", "补上"),
        ("(保本", 0, "( 没有闭合", "补上 )"),
        ("保本) AND b", 2, "多出一个 )", "去掉"),
        ("severity:[1 TO 3", 9, "[ 没有闭合", "补上 ]"),
        ("severity:[1 3]", 9, "TO", "TO"),
        ("保本 AND", 3, "后面缺少", "去掉"),
        ("AND 保本", 0, "前面缺少", "引号"),
        ("保本 OR OR b", 3, "两个逻辑词", "一个"),
        ("(AND 保本)", 0, "左括号", "去掉"),
        ("保本 ()", 3, "括号里是空的", "去掉"),
        ("主机:", 2, "缺少值", "severity:>=3"),
        (":保本", 0, "缺少字段名", "引号"),
        ("severity:>", 9, "缺少数值", "severity:>=3"),
        ("保本 and 保息", 3, "不是逻辑词", "大写"),
        ("保本 && 保息", 3, "不是逻辑词", "大写"),
        ("保本 或 保息", 3, "不是逻辑词", "大写"),
        ("severity>=3", 0, "缺少冒号", "severity:>=3"),
        ("严重度>3", 0, "缺少冒号", "严重度:>3"),
        ("判定=疑似", 0, "缺少冒号", "判定:疑似"),
        ("sevrity:3", 0, "没有“sevrity”", "severity"),
        ("主体名:甲", 0, "没有“主体名”", "主体"),
        ("判定:可疑", 3, "没有“可疑”", "疑似"),
        ("研判:已经确认", 3, "没有“已经确认”", "已确认"),
        ("严重度:高", 4, "整数", "severity:>=3"),
        ("严重度:2.5", 4, "整数", "severity:>=3"),
        ("年化:很高", 3, "数字", "apr:>=3"),
        ("时间:昨天", 3, "不是日期", "2026-11-23"),
        ("时间:2026-13", 3, "不是日期", "2026-11-23"),
        ("时间:2026-02-30", 3, "不是日期", "2026-11-23"),
        ("严重度:[4 TO 3]", 4, "下限大于上限", "对调"),
        ("主机:[a TO b]", 3, "不能用范围", "时间"),
        ("月份:[2026-01 TO 2026-02]", 3, "不能用范围", "时间:2026-11"),
        ("标题:(主机:a)", 4, "又写了字段", "一个字段"),
        ("保*息", 0, "英文和数字", '"甲 乙"~5'),
        ("保本^2", 0, "加权", "去掉"),
        ("bitcoin~1", 0, "模糊匹配", "bit*"),
        ("+a OR b", 0, "不能与 OR 混用", "AND"),
        ("主机:/(/", 3, "正则有误", "成对"),
        ("主机:/a(?=b)/", 3, "(?…)", "可用"),
        (r"主机:/(a)\1/", 3, "转义", "可用"),
        ("主机:/a*?/", 3, "懒惰", "可用"),
        ("主机:/^a/", 3, "整个值", "可用"),
        ("主机:/a{99}/", 3, "重复次数", "*"),
        (f"主机:/{'a' * 101}/", 3, "1 到 100", "缩短"),
        ("/保本./", 0, "英文和数字", "短语"),
        ("严重度:/3/", 4, "不能用正则", "范围"),
        ('主机:"a b"~3', 3, "邻近", "去掉"),
        ('"a b c d e"~30', 0, "太多", "50"),
        ('""', 0, "空的", "去掉"),
        ("https://a.test/x", None, "引号", 'url:"https://'),
        ("'保本'", 0, "双引号", '"保本保息"'),
        ("保本 \\", 3, "反斜线", "去掉"),
        ("\udc80", None, "无法识别", "UTF-8"),
    ],
)
def test_a_near_miss_explains_itself(text: str, position: int | None, problem: str, suggestion: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert problem in error.problem
    assert suggestion in error.suggestion
    if position is not None:
        assert error.position == position
        assert str(error).startswith(f"查询第 {position + 1} 个字：")


@pytest.mark.parametrize(
    ("most", "too_much"),
    [
        (" ".join(["a"] * MAX_CLAUSES), " ".join(["a"] * (MAX_CLAUSES + 1))),
        (" ".join(["a*"] * MAX_PATTERNS), " ".join(["a*"] * (MAX_PATTERNS + 1))),
        ("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)),
        ("保" * MAX_LENGTH, "保" * (MAX_LENGTH + 1)),
    ],
    ids=["clauses", "patterns", "depth", "length"],
)
def test_work_is_bounded(most: str, too_much: str) -> None:
    assert parse(most)
    with pytest.raises(QueryError, match="拆成几次"):
        parse(too_much)


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_what_is_written_reads_the_same(text: str) -> None:
    assert parse(write(parse(text))) == parse(text)


@settings(max_examples=400, deadline=None)
@given(queries)
def test_any_tree_can_be_written_and_read_again(clause: Clause) -> None:
    assert parse(write(clause)) == clause


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=string.printable + "保本：（）“”，＞＝主机", max_size=40))
def test_anything_typed_is_read_or_explained(text: str) -> None:
    try:
        clause = parse(text)
    except QueryError:
        return
    assert parse(write(clause)) == clause
