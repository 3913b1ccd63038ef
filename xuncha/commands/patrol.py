"""`xuncha patrol`: one patrol, from targets to findings in the ledger and the index."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

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
    from ledger.target_files import TargetRow
    from scheduler.steps import CrawlSettings, Progress
    from xuncha.settings import Settings

PROXY_SECONDS = 5.0


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
    ctx: typer.Context,
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
    if resume:
        refuse_with_resume(ctx)
    rows = read_or_stop(targets) if targets else None
    load_or_stop()
    if proxy:
        check_proxy(proxy)
    config = open_ledger()
    with ledger_errors():
        plan = taken_up(config, proxy) if resume else planned(config, rows, options)
        if dry_run:
            show_plan(plan)
            return
        if rows:
            save_targets_of(rows)
        began = monotonic()
        run = start(config, plan)
        with live_progress() as on_progress:
            code, summary = carry_out(config, run, plan, on_progress)
        show_summary(summary)
        if json:
            print_json({**summary.as_row(), "seconds": round(monotonic() - began, 1), "exit": int(code)})
    raise typer.Exit(int(code))


def refuse_with_resume(ctx: typer.Context) -> None:
    """A patrol is resumed by the plan it has; only where its proxy is now may be said anew."""
    kept = {"resume", "json", "proxy", "dry_run"}
    given = [name for name in ctx.params if name not in kept and _is_given(ctx, name)]
    if given:
        told = "、".join(f"--{name.replace('_', '-')}" for name in given)
        stop(Exit.BAD_INPUT, f"--resume 按原来的计划继续，不能再给 {told}", "去掉它们；只有 --proxy 可以改")


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def check_proxy(proxy: str) -> None:
    """End the command where nobody answers at the proxy's address: nothing is planned or recorded then."""
    try:
        parts = urlsplit(proxy)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(proxy)
        socket.create_connection((parts.hostname, parts.port or 80), timeout=PROXY_SECONDS).close()
    except ValueError:
        stop(Exit.BAD_INPUT, f"代理应写作 http://主机:端口，不是 {proxy}", "改 --proxy")
    except OSError as error:
        stop(Exit.FAILED, f"代理连不上：{proxy}（{error.strerror or error}）", "启动代理或改 --proxy；没有记录任何东西")


def taken_up(config: Settings, proxy: str) -> Plan:
    """The plan of the latest patrol without a manifest, with another proxy if one is given."""
    from crawler.plan import PlanError, read_plan, write_plan
    from scheduler.steps import unfinished

    folder = unfinished(config.archive)
    if folder is None:
        stop(Exit.BAD_INPUT, f"{config.archive} 里没有未完成的巡查", "去掉 --resume 开始新的巡查")
    try:
        plan = read_plan(folder)
    except PlanError as error:
        stop(Exit.FAILED, f"计划读不了：{error}", "从备份恢复 plan.json，或开始新的巡查")
    if proxy and proxy != plan.proxy:
        plan = replace(plan, proxy=proxy)
        write_plan(folder, plan)
    return plan


def planned(config: Settings, rows: list[TargetRow] | None, options: Options) -> Plan:
    """The plan of a new patrol, not written yet."""
    from scheduler.steps import unfinished

    folder = unfinished(config.archive)
    if folder:
        people.print(f"[yellow]提示[/] 巡查 {folder.name} 没有完成；要继续它，请用 --resume")
    return new_plan(config, chosen_targets(rows, options), options)


def save_targets_of(rows: list[TargetRow]) -> None:
    """Keep a list given with --targets in the ledger, as importing it would."""
    from ledger.targets import save_targets

    save_targets(rows)


def chosen_targets(rows: list[TargetRow] | None, options: Options) -> list[TargetPlan]:
    """The targets of a list just read, else all active ones of the ledger; ends the command where there are none."""
    from crawler.plan import Budget
    from ledger.models import Target
    from ledger.targets import plan_target

    budget = Budget(pages=options.max_pages) if options.max_pages else Budget()
    sources = rows if rows is not None else list(Target.objects.filter(active=True))
    chosen = [plan_target(row, budget) for row in sources]
    if not chosen:
        stop(
            Exit.BAD_INPUT,
            "没有可巡查的目标",
            "xuncha targets import 清单.csv，或 xuncha patrol --targets 清单.csv",
        )
    return chosen


def new_plan(config: Settings, targets: list[TargetPlan], options: Options) -> Plan:
    """A plan named by the second it starts in."""
    from crawler.plan import PictureBudget, Plan, Politeness

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
        pictures=PictureBudget(pages=config.picture_pages, images=config.picture_images),
    )


def start(config: Settings, plan: Plan) -> Patrol:
    """Write a new plan, then the ledger's row: a kill between the two leaves a patrol that --resume takes up."""
    from crawler.plan import PLAN_FILE, write_plan
    from scheduler.steps import open_patrol

    folder = config.archive / plan.patrol
    try:
        if not (folder / PLAN_FILE).exists():
            write_plan(folder, plan)
    except OSError as error:
        stop(Exit.DISK, f"计划写不进 {folder}：{error.strerror}", "腾出空间或改权限后再试")
    return open_patrol(folder, plan)


def carry_out(
    config: Settings, run: Patrol, plan: Plan, on_progress: Callable[[Progress], None]
) -> tuple[Exit, Summary]:
    """Run a patrol's steps and tell how it ended. Errors of rules, proxy, disk and ledger end the command."""
    from crawler.journal import JournalError
    from crawler.leash import PATROL_LOCK_FILE, FolderTaken, hold_folder
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
    for asked in (signal.SIGINT, signal.SIGTERM):  # a shell's background job inherits SIGINT ignored
        signal.signal(asked, signal.default_int_handler)
    try:
        with hold_folder(folder, wait=0, lock=PATROL_LOCK_FILE):
            steps.run(on_progress)
    except FolderTaken as taken:
        stop(Exit.FAILED, f"巡查 {plan.patrol} 正在进行：{taken}", "等它结束；它停了再用 --resume")
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
