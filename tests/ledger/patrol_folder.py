"""Patrol folders as the crawler leaves them, made of pages given as text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.journal import Hop, Image, JournalLine, JournalWriter, PictureLine, Place, UrlLine, capture_id
from crawler.plan import Plan, TargetPlan, write_plan
from crawler.warc import Archive, ResourceKind

PATROL = "20260101-000000"
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Folder:
    """A patrol folder under construction; `page` archives and journals one page."""

    path: Path
    patrol: str = PATROL
    lines: list[JournalLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        target = TargetPlan("a.test", ("http://a.test/",), expected_pages=2)
        self.plan = Plan(self.patrol, AT.isoformat(), (target,))
        write_plan(self.path, self.plan)

    def page(
        self,
        path: str,
        html: str,
        *,
        host: str = "a.test",
        charset: str = "utf-8",
        content_type: str = "text/html",
        chain: tuple[Hop, ...] = (),
    ) -> UrlLine:
        url = f"http://{host}{path}"
        response = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + html.encode(charset)
        archive = Archive(self.path)
        places = archive.write_exchange(
            capture_id(self.patrol, url), url, AT, "192.0.2.1:80", b"GET / HTTP/1.1\r\n\r\n", response
        )
        archive.close()
        return self.end(self._captured(url, content_type, places, chain))

    def _captured(self, url: str, content_type: str, places: tuple[Place, Place], chain: tuple[Hop, ...]) -> UrlLine:
        return UrlLine(
            url=url,
            target="a.test",
            ending="captured",
            why="",
            at=AT.isoformat(timespec="milliseconds"),
            capture=capture_id(self.patrol, url),
            status=200,
            content_type=content_type,
            chain=chain,
            request=places[0],
            response=places[1],
            render="not needed",
        )

    def picture(
        self, page: UrlLine, images: dict[str, bytes], *, screenshot: bytes = b"\x89PNG", read: bool = True
    ) -> PictureLine:
        """Picture an earlier page, with the images it shows."""
        assert page.response
        archive = Archive(self.path, "pictures")

        def store(url: str, kind: ResourceKind, payload: bytes) -> Place:
            assert page.response
            return archive.write_resource(page.capture, url, AT, kind, "image/png", payload, page.response.record_id)

        kept = tuple(Image(url, 0, 0, 0, 0, "", "image/png", store(url, "image", data)) for url, data in images.items())
        shown = store(page.url, "screenshot", screenshot)
        archive.close()
        line = PictureLine(page.capture, page.url, AT.isoformat(), "captured", "", shown, kept, read)
        with JournalWriter(self.path) as journal:
            journal.write(line)
        return line

    def failed(self, path: str, why: str) -> UrlLine:
        line = UrlLine(f"http://a.test{path}", "a.test", "failed", why, AT.isoformat())
        return self.end(line)

    def end(self, line: UrlLine) -> UrlLine:
        with JournalWriter(self.path) as journal:
            journal.write(line)
        self.lines.append(line)
        return line


def with_dom(line: UrlLine, folder: Folder, dom: str) -> UrlLine:
    """The line of a page that was rendered too."""
    assert line.response
    archive = Archive(folder.path)
    place = archive.write_resource(
        line.capture, line.url, AT, "dom", "text/html", dom.encode(), line.response.record_id
    )
    archive.close()
    return replace(line, dom=place, render="rendered: empty shell")
