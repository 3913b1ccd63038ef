"""Site folders become answers: bytes, headers and routes; every page of the sample web is accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.manners import MANNERS
from demo.traps import TRAPS
from demo.truth import load_truth
from demo.web import Answer, Site, SiteError, dress, file_name, load_site, load_sites, url_path

SITES = load_sites()

Make = Callable[[dict[str, str]], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a site folder from names and texts."""

    def write(files: dict[str, str]) -> Path:
        folder = tmp_path / "shop.test"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


def get(site: Site, path: str) -> Answer:
    found = site.find(path)
    assert found is not None, path
    return found


def test_it_works(make: Make) -> None:
    site = load_site(make({"index.html": "<!doctype html><p>你好</p>", "a/index.html": "<html>", "b.txt": "b"}))
    assert site.host == "shop.test"
    assert sorted(site.answers) == ["/", "/a/", "/b.txt"]
    assert get(site, "/") == Answer(
        200, (("Content-Type", "text/html; charset=utf-8"),), "<!doctype html><p>你好</p>\n".strip().encode()
    )


@pytest.mark.parametrize(
    ("name", "url"),
    [("index.html", "/"), ("a/index.html", "/a/"), ("a/b.html", "/a/b.html"), ("c.js", "/c.js")],
)
def test_files_and_urls_name_each_other(name: str, url: str) -> None:
    assert url_path(name) == url
    assert file_name(url) == name


def test_a_layout_is_put_around_pages_that_begin_with_their_title() -> None:
    layout = "<html><title>{{title}} - 店</title>{{body}}</html>"
    assert dress("<title>米</title>\n<p>新米</p>", layout) == "<html><title>米 - 店</title><p>新米</p></html>"
    assert dress("<!doctype html><title>米</title>\n", layout) == "<!doctype html><title>米</title>\n"


def test_site_yml_changes_bytes_and_headers(make: Make) -> None:
    site = load_site(
        make(
            {
                "site.yml": "charset: gbk\ncontent_type: text/html\nroutes:\n  /tw.html: {charset: big5}\n",
                "index.html": "<html>保本",
                "tw.html": "<html>保證",
                "a.js": "// 保本",
            }
        )
    )
    assert get(site, "/").body == "<html>保本".encode("gbk")
    assert get(site, "/").headers == (("Content-Type", "text/html"),)
    assert get(site, "/tw.html").body == "<html>保證".encode("big5")
    assert get(site, "/a.js").headers == (("Content-Type", "text/javascript; charset=gbk"),)


def test_routes_redirect_and_answer_with_other_files(make: Make) -> None:
    routes = """
        routes:
          /go?id=1: {location: /x}
          /old: {location: /, status: 301}
          /p/1: {file: index.html}
    """
    site = load_site(make({"site.yml": routes, "index.html": "<html>"}))
    assert get(site, "/go?id=1") == Answer(302, (("Location", "/x"),), b"")
    assert get(site, "/old").status == 301
    assert get(site, "/p/1").body == b"<html>"
    assert get(site, "/?from=ad").body == b"<html>", "a static page does not care about its query"
    assert site.find("/go?id=2") is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"site.yml": "colour: red"}, "site.yml: unknown key colour"),
        ({"site.yml": "routes: {/a: {speed: 1}}"}, "unknown key speed"),
        ({"site.yml": "routes: {/a.html: {status: 500}}"}, "/a.html: there is no"),
        ({"site.yml": "charset: big5", "a.html": "<html>简体专页"}, "a.html: cannot be sent as big5"),
    ],
)
def test_a_broken_site_names_its_file(make: Make, files: dict[str, str], message: str) -> None:
    with pytest.raises(SiteError, match=re.escape(message)):
        load_site(make(files))


def test_the_sample_web_is_as_wide_as_promised() -> None:
    assert len(SITES) >= 14
    assert all(host.endswith(".test") for host in SITES)


def test_every_manner_and_trap_named_by_a_site_exists() -> None:
    assert {answer.manner for site in SITES.values() for answer in site.answers.values()} <= MANNERS.keys()
    assert {name for site in SITES.values() for name in site.traps.values()} == TRAPS.keys()


def test_every_manner_of_failing_occurs_somewhere() -> None:
    assert {answer.manner for site in SITES.values() for answer in site.answers.values()} == MANNERS.keys()


def pages(site: Site) -> set[str]:
    """Urls a site answers with a page of its own, redirects left out."""
    return {
        f"http://{site.host}{path}"
        for path, answer in site.answers.items()
        if any(value.startswith("text/html") for _, value in answer.headers)
    }


def test_every_page_has_its_truth_and_every_truth_its_page() -> None:
    served = {url for site in SITES.values() for url in pages(site)}
    told = {page.url for page in load_truth()}
    assert served - told == set(), "pages nobody has judged"
    assert told - served == {"http://manlu.test/missing.html", "http://qianlu.test/loop-b"}


def source(url: str) -> str:
    """A page as its readers see it, script and data of a script-built site included."""
    host, path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()  # type: ignore[union-attr]
    site = SITES[host]
    more = [answer for name, answer in site.answers.items() if name.endswith((".js", ".json"))]
    charset = re.search(r"charset=([\w-]+)", str(get(site, path).headers))
    codings = [charset[1]] if charset else ["big5" if path == "/tw.html" else "gb18030"]
    return "".join(answer.body.decode(codings[0]) for answer in (get(site, path), *more))


def test_what_is_drawn_stands_in_an_image_and_nowhere_else() -> None:
    drawn = [page for page in load_truth() if page.drawn]
    assert drawn
    for page in drawn:
        answer = SITES[page.host].answers[page.drawn]
        assert answer.body.startswith(b"\x89PNG")
        assert dict(answer.headers) == {"Content-Type": "image/png"}
        assert not any(words in source(page.url) for words in page.must_quote)


def test_what_must_be_quoted_stands_on_the_page() -> None:
    written = [page for page in load_truth() if not page.drawn]
    absent = [(page.url, words) for page in written for words in page.must_quote if words not in source(page.url)]
    assert absent == []


@pytest.mark.parametrize(
    ("url", "charset", "header", "meta"),
    [
        ("http://songheli.test/", "gb18030", False, True),
        ("http://songheli.test/beds.html", "gb18030", False, False),
        ("http://songheli.test/rebate.html", "gb18030", False, False),
        ("http://yubai.test/stock.html", "gbk", False, True),
        ("http://yubai.test/tw.html", "big5", False, False),
        ("http://yanhudai.test/", "utf-8", True, True),
    ],
)
def test_charsets_are_said_where_the_case_says(url: str, charset: str, header: bool, meta: bool) -> None:
    host, path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()  # type: ignore[union-attr]
    answer = get(SITES[host], path)
    assert re.search(r"[\u4e00-\u9fff]{5}", answer.body.decode(charset))
    assert ("charset" in str(answer.headers)) is header
    assert (b"charset" in answer.body) is meta
    if charset != "utf-8":
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")
