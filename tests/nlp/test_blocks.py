"""HTML to text and blocks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.blocks import Page, parse_html, plain_page


def pieces(page: Page) -> list[tuple[str, str]]:
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>保本</p><p>保息</p>", [("paragraph", "保本"), ("paragraph", "保息")]),
        ("<p>年化<b>12</b>%起</p>", [("paragraph", "年化12%起")]),
        ("<div>前<p>中</p>后</div>", [("paragraph", "前"), ("paragraph", "中"), ("paragraph", "后")]),
        ("<h1>标题</h1>", [("heading", "标题")]),
        ("<ul><li>一<li>二</ul>", [("list", "一"), ("list", "二")]),
        ("<button>立即投资</button>", [("button", "立即投资")]),
        ('<input type="submit" value="注册">', [("button", "注册")]),
        ("<div><a href=x>首页</a><a href=y>产品</a></div>", [("link", "首页 产品")]),
        ("<table><tr><td>年化收益率</td><td>12%</td></tr></table>", [("cell", "年化收益率 12%")]),
        (
            "<table><tr><th>项目</th><th>年化收益率</th><th>期限</th></tr><tr><td>甲</td><td>12%</td><td>3个月</td></tr></table>",
            [("cell", "项目 年化收益率 期限"), ("cell", "项目 甲 年化收益率 12% 期限 3个月")],
        ),
        (
            "<table><tr><td>年化</td><td>12%</td></tr><tr><td>期限</td><td>3月</td></tr></table>",
            [("cell", "年化 12%"), ("cell", "期限 3月")],
        ),
        ("<table><tr><td>a<td>b<td>c<tr><td>1<td><td>3</table>", [("cell", "a b c"), ("cell", "a 1 c 3")]),
        ('<div class="footer"><p>备案号</p></div>', [("footer", "备案号")]),
        ('<div id="comment-list"><div>我赚了</div></div>', [("comment", "我赚了")]),
        ("<blockquote>有人说保本</blockquote>", [("quote", "有人说保本")]),
        ('<img src=x alt="保本保息">', [("alt", "保本保息")]),
        ('<meta name="description" content="稳赚">', [("meta", "稳赚")]),
        ("<title>理财</title><p>正文</p>", [("title", "理财"), ("paragraph", "正文")]),
        ("一<br>二", [("paragraph", "一"), ("paragraph", "二")]),
        ("<p>a</p><script>保本</script><style>保本</style><iframe>保本</iframe>", [("paragraph", "a")]),
        ('<p style="display:none">保本</p>', [("paragraph", "保本")]),
        ("", []),
    ],
)
def test_it_works(html: str, expected: list[tuple[str, str]]) -> None:
    assert pieces(parse_html(html)) == expected


def test_a_path_leads_to_the_element() -> None:
    page = parse_html("<body><div>一</div><div><p>二</p><p>三</p></div></body>")
    assert page.path(2) == "html > body > div:nth-of-type(2) > p:nth-of-type(2)"


def test_a_short_plain_text_is_one_block_and_a_long_one_a_block_a_line() -> None:
    assert len(plain_page("一\n二").blocks) == 1
    long = plain_page("一" * 300 + "\n\n" + "二" * 300)
    assert [long.text[b.start : b.end].strip()[0] for b in long.blocks] == ["一", "二"]


@given(st.text(max_size=300))
def test_blocks_lie_in_the_text_in_order(html: str) -> None:
    page = parse_html(html)
    ends = [0]
    for block in page.blocks:
        assert ends[-1] <= block.start < block.end <= len(page.text)
        ends.append(block.end)


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000 + "保本", "<span>" * 100_000 + "保本", "<b>保</b>" * 100_000, "<table><tr><td>" * 20_000 + "x"],
    ids=["div", "span", "inline", "table"],
)
def test_hostile_nesting_stays_linear(html: str) -> None:
    started = time.perf_counter()
    parse_html(html)
    assert time.perf_counter() - started < 5
