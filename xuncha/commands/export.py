"""`xuncha export suspects`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from xuncha.console import people, print_json, stop
from xuncha.exits import Exit
from xuncha.runtime import open_ledger

app = typer.Typer(help="导出", no_args_is_help=True)


@app.callback()
def exports() -> None:
    """Keeps `suspects` a verb of its own while it is the only one."""


@app.command("suspects")
def suspects(
    out: Annotated[Path, typer.Option("--out", help="写到哪里：.xlsx、.csv 或 .json")],
    where: Annotated[str, typer.Option("--where", help="只要这些：检索式，如 area:p2p AND severity:>=3")] = "",
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导出涉嫌名单：每个主体一行，有原文、依据、证据编号与哈希；各种格式内容相同。"""
    if not out.parent.is_dir():
        stop(Exit.BAD_INPUT, f"没有文件夹 {out.parent}", "检查路径，或先建好这个文件夹")
    config = open_ledger()
    from indexer.engine import EngineError
    from indexer.query_errors import QueryError
    from reports.suspects import ExportError, export_suspects

    try:
        exported = export_suspects(out, where or None, index=config.index)
    except QueryError as error:
        stop(Exit.BAD_INPUT, str(error), "写法见 docs/search.md")
    except ExportError as error:
        stop(Exit.BAD_INPUT, str(error), "换一个文件名或位置")
    except EngineError as error:
        stop(Exit.FAILED, str(error), "xuncha reindex")
    if json:
        print_json({"path": str(exported.path), "count": exported.count})
    people.print(f"涉嫌名单：{escape(str(exported.path))}，{exported.count} 个主体", soft_wrap=True)
