import pytest

from crawler.links import Page, is_page, looks_html

URL = "http://a.test/d/page.html"


def named(html: str, encoding: str = "utf-8") -> list[tuple[str, str]]:
    return list(dict.fromkeys((each.url, each.how) for each in Page(html, URL, encoding).named()))


CASES = [
    ('<a href="b.html">b</a>', [("http://a.test/d/b.html", "link")]),
    ('<a href="B.HTML#x">b</a>', [("http://a.test/d/B.HTML", "link")]),
    ("<map><area href=/m></map>", [("http://a.test/m", "link")]),
    (
        "<frameset><frame src=top.html><frame src=//b.test/></frameset>",
        [("http://a.test/d/top.html", "frame"), ("http://b.test/", "frame")],
    ),
    ("<iframe src=/i></iframe>", [("http://a.test/i", "frame")]),
    ("<iframe></iframe><a>x</a><a href>y</a>", []),
    ('<base href="http://b.test/x/"><a href=y>y</a>', [("http://b.test/x/y", "link")]),
    ('<base href="/x/"><a href=y>y</a>', [("http://a.test/x/y", "link")]),
    ('<base href="javascript:"><a href=y>y</a>', [("http://a.test/d/y", "link")]),
    ("<div data-href=/x>", [("http://a.test/x", "link")]),
    ("<li onclick=\"location.href='/x'\">", [("http://a.test/x", "link")]),
    ("<li onclick=\"window.open('/x','_blank')\">", [("http://a.test/x", "link")]),
    ("<a href=\"javascript:location.href='/x'\">", [("http://a.test/x", "link")]),
    ("<a href='javascript:void(0)' onclick=\"self.location='/x'\"></a>", [("http://a.test/x", "link")]),
    ("<a href=javascript:void(0)>x</a><a href=mailto:a@a.test>m</a><a href=tel:1>t</a>", []),
    ("<a href=#top>top</a><a href=page.html>self</a>", []),
    ("<a href=x.PDF>p</a><a href=x.jpg>j</a><a href=a.apk>k</a><a href=x.zip?v=1>z</a>", []),
    ("<form action=/search><input name=q></form>", []),
    ("<!-- <a href=/hidden>x</a> -->", []),
]


@pytest.mark.parametrize(("html", "expected"), CASES, ids=[case[0][:40] for case in CASES])
def test_what_a_page_names(html: str, expected: list[tuple[str, str]]) -> None:
    assert named(html) == expected


def test_queries_go_in_the_charset_of_the_page() -> None:
    html = '<a href="/保?q=保本">x</a>'
    assert named(html, "gb18030") == [("http://a.test/%E4%BF%9D?q=%B1%A3%B1%BE", "link")]
    assert named(html, "big5hkscs") == [("http://a.test/%E4%BF%9D?q=%ABO%A5%BB", "link")]


REDIRECTS = [
    ('<meta http-equiv="refresh" content="0;url=/x">', "meta"),
    ("<META HTTP-EQUIV=Refresh CONTENT=\"3; URL='/x'\">", "meta"),
    ('<meta http-equiv=refresh content="0,/x">', "meta"),
    ("<script>location.href='/x'</script>", "script"),
    ('<script>window.location = "/x";</script>', "script"),
    ("<script>location.replace('/x')</script>", "script"),
    ("<script>top.location.assign('/x')</script>", "script"),
    ("<script>setTimeout(function(){ location.href='/x' }, 3000)</script>正在跳转", "script"),
    ("<script>setTimeout(\"location.href='/x'\",1000)</script>", "script"),
    ("<script>var a = {b: 1}; location='/x'</script>", "script"),
]
STAYS = [
    '<meta http-equiv="refresh" content="300;url=/x">',
    '<meta http-equiv="refresh" content="5">',
    '<meta http-equiv="refresh" content="0;url=/d/page.html">',
    "<noscript><meta http-equiv=refresh content='0;url=/x'></noscript>",
    "<script>if (mobile) { location.href='/x' }</script>",
    "<script>function go() { location.href='/x' }</script>",
    "<script>if (location.href == '/x') alert(1)</script>",
    "<script>location.href='/d/page.html'</script>",
    "<script>var url = location.href;</script>",
    "<script src=/redirect.js></script>",
    "<script>location.href='/x'</script><p>" + "平台介绍" * 100,
]


@pytest.mark.parametrize(("html", "how"), REDIRECTS, ids=[html[:60] for html, _ in REDIRECTS])
def test_redirects_of_the_page_itself(html: str, how: str) -> None:
    found = Page(f"<html><body>{html}</body></html>", URL, "utf-8").redirect()
    assert found
    assert (found.url, found.how) == ("http://a.test/x", how)


@pytest.mark.parametrize("html", STAYS, ids=[html[:60] for html in STAYS])
def test_pages_that_stay(html: str) -> None:
    assert Page(f"<html><body>{html}</body></html>", URL, "utf-8").redirect() is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.test/", True),
        ("http://a.test/x.html", True),
        ("http://a.test/x.php?f=a.zip", True),
        ("http://a.test/v1.2/x", True),
        ("http://a.test/x.exe", False),
        ("http://a.test/x.tar.gz", False),
    ],
)
def test_is_page(url: str, expected: bool) -> None:
    assert is_page(url) is expected


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html; charset=gbk", b"", True),
        ("application/xhtml+xml", b"", True),
        ("", b"<!DOCTYPE html><html>", True),
        ("text/plain", b"\xef\xbb\xbf\n<!-- x --><HTML>", True),
        ("application/xml", b"<?xml version='1.0'?><html>", True),
        ("text/plain", b"hello <html>", False),
        ("application/json", b"<html>", False),
        ("text/xml", b"<rss>", False),
        ("image/png", b"\x89PNG", False),
    ],
)
def test_looks_html(content_type: str, body: bytes, expected: bool) -> None:
    assert looks_html(content_type, body) is expected
