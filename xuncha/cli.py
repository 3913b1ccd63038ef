"""The command `xuncha`: every verb lives in a file of its own under xuncha/commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xuncha.commands import (
    demo,
    doctor,
    evidence,
    export,
    patrol,
    reindex,
    rules,
    scan,
    search,
    targets,
)
from xuncha.settings import use_home

app = typer.Typer(
    name="xuncha",
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


app.command("demo")(demo.demo)
app.command("patrol")(patrol.patrol)
app.command("scan")(scan.scan)
app.command("search")(search.search)
app.command("reindex")(reindex.reindex)
app.command("doctor")(doctor.doctor)
app.add_typer(export.app, name="export")
app.add_typer(evidence.app, name="evidence")
app.add_typer(rules.app, name="rules")
app.add_typer(targets.app, name="targets")


def main() -> None:
    """The console script."""
    app()
