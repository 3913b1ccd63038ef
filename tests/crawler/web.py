"""A small web on loopback behind a proxy of its own: every host is whatever a test says, byte for byte."""

from __future__ import annotations

import gzip
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.journal import UrlLine, read_journal
from crawler.plan import Plan, Politeness, TargetPlan, write_plan
from crawler.progress import Progress, read_progress

Answer = bytes | Callable[["Asked", Callable[[bytes], object]], None]
"""The raw response, or what writes it piece by piece and may stop in the middle."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    url: str
    raw: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def respond(
    body: bytes | str, status: str = "200 OK", content_type: str = "text/html; charset=utf-8", headers: str = ""
) -> bytes:
    """A whole response with a Content-Length."""
    data = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n{headers}\r\n"
    return head.encode() + data


def redirect(to: str, status: str = "302 Found", headers: str = "") -> bytes:
    return respond("", status, headers=f"Location: {to}\r\n{headers}")


def gzipped(body: bytes) -> bytes:
    """A chunked, gzipped response with unusual but legal framing."""
    data = gzip.compress(body, mtime=0)
    head = b"HTTP/1.1 200 OK\r\ncontent-TYPE: text/html;charset=utf-8\r\nX-Odd:  two  spaces \r\n"
    head += b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    middle = len(data) // 2
    chunks = (data[:middle], data[middle:])
    return head + b"".join(b"%X;x=y\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


@dataclass
class LocalWeb:
    """Pages by url; what is not there is a 404."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    proxy: str = ""

    def urls_asked(self, host: str = "") -> list[str]:
        return [each.url for each in self.asked if not host or each.host == host]


class _Handler(socketserver.StreamRequestHandler):
    web: LocalWeb

    def handle(self) -> None:
        while asked := self._read():
            self.web.asked.append(asked)
            answer = self.web.pages.get(asked.url, respond("none", "404 Not Found"))
            if callable(answer):
                answer(asked, self.wfile.write)
                return
            self.wfile.write(answer)

    def _read(self) -> Asked | None:
        raw = b""
        try:
            while not raw.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return None
                raw += line
        except ConnectionError:
            return None
        return Asked(raw.split(b" ", 2)[1].decode(), raw)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def serve_web() -> Iterator[LocalWeb]:
    """Serve while the caller has the web; the body of a fixture."""
    web = LocalWeb()
    handler = type("Handler", (_Handler,), {"web": web})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        web.proxy = f"http://127.0.0.1:{server.server_address[1]}"
        yield web
        server.shutdown()


@dataclass(frozen=True)
class Outcome:
    """What a patrol left behind."""

    folder: Path
    code: int
    errors: str

    @property
    def lines(self) -> dict[str, UrlLine]:
        """The url lines by url; a url with two lines fails the test."""
        found = [read.line for read in read_journal(self.folder) if isinstance(read.line, UrlLine)]
        by_url = {line.url: line for line in found}
        assert len(by_url) == len(found), "a url ended twice"
        return by_url

    @property
    def progress(self) -> Progress:
        progress = read_progress(self.folder)
        assert progress
        return progress


def plan_for(web: LocalWeb, *targets: TargetPlan, politeness: Politeness | None = None, render: str = "never") -> Plan:
    return Plan(
        patrol="20260102-030405",
        created_at="2026-01-02T03:04:05Z",
        targets=targets,
        politeness=politeness or Politeness(delay=0, per_host=2, timeout=2.0, max_body=100_000),
        render=render,  # type: ignore[arg-type]
        proxy=web.proxy,
    )


def command(folder: Path, spider: str = "site", **settings: object) -> list[str]:
    options = {"RETRY_TIMES": 0, "XUNCHA_MIN_FREE_BYTES": 1, **settings}
    pairs = [part for name, value in options.items() for part in ("--set", f"{name}={value}")]
    return [sys.executable, "-m", "crawler.run", spider, str(folder), *pairs]


def run_patrol(folder: Path, plan: Plan | None = None, spider: str = "site", **settings: object) -> Outcome:
    """Run a spider over a plan (None: the one that lies there) in a process of its own."""
    if plan:
        write_plan(folder, plan)
    done = subprocess.run(command(folder, spider, **settings), capture_output=True, text=True, timeout=60, check=False)
    return Outcome(folder, done.returncode, done.stderr)
