import pytest

from crawler.plan import Scope, TargetPlan
from crawler.scope import TargetScope, host_of, registered_domain


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.a.com", "a.com"),
        ("a.b.com.cn", "b.com.cn"),
        ("x.gov.cn", "x.gov.cn"),
        ("com.cn", "com.cn"),
        ("me.github.io", "me.github.io"),  # a shared host: every customer is a site
        ("m.p2p.test", "p2p.test"),
        ("p2p.test", "p2p.test"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("xn--fiqs8s.cn", "xn--fiqs8s.cn"),
    ],
)
def test_registered_domain(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


IN_AND_OUT: list[tuple[Scope, str, list[str], list[str]]] = [
    (
        "domain",
        "http://www.a.test/shop/index.html",
        ["http://www.a.test/", "https://m.a.test/x", "http://a.test:8080/"],
        ["http://nota.test/", "http://a.test.evil.test/", "http://b.test/"],
    ),
    (
        "host",
        "http://www.a.test/shop/",
        ["http://www.a.test/", "https://www.a.test/x"],
        ["http://m.a.test/", "http://a.test/", "http://www.a.test.evil.test/"],
    ),
    (
        "path",
        "http://a.test/shop/index.html",
        ["http://a.test/shop/index.html", "https://a.test/shop/p/1", "http://a.test/shop/"],
        ["http://a.test/", "http://a.test/shopping/", "http://m.a.test/shop/"],
    ),
]


@pytest.mark.parametrize(("scope", "url", "inside", "outside"), IN_AND_OUT, ids=lambda value: str(value)[:6])
def test_scope(scope: Scope, url: str, inside: list[str], outside: list[str]) -> None:
    target = TargetScope(TargetPlan("a", (url,), scope=scope), [url])
    assert [each for each in inside if not target.contains(each)] == []
    assert [each for each in outside if target.contains(each)] == []


def test_host_of() -> None:
    assert host_of("https://a.test:8080/x") == "a.test"
