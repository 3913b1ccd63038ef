"""`xuncha reindex`: the index anew from the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from xuncha.console import people, print_json, stop
from xuncha.exits import Exit
from xuncha.runtime import open_ledger


def reindex(json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """从台账重建索引：在旁边建好再换上，期间检索照常。"""
    config = open_ledger()
    from rich.progress import Progress

    from indexer.engine import EngineError
    from indexer.rebuild import rebuild

    with Progress(console=people, transient=True) as bar:
        task = bar.add_task("重建索引", total=None)
        try:
            count = rebuild(config.index, lambda done, total: bar.update(task, completed=done, total=total))
        except EngineError as error:
            stop(Exit.FAILED, f"索引没有重建：{error}", "旧索引仍在使用；检查磁盘空间与权限后重试")
    if json:
        print_json({"indexed": count})
    people.print(f"索引已重建：{count} 份取证")
