"""The outbox loses nothing: not when killed between index and ledger, not when the engine fails or refuses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from indexer.documents import Document
from indexer.embedded import EmbeddedEngine, open_engine
from indexer.engine import EngineBusy, Rejected, Search
from indexer.outbox import drain
from indexer.query import parse
from indexer.rebuild import rebuild
from indexer.refusals import count_refused
from ledger.models import Capture, CaptureText, OutboxRow
from tests.ledger_rows import capture, finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(home: Path) -> EmbeddedEngine:
    rebuild(home / "index")
    return open_engine(home / "index")


def found(engine: EmbeddedEngine, query: str = "*:*") -> list[str]:
    return sorted(engine.ids(parse(query)))


class Faulty(EmbeddedEngine):
    """An engine that does its work and then, some times, reports a fault: what a kill or a time-out looks like."""

    faults = 1

    def apply(self, documents: Iterable[Document]) -> tuple[Rejected, ...]:
        rejected = super().apply(documents)
        if self.faults:
            self.faults -= 1
            raise EngineBusy("half-way")
        return rejected


def test_it_works(engine: EmbeddedEngine) -> None:
    for number in range(5):
        finding(capture(f"c{number}", f"http://h{number}.test/", "承诺保本"), "guarantee.principal", "保本")
    seen: list[tuple[int, int]] = []
    assert drain(engine, batch=2, on_progress=lambda done, total: seen.append((done, total))) == 5
    assert found(engine, "保本 AND 判定:违规线索") == ["c0", "c1", "c2", "c3", "c4"]
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert not OutboxRow.objects.exists()
    assert drain(engine) == 0


def test_a_capture_in_several_rows_is_delivered_once(engine: EmbeddedEngine) -> None:
    capture("c1", "http://a.test/")
    OutboxRow.objects.create(capture_id="c1")
    assert drain(engine) == 2
    assert found(engine) == ["c1"]


def test_what_changes_is_found_changed(engine: EmbeddedEngine) -> None:
    capture("c1", "http://a.test/", "旧的")
    drain(engine)
    CaptureText.objects.update(text="新的")
    Capture.objects.update(version=2)
    OutboxRow.objects.create(capture_id="c1")
    drain(engine)
    assert (found(engine, "新的"), found(engine, "旧的")) == (["c1"], [])


def test_what_search_no_longer_shows_is_removed(engine: EmbeddedEngine) -> None:
    capture("c1", "http://a.test/")
    drain(engine)
    Capture.objects.update(analysis="")
    OutboxRow.objects.create(capture_id="c1")
    assert drain(engine) == 1
    assert found(engine) == []


def test_a_fault_after_indexing_is_repeated_without_harm(engine: EmbeddedEngine, home: Path) -> None:
    capture("c1", "http://a.test/")
    faulty = Faulty(home / "index")
    with pytest.raises(EngineBusy):
        drain(faulty)
    assert (found(engine), OutboxRow.objects.count()) == (["c1"], 1)
    assert drain(faulty) == 1
    assert (found(engine), OutboxRow.objects.count()) == (["c1"], 0)


def test_a_stale_delivery_changes_nothing(engine: EmbeddedEngine) -> None:
    capture("c1", "http://a.test/", "新的", version=3)
    drain(engine)
    CaptureText.objects.update(text="旧的")
    Capture.objects.update(version=2)
    OutboxRow.objects.create(capture_id="c1")
    drain(engine)
    assert found(engine, "新的") == ["c1"]


def test_without_an_index_all_of_the_ledger_is_indexed(home: Path) -> None:
    capture("c1", "http://a.test/")
    OutboxRow.objects.all().delete()
    capture("c2", "http://b.test/")
    engine = open_engine(home / "index")
    drain(engine)
    assert found(engine) == ["c1", "c2"]


class Refusing(EmbeddedEngine):
    """An engine that will not have one capture."""

    refused = "c1"

    def apply(self, documents: Iterable[Document]) -> tuple[Rejected, ...]:
        every = list(documents)
        super().apply([document for document in every if document.id != self.refused])
        return tuple(Rejected(document.id, "太大") for document in every if document.id == self.refused)


def test_poison_is_set_aside_with_its_reason_and_stops_nobody(engine: EmbeddedEngine, home: Path) -> None:
    capture("c1", "http://a.test/")
    capture("c2", "http://b.test/")
    refusing = Refusing(home / "index")
    assert drain(refusing) == 2
    assert found(engine) == ["c2"]
    assert OutboxRow.objects.values_list("capture_id", "refused").get() == ("c1", "太大")
    assert (count_refused(), drain(refusing)) == (1, 0)


def test_poison_that_is_taken_after_all_is_forgotten(engine: EmbeddedEngine, home: Path) -> None:
    capture("c1", "http://a.test/")
    drain(Refusing(home / "index"))
    OutboxRow.objects.create(capture_id="c1")
    drain(engine)
    assert (found(engine), count_refused()) == (["c1"], 0)
    assert engine.search(Search(parse("*:*"))).total == 1
