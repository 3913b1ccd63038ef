"""How a patrol looks in a terminal: the plan, the live figures, the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.live import Live
from rich.markup import escape
from rich.table import Column, Table

from ledger.names import DECISIONS, FAMILIES, RENDER_MODES, why_name
from ledger.target_files import SCOPES
from xuncha.console import people, table_console

if TYPE_CHECKING:
    from crawler.plan import Plan
    from ledger.summary import PictureCount, Summary
    from scheduler.steps import Progress

QUIET_SECONDS = 10.0
"""Where there is no terminal to draw in, a line this often."""


def show_plan(plan: Plan) -> None:
    """What `--dry-run` prints: each target with its budget, and the least time its politeness asks for."""
    table = Table(
        Column("目标", overflow="fold"), Column("入口", overflow="fold"), "范围", "最多页数", "robots", "至少需时"
    )
    for target in plan.targets:
        seconds = target.expected_pages * plan.politeness.delay
        table.add_row(
            escape(target.key) + ("（广告载体）" if target.carrier else ""),
            escape("\n".join(target.urls)),
            SCOPES[target.scope],
            str(target.budget.pages),
            f"不按：{escape(target.robots_override)}" if target.robots_override else "遵守",
            f"{seconds:.0f} 秒" if seconds else "—",
        )
    table_console.print(table)
    polite = plan.politeness
    people.print(
        f"{len(plan.targets)} 个目标，同一主机间隔 {polite.delay:g} 秒、{polite.per_host} 个连接，"
        f"渲染{RENDER_MODES[plan.render]}，代理 {escape(plan.proxy or '无')}。试运行：没有发出任何请求。",
        soft_wrap=True,
    )


@contextmanager
def live_progress() -> Iterator[Callable[[Progress], None]]:
    """Draw progress while the block runs: a live line in a terminal, a plain line now and then elsewhere."""
    began = monotonic()
    if people.is_terminal:
        with Live(console=people, refresh_per_second=4, transient=True) as live:
            yield lambda progress: live.update(progress_line(progress, monotonic() - began))
        return
    told = began

    def tell(progress: Progress) -> None:
        nonlocal told
        if monotonic() - told >= QUIET_SECONDS:
            told = monotonic()
            people.print(progress_line(progress, told - began))

    yield tell


def progress_line(progress: Progress, seconds: float) -> str:
    """One line of figures: pages, rate, frontier, findings by decision, errors by kind."""
    crawl = progress.crawl
    errors = crawl.get("errors")
    told = "、".join(f"{escape(why_name(why))}（{n}）" for why, n in errors.items()) if isinstance(errors, dict) else ""
    found = "、".join(f"{DECISIONS[name]} {count}" for name, count in progress.findings.most_common())
    pages = int(str(crawl.get("pages", 0)))
    return (
        f"[bold]{progress.step}[/] {seconds:.0f} 秒  取证 {pages} 页（{crawl.get('rate', 0)} 页/秒）"
        f"  待取 {crawl.get('frontier', 0)}  入账 {progress.entered}"
        f"  线索 {found or '0'}  出错 {told or '0'}"
    )


def show_summary(summary: Summary) -> None:
    """The patrol in tables: how urls ended, findings by family, targets that need a look."""
    endings = summary.endings
    people.print(
        f"\n[bold]巡查 {escape(summary.patrol)}[/]  网址 {summary.urls} = 取证 {endings['captured']}"
        f" + 未变 {endings['unchanged']} + 不取 {endings['refused']} + 失败 {endings['failed']}"
    )
    people.print(
        f"取证 {endings['captured']} = 已分析 {summary.analyses['analysed']}"
        f" + 不可读 {summary.analyses['unreadable']}"
        f"{_disagreement(summary)}"
        f"    渲染 {summary.rendered}，该渲染而没有渲染 {summary.unrendered}，截图 {summary.pictures}"
    )
    people.print(reading_line(summary.reading))
    for ending, name in (("refused", "不取"), ("failed", "失败")):
        if summary.why[ending]:
            told = "、".join(
                f"{escape(why_name(why))}（{count}）" for why, count in list(summary.why[ending].items())[:8]
            )
            people.print(f"{name}：{told}")
    if summary.findings:
        people.print(_findings_table(summary))
    else:
        people.print("没有命中任何规则。")
    for anomaly in summary.anomalies:
        people.print(f"[yellow]异常[/] {escape(anomaly.target)}：{escape(anomaly.why)}", soft_wrap=True)


def reading_line(reading: PictureCount) -> str:
    """What came of the pictures; and, in yellow, what the budget left out."""
    told = f"读图 {reading.read} 页，留存图片 {reading.images} 张，读不了的图 {reading.unread} 张"
    if reading.unreadable:
        told += f"，读图失败 {reading.unreadable} 页"
    left = {"页": reading.pages_left, "张图片": reading.images_left}
    if any(left.values()):
        which = "、".join(f"{count} {unit}" for unit, count in left.items() if count)
        told += f"  [yellow]读图预算用尽，还有 {which}没有读[/]（picture_pages、picture_images）"
    return told


def _disagreement(summary: Summary) -> str:
    if summary.adds_up:
        return ""
    left = f"有 {summary.left} 个网址还没有结局" if summary.left else "数目对不上，请查 crawl.log.jsonl"
    return f"  [bold red]{left}[/]"


def _findings_table(summary: Summary) -> Table:
    table = Table("类别", *(DECISIONS[name] for name in ("violation", "suspect", "excluded", "info")))
    for family, counts in summary.findings.items():
        cells = [str(counts.get(name, "")) for name in ("violation", "suspect", "excluded", "info")]
        table.add_row(FAMILIES.get(family, family), *cells)
    return table
