"""The suspect list as CSV for spreadsheets and as JSON for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import orjson

from reports.columns import COLUMNS, Cell, cells, record
from reports.suspect_rows import Suspect

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a spreadsheet read a cell as a formula; East Asian ones take the full-width signs too."""


def neutral(cell: Cell) -> Cell:
    """A cell no spreadsheet runs: text that looks like a formula stands behind an apostrophe."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def write_csv(path: Path, suspects: Iterable[Suspect]) -> int:
    """Write the rows under Chinese headings, UTF-8 with the mark Excel needs; return how many."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.heading for column in COLUMNS)
        for count, suspect in enumerate(suspects, 1):  # noqa: B007
            writer.writerow(map(neutral, cells(suspect)))
    return count


def write_json(path: Path, suspects: Iterable[Suspect]) -> int:
    """Write an array with an object a line, never holding more than one; return how many."""
    count = 0
    with path.open("wb") as file:
        file.write(b"[")
        for count, suspect in enumerate(suspects, 1):
            file.write((b"\n" if count == 1 else b",\n") + orjson.dumps(record(suspect)))
        file.write(b"\n]\n")
    return count
