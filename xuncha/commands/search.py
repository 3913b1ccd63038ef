"""`xuncha search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from django.utils import timezone
from rich.markup import escape
from rich.text import Text

from ledger.names import DECISIONS, FAMILIES
from xuncha.console import people, print_json, stop, table_console
from xuncha.exits import Exit
from xuncha.runtime import open_ledger

if TYPE_CHECKING:
    from indexer.engine import Answer, Hit


def search(
    query: Annotated[str, typer.Argument(help="检索式；'*:*' 为全部")],
    size: Annotated[int, typer.Option("--size", min=0, max=100_000, help="最多列多少份取证")] = 20,
    facets: Annotated[bool, typer.Option("--facets", help="列出各维度的数目")] = False,
    json: Annotated[bool, typer.Option("--json", help="每份取证一行 JSON")] = False,
) -> None:
    """检索取证。

    词即原文中的连续文字：保本保息；短语："保本 保息"；字段：host:*.test、类别:承诺保本保收益、判定:违规线索；
    范围：severity:>=3、fetched_at:[2026-01-01 TO *]；组合：AND OR NOT ( )。字段名中英文皆可。
    """
    config = open_ledger()
    from indexer.embedded import open_engine
    from indexer.engine import EngineError, Search
    from indexer.fields import FACETS
    from indexer.query import parse
    from indexer.query_errors import QueryError
    from indexer.rows import facets_row, row

    try:
        clause = parse(query)
        answer = open_engine(config.index).search(
            Search(clause, size=size, order="severity", facets=FACETS if facets else ())
        )
    except QueryError as error:
        stop(Exit.BAD_INPUT, str(error), "写法见 docs/search.md")
    except EngineError as error:
        stop(Exit.FAILED, str(error), "xuncha reindex")
    if json:
        for hit in answer.hits:
            print_json(row(hit))
        if facets:
            print_json(facets_row(answer))
        return
    show(answer)


def show(answer: Answer) -> None:
    """Hits for a reader, worst first, then the facets."""
    if not answer.total:
        people.print("没有找到。试试去掉一个条件，或用 xuncha search '*:*' 看全部。")
        return
    for hit in answer.hits:
        _show_hit(hit)
    people.print(f"共 {answer.total} 份，列出 {len(answer.hits)} 份")
    for name, values in answer.facets.items():
        told = "、".join(f"{escape(str(value))} {count}" for value, count in values)
        people.print(f"[bold]{name}[/] {told}")


def _show_hit(hit: Hit) -> None:
    found = hit.document
    families = "、".join(FAMILIES.get(family, family) for family in found.family)
    at = timezone.localtime(found.fetched_at).strftime("%Y-%m-%d %H:%M")
    table_console.print(
        f"[bold]{DECISIONS[found.decision]}[/] {found.severity} 级 {found.score} 分  {escape(families)}"
    )
    table_console.print(f"  {escape(found.title)}  {escape(found.url)}  {at}", soft_wrap=True)
    if hit.highlight.fragment:
        table_console.print(Text(f"  {hit.highlight.fragment}"))
    table_console.print(f"  取证 {escape(found.id)}", style="dim", soft_wrap=True)
