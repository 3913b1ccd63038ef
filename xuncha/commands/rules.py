"""`xuncha rules list|show|test`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from xuncha.console import people, print_json, stop, table_console
from xuncha.exits import Exit
from ledger.names import FAMILIES
from xuncha.runtime import checked_settings

if TYPE_CHECKING:
    from nlp.rulebook import Rule, Rulebook

app = typer.Typer(help="规则库", no_args_is_help=True)


def load_or_stop() -> Rulebook:
    """The rule base, or every error of it with file and line, and exit code 2."""
    from nlp.rulebook import RulebookError, load_rulebook

    try:
        return load_rulebook(checked_settings().rules)
    except RulebookError as error:
        stop(Exit.BAD_INPUT, f"规则库读不了：\n{error}", "写法见 docs/rules.md")


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="每行一个 JSON")] = False) -> None:
    """列出全部规则。"""
    rules = load_or_stop().rules
    if json:
        for rule in rules:
            print_json(_row(rule))
        return
    table = Table("规则", "名称", "类别", "严重度", "状态", "正例/反例", "版本")
    for rule in rules:
        examples = f"{len(rule.violation)}/{len(rule.clean)}"
        family = FAMILIES.get(rule.family, rule.family)
        table.add_row(rule.id, rule.title, family, str(rule.severity), rule.status, examples, rule.version)
    table_console.print(table)
    people.print(f"{len(rules)} 条规则")
