"""From the ledger's outbox into the engine: nothing is lost, and what is delivered twice does no harm."""

from __future__ import annotations

from django.db import transaction

from indexer.documents import load
from indexer.engine import Engine, EngineMissing
from indexer.rebuild import Progress, rebuild_engine
from indexer.refusals import forget, set_aside
from ledger.models import OutboxRow

BATCH = 500


def drain(engine: Engine, batch: int = BATCH, on_progress: Progress | None = None) -> int:
    """Deliver all waiting captures, oldest first; return how many rows were done with.

    1. load a batch's documents (a capture in several rows once) and hand them to the engine, which stores them
    2. in one transaction delete the batch's rows and set aside what the engine refused for good

    A kill between the two delivers the batch again; the engine keeps the higher version. Where there is no
    usable index it is first built from the ledger. Raises EngineError; the rows not done with stay.
    """
    _make_sure_of_index(engine)
    waiting = OutboxRow.objects.filter(refused="").order_by("id")
    done, total = 0, waiting.count()
    while rows := dict(waiting.values_list("id", "capture_id")[:batch]):
        _deliver(engine, rows)
        done += len(rows)
        if on_progress:
            on_progress(done, max(done, total))
    return done


def _make_sure_of_index(engine: Engine) -> None:
    try:
        engine.count()
    except EngineMissing:
        rebuild_engine(engine)


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
