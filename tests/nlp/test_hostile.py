"""Pages made to break a reader: any bytes give an analysis or a named reason, in time that grows with their length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.analyse import MAX_BYTES, Analyser
from nlp.opinion import load_opinion
from nlp.rulebook import Rulebook
from nlp.scan import ScanError, scan_line

quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TAGS = (
    "p", "div", "b", "td", "tr", "table", "a", "span", "li", "title", "script", "style", "select", "svg", "plaintext",
    "textarea", "noscript", "template", "math", "frameset",
)  # fmt: skip
ODD = (
    "&amp", "&#x4fdd;&#26412;", "&#55296;", "&#0;", "<!--", "-->", "<![CDATA[", "<!doctype", "\x00", "\ufeff", "\u202e",
)  # fmt: skip
WORDS = (
    "保本保息", "稳赚不赔，", "年化18%", "投一万每月返八百", "不承诺", "被告人", "立即投资", "13800000000",
    "京ICP备12345678号",
)  # fmt: skip
tag = st.sampled_from(TAGS)
piece = (
    tag.map("<{}>".format)
    | tag.map("</{}>".format)
    | tag.map("<{} class='footer comment' title=\"a>b\" x=".format)
    | st.sampled_from(ODD)
    | st.sampled_from(WORDS)
    | st.text(max_size=6)
)
CHARSETS = ("utf-8", "gb18030", "big5", "utf-16", "utf-16-be", "iso-8859-1", "shift_jis", "utf-7", "nonsense")
charset = st.sampled_from(CHARSETS)
told = st.text(max_size=80).map(lambda text: ('{"id":1,"text":"' + text + '"}').encode("utf-8", "surrogatepass"))


@pytest.fixture(scope="module")
def advised(rulebook: Rulebook) -> Analyser:
    return Analyser(rulebook, load_opinion())


@quick
@given(pieces=st.lists(piece, max_size=60), written=charset, declared=charset)
def test_broken_markup_in_mixed_charsets(advised: Analyser, pieces: list[str], written: str, declared: str) -> None:
    page = f"<meta charset={declared}>" + "".join(pieces)
    raw = page.encode("utf-8" if written == "nonsense" else written, "replace")
    analysis = advised.analyse_html(raw, content_type=f"text/html; charset={declared}")
    assert analysis.unreadable or all(
        analysis.text[found.start : found.end] == found.quote for found in analysis.findings
    )
    assert all(0 <= block.start < block.end <= len(analysis.text) for block in analysis.blocks)


@quick
@given(raw=st.binary(max_size=800))
def test_random_bytes(advised: Analyser, raw: bytes) -> None:
    analysis = advised.analyse_html(raw)
    assert analysis.unreadable or analysis.decision


@quick
@given(line=st.binary(max_size=120) | told)
def test_a_line_of_scan_is_judged_or_refused_with_a_reason(advised: Analyser, line: bytes) -> None:
    try:
        answer = scan_line(advised, line)
    except ScanError as error:
        answer = str(error).encode()
    assert answer


def test_lone_surrogates_are_read_over(advised: Analyser) -> None:
    assert advised.analyse_text("保\ud800本保息，立即投资").text == "保\ud800本保息，立即投资"
    assert scan_line(advised, b'{"id": 1, "text": "\\ud800\\u4fdd\\u672c\\u4fdd\\u606f"}')


@pytest.mark.slow
def test_fifty_megabytes_are_cut_at_the_limit(advised: Analyser) -> None:
    page = "<p>本平台保本保息，立即投资。</p>".encode() + (b"<p>" + b"lorem ipsum " * 400 + b"</p>") * 10_500
    assert len(page) > 50_000_000
    analysis = advised.analyse_html(page, content_type="text/html; charset=utf-8")
    assert analysis.decision == "violation"
    assert len(analysis.text) < MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        lambda n: "<p>" + "不承诺保证本金年化" * (n * 20_000),
        lambda n: "保本" * (n * 75_000),
        lambda n: "月息年化收益每月返" * (n * 15_000),
        lambda n: "<div>" * (n * 50_000) + "保本保息",
        lambda n: "投资一万每" * (n * 30_000),
        lambda n: "<b>" * (n * 30_000) + "本金",
        lambda n: "<table><tr>" + "<td>年化" * (n * 20_000),
        lambda n: "保.本.保.息." * (n * 20_000),
        lambda n: "京ICP备1" * (n * 20_000),
        lambda n: "<p>" + "钱放这里月月有" * (n * 20_000),
    ],
    ids=["near-misses", "hits", "rates", "nesting", "one-line", "inline", "cells", "separators", "numbers", "opinion"],
)
def test_twice_the_page_takes_about_twice_the_time(advised: Analyser, page: Callable[[int], str]) -> None:
    assert seconds(advised, page(2)) < 3.5 * seconds(advised, page(1)) + 0.2


def seconds(analyser: Analyser, page: str) -> float:
    """Processor time, the better of two: other work on the machine does not count."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        analyser.analyse_html(page)
        best = min(best, time.process_time() - started)
    return best
