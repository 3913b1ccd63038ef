"""`xuncha demo`: the whole way of the data on the sample web, in a minute, on this machine alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from ledger.names import FAMILIES
from xuncha.commands.patrol import Options, carry_out, chosen_targets, new_plan, start
from xuncha.console import people, stop, table_console
from xuncha.exits import Exit
from xuncha.patrol_view import live_progress, show_summary
from xuncha.runtime import checked_settings, open_ledger
from xuncha.settings import DEFAULT_HOME, use_home

if TYPE_CHECKING:
    from crawler.plan import Plan

HOME = Path("var/demo")
"""Where the demo lives unless --home says otherwise."""
MARK = "样例.txt"
"""Says that a folder is a demo's, and may be emptied for the next."""
SHOWN_PER_HOST = 3
"""Enough to see what a host says; search shows the rest."""
TIMEOUT_SECONDS = 4.0
"""The sample web has a page that never ends; a patrol of real sites waits 30 s."""


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="结束后样例网站继续开着，可以自己再巡查；Ctrl-C 关闭")] = False,
) -> None:
    """样例：开一组虚构网站，巡查它们，列出线索，写出涉嫌名单。不访问外网。"""
    home = fresh_home()
    config = open_ledger()
    from crawler.leash import hold_folder
    from demo import TARGETS
    from demo.server import serve
    from ledger.target_files import read_targets
    from ledger.targets import save_targets

    began = monotonic()
    with hold_folder(home), serve() as served:
        people.print(f"样例网站已开在代理 {served.proxy} 之后（.test 域名，全部虚构）")
        rows = read_targets(TARGETS)
        save_targets(rows)
        options = Options(proxy=served.proxy, delay=0.0, per_host=2, timeout=TIMEOUT_SECONDS)
        plan = new_plan(config, chosen_targets(rows, options), options)
        run = start(config, plan)
        with live_progress() as on_progress:
            code, summary = carry_out(config, run, plan, on_progress)
        if code not in (Exit.DONE, Exit.PARTLY, Exit.BUDGET):
            raise typer.Exit(int(code))
        show_findings()
        show_summary(summary)
        show_unrendered(plan)
        write_list(config.exports / "涉嫌名单.xlsx")
        people.print(f"\n用时 {monotonic() - began:.0f} 秒。接下来可以试：")
        for command in next_commands(summary.patrol, home):
            people.print(f"  {command}", markup=False, soft_wrap=True)
        if keep:
            wait(served.proxy)


def fresh_home() -> Path:
    """An empty home for the demo, and the process's from here on. Only an earlier demo's folder is emptied."""
    from crawler.leash import FolderTaken, hold_folder

    given = checked_settings().home
    home = HOME if given == DEFAULT_HOME else given
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            stop(Exit.BAD_INPUT, f"{home} 里有别的数据，样例不会动它", "换一个空的 --home")
        try:
            with hold_folder(home, wait=0):
                shutil.rmtree(home)
        except FolderTaken as taken:
            stop(Exit.FAILED, f"另一个样例还在用 {home}：{taken}", "先结束它，或用另一个 --home")
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("这里是 xuncha demo 的数据，下一次 demo 会清空它。\n", encoding="utf-8")
    use_home(home)
    return home


def show_findings() -> None:
    """What an investigator must see, host by host, the worst first: family, severity, quote and why."""
    from ledger.models import Finding

    found = Finding.objects.filter(decision__in=("violation", "suspect")).select_related("capture")
    hosts: dict[str, dict[tuple[str, str], Finding]] = {}
    for finding in found.order_by("-severity", "capture__host", "decision", "capture__url", "start"):
        hosts.setdefault(finding.capture.host, {}).setdefault((finding.family, finding.quote), finding)
    for host, findings in hosts.items():
        table_console.rule(f"[bold]{host}[/]", align="left")
        for finding in list(findings.values())[:SHOWN_PER_HOST]:
            family = FAMILIES.get(finding.family, finding.family)
            table_console.print(f"[bold]{finding.severity} 级 {family}[/] 「{escape(finding.quote)}」")
            table_console.print(f"  {escape(finding.why)}")
        if len(findings) > SHOWN_PER_HOST:
            table_console.print(f"  另有 {len(findings) - SHOWN_PER_HOST} 条", style="dim")


def show_unrendered(plan: Plan) -> None:
    """Pages that needed a browser and did not get one."""
    from ledger.models import Capture

    left = Capture.objects.filter(patrol=plan.patrol, line__render__startswith="no browser")
    for capture in left:
        people.print(f"[yellow]未渲染[/] {capture.url}：没有浏览器；make browser 后再试")


def write_list(path: Path) -> None:
    """The suspect list of the demo."""
    from reports.suspects import export_suspects

    exported = export_suspects(path)
    people.print(f"\n涉嫌名单：{exported.path}（{exported.count} 个主体）")


def next_commands(patrol: str, home: Path) -> list[str]:
    """Three commands that show the rest."""
    from ledger.models import Capture

    worst = Capture.objects.filter(patrol=patrol).order_by("-severity", "-score").first()
    if worst is None:
        stop(Exit.FAILED, "样例巡查没有取到任何页面", "xuncha doctor")
    xuncha = f".venv/bin/xuncha --home {home}"
    return [
        f"{xuncha} search '保本保息 AND severity:>=3 AND host:*.test'",
        f"{xuncha} evidence show {worst.id}",
        f"{xuncha} evidence verify",
    ]


def wait(proxy: str) -> None:
    """Hold the sample web open until Ctrl-C."""
    import signal

    people.print(f"样例网站仍在 {proxy}；Ctrl-C 关闭")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
