"""The command `xuncha`: every verb lives in a file of its own under xuncha/commands."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from xuncha.settings import use_home

_COMMANDS = {
    "demo": ("demo", "demo"),
    "patrol": ("patrol", "patrol"),
    "scan": ("scan", "scan"),
    "search": ("search", "search"),
    "reindex": ("reindex", "reindex"),
    "doctor": ("doctor", "doctor"),
    "export": ("export", "app"),
    "evidence": ("evidence", "app"),
    "rules": ("rules", "app"),
    "targets": ("targets", "app"),
}
"""Verb → its file under xuncha/commands, and what in it is the command."""


class _Commands(TyperGroup):
    """Imports a verb's file when the verb is asked for: one verb in a pipe must not wait for all the others."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # typer carries a click of its own, unnamed
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        found = getattr(import_module(f"xuncha.commands.{module}"), name)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(cmd_name)(found)
            found = alone
        command = get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="xuncha",
    cls=_Commands,
    help="巡查：巡看互联网金融网站与广告，固定证据，发现线索，供人研判。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def home(
    home: Annotated[
        Path | None,
        typer.Option("--home", help="数据所在文件夹（台账、存档、索引、导出）；也可用 XUNCHA_HOME，默认 ./var"),
    ] = None,
) -> None:
    """Say where this deployment's data lives before any command reads its settings."""
    if home is not None:
        use_home(home)


def main() -> None:
    """The console script."""
    app()
