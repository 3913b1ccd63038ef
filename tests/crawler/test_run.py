"""How a run ends, and that one which was ended badly can go on."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.journal import JOURNAL_FILE, UrlLine, read_journal
from crawler.plan import Budget, Plan, Politeness, TargetPlan, write_plan
from crawler.progress import read_progress
from crawler.run import main
from crawler.warc import read_record
from tests.crawler.web import Asked, LocalWeb, Outcome, command, plan_for, redirect, respond, run_patrol

PAGES = 60


def build_shop(web: LocalWeb, host: str) -> TargetPlan:
    """Sixty pages, each naming the next five, some by a redirect or a frame."""
    for n in range(PAGES):
        links = "".join(f"<a href=/{m}.html>{m}</a>" for m in range(n + 1, min(n + 6, PAGES)))
        frame = f"<iframe src=/f{n}.html></iframe>" if n % 7 == 0 else ""
        web.pages[f"http://{host}/{n}.html"] = respond(f"<p>第{n}页</p>{links}{frame}<a href=/r{n}>r</a>")
        web.pages[f"http://{host}/f{n}.html"] = respond(f"<p>frame {n}</p>")
        web.pages[f"http://{host}/r{n}"] = redirect(f"/{n}.html?again=1")
    return TargetPlan(host, (f"http://{host}/0.html",), budget=Budget(pages=1000, depth=100))


def endings(outcome: Outcome) -> dict[str, str]:
    return {url: f"{line.ending} {line.why}" for url, line in outcome.lines.items()}


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def count_lines(folder: Path) -> int:
    path = folder / JOURNAL_FILE
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.fixture
def shop(web: LocalWeb) -> Plan:
    return plan_for(web, build_shop(web, "shop.test"), politeness=Politeness(delay=0, per_host=4))


def test_a_killed_patrol_goes_on_without_loss_or_double(shop: Plan, tmp_path: Path) -> None:
    whole = run_patrol(tmp_path / "whole", shop)
    killed = tmp_path / "killed"
    write_plan(killed, shop)
    rng = random.Random(4)
    for _ in range(4):
        enough = count_lines(killed) + rng.randrange(1, 25)
        process = subprocess.Popen(command(killed))
        wait_for(lambda enough=enough: count_lines(killed) >= enough)  # type: ignore[misc]
        process.kill()
        process.wait()
    resumed = run_patrol(killed)
    assert (whole.code, resumed.code) == (0, 0)
    assert endings(resumed) == endings(whole)
    for line in resumed.lines.values():
        assert line.response is None or read_record(killed, line.response).status == line.status
    assert resumed.progress.pages == whole.progress.pages


def test_a_torn_line_is_cut_and_fetched_again(shop: Plan, tmp_path: Path) -> None:
    whole = run_patrol(tmp_path, shop)
    expected = endings(whole)
    os.truncate(tmp_path / JOURNAL_FILE, (tmp_path / JOURNAL_FILE).stat().st_size - 10)
    assert endings(run_patrol(tmp_path)) == expected


def test_a_finished_patrol_fetches_no_page_again(shop: Plan, tmp_path: Path, web: LocalWeb) -> None:
    run_patrol(tmp_path, shop)
    web.asked.clear()
    assert run_patrol(tmp_path).code == 0
    assert [url for url in web.urls_asked() if url.endswith(".html")] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_frontier_for_a_resumption(number: signal.Signals, shop: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, shop)
    process = subprocess.Popen(command(tmp_path), stderr=subprocess.DEVNULL)
    wait_for(lambda: count_lines(tmp_path) >= 10)
    process.send_signal(number)
    assert process.wait(20) == 130
    stopped = Outcome(tmp_path, 130, "")
    assert stopped.progress.ended == "interrupted"
    assert not [line for line in stopped.lines.values() if line.why.startswith("budget")]
    assert run_patrol(tmp_path).code == 0


def test_too_little_disk_ends_it_before_it_starts(shop: Plan, tmp_path: Path) -> None:
    outcome = run_patrol(tmp_path, shop, XUNCHA_MIN_FREE_BYTES=10**18)
    assert (outcome.code, outcome.progress.ended) == (4, "disk")
    assert "XUNCHA_MIN_FREE_BYTES" in outcome.errors
    assert run_patrol(tmp_path).code == 0


def test_a_full_disk_acknowledges_nothing_half(shop: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, shop)
    limited = ["bash", "-c", 'ulimit -f 24; trap "" XFSZ; exec "$@"', "bash", *command(tmp_path)]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4, done.stderr
    for line in Outcome(tmp_path, 4, "").lines.values():
        assert line.response is None or read_record(tmp_path, line.response).status == line.status
    resumed = run_patrol(tmp_path)
    assert (resumed.code, len(resumed.lines)) == (0, len(set(resumed.lines)))
    assert f"http://shop.test/{PAGES - 1}.html" in resumed.lines


def test_a_proxy_that_is_not_there_is_told_before_anything_is_journaled(shop: Plan, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
    outcome = run_patrol(tmp_path, Plan(**{**vars(shop), "proxy": gone}))
    assert outcome.code == 1
    assert gone in outcome.errors
    assert "start it" in outcome.errors
    assert outcome.progress.ended.startswith("fatal: proxy")
    assert outcome.lines == {}


def test_without_a_proxy_private_addresses_are_refused(web: LocalWeb, tmp_path: Path) -> None:
    web.pages["http://127.0.0.1/"] = respond("never asked for")
    plan = plan_for(web, TargetPlan("127.0.0.1", (web.proxy + "/",)))
    outcome = run_patrol(tmp_path, Plan(**{**vars(plan), "proxy": ""}))
    (line,) = outcome.lines.values()
    assert (line.ending, line.why) == (
        "refused",
        "guard: 127.0.0.1 is at 127.0.0.1, which is not a public address",
    )
    assert web.asked == []


def test_a_page_that_breaks_the_program_costs_only_itself(web: LocalWeb, tmp_path: Path) -> None:
    """A status no table knows, a charset that lies, markup nested beyond reason: none stops the patrol."""
    web.pages |= {
        "http://odd.test/": respond("<a href=/nested>n</a><a href=/zero>z</a><a href=/lies>l</a>"),
        "http://odd.test/nested": respond("<div>" * 20_000),
        "http://odd.test/zero": respond("", "299 Odd"),
        "http://odd.test/lies": respond(bytes(range(256)), content_type="text/html; charset=utf-16"),
    }
    outcome = run_patrol(tmp_path, plan_for(web, TargetPlan("odd.test", ("http://odd.test/",))))
    assert outcome.code == 0
    assert len(outcome.lines) == 4
    assert {line.ending for line in outcome.lines.values()} == {"captured"}


def test_politeness_is_kept(web: LocalWeb, tmp_path: Path) -> None:
    moments: list[float] = []

    def note(asked: Asked, write: Callable[[bytes], object]) -> None:
        moments.append(time.monotonic())
        write(respond("<a href=/2.html>2</a><a href=/3.html>3</a>"))

    web.pages |= {f"http://gentle.test/{path}": note for path in ("", "2.html", "3.html")}
    web.pages["http://slow.test/robots.txt"] = respond("User-agent: *\nCrawl-delay: 0.6\n")
    web.pages |= {f"http://slow.test/{path}": note for path in ("", "2.html")}
    gentle = plan_for(web, TargetPlan("gentle.test", ("http://gentle.test/",)), politeness=Politeness(delay=0.3))
    assert run_patrol(tmp_path / "gentle", gentle).code == 0
    assert len(moments) == 3
    assert min(after - before for before, after in pairwise(moments)) >= 0.28
    moments.clear()
    slow = plan_for(web, TargetPlan("slow.test", ("http://slow.test/",)), politeness=Politeness(delay=0))
    run_patrol(tmp_path / "slow", slow)
    assert moments[1] - moments[0] >= 0.58


def test_two_targets_that_name_one_url_share_its_line(web: LocalWeb, tmp_path: Path) -> None:
    web.pages |= {"http://one.test/": redirect("http://two.test/x"), "http://two.test/x": respond("<a href=/y>y</a>")}
    web.pages["http://two.test/y"] = web.pages["http://two.test/"] = respond("ok")
    plan = plan_for(web, TargetPlan("one.test", ("http://one.test/",)), TargetPlan("two.test", ("http://two.test/",)))
    lines = run_patrol(tmp_path, plan).lines
    landed = lines["http://two.test/x"]
    assert (landed.target, landed.landing, len(landed.chain)) == ("two.test", False, 1)
    assert "http://two.test/y" in lines


def test_the_log_is_json(shop: Plan, tmp_path: Path) -> None:
    run_patrol(tmp_path, shop)
    rows = [json.loads(row) for row in (tmp_path / "crawl.log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"time", "level", "logger", "message"} <= set(rows[0])
    assert {row["level"] for row in rows} == {"INFO"}


def test_scrapy_crawl_works_too(shop: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, shop)
    done = subprocess.run(
        [*command(tmp_path)[:1], "-m", "scrapy", "crawl", "site", "-a", f"plan={tmp_path / 'plan.json'}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")
    progress = read_progress(tmp_path)
    assert progress
    assert progress.ended == "finished"


def test_a_journal_that_was_tampered_with_stops_the_run(shop: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, shop)
    (tmp_path / JOURNAL_FILE).write_bytes(b"not a line\n")
    outcome = run_patrol(tmp_path)
    assert outcome.code == 1
    assert f"fatal: {tmp_path / JOURNAL_FILE}, byte 0: not a journal line" in outcome.errors
    assert (tmp_path / JOURNAL_FILE).read_bytes() == b"not a line\n"


def test_a_folder_that_cannot_be_written_is_told(shop: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path, shop)
    (tmp_path / JOURNAL_FILE).mkdir()
    outcome = run_patrol(tmp_path)
    assert (outcome.code, outcome.progress.ended) == (4, "disk")
    assert str(tmp_path) in outcome.errors


def test_no_plan_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", str(tmp_path)]) == 1
    assert "no plan here" in capsys.readouterr().err


def test_a_setting_without_a_value_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["site", str(tmp_path), "--set", "RETRY_TIMES"])
    assert "'RETRY_TIMES' is not NAME=VALUE" in capsys.readouterr().err


def test_journals_of_other_spiders_are_left(shop: Plan, tmp_path: Path) -> None:
    run_patrol(tmp_path, shop)
    before = [read.line for read in read_journal(tmp_path)]
    assert run_patrol(tmp_path, spider="ads").code == 0
    assert [read.line for read in read_journal(tmp_path)] == before
    assert all(isinstance(line, UrlLine) for line in before)
