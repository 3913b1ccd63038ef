import gzip

import pytest

from crawler.sitemaps import MAX_FILES, SitemapUrls, read_sitemap, sitemaps_of_host

URLSET = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
 <url><loc> http://a.test/x?a=1&amp;b=2 </loc><lastmod>2026-01-01</lastmod></url>
 <url><loc><![CDATA[http://a.test/y]]></loc><image:image><image:loc>http://a.test/i.png</image:loc></image:image></url>
 <url><loc>http://a.test/x?b=2&amp;a=1</loc></url><url><loc>mailto:a@a.test</loc></url>
</urlset>"""
PAGES = SitemapUrls(pages=("http://a.test/x?a=1&b=2", "http://a.test/y"))
INDEX = b"<sitemapindex><sitemap><loc>http://a.test/s1.xml.gz</loc></sitemap></sitemapindex>"

CASES = [
    ("urlset", URLSET, PAGES),
    ("gzipped", gzip.compress(URLSET), PAGES),
    ("broken at its end", URLSET[:-40], PAGES),
    ("index", INDEX, SitemapUrls(sitemaps=("http://a.test/s1.xml.gz",))),
    ("text", b"\xef\xbb\xbfhttp://a.test/x\r\nhttp://a.test/y\n", SitemapUrls(pages=("http://a.test/x", "http://a.test/y"))),
    ("a page instead", b"<html><body>404</body></html>", SitemapUrls()),
    ("damaged gzip", gzip.compress(URLSET)[:10] + b"xxxx", SitemapUrls()),
    ("empty", b"", SitemapUrls()),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_read(body: bytes, expected: SitemapUrls) -> None:
    assert read_sitemap(body) == expected


def test_entities_of_a_hostile_sitemap_stay_unopened() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "http://a.test/">]><urlset><url><loc>&a;</loc></url></urlset>'
    assert read_sitemap(bomb) == SitemapUrls()


def test_where_a_host_keeps_its_sitemaps() -> None:
    assert sitemaps_of_host("http://a.test/", ["/map.xml", "http://b.test/m.xml", "ftp://x/"]) == [
        "http://a.test/map.xml",
        "http://b.test/m.xml",
        "http://a.test/sitemap.xml",
    ]
    assert len(sitemaps_of_host("http://a.test/", [f"/{n}.xml" for n in range(100)])) == MAX_FILES
