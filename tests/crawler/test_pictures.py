"""A crawl that renders, then the pictures of what was flagged, then the proof of it all: as a patrol runs them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from crawler.journal import WANTED_FILE, PictureLine, UrlLine, Wanted, encode_line, read_journal
from crawler.manifest import close_patrol
from crawler.plan import PictureBudget, Plan, Politeness, TargetPlan, write_plan
from crawler.spiders.pictures import wanted_pages
from crawler.verify import verify_patrol
from crawler.warc import read_record, warc_files
from tests.crawler.patrols import make_patrol
from tests.crawler.web import LocalWeb, Outcome, plan_for, redirect, respond, run_patrol

HOST = "http://zc.test"
PROSE = "<p>" + "本公司办公地点在人民路一号，欢迎来访。" * 20 + "</p>"


@pytest.fixture
def plan(web: LocalWeb) -> Plan:
    """A site whose front page is built by script alone."""
    web.pages.update(
        {
            f"{HOST}/": respond('<div id="app"></div><script src="/app.js"></script>'),
            f"{HOST}/app.js": respond(
                "app.innerHTML = '<h1>众筹回报保本保息</h1><a href=/about>关于</a><a href=/hang>x</a>'",
                content_type="text/javascript",
            ),
            f"{HOST}/about": respond(PROSE),
            f"{HOST}/hang": respond('<div id="app"></div><script>while (true) {}</script>'),
        }
    )
    target = TargetPlan("zc.test", (f"{HOST}/",))
    politeness = Politeness(delay=0, per_host=4, timeout=6)
    return plan_for(web, target, politeness=politeness, render="auto")


def want(outcome: Outcome, *paths: str, read: bool = False) -> None:
    lines = [outcome.lines[HOST + path] for path in paths]
    rows = [encode_line(Wanted(line.capture, line.url, line.target, "violation 3", read)) for line in lines]
    (outcome.folder / WANTED_FILE).write_bytes(b"".join(row + b"\n" for row in rows))


def pictures(folder: Path) -> dict[str, PictureLine]:
    return {
        read.line.url.removeprefix(HOST): read.line
        for read in read_journal(folder)
        if isinstance(read.line, PictureLine)
    }


def test_a_page_built_by_script_is_rendered_pictured_archived_and_verified(tmp_path: Path, plan: Plan) -> None:
    crawled = run_patrol(tmp_path / plan.patrol, plan)
    assert (crawled.code, crawled.errors) == (0, "")
    front, about, hang = (crawled.lines[HOST + path] for path in ("/", "/about", "/hang"))
    assert (front.render, about.render, hang.render) == ("rendered: empty shell", "not needed", "failed: timeout")
    assert {front.ending, about.ending, hang.ending} == {"captured"}
    assert front.dom
    assert front.response
    assert "众筹回报保本保息" in read_record(crawled.folder, front.dom).body.decode()
    assert "众筹" not in read_record(crawled.folder, front.response).body.decode()

    want(crawled, "/", "/hang")
    assert run_patrol(crawled.folder, spider="pictures").code == 0
    taken = pictures(crawled.folder)
    assert {path: (line.ending, line.why) for path, line in taken.items()} == {
        "/": ("captured", ""),
        "/hang": ("failed", "timeout"),
    }
    assert taken["/"].screenshot
    picture = read_record(crawled.folder, taken["/"].screenshot)
    assert picture.payload.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.headers["WARC-Concurrent-To"] == front.response.record_id

    close_patrol(crawled.folder, tmp_path, datetime.now(UTC))
    counted = Counter(check.kind for check in verify_patrol(crawled.folder))
    assert counted["record"] == 2 * len(crawled.lines) + 2  # and one DOM, one picture
    check = [sys.executable, "-m", "warcio.cli", "check", *map(str, warc_files(crawled.folder))]
    assert subprocess.run(check, check=False).returncode == 0


def png(width: int, height: int) -> bytes:
    """An image whose bytes cannot be guessed from its size: noise."""
    data = BytesIO()
    Image.effect_noise((width, height), 90).save(data, "PNG")
    return data.getvalue()


SHOWN = """<title>x</title><body style="margin:0"><img src=/banner.png><img src=/icon.png><img src=/gone.png width=300
height=60><div style="background-image:url(/ground.png);height:90px"></div><img src=/moved.png style="display:none">
<canvas width=200 height=100></canvas><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width=200 height=60>"""


@pytest.fixture
def images(web: LocalWeb) -> dict[str, bytes]:
    """Images on the local web, by path; and a page that shows them."""
    images = {
        "/banner.png": png(600, 120),
        "/icon.png": png(32, 32),
        "/ground.png": png(300, 90),
        "/far.png": png(90, 90),
    }
    for path, data in images.items():
        web.pages[HOST + path] = respond(data, content_type="image/png")
    web.pages[f"{HOST}/moved.png"] = redirect("/far.png")
    web.pages[f"{HOST}/"] = respond(SHOWN)
    return images


def test_the_larger_images_of_a_page_are_kept_as_they_came_and_the_others_told_with_their_place(
    tmp_path: Path, plan: Plan, web: LocalWeb, images: dict[str, bytes]
) -> None:
    crawled = run_patrol(tmp_path / plan.patrol, plan)
    want(crawled, "/", read=True)
    web.asked.clear()
    assert run_patrol(crawled.folder, spider="pictures").code == 0
    line = pictures(crawled.folder)["/"]
    assert line.read
    kept = {image.url.removeprefix(HOST): image for image in line.images if image.place}
    assert {path: (image.x, image.y, image.width, image.height) for path, image in kept.items()} == {
        "/banner.png": (0, 0, 600, 120),
        "/ground.png": (0, kept["/ground.png"].y, 1280, 90),
        "/far.png": (0, 0, 0, 0),  # out of sight; after a redirect
    }
    for path, image in kept.items():
        assert image.place
        record = read_record(crawled.folder, image.place)
        assert record.payload == images[path]
        assert record.headers["Content-Type"] == "image/png"
        assert record.headers["WARC-Target-URI"] == HOST + path
    left = {image.why: (image.width, image.height) for image in line.images if not image.place}
    assert left == {"http 404": (300, 60), "drawn": (200, 100), "inline": (200, 60)}
    asked = Counter(web.urls_asked("zc.test"))
    assert asked[f"{HOST}/banner.png"] == 1  # by the browser, for the picture: nothing is asked twice

    close_patrol(crawled.folder, tmp_path, datetime.now(UTC))
    counted = Counter(check.kind for check in verify_patrol(crawled.folder))
    assert counted["record"] == 2 * sum(bool(each.response) for each in crawled.lines.values()) + 1 + len(kept)


def test_images_beyond_the_patrols_budget_are_told_and_not_kept(
    tmp_path: Path, plan: Plan, images: dict[str, bytes]
) -> None:
    crawled = run_patrol(tmp_path / plan.patrol, replace(plan, pictures=PictureBudget(images=1)))
    want(crawled, "/", read=True)
    assert run_patrol(crawled.folder, spider="pictures").code == 0
    line = pictures(crawled.folder)["/"]
    assert [image.url for image in line.images if image.place] == [f"{HOST}/ground.png"]  # the largest on the page
    assert [image.why for image in line.images].count("budget") == 2


def test_a_page_pictured_for_its_evidence_alone_keeps_no_images(
    tmp_path: Path, plan: Plan, images: dict[str, bytes]
) -> None:
    crawled = run_patrol(tmp_path / plan.patrol, plan)
    want(crawled, "/")
    run_patrol(crawled.folder, spider="pictures")
    line = pictures(crawled.folder)["/"]
    assert (line.images, line.read) == ((), False)
    assert line.screenshot


def test_pages_that_are_gone_by_then_have_no_picture(tmp_path: Path, plan: Plan, web: LocalWeb) -> None:
    web.pages[f"{HOST}/hang"] = respond(PROSE)
    crawled = run_patrol(tmp_path / plan.patrol, plan)
    web.pages[f"{HOST}/about"] = respond("<p>没有了</p>", "404 Not Found")
    want(crawled, "/about")
    run_patrol(crawled.folder, spider="pictures")
    (line,) = pictures(crawled.folder).values()
    assert (line.ending, line.why, line.screenshot) == ("failed", "http 404", None)


def test_without_a_browser_each_wanted_page_says_so(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260102-030405")
    (folder / "journal.jsonl").write_bytes(_without_pictures(folder))
    outcome = Outcome(folder, 0, "")
    rows = [encode_line(Wanted(line.capture, line.url, "t", "x")) for line in outcome.lines.values() if line.capture]
    (folder / WANTED_FILE).write_bytes(b"\n".join(rows))
    assert run_patrol(folder, spider="pictures", XUNCHA_CHROMIUM="/absent").code == 0
    lines = [read.line for read in read_journal(folder) if isinstance(read.line, PictureLine)]
    assert [(line.ending, line.why) for line in lines] == [("failed", "no browser")] * 2


def test_without_its_proxy_nothing_is_given_up(tmp_path: Path, plan: Plan) -> None:
    write_plan(tmp_path, Plan(**{**vars(plan), "proxy": "http://127.0.0.1:9"}))
    outcome = run_patrol(tmp_path, spider="pictures")
    assert outcome.code == 1
    assert "127.0.0.1:9" in outcome.errors
    assert pictures(tmp_path) == {}


def test_only_wanted_pages_without_a_picture_are_taken(tmp_path: Path) -> None:
    folder = make_patrol(tmp_path, "20260102-030405")
    lines = list(Outcome(folder, 0, "").lines.values())
    assert list(wanted_pages(folder)) == []  # nothing is wanted
    wanted = [Wanted(line.capture, line.url, "t", "x") for line in lines if line.capture]
    rows = [*wanted[::-1], Wanted("20260102-030405-unknown", "http://a.test/", "t", "x"), wanted[1]]
    (folder / WANTED_FILE).write_bytes(b"\n".join(map(encode_line, rows)))
    assert list(wanted_pages(folder)) == []  # both captures have a picture or a reason
    (folder / "journal.jsonl").write_bytes(_without_pictures(folder))
    assert [page.line.url for page in wanted_pages(folder)] == ["http://shop.test/b", "http://shop.test/a"]


def _without_pictures(folder: Path) -> bytes:
    lines = [read.line for read in read_journal(folder) if isinstance(read.line, UrlLine)]
    return b"".join(encode_line(line) + b"\n" for line in lines)
