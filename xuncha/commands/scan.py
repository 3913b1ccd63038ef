"""`xuncha scan`: JSONL in, JSONL out, no ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.markup import escape

from xuncha.commands.rules import load_or_stop
from xuncha.console import people, stop
from xuncha.exits import Exit


def scan(
    file: Annotated[str, typer.Argument(help="JSONL 文件；- 为标准输入")] = "-",
) -> None:
    """逐行判定：每行 {"id", "text" | "html" | "html_base64", "url"?, "content_type"?, "images_base64"?}，按序输出。"""
    from nlp.analyse import Analyser
    from nlp.opinion import load_opinion
    from nlp.scan import ScanError, scan_line

    analyser = Analyser(load_or_stop(), load_opinion())
    bad = 0
    with _lines(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                sys.stdout.buffer.write(scan_line(analyser, line) + b"\n")
            except ScanError as error:
                bad += 1
                people.print(f"[red]{escape(file)}:{number}[/] {escape(_told(error))}", soft_wrap=True)
    sys.stdout.flush()
    if bad:
        stop(Exit.BAD_INPUT, f"{bad} 行读不了，其余各行已判定", "改好上面列出的行")


def _told(error: Exception) -> str:
    """A ScanError without the English words of the parser that caused it, which stand at its end."""
    cause = error.__cause__
    return str(error).removesuffix(f": {getattr(cause, 'msg', cause)}")


@contextmanager
def _lines(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    if not Path(file).is_file():
        stop(Exit.BAD_INPUT, f"没有文件 {file}", "检查路径；标准输入用 -")
    with Path(file).open("rb") as stream:
        yield stream
