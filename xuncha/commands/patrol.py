"""`xuncha patrol`: one patrol, from targets to findings in the ledger and the index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xuncha.commands.rules import load_or_stop
from xuncha.commands.targets import read_or_stop
from xuncha.console import people, print_json, stop
from xuncha.exits import Exit
from xuncha.patrol_view import live_progress, show_plan, show_summary
from xuncha.runtime import ledger_errors, open_ledger

if TYPE_CHECKING:
    from crawler.plan import Plan, RenderMode, TargetPlan
    from indexer.engine import Engine
    from ledger.models import Patrol
    from ledger.summary import Summary
    from scheduler.steps import CrawlSettings, Progress
    from xuncha.settings import Settings


@dataclass(frozen=True)
class Options:
    """What one patrol is asked to do differently from the defaults."""

    targets: Path | None = None
    proxy: str = ""
    render: RenderMode = "auto"
    max_pages: int | None = None
    delay: float = 1.0
    per_host: int = 1
    timeout: float = 30.0


def patrol(
    targets: Annotated[
        Path | None, typer.Option("--targets", help="CSV 或 YAML 目标清单；不给则巡查台账中全部在巡目标")
    ] = None,
    proxy: Annotated[str, typer.Option("--proxy", help="所有请求都经过的代理，如 http://127.0.0.1:8899")] = "",
    render: Annotated[Literal["auto", "never", "always"], typer.Option("--render", help="何时用浏览器渲染")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="继续上一次没有完成的巡查")] = False,
    json: Annotated[bool, typer.Option("--json", help="最后一行输出 JSON 汇总")] = False,
    max_pages: Annotated[int | None, typer.Option("--max-pages", min=1, help="每个目标最多取多少页")] = None,
    delay: Annotated[float, typer.Option("--delay", min=0, help="同一主机两次请求的间隔（秒）")] = 1.0,
    per_host: Annotated[int, typer.Option("--per-host", min=1, help="同一主机同时几个连接")] = 1,
    timeout: Annotated[float, typer.Option("--timeout", min=1, help="一次抓取最多多少秒")] = 30.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出会巡查什么，不发出任何请求")] = False,
) -> None:
    """巡查目标：抓取、固定证据、分析、入账、建索引。结束时各项数目必须对得上。"""
    options = Options(targets, proxy, render, max_pages, delay, per_host, timeout)
    if resume and targets:
        stop(Exit.BAD_INPUT, "--resume 按原来的计划继续，不能再给 --targets", "去掉其中一个")
    rows = read_or_stop(targets) if targets else None
    load_or_stop()
    config = open_ledger()
    from ledger.targets import save_targets
    from scheduler.steps import take_up, unfinished

    folder = unfinished(config.archive)
    if resume:
        if folder is None:
            stop(Exit.BAD_INPUT, f"{config.archive} 里没有未完成的巡查", "去掉 --resume 开始新的巡查")
        run, plan = take_up(folder)
    else:
        plan = new_plan(config, chosen_targets(rows, options), options)
        if dry_run:
            show_plan(plan)
            return
        if folder:
            people.print(f"[yellow]提示[/] 巡查 {folder.name} 没有完成；要继续它，请用 --resume")
        if rows:
            save_targets(rows)
        run = start(config, plan)
    began = monotonic()
    with live_progress() as on_progress:
        code, summary = carry_out(config, run, plan, on_progress)
    show_summary(summary)
    if json:
        print_json({**summary.as_row(), "seconds": round(monotonic() - began, 1), "exit": int(code)})
    raise typer.Exit(int(code))


def chosen_targets(rows: object, options: Options) -> list[TargetPlan]:
    """The targets of a list just read, else all active ones of the ledger; ends the command where there are none."""
    from crawler.plan import Budget
    from ledger.models import Target
    from ledger.targets import plan_target

    budget = Budget(pages=options.max_pages) if options.max_pages else Budget()
    sources = rows if rows is not None else Target.objects.filter(active=True)
    planned = [plan_target(row, budget) for row in sources]  # type: ignore[attr-defined]
    if not planned:
        stop(
            Exit.BAD_INPUT,
            "没有可巡查的目标",
            "xuncha targets import 清单.csv，或 xuncha patrol --targets 清单.csv",
        )
    return planned


def new_plan(config: Settings, targets: list[TargetPlan], options: Options) -> Plan:
    """A plan named by the second it starts in."""
    from crawler.plan import Plan, Politeness

    now = datetime.now(UTC)
    return Plan(
        patrol=now.strftime("%Y%m%d-%H%M%S"),
        created_at=now.isoformat(timespec="seconds"),
        targets=tuple(targets),
        politeness=Politeness(
            delay=options.delay,
            per_host=options.per_host,
            timeout=options.timeout,
            user_agent=f"xuncha/0.1 (+{config.contact}; internet-finance patrol)",
        ),
        render=options.render,
        proxy=options.proxy,
    )


def start(config: Settings, plan: Plan) -> Patrol:
    """Write the plan, then the ledger's row: a kill between the two leaves a patrol that --resume takes up."""
    from crawler.plan import write_plan
    from scheduler.steps import open_patrol

    folder = config.archive / plan.patrol
    if folder.exists():
        stop(Exit.FAILED, f"巡查 {plan.patrol} 已经存在（同一秒内开始的另一次）", "再试一次")
    write_plan(folder, plan)
    return open_patrol(folder, plan)


