"""The index anew from the ledger, beside the old one, which answers until the new one is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.documents import Document, load, searched_captures
from indexer.embedded import open_engine
from indexer.engine import Engine
from indexer.refusals import set_aside

BATCH = 500
"""Captures read from the ledger at once: some ten megabytes of text."""

Progress = Callable[[int, int], None]
"""Told how many documents are done, and of how many."""


def rebuild(folder: Path, on_progress: Progress | None = None) -> int:
    """Build the embedded index in `folder` anew; return how many documents it has. Raises EngineError."""
    return rebuild_engine(open_engine(folder), on_progress)


def rebuild_engine(engine: Engine, on_progress: Progress | None = None) -> int:
    """Replace all documents of an engine by the ledger's; return how many. Raises EngineError.

    Captures that change meanwhile keep their outbox rows, and the next drain takes them.
    """
    rejected = engine.replace(_batches(on_progress or _quiet))
    set_aside(rejected)
    return engine.count()


def _batches(on_progress: Progress) -> Iterator[list[Document]]:
    captures = searched_captures().order_by("id").values_list("id", flat=True)
    total = captures.count()
    done, last = 0, ""
    # by key, not by one long cursor: that would keep the ledger from folding its log back while we build
    while ids := list(captures.filter(id__gt=last)[:BATCH]):
        yield load(ids)
        done, last = done + len(ids), ids[-1]
        on_progress(done, max(done, total))


def _quiet(done: int, total: int) -> None:
    """Nobody wants to know."""
