"""Pictures in the ledger: what is written in them replaces what the page alone said, once, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.journal import BUDGET, JournalWriter
from demo.web import SITES
from ledger import pictures as pictures_module
from ledger.analysis import AnalysisPool, unreadable
from ledger.evidence import read_evidence
from ledger.intake import Intake
from ledger.models import Capture, CaptureText, Finding, Mark, OutboxRow, Patrol, SubjectMark
from ledger.pictures import write_picture
from ledger.summary import summarise
from tests.ledger.patrol_folder import AT, PATROL, Folder

pytestmark = pytest.mark.django_db

RULES = Path(__file__).parent.parent.parent / "rules"
IMAGES = SITES / "hejintong.test" / "img"
BANNER = {"http://a.test/b.png": (IMAGES / "huodong.png").read_bytes()}
CODE = {"http://a.test/q.png": (IMAGES / "kefu.png").read_bytes()}
THIN = "<title>活动</title><img src=b.png><p>详情见图。</p>"
PROMISE = "<title>稳盈</title><p>本平台承诺保本保息，到期兑付，立即投资。</p><footer>粤ICP备14005127号</footer>"


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
    return Intake(patrol, folder.path, pool, {}).finish()


def known() -> list[dict[str, Any]]:
    """All that the ledger says of captures, without numbers that rows are given."""
    findings = Finding.objects.order_by("capture", "start", "end", "rule").values()
    rows = [*Capture.objects.values(), *CaptureText.objects.values(), *findings, *Mark.objects.values()]
    return [{key: value for key, value in row.items() if key != "id" or "url" in row} for row in rows]


def test_it_works(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    page = folder.page("/", THIN)
    take_in(patrol, folder, pool)
    before = Capture.objects.get()
    assert (before.decision, before.has_little_text, before.pictures) == ("none", True, "")
    text = CaptureText.objects.get().text

    line = folder.picture(page, BANNER | CODE)
    take_in(patrol, folder, pool)
    capture = Capture.objects.get()
    assert (capture.decision, capture.pictures, capture.version) == ("violation", "read", 2)
    assert capture.severity >= 3
    assert [image["url"] for image in capture.images] == [image.url for image in line.images]
    finding = capture.findings.get(rule="guarantee.principal", quote="保本保息")
    assert finding.block == "ocr"
    assert finding.path.startswith("http://a.test/b.png#xywh=")
    whole = CaptureText.objects.get().text
    assert whole.startswith(text)
    assert whole[finding.start : finding.end] == "保本保息"
    assert Mark.objects.get().value == "https://u.wechat.com/EHejintongKefu2026"
    assert OutboxRow.objects.filter(capture_id=capture.id).count() == 2
    evidence = read_evidence(folder.path.parent, capture)
    assert [part.url for part in evidence.parts if part.role == "image"] == list(BANNER | CODE)


def test_replay_from_the_journal_gives_the_same_as_the_night_itself(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    page, other = folder.page("/", THIN), folder.page("/about", PROMISE)
    take_in(patrol, folder, pool)
    folder.picture(page, BANNER)
    folder.picture(other, CODE)
    take_in(patrol, folder, pool)
    night = known()

    for model in (CaptureText, Finding, Mark, OutboxRow, Capture):
        model.objects.all().delete()
    Patrol.objects.update(journal_position=0)
    assert take_in(Patrol.objects.get(), folder, pool) == 4
    assert known() == night
    assert take_in(Patrol.objects.get(), folder, pool) == 0


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_fails_midway_leaves_nothing_of_itself(
    folder: Folder, pool: AnalysisPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    patrol = Patrol.objects.create(id=PATROL, started_at=AT)
    page = folder.page("/", THIN)
    take_in(patrol, folder, pool)
    folder.picture(page, BANNER)
    before = known()

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(pictures_module.OutboxRow.objects, "create", full_disk)
        with pytest.raises(OSError, match="no space"):
            take_in(Patrol.objects.get(), folder, pool)
    assert known() == before
    assert take_in(Patrol.objects.get(), folder, pool) == 1
    assert Capture.objects.get().decision == "violation"


def test_what_a_person_made_of_a_finding_stays(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    page = folder.page("/", PROMISE)
    take_in(patrol, folder, pool)
    Finding.objects.update(review="confirmed")
    reviewed = set(Finding.objects.values_list("id", flat=True))
    folder.picture(page, BANNER)
    take_in(patrol, folder, pool)
    assert reviewed <= set(Finding.objects.filter(review="confirmed").values_list("id", flat=True))
    assert Finding.objects.filter(block="ocr", review="pending").exists()


def test_subjects_learn_nothing_twice(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    page = folder.page("/", PROMISE)
    take_in(patrol, folder, pool)
    folder.picture(page, BANNER)
    take_in(patrol, folder, pool)
    assert SubjectMark.objects.get(kind="icp").seen == 1


def test_a_picture_taken_for_evidence_alone_changes_no_finding(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    page = folder.page("/", THIN)
    folder.picture(page, BANNER, read=False)
    take_in(patrol, folder, pool)
    capture = Capture.objects.get()
    assert (capture.decision, capture.pictures) == ("none", "")
    assert capture.screenshot


def test_pictures_that_break_their_worker_cost_the_page_nothing_else(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    page = folder.page("/", PROMISE)
    take_in(patrol, folder, pool)
    before = list(Finding.objects.values())
    write_picture(folder.picture(page, BANNER), unreadable("分析超时"))
    capture = Capture.objects.get()
    assert (capture.decision, capture.analysis, capture.pictures) == ("violation", "analysed", "unreadable")
    assert capture.unread_pictures == [["", "分析超时"]]
    assert list(Finding.objects.values()) == before


def test_pictures_whose_record_is_damaged_are_left_out(patrol: Patrol, folder: Folder, pool: AnalysisPool) -> None:
    page = folder.page("/", PROMISE)
    folder.picture(page, BANNER)
    [warc] = folder.path.glob("pictures-*.warc.gz")
    warc.write_bytes(warc.read_bytes()[:-3000])
    take_in(patrol, folder, pool)
    capture = Capture.objects.get()
    assert (capture.decision, capture.pictures) == ("violation", "read")
    assert not capture.findings.filter(block="ocr").exists()
    assert capture.unread_pictures[0][1].startswith("存档读不出")


def test_the_summary_counts_what_was_read_and_what_the_budget_left(
    patrol: Patrol, folder: Folder, pool: AnalysisPool
) -> None:
    read, pictured, waiting = (
        folder.page(f"/{name}", html) for name, html in (("a", THIN), ("b", PROMISE), ("c", THIN))
    )
    line = folder.picture(read, BANNER | {"http://a.test/x.png": b"no image"})
    left = replace(line.images[0], url="http://a.test/y.png", place=None, why=BUDGET)
    (folder.path / "journal.jsonl").unlink()
    for each in (read, pictured, waiting):
        folder.end(each)
    with JournalWriter(folder.path) as journal:
        journal.write(replace(line, images=(*line.images, left)))
    folder.picture(pictured, {}, read=False)
    take_in(patrol, folder, pool)
    assert vars(summarise(patrol, folder.plan, folder.path).reading) == {
        "read": 1, "unreadable": 0, "images": 2, "unread": 2, "pages_left": 2, "images_left": 1,
    }  # fmt: skip
    assert summarise(patrol, replace(folder.plan, render="never"), folder.path).reading.pages_left == 0
