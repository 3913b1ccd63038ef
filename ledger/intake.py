"""Intake: follows a patrol's journal and writes captures, findings, subjects and outbox rows, exactly once.

A batch of lines, all they give rise to and the journal position are one transaction; a kill at any moment
leaves the ledger at the end of some batch, and the next run goes on from there.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import wait
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from crawler.journal import JournalLine, PictureLine, Read, UrlLine, capture_id, line_of, read_journal
from crawler.scope import registered_domain
from ledger import advertisements, subjects
from ledger.analysis import AnalysisPool, Job, Page, page_of
from ledger.models import Capture, CaptureText, Finding, Mark, OutboxRow, Patrol
from ledger.pictures import write_picture
from ledger.rows import finding_row, mark_rows, put_analysis
from nlp.finding import Analysis

BATCH_LINES = 100
FEW_LINES = 20
"""Fewer are not worth a transaction while more are being analysed."""
WAIT_SECONDS = 0.2
AHEAD_LINES = 400
"""Lines analysed ahead of the ledger: enough to keep workers busy, small enough to bound memory."""


@dataclass
class _Pending:
    """A line read, and its analysis under way."""

    read: Read
    job: Job | None
    since: float = 0.0
    """When all before it were done, and its own time began at the latest."""

    def is_due(self) -> bool:
        """Analysed, or hanging: then AnalysisPool.result ends it. Asked only when all before it are due."""
        self.since = self.since or time.monotonic()
        return self.job is None or self.job.future.done() or time.monotonic() - self.since > self.job.page.most_seconds


@dataclass(frozen=True)
class Entry:
    """A journal line with what analysis made of it."""

    line: JournalLine
    analysis: Analysis | None


class Intake:
    """One patrol's intake. `step` moves on by a batch; `finish` goes to the journal's end."""

    def __init__(self, patrol: Patrol, folder: Path, pool: AnalysisPool, areas: dict[str, str]) -> None:
        self._patrol = patrol
        self._folder = folder
        self._pool = pool
        self._areas = areas
        self._read_to = patrol.journal_position
        self._pending: deque[_Pending] = deque()

    def step(self, on_entry: Callable[[Entry], None] | None = None) -> int:
        """Read what is new, write a batch of what is analysed; return how many lines were written.

        0 means nothing can be written just now: `busy` says whether lines wait for their analysis.
        Raises crawler.journal.JournalError for a damaged journal and IntakeConflict where another runs.
        """
        self._read_ahead()
        batch = self._analysed()
        if not batch:
            return 0
        entries = [self._entry(pending) for pending in batch]
        self._write(entries, batch[-1].read.end)
        for entry in entries:
            self._pending.popleft()
            if on_entry:
                on_entry(entry)
        return len(batch)

    @property
    def busy(self) -> bool:
        """Whether lines were read whose analysis is under way."""
        return bool(self._pending)

    def wait(self, seconds: float) -> None:
        """Wait until the next line can be written, or so long."""
        job = self._pending[0].job if self._pending else None
        if job:
            wait([job.future], timeout=seconds)
        else:
            time.sleep(seconds)

    def finish(self, on_entry: Callable[[Entry], None] | None = None) -> int:
        """Take in all that the journal holds now; return how many lines. Raises as `step` does."""
        lines = 0
        while (written := self.step(on_entry)) or self.busy:
            lines += written
            if not written:
                self.wait(WAIT_SECONDS)
        return lines

    def _analysed(self) -> list[_Pending]:
        """The lines to write next: a batch, or all there are; not a few while more are on their way."""
        batch = list(takewhile(_Pending.is_due, islice(self._pending, BATCH_LINES)))
        return batch if len(batch) >= FEW_LINES or len(batch) == len(self._pending) else []

    def _read_ahead(self) -> None:
        if len(self._pending) > AHEAD_LINES // 2:
            return
        for read in read_journal(self._folder, self._read_to):
            page = page_of(self._folder, read.line) if isinstance(read.line, UrlLine) else self._pictured(read.line)
            self._pending.append(_Pending(read, self._pool.submit(page) if page else None))
            self._read_to = read.end
            if len(self._pending) >= AHEAD_LINES:
                return

    def _pictured(self, line: PictureLine) -> Page | None:
        """The page of a picture whose writing is to be read: it is analysed again, with its pictures."""
        if not line.read:
            return None
        waiting = (p.job.page for p in self._pending if p.job and p.read.line.capture == line.capture)
        page = next(waiting, None) or captured_page(self._folder, line.capture)
        return replace(page, picture=line) if page else None

    def _entry(self, pending: _Pending) -> Entry:
        # It is due: done, or over its time.
        analysis = self._pool.result(pending.job, seconds=0) if pending.job else None
        return Entry(pending.read.line, analysis)

    @transaction.atomic
    def _write(self, entries: list[Entry], position: int) -> None:
        moved = Patrol.objects.filter(id=self._patrol.id, journal_position=self._patrol.journal_position)
        if not moved.update(journal_position=position):
            raise IntakeConflict(f"巡查 {self._patrol.id} 的台账位置已被另一个进程推进；请只运行一个入账进程")
        write_urls(self._patrol, entries, self._areas)
        for entry in entries:
            if isinstance(entry.line, PictureLine):
                write_picture(entry.line, entry.analysis)
        self._patrol.journal_position = position


def captured_page(folder: Path, capture: str) -> Page | None:
    """The page of a capture that is in the ledger."""
    line = Capture.objects.values_list("line", flat=True).get(id=capture)
    return page_of(folder, line_of(line))


class IntakeConflict(RuntimeError):
    """Another process is writing the same patrol."""


def write_urls(patrol: Patrol, entries: Iterable[Entry], areas: dict[str, str]) -> None:
    """Write captures with their texts, findings, marks, subjects and outbox rows."""
    urls = [(entry.line, entry.analysis) for entry in entries if isinstance(entry.line, UrlLine)]
    captures = [_capture(patrol, line, analysis, areas) for line, analysis in urls]
    Capture.objects.bulk_create(captures)
    read = [(capture, analysis) for capture, (_, analysis) in zip(captures, urls, strict=True) if analysis is not None]
    CaptureText.objects.bulk_create([CaptureText(capture=c, text=a.text) for c, a in read])
    Finding.objects.bulk_create([finding_row(c, found) for c, a in read for found in a.findings])
    Mark.objects.bulk_create([mark for c, a in read for mark in mark_rows(c, a)])
    subjects.note(read)
    OutboxRow.objects.bulk_create([OutboxRow(capture_id=capture.id) for capture, _ in read])
    advertisements.note(patrol, (line for line, _ in urls))


def _capture(patrol: Patrol, line: UrlLine, analysis: Analysis | None, areas: dict[str, str]) -> Capture:
    host = urlsplit(line.url).hostname or ""
    capture = Capture(
        id=line.capture or capture_id(patrol.id, line.url),
        patrol=patrol,
        target=line.target,
        url=line.url,
        host=host,
        domain=registered_domain(host),
        area=areas.get(line.target, ""),
        ending=line.ending,
        why=line.why[:300],
        fetched_at=datetime.fromisoformat(line.at),
        status=line.status,
        content_type=line.content_type[:200],
        sha256=line.response.sha256 if line.response else "",
        line=_kept(line),
    )
    if analysis is not None:
        put_analysis(capture, analysis)
    return capture


def _kept(line: UrlLine) -> dict[str, Any]:
    """A journal line as plain values, its links left out: they are many, and the journal has them."""
    row = {name: value for name, value in vars(line).items() if name != "links"}
    row["chain"] = [vars(hop) for hop in line.chain]
    for part in ("request", "response", "dom"):
        row[part] = vars(row[part]) if row[part] else None
    return row
