"""Bare Scrapy on the same site: follow every link, keep nothing. Run as `python -m benchmarks.bare PROXY PER_HOST`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

from benchmarks.site import HOST


class BareSpider(scrapy.Spider):
    """Every link of the site, once."""

    name = "bare"
    proxy = ""

    async def start(self):  # type: ignore[no-untyped-def]
        yield self.ask(f"http://{HOST}/")

    def ask(self, url: str) -> scrapy.Request:
        return scrapy.Request(url, meta={"proxy": self.proxy})

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        if isinstance(response, TextResponse):
            for link in response.css("a::attr(href)").getall():
                yield self.ask(response.urljoin(link))


def main() -> None:
    """Crawl once; prints the number of pages."""
    settings = {
        "CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]),
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, proxy=sys.argv[1])
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("response_received_count"))


if __name__ == "__main__":
    main()
