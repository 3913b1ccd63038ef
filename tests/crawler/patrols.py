"""Small finished patrols for tests: two captures, one rendered and pictured, a failure, a robots.txt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crawler.journal import JournalWriter, PictureLine, UrlLine, capture_id
from crawler.plan import Plan, TargetPlan, write_plan
from crawler.warc import Archive

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOST = "http://shop.test"
REQUEST = b"GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"


def answer(body: str) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body.encode()


def make_patrol(archive: Path, patrol: str) -> Path:
    """An open patrol in a folder of its own."""
    folder = archive / patrol
    write_plan(folder, Plan(patrol, "2026-01-02T03:04:05Z", (TargetPlan("shop.test", (f"{HOST}/",)),)))
    crawl, pictures = Archive(folder), Archive(folder, "pictures")
    crawl.write_exchange(capture_id(patrol, f"{HOST}/robots.txt"), f"{HOST}/robots.txt", AT, "", REQUEST, answer(""))
    with JournalWriter(folder) as journal:
        for page in ("a", "b"):
            url = f"{HOST}/{page}"
            capture = capture_id(patrol, url)
            asked, answered = crawl.write_exchange(capture, url, AT, "203.0.113.1:80", REQUEST, answer(f"保本 {page}"))
            dom = crawl.write_resource(capture, url, AT, "dom", "text/html", b"<html>", answered.record_id)
            line = UrlLine(url, "shop.test", "captured", "", "2026-01-02T03:04:05.000Z", capture, status=200)
            journal.write(UrlLine(**{**vars(line), "request": asked, "response": answered, "dom": dom}))
            picture = None
            if page == "a":
                picture = pictures.write_resource(
                    capture, url, AT, "screenshot", "image/png", b"\x89PNG", answered.record_id
                )
            ending, why = ("captured", "") if picture else ("failed", "timeout")
            journal.write(PictureLine(capture, url, "2026-01-02T03:05:00.000Z", ending, why, picture))
        journal.write(UrlLine(f"{HOST}/c", "shop.test", "failed", "timeout", "2026-01-02T03:04:05.000Z"))
    crawl.close()
    pictures.close()
    return folder
