"""Who is on the list, in what order, and that no name stands there without evidence, basis and review state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Site, Subject, SubjectMark
from reports import suspect_rows
from reports.suspect_rows import NATURE, cite, review_state, suspects
from tests.ledger_rows import BASIS, START, advertise, capture, finding, patrol, site

pytestmark = pytest.mark.django_db

REPEALED = {"law": "《旧通知》", "article": "第一条", "status": "S", "in_force_to": "2026-02-06"}


def names() -> list[str]:
    return [suspect.name for suspect in suspects()]


def test_it_works() -> None:
    subject = Subject.objects.create(name="稳盈公司")
    for kind, value in (("icp", "沪ICP备1号"), ("company", "稳盈公司"), ("phone", "13800138000")):
        SubjectMark.objects.create(subject=subject, kind=kind, value=value, first_capture="c1")
    site("a.test", subject)
    site("b.test", subject)
    first = capture("c1", "http://a.test/1", minutes=0)
    advertise(first, "http://news.test/")
    advertise(capture("c3", "http://a.test/clean"), "http://other.test/")
    last = capture("c2", "http://b.test/2", minutes=90, area="advertising")
    finding(first, "guarantee.principal", "保本保息", severity=3, block="button")
    finding(last, "return.rate", "加13800138000年化12%", "suspect", 2, basis=[REPEALED])
    finding(last, "contact.wechat", "加微信", "excluded", 1)
    (suspect,) = suspects()
    assert (suspect.name, suspect.severity, suspect.score, suspect.nature) == ("稳盈公司", 3, 60, NATURE)
    assert suspect.sites == ("a.test", "b.test")
    assert suspect.families == ("承诺保本保收益", "收益宣传")
    assert suspect.rules == ("规则 guarantee.principal（guarantee.principal）", "规则 return.rate（return.rate）")
    assert len(suspect.areas) == 2
    assert (suspect.violations, suspect.suspicions, suspect.pages) == (1, 1, 2)
    assert (suspect.quote, suspect.decision, suspect.block) == ("保本保息", "违规线索", "按钮")
    assert (suspect.capture, suspect.sha256, suspect.url) == ("c1", f"{'c1':0>64}", "http://a.test/1")
    assert (suspect.first_seen, suspect.last_seen) == (START, START + timedelta(minutes=90))
    assert suspect.basis == (
        "《广告法》第二十五条第（一）项〔已核条文〕",
        "《旧通知》第一条〔二手来源，2026-02-06 起失效〕",
    )
    assert (suspect.icp, suspect.companies, suspect.phones) == (("沪ICP备1号",), ("稳盈公司",), ("138****8000",))
    assert (suspect.advertised_at, suspect.review) == (("http://news.test/",), "未研判")


@pytest.mark.parametrize(
    ("decision", "review", "is_listed"),
    [
        ("violation", "pending", True),
        ("violation", "confirmed", True),
        ("violation", "excluded", False),
        ("suspect", "pending", True),
        ("suspect", "excluded", False),
        ("excluded", "pending", False),
        ("excluded", "confirmed", False),
        ("info", "pending", False),
    ],
)
def test_who_is_listed(decision: str, review: str, is_listed: bool) -> None:
    finding(capture("c1", "http://a.test/"), "guarantee.principal", "保本", decision, review=review)
    assert names() == (["a.test"] if is_listed else [])


def test_nobody_is_listed_for_nothing() -> None:
    capture("c1", "http://a.test/")
    assert names() == []


def test_worst_first() -> None:
    for key, severity, score in (("low", 2, 90), ("high", 4, 10), ("mid", 3, 20), ("mid2", 3, 70)):
        row = capture(key, f"http://{key}.test/")
        finding(row, "guarantee.principal", "保本", "suspect", severity)
        row.score = score
        row.save()
    assert names() == ["high.test", "mid2.test", "mid.test", "low.test"]


def test_the_worst_finding_is_quoted() -> None:
    row = capture("c1", "http://a.test/")
    for quote, decision, severity in (("乙", "suspect", 3), ("甲", "violation", 3), ("丙", "violation", 2)):
        finding(row, f"r.{quote}", quote, decision, severity)
    (suspect,) = suspects()
    assert suspect.quote == "甲"


def test_an_excluded_finding_lends_nothing_to_the_row() -> None:
    row = capture("c1", "http://a.test/")
    finding(row, "guarantee.principal", "保本", severity=2)
    finding(row, "crypto.trading", "比特币", severity=4, review="excluded")
    (suspect,) = suspects()
    assert (suspect.severity, suspect.quote, suspect.families) == (2, "保本", ("承诺保本保收益",))


def test_the_same_claim_on_the_next_night_is_one_claim() -> None:
    for night, review in (("1", "confirmed"), ("2", "pending")):
        row = capture(f"c{night}", "http://a.test/", patrol=patrol(night), minutes=int(night))
        finding(row, "guarantee.principal", "保本", review=review)
    (suspect,) = suspects()
    assert (suspect.violations, suspect.pages, suspect.review) == (1, 1, "已确认")
    assert suspect.capture == "c2"


def test_a_host_without_a_subject_is_not_lost() -> None:
    finding(capture("c1", "http://a.test/"), "guarantee.principal", "保本")
    Site.objects.all().delete()
    assert names() == ["a.test"]


def test_only_the_captures_asked_for_count() -> None:
    for key in ("c1", "c2", "c3"):
        finding(capture(key, f"http://{key}.test/"), "guarantee.principal", f"保本{key}")
    assert [suspect.quote for suspect in suspects({"c2"})] == ["保本c2"]
    assert list(suspects(set())) == []


def test_a_finding_excluded_while_we_write_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspect_rows, "CHUNK", 1)
    found = [finding(capture(key, f"http://{key}.test/"), "guarantee.principal", "保本") for key in ("c1", "c2")]
    rows = suspects()
    assert next(rows).name == "c1.test"
    found[1].review = "excluded"
    found[1].save()
    assert list(rows) == []


def test_queries_grow_with_chunks_not_with_subjects() -> None:
    for number in range(30):
        finding(capture(f"c{number}", f"http://h{number}.test/"), "guarantee.principal", "保本")
    with CaptureQueriesContext(connection) as queries:
        assert len(list(suspects())) == 30
    assert len(queries) == 5


@pytest.mark.parametrize(
    ("confirmed", "claims", "state"), [(0, 3, "未研判"), (3, 3, "已确认"), (1, 3, "部分确认（1/3）")]
)
def test_review_states(confirmed: int, claims: int, state: str) -> None:
    assert review_state(confirmed, claims) == state


def test_a_citation_says_how_far_it_was_verified() -> None:
    assert cite(BASIS) == "《广告法》第二十五条第（一）项〔已核条文〕"
    assert cite({**BASIS, "status": "U"}).endswith("〔未核〕")
