"""`xuncha rules list|show|test`."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from ledger.names import FAMILIES
from xuncha.console import people, print_json, stop, table_console
from xuncha.exits import Exit
from xuncha.runtime import checked_settings

if TYPE_CHECKING:
    from nlp.rulebook import Rule, Rulebook

app = typer.Typer(help="规则库", no_args_is_help=True)


def load_or_stop() -> Rulebook:
    """The rule base, or every error of it with file and line, and exit code 2."""
    from nlp.rulecache import load_cached
    from nlp.rulefile import RulebookError

    config = checked_settings()
    try:
        return load_cached(config.rules, config.cache)
    except RulebookError as error:
        stop(Exit.BAD_INPUT, f"规则库读不了：\n{error}", "改好后用 xuncha rules test 检查；写法见 docs/rules.md")


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="每行一个 JSON")] = False) -> None:
    """列出全部规则。"""
    rules = load_or_stop().rules
    if json:
        for rule in rules:
            print_json(_row(rule))
        return
    others = (Column(name, overflow="fold") for name in ("名称", "类别", "严重度", "状态", "正例/反例"))
    table = Table(Column("规则", no_wrap=True), *others)
    for rule in rules:
        examples = f"{len(rule.violation)}/{len(rule.clean)}"
        family = FAMILIES.get(rule.family, rule.family)
        table.add_row(rule.id, rule.title, family, str(rule.severity), rule.status, examples)
    table_console.print(table)
    people.print(f"{len(rules)} 条规则")


@app.command("show")
def show(
    rule_id: Annotated[str, typer.Argument(help="规则编号，如 guarantee.principal")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """一条规则的全部：找什么、什么情况排除、依据及核实程度、正例反例。"""
    rulebook = load_or_stop()
    try:
        rule = rulebook.rule(rule_id)
    except KeyError:
        near = get_close_matches(rule_id, [rule.id for rule in rulebook.rules], n=3)
        stop(Exit.BAD_INPUT, f"没有规则 {rule_id}", f"是不是 {'、'.join(near)}" if near else "xuncha rules list")
    if json:
        print_json({**_row(rule), "violation": rule.violation, "clean": rule.clean})
        return
    table_console.print(f"[bold]{rule.id}[/] {escape(rule.title)}  严重度 {rule.severity}  版本 {rule.version}")
    table_console.print(Path(rule.path).read_text(encoding="utf-8"), markup=False)


@app.command("test")
def run_examples(
    rule_ids: Annotated[list[str] | None, typer.Argument(help="只试这些规则；不给则全部")] = None,
    json: Annotated[bool, typer.Option("--json", help="每个不符一行 JSON")] = False,
) -> None:
    """逐句检验规则自带的正例与反例；有一句不符即以 1 退出。"""
    from nlp.examples import check_examples

    rulebook = load_or_stop()
    unknown = set(rule_ids or ()) - {rule.id for rule in rulebook.rules}
    if unknown:
        stop(Exit.BAD_INPUT, f"没有规则 {'、'.join(sorted(unknown))}", "xuncha rules list")
    chosen = [rule for rule in rulebook.rules if not rule_ids or rule.id in rule_ids]
    failures = [failure for failure in check_examples(rulebook) if not rule_ids or failure.rule in rule_ids]
    for failure in failures:
        if json:
            print_json(vars(failure))
        else:
            expected = "应命中" if failure.expected == "violation" else "不应命中"
            people.print(f"[red]{failure.rule}[/] {expected}：{escape(failure.sentence)}  实际：{escape(failure.said)}")
    sentences = sum(len(rule.violation) + len(rule.clean) for rule in chosen)
    people.print(f"{len(chosen)} 条规则，{sentences} 句例子，{len(failures)} 句不符")
    if failures:
        raise typer.Exit(int(Exit.FAILED))


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "family": rule.family,
        "severity": rule.severity,
        "status": rule.status,
        "areas": rule.areas,
        "version": rule.version,
        "basis": [asdict(basis) for basis in rule.basis],
        "examples": len(rule.violation) + len(rule.clean),
    }
