"""What the command line prints: people read stderr, programs read JSON lines from stdout."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from xuncha.exits import Exit

people = Console(stderr=True, highlight=False)
"""Progress, summaries and errors."""

table_console = Console(highlight=False)
"""What was asked for, in a form to read."""


def print_json(row: Any) -> None:
    """One JSON line on stdout."""
    sys.stdout.write(orjson.dumps(row, default=str).decode() + "\n")


def stop(code: Exit, message: str, remedy: str = "") -> NoReturn:
    """End the command: what went wrong, and what to do about it, on stderr; paths and hashes are not broken."""
    people.print(f"[bold red]错误[/] {escape(message)}", soft_wrap=True)
    if remedy:
        people.print(f"[bold]怎么办[/] {escape(remedy)}", soft_wrap=True)
    raise typer.Exit(int(code))
