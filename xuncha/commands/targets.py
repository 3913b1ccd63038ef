"""`xuncha targets import|list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from xuncha.console import people, print_json, stop, table_console
from xuncha.exits import Exit
from xuncha.runtime import ledger_errors, open_ledger

if TYPE_CHECKING:
    from ledger.target_files import TargetRow

app = typer.Typer(help="巡查目标", no_args_is_help=True)


def read_or_stop(path: Path) -> list[TargetRow]:
    """The rows of a target list, or every error of it with file and line, and exit code 2."""
    from ledger.target_files import TargetFileError, read_targets

    try:
        return read_targets(path)
    except TargetFileError as error:
        stop(
            Exit.BAD_INPUT,
            f"目标清单有 {len(error.problems)} 处错误，没有导入任何一行：\n{error}",
            "改好后重试",
        )
    except OSError as error:
        stop(Exit.BAD_INPUT, f"读不到 {path}：{error.strerror}", "检查路径")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 或 YAML")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会怎样，不写入")] = False,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导入目标清单（列：url 或 domain、name、area、source、scope、cadence、expected_pages、robots_override、carrier）。

    有错时一次列出全部错误及行号，一行也不导入；同一主机的行合并；重复导入不会变多。
    """
    rows = read_or_stop(file)
    open_ledger()
    from ledger.targets import save_targets

    with ledger_errors():
        saved = save_targets(rows, dry_run=dry_run)
    if json:
        print_json({"added": saved.added, "changed": saved.changed, "unchanged": saved.unchanged})
    note = "（试运行，没有写入）" if dry_run else ""
    people.print(f"新增 {saved.added}，更新 {saved.changed}，不变 {saved.unchanged}{note}")


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="每行一个 JSON")] = False) -> None:
    """列出台账中的目标。"""
    open_ledger()
    from ledger.models import Target
    from ledger.names import AREAS
    from ledger.target_files import CADENCES, SCOPES

    with ledger_errors():
        targets = list(Target.objects.all())
    if json:
        for target in targets:
            print_json({"key": target.key, "urls": target.urls, "name": target.name, "area": target.area})
        return
    if not targets:
        people.print("还没有目标。用 xuncha targets import 清单.csv 导入。")
        return
    table = Table(Column("主机", overflow="fold"), "名称", "领域", "范围", "频次", "最少页数", "说明")
    for target in targets:
        remarks = ["广告载体"] if target.carrier else []
        remarks += [f"不按 robots：{target.robots_override}"] if target.robots_override else []
        table.add_row(
            escape(target.key),
            escape(target.name),
            AREAS.get(target.area, target.area),
            SCOPES[target.scope],
            CADENCES[target.cadence],
            str(target.expected_pages or ""),
            escape("；".join(remarks)),
        )
    table_console.print(table)