def carry_out(
    config: Settings, run: Patrol, plan: Plan, on_progress: Callable[[Progress], None]
) -> tuple[Exit, Summary]:
    """Run a patrol's steps and tell how it ended. Errors of rules, proxy, disk and ledger end the command."""
    from crawler.journal import JournalError
    from indexer.embedded import open_engine
    from ledger.analysis import AnalysisFailed, AnalysisPool
    from ledger.intake import IntakeConflict
    from ledger.summary import summarise
    from scheduler.steps import CrawlStopped, PatrolRun

    engine = open_engine(config.index)
    pool = AnalysisPool(config.rules, config.analysis_workers)
    folder = config.archive / plan.patrol
    steps = PatrolRun(run, folder, plan, pool, area_of_targets(), crawl_settings(config), engine)
    code = Exit.DONE
    try:
        with ledger_errors():
            steps.run(on_progress)
    except AnalysisFailed as error:
        stop(Exit.FAILED, str(error), "xuncha rules test；修好后用 xuncha patrol --resume 继续")
    except (JournalError, IntakeConflict) as error:
        stop(Exit.FAILED, str(error), "存档没有丢失；不要改动巡查文件夹，把这条信息交技术人员")
    except CrawlStopped as stopped:
        people.print(f"[bold red]未完成[/] {stopped}")
        code = {"interrupted": Exit.INTERRUPTED, "disk": Exit.DISK}.get(stopped.reason, Exit.FAILED)
    finally:
        pool.close()
    index(engine)
    summary = summarise(run, plan, folder)
    return (code or ending_of(summary)), summary


def ending_of(summary: Summary) -> Exit:
    """How a patrol that ran to its end is to be read."""
    if summary.anomalies:
        return Exit.PARTLY
    cut = ("budget: pages", "budget: bytes", "budget: minutes")
    return Exit.BUDGET if any(why in summary.why["refused"] for why in cut) else Exit.DONE


def area_of_targets() -> dict[str, str]:
    """Target key → area of business."""
    from ledger.models import Target

    return dict(Target.objects.values_list("key", "area"))


def crawl_settings(config: Settings) -> CrawlSettings:
    """What the crawler's process is told besides the plan."""
    from crawler.chromium import find_chromium
    from scheduler.steps import CrawlSettings

    return CrawlSettings(
        chromium=find_chromium(config.chromium),
        min_free_bytes=config.min_free_bytes,
        sync_seconds=config.archive_sync_seconds,
    )


def index(engine: Engine) -> None:
    """Let the index take what the outbox still holds. Where it cannot, nothing is lost and the patrol stands."""
    from indexer.engine import EngineError
    from indexer.outbox import drain

    try:
        drain(engine)
    except EngineError as error:
        people.print(f"[yellow]索引没有更新[/]：{error}；台账完好，之后运行 xuncha reindex")
