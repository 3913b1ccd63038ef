import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from crawler.canonical import MAX_LENGTH, canonical_url, join_url

SAME = [
    ("http://A.Test", "http://a.test/"),
    ("HTTP://a.test:80/", "http://a.test/"),
    ("https://a.test:443/x", "https://a.test/x"),
    ("http://a.test:8080/x", "http://a.test:8080/x"),
    ("http://a.test./x", "http://a.test/x"),
    ("http://user:secret@a.test/x", "http://a.test/x"),
    (" http://a.test/x\n", "http://a.test/x"),
    ("http://a.test/a\tb", "http://a.test/ab"),
    ("http://a.test/x#top", "http://a.test/x"),
    ("http://a.test/x?", "http://a.test/x"),
    ("http://a.test/a/./b/../c", "http://a.test/a/c"),
    ("http://a.test/../../x", "http://a.test/x"),
    ("http://a.test/a/..", "http://a.test/"),
    ("http://a.test/x?b=2&a=1", "http://a.test/x?a=1&b=2"),
    ("http://a.test/x?page1", "http://a.test/x?page1"),
    ("http://a.test/x?a=&b", "http://a.test/x?a=&b"),
    ("http://a.test/%7euser/%e4%b8%ad", "http://a.test/~user/%E4%B8%AD"),
    ("http://a.test/a%2fb", "http://a.test/a%2Fb"),
    ("http://a.test/路", "http://a.test/%E8%B7%AF"),
    ("http://中国.cn/", "http://xn--fiqs8s.cn/"),
    ("http://[2400:3200::1]:80/", "http://[2400:3200::1]/"),
    # session ids
    ("http://a.test/x;jsessionid=0A1B?y=1", "http://a.test/x?y=1"),
    ("http://a.test/x?PHPSESSID=abc123&y=1", "http://a.test/x?y=1"),
    ("http://a.test/x?ASPSESSIONIDQQ=abc", "http://a.test/x"),
    ("http://a.test/(S(lit3py55t21z5v55vlm25s55))/x", "http://a.test/x"),
    ("http://a.test/x?sid=0123456789abcdef0", "http://a.test/x"),
    ("http://a.test/x?sid=42", "http://a.test/x?sid=42"),
    # advertising marks
    ("http://a.test/x?utm_source=baidu&utm_medium=cpc&id=1", "http://a.test/x?id=1"),
    ("http://a.test/x?spm=a1.b2&gclid=1&bd_vid=2&hmsr=x", "http://a.test/x"),
    ("http://a.test/x?from=list", "http://a.test/x?from=list"),
    ("http://a.test/x?class=1&clid=2", "http://a.test/x?class=1&clid=2"),
]


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.test",
        "mailto:a@a.test",
        "javascript:void(0)",
        "ftp://a.test/",
        "data:text/html,x",
        "http://",
        "http:///x",
        "http://[::1/",
        "http://a.test:port/",
        "http://a.test:99999/",
        "http://a.test/" + "x" * MAX_LENGTH,
    ],
)
def test_what_no_patrol_can_ask(url: str) -> None:
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    ("encoding", "query"),
    [("utf-8", "%E4%BF%9D%E6%9C%AC"), ("gb18030", "%B1%A3%B1%BE"), ("big5hkscs", "%ABO%A5%BB")],
)
def test_queries_are_escaped_in_the_charset_of_the_page_and_paths_in_utf8(encoding: str, query: str) -> None:
    expected = f"http://a.test/%E4%BF%9D?q={query}"
    assert join_url("http://a.test/x", "/保?q=保本", encoding) == expected


def test_escaped_bytes_of_any_charset_stay() -> None:
    assert canonical_url("http://a.test/s?q=%b1%a3%b1%be") == "http://a.test/s?q=%B1%A3%B1%BE"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("b.html", "http://a.test/d/b.html"),
        ("/b", "http://a.test/b"),
        ("//b.test/x", "http://b.test/x"),
        ("?p=2", "http://a.test/d/a.html?p=2"),
        ("../x", "http://a.test/x"),
        ("#top", "http://a.test/d/a.html"),
        ("", "http://a.test/d/a.html"),
        ("tel:123", None),
        ("http://[bad", None),
    ],
)
def test_join(href: str, expected: str | None) -> None:
    assert join_url("http://a.test/d/a.html", href) == expected


def test_an_unknown_charset_is_no_reason_to_fall() -> None:
    assert join_url("http://a.test/", "/x?q=保", "no-such-charset") is None


PARTS = st.text(st.sampled_from("abz09.~/%?&=;#:@+ '\"<>{}|\\^[]!$*(),é保本\u200b"), max_size=40)


@given(path=PARTS, query=PARTS, encoding=st.sampled_from(["utf-8", "gb18030"]))
@example(path="%25%", query="%2", encoding="utf-8")
@example(path="a/..;jsessionid=1/..", query="sid=0123456789abcdef&sid=0123456789abcdef", encoding="utf-8")
def test_twice_is_once_and_scrapy_agrees(path: str, query: str, encoding: str) -> None:
    once = canonical_url(f"http://a.test/{path}?{query}", encoding)
    if once is not None:
        assert canonical_url(once, encoding) == once
        assert canonical_url(once) == once
        assert safe_url_string(once) == once  # what a scrapy.Request will make of it
