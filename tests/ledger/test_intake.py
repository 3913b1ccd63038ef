"""Intake: what the journal says ends up in the ledger once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from crawler.journal import Hop, JournalError, JournalWriter, PictureLine, Place
from ledger import intake as intake_module
from ledger.analysis import AnalysisPool
from ledger.intake import Intake, IntakeConflict
from ledger.models import Capture, CaptureText, Finding, Mark, OutboxRow, Patrol, Subject
from ledger.summary import summarise
from tests.ledger.patrol_folder import AT, PATROL, Folder

pytestmark = pytest.mark.django_db

RULES = Path(__file__).parent.parent.parent / "rules"
PROMISE = "<title>稳盈</title><p>本平台承诺保本保息，到期兑付，立即投资。</p><footer>粤ICP备14005127号</footer>"
QUIET = "<title>关于我们</title><p>公司成立于二〇一五年，位于软件园。</p>"


@pytest.fixture(scope="module")
def pool() -> Iterator[AnalysisPool]:
    pool = AnalysisPool(RULES, 1)
    yield pool
    pool.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / PATROL)


@pytest.fixture
def patrol() -> Patrol:
    return Patrol.objects.create(id=PATROL, started_at=AT)


def take_in(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> int:
    return Intake(patrol, folder.path, pool, {"a.test": "p2p"}).finish()


def test_it_works(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    line = folder.page("/", PROMISE)
    folder.page("/about", QUIET)
    folder.failed("/gone", "http 404")
    assert take_in(patrol, folder, pool) == 3

    capture = Capture.objects.get(id=line.capture)
    assert (capture.url, capture.host, capture.area) == ("http://a.test/", "a.test", "p2p")
    assert (capture.analysis, capture.decision, capture.title) == ("analysed", "violation", "稳盈")
    assert capture.sha256 == (line.response and line.response.sha256)
    finding = capture.findings.filter(decision="violation").first()
    assert finding is not None
    assert finding.quote in CaptureText.objects.get(capture=capture).text[finding.start : finding.end]
    assert Mark.objects.get(capture=capture, kind="icp").value == "粤ICP备14005127号"
    assert Capture.objects.get(ending="failed").why == "http 404"
    assert OutboxRow.objects.count() == 2


def test_a_journal_taken_in_twice_changes_nothing(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    folder.page("/", PROMISE)
    take_in(patrol, folder, pool)
    findings = Finding.objects.count()
    again = Patrol.objects.get(id=PATROL)
    assert take_in(again, folder, pool) == 0
    assert Finding.objects.count() == findings


def test_lines_written_meanwhile_are_taken_in_from_where_it_stopped(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    folder.page("/", PROMISE)
    intake = Intake(patrol, folder.path, pool, {})
    assert intake.finish() == 1
    assert intake.finish() == 0
    folder.page("/about", QUIET)
    assert intake.finish() == 1
    assert Capture.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_midway_leaves_nothing_of_itself(
    folder: Folder, pool: AnalysisPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    patrol = Patrol.objects.create(id=PATROL, started_at=AT)
    folder.page("/", PROMISE)

    def full_disk(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(intake_module.subjects, "note", full_disk)
        with pytest.raises(OSError, match="no space"):
            take_in(patrol, folder, pool)
    assert not Capture.objects.exists()
    assert Patrol.objects.get(id=PATROL).journal_position == 0
    assert take_in(Patrol.objects.get(id=PATROL), folder, pool) == 1


def test_two_intakes_of_one_patrol_do_not_double_it(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    folder.page("/", PROMISE)
    other = Patrol.objects.get(id=PATROL)
    take_in(patrol, folder, pool)
    with pytest.raises(IntakeConflict):
        take_in(other, folder, pool)
    assert Capture.objects.count() == 1


def test_a_torn_last_line_waits_for_its_end(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    folder.page("/", QUIET)
    with (folder.path / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"url":"http://a.te')
    assert take_in(patrol, folder, pool) == 1


def test_a_damaged_journal_is_named_and_stops_intake(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    (folder.path / "journal.jsonl").write_bytes(b"not a line\n")
    with pytest.raises(JournalError, match=r"journal\.jsonl, byte 0"):
        take_in(patrol, folder, pool)


@pytest.mark.parametrize(("content_type", "told"), [("image/png", "不是文本"), ("application/zip", "不是文本")])
def test_what_is_no_text_is_unreadable_and_says_so(
    patrol: Patrol, folder: Folder, pool: AnalysisPool, content_type: str, told: str
) -> None:
    folder.page("/file", "\x00\x01", content_type=content_type)
    take_in(patrol, folder, pool)
    capture = Capture.objects.get()
    assert capture.analysis == "unreadable"
    assert told in capture.unreadable


def test_evidence_that_is_gone_makes_its_page_unreadable_not_the_patrol_fail(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    folder.page("/", PROMISE)
    for warc in folder.path.glob("*.warc.gz"):
        warc.write_bytes(warc.read_bytes()[:200])
    take_in(patrol, folder, pool)
    assert "存档读不出" in Capture.objects.get().unreadable


def test_a_rendered_page_is_judged_by_what_the_browser_showed(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    from tests.ledger.patrol_folder import with_dom

    line = folder.page("/", "<div id=app></div>")
    (folder.path / "journal.jsonl").unlink()
    folder.end(with_dom(line, folder, PROMISE))
    take_in(patrol, folder, pool)
    assert Capture.objects.get().decision == "violation"


def test_a_picture_is_put_to_its_capture_and_search_sees_it(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    line = folder.page("/", PROMISE)
    place = Place("pictures-00001.warc.gz", 0, 9, "<urn:uuid:1>", "ab")
    with JournalWriter(folder.path) as journal:
        journal.write(PictureLine(line.capture, line.url, AT.isoformat(), "captured", screenshot=place))
    take_in(patrol, folder, pool)
    capture = Capture.objects.get()
    assert capture.screenshot["file"] == "pictures-00001.warc.gz"
    assert capture.version == 2
    assert OutboxRow.objects.filter(capture_id=capture.id).count() == 2


def test_the_way_from_an_advertisement_stays_with_the_capture(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    folder.page("/land", PROMISE, host="b.test", chain=(Hop("http://carrier.test/", 200, "ad"),))
    take_in(patrol, folder, pool)
    assert Capture.objects.get().line["chain"] == [{"url": "http://carrier.test/", "status": 200, "how": "ad"}]


def test_sites_of_one_icp_holder_are_one_subject(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    company = "<footer>深圳市稳盈示例信息科技有限公司 粤ICP备14005127号-{}</footer>"
    folder.page("/", PROMISE.replace("<footer>粤ICP备14005127号</footer>", company.format(1)))
    folder.page("/", QUIET + company.format(2), host="b.test")
    folder.page("/", QUIET, host="c.test")
    take_in(patrol, folder, pool)
    holder = Subject.objects.get(marks__kind="icp")
    assert {site.host for site in holder.sites.all()} == {"a.test", "b.test"}
    assert holder.name == "深圳市稳盈示例信息科技有限公司"
    assert "粤ICP备14005127号" in holder.sites.get(host="b.test").joined_by
    assert Subject.objects.count() == 2


def test_the_summary_adds_up_and_names_targets_that_fell_short(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    folder.page("/", PROMISE)
    folder.failed("/gone", "http 404")
    take_in(patrol, folder, pool)
    summary = summarise(patrol, folder.plan, folder.path)
    assert summary.endings == {"captured": 1, "unchanged": 0, "refused": 0, "failed": 1}
    assert summary.analyses == {"analysed": 1, "unreadable": 0}
    assert summary.adds_up
    assert summary.why["failed"] == {"http 404": 1}
    assert summary.findings["guarantee"]["violation"] >= 1
    assert [a.why for a in summary.anomalies] == ["只取到 1 页，应不少于 2 页"]


def test_a_batch_takes_few_statements(
    patrol: Patrol, folder: Folder, pool: AnalysisPool, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        folder.page(f"/{number}", QUIET)
    assert connection.vendor == "sqlite"
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        take_in(patrol, folder, pool)
