"""What the sample web holds: site folders read into the answers each url is given. No sockets here.

A site is a folder `sites/<host>/`. Its pages are UTF-8 sources, whatever bytes they are sent as:

- `_layout.html`, if there, is put around every page that is not a whole document itself (does not begin with
  `<!doctype` or `<html`): such a page begins with its `<title>` line, the rest of it is the body.
- `site.yml` says what differs from a plain UTF-8 site; see Ways and Route for its keys.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

SITES = Path(__file__).parent / "sites"
SITE_FILE = "site.yml"
LAYOUT_FILE = "_layout.html"
UNSERVED = frozenset({SITE_FILE, LAYOUT_FILE, "truth.yml"})

CONTENT_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xml": "application/xml",
}
IMAGE_TYPES = {".png": "image/png"}
"""Files sent as they are."""
TITLE = re.compile(r"\A<title>(?P<title>.*?)</title>\n")


class SiteError(ValueError):
    """A site folder that cannot be served; the message names the file and what to do."""


@dataclass(frozen=True)
class Route:
    """What one url of a site does differently; a row under `routes:` in site.yml."""

    file: str = ""
    """Source to answer with, where the url is not simply its path."""
    status: int = 0
    """0: 302 with a location, else 200."""
    location: str = ""
    """Where a redirect leads: the header is sent as written here."""
    manner: str = "plain"
    """How the answer is sent: a name in manners.MANNERS."""
    charset: str = ""
    """Empty: the site's."""


@dataclass(frozen=True)
class Ways:
    """site.yml: how a whole site answers."""

    charset: str = "utf-8"
    """Encoding of its text on the wire."""
    content_type: str = ""
    """Header of its HTML pages; empty: `text/html; charset=` and the charset."""
    routes: dict[str, Route] = field(default_factory=dict)
    """By path, or path and query."""
    traps: dict[str, str] = field(default_factory=dict)
    """Path prefix to the name of a page maker in traps.TRAPS."""


@dataclass(frozen=True)
class Answer:
    """What a url is answered, before it is put on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    manner: str = "plain"

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True)
class Site:
    """One host of the sample web."""

    host: str
    answers: dict[str, Answer]
    """By path, or path and query."""
    traps: dict[str, str]

    def find(self, path: str) -> Answer | None:
        """The answer to just this path and query, or to the path whatever its query; None: no such page."""
        bare = path.partition("?")[0]
        return self.answers.get(path) or self.answers.get(bare)

    def trap(self, path: str) -> str | None:
        """Name of the page maker that answers for this path, if one does."""
        return next((name for prefix, name in self.traps.items() if path.startswith(prefix)), None)


def load_sites(folder: Path = SITES) -> dict[str, Site]:
    """All sites by host. Raises SiteError."""
    return {path.name: load_site(path) for path in sorted(folder.iterdir()) if path.is_dir()}


def load_site(folder: Path) -> Site:
    """Read one site folder. Raises SiteError."""
    ways = _read_ways(folder / SITE_FILE)
    layout = _read_text(folder / LAYOUT_FILE) if (folder / LAYOUT_FILE).exists() else "{{body}}"
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in UNSERVED]
    routes = {url_path(path.relative_to(folder).as_posix()): Route() for path in sorted(files)} | ways.routes
    answers = {url: _answer(folder, url, layout, ways, route) for url, route in routes.items()}
    return Site(folder.name, answers, ways.traps)


def url_path(name: str) -> str:
    """The url path a file is served under: `a/index.html` answers for `/a/`."""
    return "/" + name.removesuffix("index.html") if PurePosixPath(name).name == "index.html" else "/" + name


def file_name(url: str) -> str:
    """The reverse of url_path."""
    return url[1:] + ("index.html" if url.endswith("/") else "")


def dress(source: str, layout: str) -> str:
    """A page's source with the site's layout around it; whole documents stay as they are."""
    title = TITLE.match(source)
    if not title:
        return source
    return layout.replace("{{title}}", title["title"]).replace("{{body}}", source[title.end() :])


def _answer(folder: Path, url: str, layout: str, ways: Ways, route: Route) -> Answer:
    if route.location:
        return Answer(route.status or 302, (("Location", route.location),), b"")
    path = folder / (route.file or file_name(url))
    if not path.is_file():
        raise SiteError(f"{folder / SITE_FILE}: {url}: there is no {path}; add the page or say `file:`")
    if path.suffix in IMAGE_TYPES:
        headers = (("Content-Type", IMAGE_TYPES[path.suffix]),)
        return Answer(route.status or 200, headers, path.read_bytes(), route.manner)
    text, charset = _read_text(path), route.charset or ways.charset
    header = f"{CONTENT_TYPES[path.suffix]}; charset={charset}"
    if path.suffix == ".html":
        text, header = dress(text, layout), ways.content_type or header
    return Answer(route.status or 200, (("Content-Type", header),), _encode(text, charset, path), route.manner)


def _encode(text: str, charset: str, path: Path) -> bytes:
    try:
        return text.encode(charset)
    except (UnicodeEncodeError, LookupError) as error:
        raise SiteError(f"{path}: cannot be sent as {charset} ({error})") from error


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _read_ways(path: Path) -> Ways:
    if not path.exists():
        return Ways()
    data: dict[str, Any] = yaml.safe_load(_read_text(path)) or {}
    _refuse_unknown(path, data, Ways)
    routes = data.pop("routes", {})
    for row in routes.values():
        _refuse_unknown(path, row, Route)
    return Ways(**data, routes={url: Route(**row) for url, row in routes.items()})


def _refuse_unknown(path: Path, row: dict[str, Any], kind: type[Ways | Route]) -> None:
    unknown = ", ".join(sorted(row.keys() - {item.name for item in fields(kind)}))
    if unknown:
        raise SiteError(f"{path}: unknown key {unknown}; demo/web.py lists them under {kind.__name__}")
