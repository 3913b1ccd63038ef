"""Highlights point into the original text, whatever was folded to find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.highlight import CLOSE, MAX_SPANS, OPEN, find_spans, fragment, highlight, sought
from indexer.query import parse
from tests.indexer.samples import DOCUMENTS, document


def met(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in highlight(parse(query), document("a", text)).spans]


def test_it_works() -> None:
    shown = highlight(parse("保本保息"), DOCUMENTS[0])
    assert shown.spans == ((5, 9),)
    assert shown.fragment == "本平台承诺«保本保息»，到期兑付。"


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("p2p", "Ｐ２Ｐ网贷与p2p", ["Ｐ２Ｐ", "p2p"]),
        ("profit", "PROFIT profits", ["PROFIT"]),
        ('"保本 保息"', "保本\n\n 保息", ["保本\n\n 保息"]),
        ('"保本 保息"~9', "保本，肯定保息", ["保本", "保息"]),
        ("保本 AND 保息", "保本和保息", ["保本", "保息"]),
        ("保本 OR 保息", "只有保息", ["保息"]),
        ("保本 NOT 保息", "保本", ["保本"]),
        ("保本 AND 本保", "保本保", ["保本保"]),
        ("profit*", "Profits", ["Profits"]),
        ("年化12", "年化120，年化12%", ["年化12"]),
        ("标题:保本", "保本", ["保本"]),
        ("主体:保本", "保本", []),
        ("主机:a.test", "a.test", []),
        ("*:*", "保本", []),
        ("保本", "", []),
        ('"C++"', "c++ 与 C++", ["c++", "C++"]),
    ],
)
def test_what_was_met(query: str, text: str, expected: list[str]) -> None:
    assert met(query, text) == expected


def test_a_query_about_other_fields_shows_the_quotes() -> None:
    page = document("a", "开头。承诺保本。中间。月月返息。", quote=("月月返息", "承诺保本"))
    shown = highlight(parse("判定:违规线索"), page)
    assert [page.text[start:end] for start, end in shown.spans] == ["承诺保本", "月月返息"]


def test_the_fragment_stands_around_the_first_span() -> None:
    text = "甲" * 100 + "保本" + "乙" * 100
    shown = fragment(text, [(100, 102)])
    assert shown.startswith("…甲")
    assert shown.endswith("乙…")
    assert f"{OPEN}保本{CLOSE}" in shown
    assert len(shown) < 90


def test_a_fragment_is_one_line() -> None:
    assert fragment("第一\n\n第二\t第三", []) == "第一 第二 第三"


def test_a_page_of_one_word_stays_quick() -> None:
    assert len(find_spans("保。" * 100_000, sought(parse("保")))) == MAX_SPANS


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), max_size=4))
def test_a_fragment_shows_only_what_stands_there(text: str, pairs: list[tuple[int, int]]) -> None:
    ends = sorted((start, start + length) for start, length in pairs if start + length <= len(text))
    apart = [span for number, span in enumerate(ends) if number == 0 or span[0] > ends[number - 1][1]]
    bare = fragment(text, apart).replace("…", "").replace(OPEN, "").replace(CLOSE, "")
    whole = " ".join(text.split()).replace("…", "").replace(OPEN, "").replace(CLOSE, "")
    assert "".join(bare.split()) in "".join(whole.split())
