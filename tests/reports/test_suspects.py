"""The list in every format: the same rows, nothing that runs, whole or not there."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from indexer.engine import EngineMissing
from indexer.query_errors import QueryError
from indexer.rebuild import rebuild
from ledger.models import Subject
from reports.columns import COLUMNS, MAX_ITEMS, SEPARATOR, clean
from reports.plain import neutral
from reports.suspects import ExportError, export_suspects
from tests.ledger_rows import capture, finding, site

pytestmark = pytest.mark.django_db

HEADINGS = [column.heading for column in COLUMNS]
EVIL = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0", "\t=1", " =1", "http://x.test/", "mailto:a@b"]


def xlsx_rows(path: Path) -> list[list[Any]]:
    rows = [[cell.value for cell in row] for row in load_workbook(path)["涉嫌名单"].iter_rows()]
    assert rows[0] == HEADINGS
    return [["" if value is None else value for value in row] for row in rows[1:]]


def csv_rows(path: Path) -> list[list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == HEADINGS
    return rows[1:]


def json_rows(path: Path) -> list[list[Any]]:
    rows = json.loads(path.read_bytes())
    return [[SEPARATOR.join(v) if isinstance(v, list) else v for v in row.values()] for row in rows]


READERS = {".xlsx": xlsx_rows, ".csv": csv_rows, ".json": json_rows}


def some_suspects() -> None:
    for number, evil in enumerate(EVIL):
        site(f"h{number}.test", Subject.objects.create(name=evil))
        row = capture(f"c{number}", f"http://h{number}.test/", "甲")
        finding(row, "guarantee.principal", f"{evil}\n第二行", why=evil)
        finding(row, "return.rate", "年化12%", "suspect", 2)


@pytest.mark.parametrize("suffix", READERS)
def test_it_works(suffix: str, tmp_path: Path) -> None:
    some_suspects()
    path = tmp_path / f"名单{suffix}"
    exported = export_suspects(path)
    assert (exported.path, exported.count) == (path, len(EVIL))
    assert len(READERS[suffix](path)) == len(EVIL)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [path.name]


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    some_suspects()
    tables = {}
    for suffix, read in READERS.items():
        tables[suffix] = read(export_suspects(tmp_path / f"list{suffix}").path)
    assert tables[".xlsx"] == tables[".json"]
    as_csv = [[str(neutral(cell)) for cell in row] for row in tables[".json"]]
    assert tables[".csv"] == as_csv


def test_nothing_in_a_workbook_runs(tmp_path: Path) -> None:
    some_suspects()
    page = load_workbook(export_suspects(tmp_path / "list.xlsx").path)["涉嫌名单"]
    kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    assert all(cell.hyperlink is None for row in page.iter_rows() for cell in row)
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [clean(evil) for evil in EVIL]


@pytest.mark.parametrize("evil", EVIL[:8])
def test_nothing_in_a_csv_runs(evil: str) -> None:
    assert neutral(evil) == f"'{evil}"


@pytest.mark.parametrize("cell", ["保本", "12%", "http://x.test/", 3, -3, "a=b", ""])
def test_harmless_cells_stay(cell: str | int) -> None:
    assert neutral(cell) == cell


def test_a_workbook_is_ready_to_read(tmp_path: Path) -> None:
    some_suspects()
    book = load_workbook(export_suspects(tmp_path / "list.xlsx").path)
    page = book["涉嫌名单"]
    assert book.active is page
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", f"A1:Z{len(EVIL) + 1}")
    assert page.column_dimensions["A"].width > 20


def test_the_workbook_says_what_it_rests_on(tmp_path: Path) -> None:
    some_suspects()
    capture("lost", "http://lost.test/", ending="failed", analysis="")
    sheet = load_workbook(export_suspects(tmp_path / "list.xlsx").path)["说明"]
    told = {row[0].value: str(row[1].value) for row in sheet.iter_rows() if row[0].value}
    assert told["名单主体数"] == f"{len(EVIL)} 个"
    assert told["巡查目标"] == f"{len(EVIL) + 1} 个"
    assert told["网址结局"] == f"已取证 {len(EVIL)}，未变 0，未取 0，失败 1"
    assert told["巡查期间"] == "2026-11-21 02:00 至 2026-11-21 02:00"
    assert "不是对违法行为的认定" in told["声明"]
    assert "1 条规则" not in told["规则版本"]
    assert "2 条规则" in told["规则版本"]
    counts = {row[0].value: [cell.value for cell in row[1:5]] for row in sheet.iter_rows()}
    assert counts["承诺保本保收益"] == [len(EVIL), 0, 0, 0]
    assert counts["收益宣传"] == [0, len(EVIL), 0, 0]


@pytest.mark.parametrize("suffix", READERS)
def test_an_empty_list_is_a_list(suffix: str, tmp_path: Path) -> None:
    exported = export_suspects(tmp_path / f"list{suffix}")
    assert (exported.count, READERS[suffix](exported.path)) == (0, [])


@pytest.mark.parametrize("suffix", READERS)
def test_where_narrows_the_list(suffix: str, tmp_path: Path, home: Path) -> None:
    some_suspects()
    rebuild(home / "index")
    exported = export_suspects(tmp_path / f"l{suffix}", "host:(h1.test OR h2.test)", home / "index")
    assert exported.count == 2


@pytest.mark.parametrize("name", ["list.docx", "list", "list.xls"])
def test_an_unknown_format_names_those_that_work(name: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.xlsx、\.csv、\.json"):
        export_suspects(tmp_path / name)


def test_a_list_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="没有写成"):
        export_suspects(tmp_path / "file" / "list.csv")
    (tmp_path / "list.xlsx").mkdir()
    with pytest.raises(ExportError, match="没有写成"):
        export_suspects(tmp_path / "list.xlsx")
    assert sorted(entry.name for entry in tmp_path.iterdir() if not entry.is_dir()) == ["file"]


def test_a_query_with_a_mistake_leaves_the_old_list(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old")
    with pytest.raises(QueryError):
        export_suspects(path, "(保本", home / "index")
    with pytest.raises(EngineMissing):
        export_suspects(path, "保本", home / "index")
    assert path.read_text() == "old"


def test_a_long_cell_says_how_much_there_is(tmp_path: Path) -> None:
    subject = Subject.objects.create(name="甲")
    for number in range(MAX_ITEMS + 5):
        site(f"h{number}.test", subject)
        finding(capture(f"c{number}", f"http://h{number}.test/"), "guarantee.principal", "保" * 40_000)
    (row,) = json.loads(export_suspects(tmp_path / "list.json").path.read_bytes())
    assert (len(row["sites"]), row["sites"][-1]) == (MAX_ITEMS + 1, f"……共 {MAX_ITEMS + 5} 项")
    assert row["quote"].endswith("……")
    assert xlsx_rows(export_suspects(tmp_path / "list.xlsx").path)[0][12] == row["quote"]


@pytest.mark.parametrize(
    ("text", "line"), [("a\n\tb", "a b"), ("a\0\x1b[31mb", "a [31mb"), ("\u2028", ""), ("  保  本 ", "保 本")]
)
def test_cells_are_one_clean_line(text: str, line: str) -> None:
    assert clean(text) == line


def test_progress_is_told(tmp_path: Path) -> None:
    some_suspects()
    seen: list[int] = []
    export_suspects(tmp_path / "list.csv", on_progress=seen.append)
    assert seen == list(range(1, len(EVIL) + 1))
