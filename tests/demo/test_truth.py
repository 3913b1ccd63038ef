"""Truth files are read strictly, and a patrol that follows the rules can reach every page they speak of."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from demo import TARGETS
from demo.truth import PageTruth, TruthError, load_truth
from demo.web import Answer, load_sites

SITES = load_sites()
LINKS = re.compile(r"""(?:href|src)="([^"]+)"|url=([^"\s]+)"|location\.href = "([^"]+)"|<loc>([^<]+)|Sitemap: (\S+)""")


def write(folder: Path, text: str) -> Path:
    path = folder / "shop.test" / "truth.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return folder


def test_it_works(tmp_path: Path) -> None:
    row = "pages:\n  - {url: /a, decision: violation, families: [return], also: [suspect], must_quote: [12%]}\n"
    (page,) = load_truth(write(tmp_path, row))
    assert page == PageTruth(
        url="http://shop.test/a",
        host="shop.test",
        decision="violation",
        also=("suspect",),
        families=("return",),
        must_quote=("12%",),
    )
    assert page.accepted == ("violation", "suspect")
    assert page.flagged


def test_a_page_of_which_nothing_is_said_is_captured_and_clean(tmp_path: Path) -> None:
    (page,) = load_truth(write(tmp_path, "pages: [{url: /}]"))
    assert (page.decision, page.ending, page.flagged) == ("none", "captured", False)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{url: /, colour: red}", "unknown key colour"),
        ("{url: /, decision: bad}", "unknown decision bad"),
        ("{url: /, also: [worse]}", "unknown decision worse"),
        ("{url: a.html}", "must be a path"),
        ("{url: /, decision: violation}", "every flagged page names its own"),
        ("{url: /, families: [return]}", "families belong to flagged pages"),
        ("{url: /, must_quote: [保本]}", "must_quote belongs to flagged pages"),
        ("{url: /, ending: lost, why: [x]}", "unknown ending lost"),
        ("{url: /, ending: failed}", "why belongs to"),
        ("{url: /, why: [robots]}", "why belongs to"),
        ("{url: /}, {url: /}", "stated twice"),
    ],
)
def test_a_faulty_row_is_named(tmp_path: Path, row: str, fault: str) -> None:
    with pytest.raises(TruthError, match=fault):
        load_truth(write(tmp_path, f"pages: [{row}]"))


@pytest.mark.parametrize("text", ["", "[{url: /}]", "page: []", "pages: []\nmore: 1"])
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(TruthError, match=r"truth\.yml: must hold the list"):
        load_truth(write(tmp_path, text))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TruthError) as caught:
        load_truth(write(tmp_path, "pages: [{url: a}, {url: /, decision: bad}]"))
    assert len(str(caught.value).splitlines()) == 2


def test_the_sample_web_holds_all_kinds_of_page() -> None:
    counts = Counter(page.decision for page in load_truth())
    assert counts["violation"] >= 30
    assert counts["excluded"] >= 20
    assert counts["none"] >= 30
    assert len(load_truth()) >= 60
    assert {family for page in load_truth() for family in page.families} == {
        "guarantee",
        "return",
        "raise",
        "crypto",
    }


def rows() -> list[dict[str, str]]:
    with TARGETS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_targets_are_hosts_of_the_sample_web() -> None:
    hosts = Counter(urlsplit(row["url"]).hostname for row in rows())
    assert hosts.keys() <= SITES.keys()
    assert [host for host, count in hosts.items() if count > 1] == ["shenghuoquan.test"]


def test_no_target_expects_more_pages_than_it_has() -> None:
    held = Counter(page.host for page in load_truth() if page.ending == "captured")
    assert [
        row["url"] for row in rows() if int(row["expected_pages"]) > held[urlsplit(row["url"]).hostname or ""]
    ] == []


def find(url: str) -> Answer | None:
    """What the sample web answers, traps left out."""
    parts = urlsplit(url)
    site = SITES.get(parts.hostname or "")
    return site.find((parts.path or "/") + (f"?{parts.query}" if parts.query else "")) if site else None


def named_by(url: str, answer: Answer) -> set[str]:
    """Urls that an answer leads to: links, frames, redirects, sitemaps, and what its site's scripts build."""
    text = answer.body.decode("latin-1") + dict(answer.headers).get("Location", "").join(('href="', '"'))
    found = {urljoin(url, next(filter(None, groups))) for groups in LINKS.findall(text)}
    if url.endswith(".js"):
        ids = re.findall(rb'"id": (\d+)', SITES["shizhuan.test"].answers["/data/projects.json"].body)
        found |= {urljoin(url, f"/project/{number.decode()}") for number in ids}
        found |= {urljoin(url, path) for path in re.findall(r'"(/[^"]*)"', text)}
    return found


def reachable() -> set[str]:
    """Every url a patrol can come to from the targets' entries."""
    seen = {row["url"] for row in rows()}
    seen |= {urljoin(url, "/robots.txt") for url in seen}
    ahead = list(seen)
    while ahead:
        url = ahead.pop()
        answer = find(url)
        new = named_by(url, answer) - seen if answer else set()
        seen |= new
        ahead += new
    return seen


def test_every_page_of_the_truth_can_be_reached() -> None:
    assert {page.url for page in load_truth()} - reachable() == set()


@pytest.mark.parametrize("page", [page for page in load_truth() if page.chain], ids=lambda page: page.url)
def test_a_chain_is_what_the_pages_say(page: PageTruth) -> None:
    for here, there in zip(page.chain, (*page.chain[1:], page.url), strict=True):
        answer = find(here)
        assert answer is not None, here
        assert there in named_by(here, answer)


@pytest.mark.parametrize("page", [page for page in load_truth() if page.advertised_on], ids=lambda page: page.url)
def test_an_advertised_page_can_be_reached_from_its_carrier(page: PageTruth) -> None:
    carriers = {row["url"] for row in rows() if row["carrier"] == "yes"}
    assert set(page.advertised_on) <= carriers
    ways = {page.url, *page.chain}
    for carrier in page.advertised_on:
        answer = find(carrier)
        assert answer is not None
        steps = named_by(carrier, answer)
        landings = {url for step in steps for found in [find(step)] if found for url in named_by(step, found)}
        assert ways & (steps | landings)
