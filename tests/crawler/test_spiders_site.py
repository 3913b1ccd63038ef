"""The site spider, run for real over a small web: one patrol of many hosts, and a look at each of its lines."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable

import pytest

from crawler.journal import Hop, Link, UrlLine, capture_id
from crawler.plan import Budget, TargetPlan
from crawler.warc import read_record
from tests.crawler.web import Asked, LocalWeb, Outcome, gzipped, plan_for, redirect, respond, run_patrol

GBK = '<meta charset=gb2312><a href="/搜?q=保本">搜</a><a href="http://gbk.test:80/two.html#x">二</a>'
ZIPPED = gzipped("<p>首页</p>".encode())
MAPPED = b"<urlset><loc>http://robots.test/mapped.html</loc><loc>http://out.test/</loc></urlset>"
MANY = "".join(f"<a href=/p{n}.html>{n}</a>" for n in range(9))


def cut_off(asked: Asked, write: Callable[[bytes], object]) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<html>half")


def silent(asked: Asked, write: Callable[[bytes], object]) -> None:
    """Closes without a byte."""


def garbage(asked: Asked, write: Callable[[bytes], object]) -> None:
    write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def never_ends(asked: Asked, write: Callable[[bytes], object]) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
    RELEASE.wait(20)


RELEASE = threading.Event()
"""Set when the patrol is over: what never ends may end."""


def build(web: LocalWeb) -> None:
    web.pages |= {
        "http://gbk.test/": respond(GBK.encode("gbk"), content_type="text/html"),
        "http://gbk.test/two.html": respond("<a href=/>home</a><a href=http://out.test/>out</a><a href=x.zip>z</a>"),
        "http://gbk.test/%E6%90%9C?q=%B1%A3%B1%BE": respond("ok"),
        # frames
        "http://frames.test/": respond("<frameset><frame src=in.html><frame src=http://ad.test/f.html></frameset>"),
        "http://frames.test/in.html": respond("<a href=deep.html>x</a>"),
        "http://frames.test/deep.html": respond("deep"),
        "http://ad.test/f.html": respond("<a href=/more.html>m</a><iframe src=http://inner.test/></iframe>"),
        "http://inner.test/": respond("inner"),
        # redirects
        "http://chain.test/": redirect("/b"),
        "http://chain.test/b": redirect("http://chain.test/c", "301 Moved"),
        "http://chain.test/c": respond('<meta http-equiv=refresh content="0;url=d">'),
        "http://chain.test/d": respond("<script>location.href='http://land.test/'</script>"),
        "http://land.test/": redirect("/home"),
        "http://land.test/home": respond("<a href=/other>o</a>"),
        "http://loop.test/": redirect("/a"),
        "http://loop.test/a": redirect("/"),
        "http://self.test/": redirect("/"),
        "http://nowhere.test/": redirect("mailto:x@y.test"),
        "http://cookie.test/": lambda asked, write: write(
            respond("in") if b"Cookie: pass=1" in asked.raw else redirect("/", headers="Set-Cookie: pass=1\r\n")
        ),
        **{f"http://long.test/{n or ''}": redirect(f"/{n + 1}") for n in range(15)},
        # robots and sitemaps
        "http://robots.test/robots.txt": respond("User-agent: *\nDisallow: /private\nSitemap: /maps.xml"),
        "http://robots.test/": respond("<a href=/private/x.html>p</a><a href=/open.html>o</a>"),
        "http://robots.test/open.html": respond("open"),
        "http://robots.test/maps.xml": respond("<sitemapindex><loc>http://robots.test/one.xml.gz</loc></sitemapindex>"),
        "http://robots.test/one.xml.gz": respond(gzip.compress(MAPPED)),
        "http://robots.test/mapped.html": respond("mapped"),
        "http://override.test/robots.txt": respond("User-agent: *\nDisallow: /"),
        "http://override.test/": respond("<p>in</p>"),
        "http://closed.test/robots.txt": respond("no", "503 Busy"),
        "http://closed.test/": respond("never asked for"),
        "http://moved.test/robots.txt": redirect("http://www.moved.test/robots.txt"),
        "http://www.moved.test/robots.txt": respond("User-agent: xuncha\nDisallow: /"),
        "http://moved.test/": respond("never asked for"),
        # failures
        "http://fail.test/": respond("".join(f"<a href=/{name}>x</a>" for name in FAILURES)),
        "http://fail.test/500": respond("<p>出错</p>", "500 Oops"),
        "http://fail.test/cut": cut_off,
        "http://fail.test/silent": silent,
        "http://fail.test/garbage": garbage,
        "http://fail.test/slow": never_ends,
        "http://fail.test/large": respond(b"x" * 200_000),
        "http://fail.test/bomb": respond(gzip.compress(b" " * 5_000_000), headers="Content-Encoding: gzip\r\n"),
        "http://fail.test/encoding": respond(b"not gzip at all", headers="Content-Encoding: gzip\r\n"),
        "http://fail.test/headers": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 400_000 + b"\r\n\r\n",
        # budgets, traps, types
        "http://pages.test/": respond(MANY),
        **{f"http://pages.test/p{n}.html": respond(f"<a href=/q{n}.html>{n}</a>") for n in range(9)},
        **{f"http://deep.test/{n or ''}": respond(f"<a href=/{n + 1}>x</a>") for n in range(9)},
        "http://bytes.test/": respond(MANY + " " * 5000),
        "http://trap.test/": respond("".join(f"<a href='/c?day={n % 29}&year={1990 + n}'>x</a>" for n in range(60))),
        "http://json.test/": respond('{"a": "<a href=/x>"}', content_type="application/json"),
        "http://zip.test/": ZIPPED,
    }  # fmt: skip


FAILURES = {
    "missing": "http 404",
    "500": "http 500",
    "cut": "cut off",
    "silent": "no answer",
    "garbage": "protocol",
    "slow": "timeout",
    "large": "too large",
    "bomb": "too large",
    "encoding": "encoding",
    "headers": "too large",
}
TARGETS = (
    *(
        TargetPlan(host, (f"http://{host}/",))
        for host in (
            "gbk.test",
            "frames.test",
            "chain.test",
            "loop.test",
            "self.test",
            "nowhere.test",
            "cookie.test",
            "long.test",
            "robots.test",
            "closed.test",
            "moved.test",
            "fail.test",
            "json.test",
            "zip.test",
            "trap.test",
        )
    ),
    TargetPlan("override.test", ("http://override.test/",), robots_override="经书面同意"),
    TargetPlan("pages.test", ("http://pages.test/",), budget=Budget(pages=4)),
    TargetPlan("deep.test", ("http://deep.test/",), budget=Budget(depth=2)),
    TargetPlan("bytes.test", ("http://bytes.test/",), budget=Budget(bytes=3000)),
    TargetPlan("carrier.test", ("http://carrier.test/",), carrier=True),
)


@pytest.fixture(scope="module")
def outcome(shared_web: LocalWeb, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    build(shared_web)
    done = run_patrol(tmp_path_factory.mktemp("patrol"), plan_for(shared_web, *TARGETS))
    RELEASE.set()
    return done


def line(outcome: Outcome, url: str) -> UrlLine:
    return outcome.lines[f"http://{url}"]


def ends(outcome: Outcome, host: str) -> dict[str, str]:
    """Path → ending and reason, of one host."""
    start = f"http://{host}/"
    return {
        url.removeprefix(start): f"{each.ending} {each.why}".strip()
        for url, each in outcome.lines.items()
        if url.startswith(start)
    }


def test_it_works(outcome: Outcome) -> None:
    assert (outcome.code, outcome.errors, outcome.progress.ended) == (0, "", "finished")
    assert outcome.progress.frontier == outcome.progress.in_flight == 0
    assert outcome.progress.pages == sum(each.ending == "captured" for each in outcome.lines.values())


def test_links_are_followed_in_the_charset_of_the_page_and_within_scope(outcome: Outcome) -> None:
    assert ends(outcome, "gbk.test") == {
        "": "captured", "two.html": "captured", "%E6%90%9C?q=%B1%A3%B1%BE": "captured"
    }  # fmt: skip
    assert not ends(outcome, "out.test")
    assert line(outcome, "gbk.test/two.html").links == (Link("http://gbk.test/", "link"),)


def test_a_line_says_where_the_url_came_from(outcome: Outcome) -> None:
    two = line(outcome, "gbk.test/two.html")
    assert (two.depth, two.how, two.via, two.chain) == (1, "link", "http://gbk.test/", ())
    assert (two.status, two.content_type, two.render) == (200, "text/html; charset=utf-8", "off")
    assert two.capture == capture_id("20260102-030405", two.url)
    assert two.address.startswith("127.0.0.1:")


def test_frames_are_followed_and_those_out_of_scope_only_so_far(outcome: Outcome) -> None:
    assert ends(outcome, "frames.test") == {"": "captured", "in.html": "captured", "deep.html": "captured"}
    frame = line(outcome, "ad.test/f.html")
    assert (frame.how, frame.depth, frame.landing, frame.target) == ("frame", 0, True, "frames.test")
    assert frame.chain == (Hop("http://frames.test/", 200, "seed"),)
    assert [link.how for link in frame.links] == ["link", "frame"]
    assert ends(outcome, "ad.test") == {"f.html": "captured"}
    assert line(outcome, "inner.test/").landing


def test_each_hop_is_a_line_and_the_chain_grows(outcome: Outcome) -> None:
    home = line(outcome, "land.test/home")
    assert [(hop.url.removeprefix("http://"), hop.status, hop.how) for hop in home.chain] == [
        ("chain.test/", 302, "seed"),
        ("chain.test/b", 301, "http"),
        ("chain.test/c", 200, "http"),
        ("chain.test/d", 200, "meta"),
        ("land.test/", 302, "script"),
    ]
    assert (home.how, home.depth, home.landing, home.target) == ("http", 0, True, "chain.test")
    assert home.links == (Link("http://land.test/other", "link"),)
    assert ends(outcome, "land.test") == {"": "captured", "home": "captured"}
    assert line(outcome, "chain.test/").links == (Link("http://chain.test/b", "http"),)


def test_redirects_that_lead_nowhere(outcome: Outcome) -> None:
    assert ends(outcome, "loop.test") == {"": "captured", "a": "refused trap: redirect loop"}
    assert ends(outcome, "self.test") == {"": "refused trap: redirect loop"}
    assert line(outcome, "self.test/").response
    assert ends(outcome, "nowhere.test") == {"": "failed redirect to nowhere"}
    assert ends(outcome, "long.test")["11"] == "refused trap: more than 10 redirects"
    assert "12" not in ends(outcome, "long.test")


def test_a_page_that_sets_a_cookie_and_sends_back_is_asked_again(outcome: Outcome) -> None:
    assert line(outcome, "cookie.test/").status == 200


def test_robots_and_sitemaps(outcome: Outcome, shared_web: LocalWeb) -> None:
    assert ends(outcome, "robots.test") == {
        "": "captured", "open.html": "captured", "mapped.html": "captured", "private/x.html": "refused robots"
    }  # fmt: skip
    assert "http://robots.test/private/x.html" not in shared_web.urls_asked()
    mapped = line(outcome, "robots.test/mapped.html")
    assert (mapped.how, mapped.via) == ("sitemap", "http://robots.test/one.xml.gz")
    assert ends(outcome, "closed.test") == ends(outcome, "moved.test") == {"": "refused robots"}


def test_an_override_is_obeyed_and_told(outcome: Outcome) -> None:
    assert ends(outcome, "override.test") == {"": "captured"}
    assert outcome.progress.robots_overridden >= 1
    assert "经书面同意" in (outcome.folder / "crawl.log.jsonl").read_text(encoding="utf-8")


def test_failures_say_why_and_keep_what_came(outcome: Outcome) -> None:
    assert ends(outcome, "fail.test") == {"": "captured"} | {name: f"failed {why}" for name, why in FAILURES.items()}
    archived = {name for name in FAILURES if line(outcome, f"fail.test/{name}").response}
    assert archived == {"missing", "500", "bomb", "encoding"}


def test_budgets_take_the_shallow_pages(outcome: Outcome) -> None:
    pages = ends(outcome, "pages.test")
    assert [path for path, end in pages.items() if end == "captured"] == ["", "p0.html", "p1.html", "p2.html"]
    assert {end for end in pages.values() if end != "captured"} == {"refused budget: pages"}
    assert ends(outcome, "deep.test") == {
        "": "captured", "1": "captured", "2": "captured", "3": "refused budget: depth"
    }  # fmt: skip
    assert set(ends(outcome, "bytes.test").values()) == {"captured", "refused budget: bytes"}


def test_traps_are_left(outcome: Outcome) -> None:
    asked = [end for end in ends(outcome, "trap.test").values() if not end.startswith("refused")]
    assert len(asked) == 1 + 31
    assert "refused trap: calendar /c, 31 asked for" in ends(outcome, "trap.test").values()


def test_what_is_no_page_is_kept_and_not_read(outcome: Outcome) -> None:
    assert ends(outcome, "json.test") == {"": "captured"}


def test_carriers_are_left_alone(outcome: Outcome, shared_web: LocalWeb) -> None:
    assert not shared_web.urls_asked("carrier.test")


def test_evidence_is_what_went_over_the_wire(outcome: Outcome, shared_web: LocalWeb) -> None:
    zipped = line(outcome, "zip.test/")
    assert zipped.response
    assert zipped.request
    assert zipped.size == len(ZIPPED)
    assert read_record(outcome.folder, zipped.response).block == ZIPPED
    asked = next(each.raw for each in shared_web.asked if each.url == zipped.url)
    assert read_record(outcome.folder, zipped.request).block == asked


def test_the_agent_names_itself(shared_web: LocalWeb, outcome: Outcome) -> None:
    assert all(b"User-Agent: xuncha/" in each.raw for each in shared_web.asked)
