"""The suspect list as a workbook: the list, and a sheet that says what it rests on and what it is not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from reports.about import About, lines
from reports.columns import COLUMNS, Cell, cells
from reports.suspect_rows import Suspect

LIST, ABOUT = "涉嫌名单", "说明"
_MAX_ROWS = 1_048_575
"""Excel's, the heading left out."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class TooManyRows(ValueError):
    """More rows than a sheet of Excel has."""


def write_xlsx(path: Path, suspects: Iterable[Suspect], sheet: About) -> int:
    """Write the workbook row by row; return how many suspects. Raises TooManyRows and OSError."""
    try:
        with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            bold = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True})
            wrap = book.add_format({"text_wrap": True, "valign": "top"})
            count = _write_list(book.add_worksheet(LIST), suspects, bold)
            _write_about(book.add_worksheet(ABOUT), sheet, count, bold, wrap)
    except FileCreateError as error:
        raise OSError(str(error)) from error
    return count


def _write_list(page: Worksheet, suspects: Iterable[Suspect], bold: object) -> int:
    page.freeze_panes(1, 1)
    for number, column in enumerate(COLUMNS):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.heading, bold)
    count = 0
    for count, suspect in enumerate(suspects, 1):
        if count > _MAX_ROWS:
            raise TooManyRows(f"主体超过 {_MAX_ROWS} 个，Excel 放不下：改用 .csv 或 .json，或用 --where 缩小范围")
        for number, cell in enumerate(cells(suspect)):
            _write(page, count, number, cell)
    page.autofilter(0, 0, count, len(COLUMNS) - 1)
    return count


def _write(page: Worksheet, row: int, column: int, cell: Cell, form: object = None) -> None:
    """Text is written as text whatever it begins with, so no formula and no link can come of it."""
    if isinstance(cell, int):
        page.write_number(row, column, cell, form)
    else:
        page.write_string(row, column, cell, form)


def _write_about(page: Worksheet, sheet: About, count: int, bold: object, wrap: object) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 90)
    page.set_column(2, 4, 12)
    page.write_string(0, 0, "互联网金融网上巡查涉嫌名单", bold)
    row = 1
    for row, (caption, text) in enumerate(lines(sheet, count), 1):
        page.write_string(row, 0, caption, bold)
        page.write_string(row, 1, text, wrap)
    for number, heading in enumerate(("类别（全部线索数）", "违规线索", "疑似", "已排除", "提示")):
        page.write_string(row + 2, number, heading, bold)
    for line, family in enumerate(sheet.families, row + 3):
        counts: tuple[Cell, ...] = (family.family, family.violation, family.suspect, family.excluded, family.info)
        for number, cell in enumerate(counts):
            _write(page, line, number, cell)
