"""A rebuild holds what the ledger holds, and says how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import rebuild as module
from indexer.embedded import open_engine
from indexer.query import parse
from indexer.rebuild import rebuild
from ledger.models import Capture, CaptureText, OutboxRow
from tests.ledger_rows import capture

pytestmark = pytest.mark.django_db


def test_it_works(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for number in range(5):
        capture(f"c{number}", f"http://h{number}.test/", "文字")
    capture("failed", "http://f.test/", ending="failed", analysis="")
    seen: list[tuple[int, int]] = []
    assert rebuild(home / "index", lambda done, total: seen.append((done, total))) == 5
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert sorted(open_engine(home / "index").ids(parse("文字"))) == [f"c{number}" for number in range(5)]


def test_an_empty_ledger_makes_an_empty_index(home: Path) -> None:
    assert rebuild(home / "index") == 0


def test_a_rebuild_forgets_what_the_ledger_no_longer_has(home: Path) -> None:
    capture("c1", "http://a.test/")
    rebuild(home / "index")
    CaptureText.objects.all().delete()
    Capture.objects.all().delete()
    assert rebuild(home / "index") == 0


def test_a_rebuild_leaves_the_outbox_to_the_outbox(home: Path) -> None:
    capture("c1", "http://a.test/")
    rebuild(home / "index")
    assert OutboxRow.objects.count() == 1
