"""From the ledger's outbox into the engine: nothing is lost, and what is delivered twice does no harm."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, QuerySet

from indexer.documents import load
from indexer.engine import Engine, EngineMissing
from indexer.rebuild import Progress, rebuild_engine
from indexer.refusals import forget, set_aside
from ledger.models import OutboxRow

BATCH = 500


def feed(engine: Engine, batch: int = BATCH) -> int:
    """Deliver one batch, oldest first; return how many rows were done with, 0 where none wait.

    Raises EngineError; the rows stay.
    """
    _make_sure_of_index(engine)
    rows = dict(_waiting().values_list("id", "capture_id")[:batch])
    if rows:
        _deliver(engine, rows)
    return len(rows)


def drain(engine: Engine, batch: int = BATCH, on_progress: Progress | None = None) -> int:
    """Deliver all waiting captures, oldest first; return how many rows were done with.

    1. load a batch's documents (a capture in several rows once) and hand them to the engine, which stores them
    2. in one transaction delete the batch's rows and set aside what the engine refused for good

    A kill between the two delivers the batch again; the engine keeps the higher version. Where there is no
    usable index it is first built from the ledger. Raises EngineError; the rows not done with stay.
    """
    done, total = 0, _waiting().count()
    while delivered := feed(engine, batch):
        done += delivered
        if on_progress:
            on_progress(done, max(done, total))
    return done


def _waiting() -> QuerySet[OutboxRow]:
    return OutboxRow.objects.filter(refused="").order_by("id")


def _make_sure_of_index(engine: Engine) -> None:
    try:
        engine.count()
    except EngineMissing:
        newest = _waiting().aggregate(newest=Max("id"))["newest"]
        rebuild_engine(engine)
        # What waited before the ledger was read is in; rows written since may tell of something newer.
        _waiting().filter(id__lte=newest or 0).delete()


def _deliver(engine: Engine, rows: dict[int, str]) -> None:
    ids = list(dict.fromkeys(rows.values()))
    documents = load(ids)
    rejected = engine.apply(documents)
    gone = set(ids).difference(document.id for document in documents)
    if gone:
        engine.delete(gone)
    with transaction.atomic():
        OutboxRow.objects.filter(id__in=list(rows)).delete()
        forget(ids)
        set_aside(rejected)
