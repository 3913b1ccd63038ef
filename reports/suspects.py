"""`xuncha export suspects`: the suspect list into a file, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.embedded import open_engine
from indexer.query import parse
from reports.about import about
from reports.plain import write_csv, write_json
from reports.suspect_rows import Suspect, suspects
from reports.xlsx import TooManyRows, write_xlsx

Progress = Callable[[int], None]
"""Told how many subjects are written."""


class ExportError(RuntimeError):
    """A list that cannot be written so; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class Exported:
    """A list written."""

    path: Path
    count: int
    """Subjects in it."""


def export_suspects(
    path: Path, where: str | None = None, index: Path | None = None, on_progress: Progress | None = None
) -> Exported:
    """Write the suspect list in the format the file's suffix names; a file of that name is replaced.

    `where` keeps only findings of captures a query finds in the embedded index at `index`. Raises ExportError,
    indexer.query_errors.QueryError and indexer.engine.EngineError; nothing is left behind then.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ExportError(f"不认识的格式“{path.suffix or path.name}”：可用 {'、'.join(_WRITERS)}")
    rows = suspects(_selected(where, index))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _whole_or_not(path) as part:
            count = write(part, _counted(rows, on_progress), where or "")
    except (OSError, TooManyRows) as error:
        raise ExportError(f"名单没有写成 {path}：{error}") from error
    return Exported(path, count)


@contextmanager
def _whole_or_not(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to; it takes the place of `path` at the end, or is removed."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _selected(where: str | None, index: Path | None) -> set[str] | None:
    if where is None:
        return None
    if index is None:
        raise ValueError("a query needs an index")
    return set(open_engine(index).ids(parse(where)))


def _counted(rows: Iterable[Suspect], on_progress: Progress | None) -> Iterator[Suspect]:
    for count, row in enumerate(rows, 1):
        yield row
        if on_progress:
            on_progress(count)


_WRITERS: dict[str, Callable[[Path, Iterable[Suspect], str], int]] = {
    ".xlsx": lambda path, rows, where: write_xlsx(path, rows, about(where)),
    ".csv": lambda path, rows, _: write_csv(path, rows),
    ".json": lambda path, rows, _: write_json(path, rows),
}
