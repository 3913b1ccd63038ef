"""The real browser against a loopback web; without one these tests fail, as a patrol would be the poorer."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import psutil
import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.reactor import install_reactor
from scrapy.utils.test import get_crawler

from crawler.browser import (
    PICTURE_KEY,
    PICTURES,
    BrowserDownloadHandler,
    browser_available,
    browser_settings,
)
from crawler.chromium import find_chromium
from crawler.guard import RefusedAddress
from crawler.paging import MAX_HEIGHT
from crawler.rendering import BrowserCrashed, NotRendered, browser_meta
from tests.crawler.web import LocalWeb, redirect, respond

HOST = "http://shop.test"
AGENT = "xuncha/0.1 (+mailto:test@example.org)"
SCRIPT = "text/javascript"


class Browser:
    """A handler and the event loop it lives in."""

    def __init__(self, **settings: Any) -> None:
        install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
        from twisted.internet import reactor

        self.loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop  # type: ignore[attr-defined]
        self.handler = BrowserDownloadHandler.from_crawler(get_crawler(settings_dict={"USER_AGENT": AGENT, **settings}))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def get(self, url: str, seconds: float = 20, **request: Any) -> Response:
        return self.run(self.fetch(url, seconds, **request))

    async def fetch(self, url: str, seconds: float = 20, **request: Any) -> Response:
        return await self.handler.download_request(Request(url, meta=browser_meta(url, timeout=seconds), **request))


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing of the browser's tells
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def pages(shared_web: LocalWeb) -> LocalWeb:
    shared_web.pages.update(
        {
            f"{HOST}/app": respond('<div id="app"></div><script src="/app.js"></script>'),
            f"{HOST}/app.js": respond(
                "fetch('/data').then(r => r.text()).then(t => { app.innerHTML = `<h1>${t}</h1><img src=/i.png>` })",
                content_type=SCRIPT,
            ),
            f"{HOST}/data": respond("保本保息", content_type="text/plain; charset=utf-8"),
            f"{HOST}/plain": respond("<p>plain</p>"),
            f"{HOST}/gone": respond("<p>gone</p>", "404 Not Found"),
            f"{HOST}/moved": redirect("/plain"),
            f"{HOST}/late": respond("<script>setTimeout(() => { document.body.innerText = 'late' }, 1000)</script>"),
            f"{HOST}/leaves": respond("<script>location.href = 'http://other.test/'</script>"),
            "http://other.test/": respond("<p>other</p>"),
            f"{HOST}/alert": respond("<script>alert(1); confirm(2); document.write('after')</script>"),
            f"{HOST}/closes": respond("<p>x</p><script>window.close()</script>"),
            f"{HOST}/popup": respond("<p>x</p><script>window.open('/plain')</script>"),
            f"{HOST}/hang": respond("<p>x</p><script>while (true) {}</script>"),
            f"{HOST}/restless": respond("<p>x</p><script>setInterval(() => document.body.append('x'), 50)</script>"),
            f"{HOST}/file": respond(b"PK", content_type="application/zip"),
            f"{HOST}/long": respond(
                "<p>long</p><div style='height: 40000px; width: 9px; background: linear-gradient(red, blue)'>"
            ),
            f"{HOST}/media": respond(
                "<video src=/v.mp4 autoplay></video><style>@font-face{font-family:f;src:url(/f.woff2)}p{font-family:f}"
                "</style><p>x</p>"
            ),
            f"{HOST}/lazy": respond(
                "<p>lazy</p><div style='height: 5000px'></div><img loading=lazy width=50 height=50 src=/far.png>"
            ),
            f"{HOST}/agent": respond("<script>document.write(navigator.userAgent + '|' + navigator.language)</script>"),
            f"{HOST}/worker": respond(
                "<script>navigator.serviceWorker.register('/w.js').then(() => document.write('yes'),"
                " () => document.write('no'))</script><p>x</p>"
            ),
        }
    )
    return shared_web


@pytest.fixture(scope="module")
def browser(pages: LocalWeb) -> Iterator[Browser]:
    """One browser for all tests of this file."""
    browser = Browser(XUNCHA_PROXY=pages.proxy)
    yield browser
    browser.run(browser.handler.close())


def test_there_is_a_browser() -> None:
    assert os.access(find_chromium(""), os.X_OK)


def test_a_configured_browser_is_taken_or_none(tmp_path: Any) -> None:
    assert find_chromium(find_chromium("")) == find_chromium("")
    assert find_chromium(str(tmp_path / "absent")) == ""
    assert not browser_available({"XUNCHA_CHROMIUM": str(tmp_path / "absent")})


def test_the_sandbox_is_left_out_for_root_alone() -> None:
    options = browser_settings("/usr/bin/chromium", "http://127.0.0.1:1")["PLAYWRIGHT_LAUNCH_OPTIONS"]
    assert options["chromium_sandbox"] is (os.geteuid() != 0)


def test_a_page_built_by_script_is_read(browser: Browser) -> None:
    response = browser.get(f"{HOST}/app")
    assert response.status == 200
    assert response.headers.get("Content-Encoding") is None
    assert "<h1>保本保息</h1>" in response.text
    assert response.body.decode("utf-8") == response.text


@pytest.mark.parametrize(
    ("path", "url", "status", "text"),
    [
        ("/gone", f"{HOST}/gone", 404, "gone"),
        ("/moved", f"{HOST}/plain", 200, "plain"),
        ("/leaves", "http://other.test/", 200, "other"),
        ("/late", f"{HOST}/late", 200, "late"),
        ("/alert", f"{HOST}/alert", 200, "after"),
        ("/closes", f"{HOST}/closes", 200, "x"),
        ("/popup", f"{HOST}/popup", 200, "x"),
        ("/restless", f"{HOST}/restless", 200, "xxx"),
        ("/agent", f"{HOST}/agent", 200, f"{AGENT}|zh-CN"),
        ("/worker", f"{HOST}/worker", 200, "x"),
    ],
)
def test_pages_are_waited_for_and_followed(browser: Browser, path: str, url: str, status: int, text: str) -> None:
    response = browser.get(HOST + path)
    assert (response.url, text in response.text) == (url, True)
    assert response.status == status or path == "/leaves"


def test_a_page_that_hangs_ends_in_its_time_and_the_next_one_comes(browser: Browser) -> None:
    with pytest.raises(DownloadTimeoutError):
        browser.get(f"{HOST}/hang", seconds=2)
    assert "plain" in browser.get(f"{HOST}/plain").text


def test_a_page_that_crashes_costs_itself(browser: Browser) -> None:
    with pytest.raises(BrowserCrashed):
        browser.get("chrome://crash", seconds=10)
    assert "plain" in browser.get(f"{HOST}/plain").text


def kill_browsers() -> None:
    """End Chromium processes that this process started."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it went with its parent
            if "chrom" in process.name():
                process.kill()


