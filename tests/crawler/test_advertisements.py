import pytest

from crawler.advertisements import advertisements, is_slot, links_of_slot
from crawler.links import Page

URL = "http://carrier.test/index.html"
AD = "http://shop.test/"

ADS = [
    f'<a href="{AD}"><img src=b.gif></a>',
    f'<a href="{AD}" rel="nofollow sponsored">x</a>',
    f'<div class="ad"><a href="{AD}">稳健理财</a></div>',
    f'<div id="topAd_1"><p><a href="{AD}">x</a></p></div>',
    f'<div class="index-banner"><a href="{AD}">x</a></div>',
    f'<div class=guanggao><a href="{AD}">x</a></div>',
    f'<div class="gg-box"><a href="{AD}">x</a></div>',
    f'<a href="{AD}" aria-label="Advertisement">x</a>',
    f'<p><span>广告</span><a href="{AD}">年化收益</a></p>',
    f'<p>【推广】<a href="{AD}">年化收益</a></p>',
    f'<p><a href="{AD}">稳健理财</a> 「广告」</p>',
]
NOT_ADS = [
    f'<a href="{AD}">友情链接</a>',
    '<a href="/about.html"><img src=logo.gif></a>',
    f'<div class="header heading load upload badge"><a href="{AD}">x</a></div>',
    '<a href="http://beian.miit.gov.cn/"><img src=b.png>备案号</a>',
    '<a href="http://www.12377.cn/"><img src=b.png></a>',
    '<a href="/service/guide.html">广告服务</a>',
    '<p>本站广告合作请联系<a href="/contact.html">我们</a></p>',
    f"<div>{'平台动态' * 60} 广告 <a href='{AD}'>正文</a></div>",
]
IN_SITE = [
    ("/go?id=7", True),
    ("/click.php?u=1", True),
    ("/redirect?url=http%3A%2F%2Fshop.test%2F", True),
    ("/ads/7.html", True),
    ("/go/", False),
    ("/goods?id=7", False),
    ("/news/7.html", False),
]


def found(html: str) -> list[tuple[str, str]]:
    page = Page(f"<html><body>{html}</body></html>", URL, "utf-8")
    return [(each.url, each.how) for each in advertisements(page)]


@pytest.mark.parametrize("html", ADS)
def test_marks_of_advertising(html: str) -> None:
    assert found(html) == [(AD, "ad")]


@pytest.mark.parametrize("html", NOT_ADS)
def test_other_links_are_left(html: str) -> None:
    assert found(html) == []


@pytest.mark.parametrize(("href", "expected"), IN_SITE)
def test_gates_within_the_site(href: str, expected: bool) -> None:
    assert bool(found(f'<a href="{href}">x</a>')) is expected


def test_frames_stay_frames() -> None:
    html = "<iframe src=/in.html></iframe><div class=ad><iframe src=http://net.test/slot></iframe></div>"
    assert found(html) == [("http://carrier.test/in.html", "frame"), ("http://net.test/slot", "frame")]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://net.test/slot", True),
        ("http://carrier.test/ads/1.html", True),
        ("http://carrier.test/menu.html", False),
    ],
)
def test_slots(url: str, expected: bool) -> None:
    assert is_slot(url, URL) is expected


def test_everything_in_a_slot_is_advertised() -> None:
    page = Page(f"<a href={AD}>x</a><iframe src=/deeper></iframe>", "http://net.test/slot", "utf-8")
    assert [(each.url, each.how) for each in links_of_slot(page)] == [(AD, "ad"), ("http://net.test/deeper", "frame")]
