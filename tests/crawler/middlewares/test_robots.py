"""What a robots.txt stands for; that it is fetched, obeyed and overridden is seen in test_spiders_site.py."""

import pytest

from crawler.middlewares.robots import rules_of

AGENT = "xuncha/0.1 (+mailto:xuncha@example.org; internet-finance patrol)"
BODY = b"""User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 5

User-agent: xuncha
Disallow: /no-patrol
"""


@pytest.mark.parametrize(
    ("status", "body", "allowed", "refused"),
    [
        (200, BODY, ["/", "/private"], ["/no-patrol/x"]),
        (200, BODY.partition(b"\n\n")[0], ["/", "/private/open"], ["/private", "/private/x"]),
        (200, b"User-agent: *\nDisallow: /\n", [], ["/", "/x"]),
        (200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n", ["/"], ["/x"]),
        (200, b"<html>not found</html>", ["/", "/x"], []),
        (200, b"\xff\xfe\x00", ["/"], []),
        (404, b"User-agent: *\nDisallow: /\n", ["/"], []),
        (403, b"", ["/"], []),
        (500, b"", [], ["/"]),
        (503, b"User-agent: *\nAllow: /\n", [], ["/"]),
    ],
)
def test_rules(status: int, body: bytes, allowed: list[str], refused: list[str]) -> None:
    rules = rules_of(status, body)
    assert [path for path in allowed if not rules.allows(f"http://a.test{path}", AGENT)] == []
    assert [path for path in refused if rules.allows(f"http://a.test{path}", AGENT)] == []


@pytest.mark.parametrize(
    ("body", "delay"),
    [(b"User-agent: *\nCrawl-delay: 2.5", 2.5), (b"User-agent: other\nCrawl-delay: 9", 0), (b"", 0)],
)
def test_crawl_delay(body: bytes, delay: float) -> None:
    assert rules_of(200, body).delay(AGENT) == delay