def test_a_browser_killed_while_idle_is_replaced(browser: Browser) -> None:
    browser.get(f"{HOST}/plain")
    kill_browsers()
    browser.run(until(lambda: not hasattr(browser.handler._inner, "browser")))
    assert "plain" in browser.get(f"{HOST}/plain").text


def test_a_killed_browser_costs_no_page_that_merely_shared_it(browser: Browser) -> None:
    async def share() -> list[Response]:
        both = asyncio.gather(browser.fetch(f"{HOST}/restless"), browser.fetch(f"{HOST}/late"))
        await until(lambda: len(browser.handler._open) == 2)
        kill_browsers()
        return await both

    restless, late = browser.run(share())
    assert "xxx" in restless.text
    assert "late" in late.text


def test_a_killed_browser_costs_the_page_that_had_it_alone(browser: Browser) -> None:
    async def alone() -> None:
        page = asyncio.ensure_future(browser.fetch(f"{HOST}/restless"))
        await until(lambda: browser.handler._inner and browser.handler._inner.context_wrappers)
        kill_browsers()
        await page

    with pytest.raises(BrowserCrashed, match="/restless: the page was gone"):
        browser.run(alone())
    assert "plain" in browser.get(f"{HOST}/plain").text


@pytest.mark.parametrize("path", ["/file"])
def test_downloads_are_refused(browser: Browser, path: str) -> None:
    with pytest.raises(NotRendered):
        browser.get(HOST + path)


def test_what_no_reader_needs_is_not_loaded(browser: Browser, pages: LocalWeb) -> None:
    browser.get(f"{HOST}/media")
    browser.get(f"{HOST}/app")
    assert not {f"{HOST}/{name}" for name in ("v.mp4", "f.woff2", "i.png")} & set(pages.urls_asked())


