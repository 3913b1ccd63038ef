"""Evidence: what is shown of a capture is what the archive holds, and the ledger anchors the newest patrol."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crawler.manifest import close_patrol, manifest_sha256
from crawler.verify import Disagreement
from crawler.warc import EvidenceError
from ledger.analysis import AnalysisPool
from ledger.evidence import read_evidence, verify_all, verify_named
from ledger.intake import Intake
from ledger.models import Capture, Patrol
from tests.ledger.patrol_folder import AT, PATROL, Folder

pytestmark = pytest.mark.django_db

RULES = Path(__file__).parent.parent.parent / "rules"
PAGE = "<title>稳盈</title><p>本平台承诺保本保息，立即投资。</p>"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def capture(archive: Path) -> Capture:
    """The one capture of a patrol that was taken in and closed."""
    folder = Folder(archive / PATROL)
    line = folder.page("/", PAGE, charset="gb18030", content_type="text/html; charset=gbk")
    patrol = Patrol.objects.create(id=PATROL, started_at=AT)
    pool = AnalysisPool(RULES, 1)
    Intake(patrol, folder.path, pool, {}).finish()
    pool.close()
    close_patrol(folder.path, archive, AT)
    Patrol.objects.update(state="closed", manifest_sha256=manifest_sha256(folder.path))
    return Capture.objects.get(id=line.capture)


def test_it_works(archive: Path, capture: Capture) -> None:
    evidence = read_evidence(archive, capture)
    assert [part.role for part in evidence.parts] == ["request", "response"]
    assert evidence.headers == (("Content-Type", "text/html; charset=gbk"),)
    assert "本平台承诺保本保息" in evidence.text
    finding = evidence.findings[0]
    assert evidence.text[finding.start : finding.end] == finding.quote
    row = evidence.as_row()
    assert row["records"]["response"]["sha256"] == capture.sha256


def test_the_whole_archive_and_one_capture_verify(archive: Path, capture: Capture) -> None:
    assert {check.kind for check in verify_all(archive)} >= {"chain", "plan", "journal", "file", "record"}
    assert len(list(verify_named(archive, capture.id))) == 2
    assert list(verify_named(archive, PATROL))


def test_an_unknown_name_is_named(archive: Path, capture: Capture) -> None:
    with pytest.raises(KeyError, match="nothing"):
        list(verify_named(archive, "nothing"))


def test_a_patrol_closed_anew_does_not_agree_with_the_ledger(archive: Path, capture: Capture) -> None:
    (archive / PATROL / "manifest.json").unlink()
    close_patrol(archive / PATROL, archive, AT.replace(year=2027))
    with pytest.raises(Disagreement, match="清单哈希与台账"):
        list(verify_all(archive))


def test_the_newest_patrol_taken_away_is_missed(archive: Path, capture: Capture) -> None:
    shutil.rmtree(archive / PATROL)
    with pytest.raises(Disagreement, match="没有清单"):
        list(verify_all(archive))


def test_a_changed_record_is_not_shown(archive: Path, capture: Capture) -> None:
    warc = next((archive / PATROL).glob(capture.line["response"]["file"]))
    offset = capture.line["response"]["offset"] + capture.line["response"]["length"] // 2
    data = bytearray(warc.read_bytes())
    data[offset] ^= 1
    warc.write_bytes(bytes(data))
    with pytest.raises(EvidenceError, match=warc.name):
        read_evidence(archive, capture)
