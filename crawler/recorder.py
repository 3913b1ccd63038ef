"""Writes what happened: evidence into the archive first, then the journal's line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.journal import JournalWriter
from crawler.warc import Archive, recover

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crawler.exchange import Exchange
    from crawler.journal import JournalLine, Place


class DiskFailed(Exception):
    """The patrol folder cannot be written; the message names it and the reason. Nothing more is recorded."""


class Recorder:
    """The archive and the journal of one running patrol.

    After the first failed write every further one is refused: no line may stand for evidence that is missing.
    """

    def __init__(self, folder: Path) -> None:
        """Cut what a kill tore in `folder`, then go on writing there. Raises DiskFailed."""
        self.folder = folder
        self.failed = False
        with self._writing():
            self.cuts = recover(folder)
            self._archive = Archive(folder)
            self._journal = JournalWriter(folder)

    def exchange(self, capture: str, url: str, at: datetime, exchange: Exchange) -> tuple[Place, Place]:
        """Archive a request and its response as received. Raises DiskFailed."""
        with self._writing():
            return self._archive.write_exchange(capture, url, at, exchange.address, exchange.request, exchange.response)

    def dom(self, capture: str, url: str, at: datetime, dom: bytes, response: Place) -> Place:
        """Archive a rendered page beside its response. Raises DiskFailed."""
        with self._writing():
            return self._archive.write_resource(
                capture, url, at, "dom", "text/html; charset=utf-8", dom, concurrent_to=response.record_id
            )

    def line(self, line: JournalLine) -> None:
        """Write the line that says how a url ended. Raises DiskFailed."""
        with self._writing():
            self._journal.write(line)

    def sync(self) -> None:
        """Bring everything to the disk, evidence first. Raises DiskFailed."""
        with self._writing():
            self._archive.sync()
            self._journal.sync()

    def close(self) -> None:
        """Sync and close. Raises DiskFailed."""
        with self._writing():
            self._archive.close()
            self._journal.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self.failed:
            raise DiskFailed(f"{self.folder}: an earlier write failed, nothing more is recorded")
        try:
            yield
        except OSError as error:
            self.failed = True
            raise DiskFailed(f"{self.folder}: {error.strerror or error}") from error