def test_no_page_sees_what_another_stored(browser: Browser, pages: LocalWeb) -> None:
    pages.pages[f"{HOST}/store"] = respond(
        "<script>document.write(document.cookie + 'seen'); document.cookie = 'k=v'</script>"
    )
    shown = [browser.get(f"{HOST}/store").text.rpartition("</script>")[2] for _ in range(2)]
    assert ["seen" in text for text in shown] == [True, True]
    assert not [text for text in shown if "k=v" in text]


def test_the_referrer_is_passed_on(browser: Browser, pages: LocalWeb) -> None:
    browser.get(f"{HOST}/plain", headers={"Referer": f"{HOST}/from"})
    assert f"referer: {HOST}/from" in pages.asked[-1].raw.decode().lower()


def test_nothing_is_left_open(browser: Browser) -> None:
    assert browser.handler._inner
    assert browser.handler._inner.context_wrappers == {}


@pytest.mark.parametrize(("path", "message"), [("/absent", "no browser"), ("/bin/false", "/bin/false does not start")])
def test_without_a_browser_each_page_says_so(pages: LocalWeb, path: str, message: str) -> None:
    browser = Browser(XUNCHA_PROXY=pages.proxy, XUNCHA_CHROMIUM=path)
    with pytest.raises(NotRendered, match=message):
        browser.get(f"{HOST}/plain")
    browser.run(browser.handler.close())


# pictures


@pytest.fixture(scope="module")
def camera(pages: LocalWeb) -> Iterator[Browser]:
    camera = Browser(XUNCHA_PROXY=pages.proxy, **{PICTURES: True})
    yield camera
    camera.run(camera.handler.close())


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height from the header of a PNG (RFC 2083 §4.1.1)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.endswith(b"IEND\xaeB`\x82")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def test_a_picture_shows_the_whole_page_down_to_a_limit(camera: Browser) -> None:
    picture = camera.get(f"{HOST}/long").meta[PICTURE_KEY]
    width, height = size_of(picture)
    assert (width >= 1024, height) == (True, MAX_HEIGHT)
    assert len(picture) < 5_000_000


def test_a_picture_shows_images_that_load_when_seen(camera: Browser, pages: LocalWeb) -> None:
    camera.get(f"{HOST}/lazy")
    assert f"{HOST}/far.png" in pages.urls_asked()


# without a proxy: the gate


@pytest.fixture(scope="module")
def guarded() -> Iterator[Browser]:
    guarded = Browser()
    yield guarded
    guarded.run(guarded.handler.close())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
def test_a_private_address_is_refused_before_the_browser_is_asked(guarded: Browser, host: str) -> None:
    with pytest.raises(RefusedAddress):
        guarded.get(f"http://{host}/")


def test_a_public_page_cannot_reach_a_private_address(
    guarded: Browser, web: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the host `public.test` counts as public here; what its page tries goes to this machine and is refused."""
    port = web.proxy.rpartition(":")[2]

    async def resolve(host: str, port: int) -> list[str]:
        if host != "public.test":
            raise RefusedAddress(host)
        return ["127.0.0.1"]

    async def check(url: str) -> None:
        await resolve(url.split("/")[2].split(":")[0], 80)

    monkeypatch.setattr("crawler.gate.resolve_public", resolve)
    monkeypatch.setattr("crawler.browser.check_url", check)
    secret = f"http://127.0.0.1:{port}/secret"
    web.pages["/page"] = respond(
        f"<p>public</p><img src={secret}><iframe src={secret}></iframe><script>fetch('{secret}', {{mode: 'no-cors'}});"
        f"new WebSocket('ws://127.0.0.1:{port}/secret'); fetch('/jump', {{mode: 'no-cors'}})</script>"
    )
    web.pages["/jump"] = web.pages["/away"] = redirect(secret)
    web.pages["/secret"] = respond("secret")
    assert "public" in guarded.get(f"http://public.test:{port}/page").text
    with pytest.raises(RefusedAddress):
        guarded.get(f"http://public.test:{port}/away")
    assert {"/page", "/jump", "/away"} <= set(web.urls_asked())
    assert not [url for url in web.urls_asked() if "secret" in url]
    assert guarded.handler._gate
    assert guarded.handler._gate.refused["127.0.0.1"] >= 3
