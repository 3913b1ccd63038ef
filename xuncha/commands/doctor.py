"""`xuncha doctor`: what is there, what works, and what to do about what does not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.markup import escape

from xuncha.console import people, print_json
from xuncha.exits import Exit
from xuncha.runtime import checked_settings, ledger_errors, open_ledger
from xuncha.settings import Settings


@dataclass(frozen=True)
class Check:
    """One thing looked at; `remedy` is empty where it is well."""

    name: str
    found: str
    remedy: str = ""


def doctor(json: Annotated[bool, typer.Option("--json", help="每行一个 JSON")] = False) -> None:
    """体检：Python、文件夹、磁盘、浏览器、图片文字、规则库、台账、索引。有一项不好即以 1 退出。"""
    config = checked_settings()
    checks = list(run_checks(config))
    for check in checks:
        if json:
            print_json(asdict(check))
        else:
            mark = "[yellow]要处理[/]" if check.remedy else "[green]好[/]    "
            people.print(f"{mark} {check.name}：{escape(check.found)}", soft_wrap=True)
            if check.remedy:
                people.print(f"       怎么办：{escape(check.remedy)}", soft_wrap=True)
    if any(check.remedy for check in checks):
        raise typer.Exit(int(Exit.FAILED))


def run_checks(config: Settings) -> Iterator[Check]:
    """Each check in turn, cheapest first."""
    looks: tuple[Callable[[Settings], Check], ...] = (
        _python,
        _home,
        _disk,
        _browser,
        _pictures,
        _rules,
        _ledger,
        _index,
    )
    for look in looks:
        yield look(config)


def _python(_: Settings) -> Check:
    return Check("Python", sys.version.split()[0])


def _home(config: Settings) -> Check:
    try:
        config.home.mkdir(parents=True, exist_ok=True)
        probe = config.home / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Check("数据文件夹", f"{config.home} 不可写：{error.strerror}", "改权限，或用 --home 换一处")
    return Check("数据文件夹", str(config.home.resolve()))


def _disk(config: Settings) -> Check:
    free = shutil.disk_usage(config.home if config.home.exists() else ".").free
    found = f"剩余 {free / 1e9:.1f} GB，少于 {config.min_free_bytes / 1e9:.1f} GB 时巡查停下"
    return Check("磁盘", found, "" if free > 2 * config.min_free_bytes else "腾出空间，或移走旧的 archive/ 文件夹")


def _browser(config: Settings) -> Check:
    from crawler.chromium import find_chromium

    path = find_chromium(config.chromium)
    remedy = "make browser，或安装系统的 chromium 包；没有时需渲染的页面会记为未渲染"
    return Check("浏览器", path or "没有找到 Chromium", "" if path else remedy)


def _pictures(_: Settings) -> Check:
    from nlp import ocr, qr

    try:
        ocr.prove_able()
        qr.prove_able()
    except ImportError as error:
        remedy = "make install；没有时图片文字和二维码不读，记为读不了的图"
        return Check("图片文字", f"识别组件缺失：{error}", remedy)
    return Check("图片文字", "可以识别（模型随安装包）")


def _rules(config: Settings) -> Check:
    from nlp.rulebook import load_rulebook
    from nlp.rulefile import RulebookError

    try:
        rulebook = load_rulebook(config.rules)
    except RulebookError as error:
        first = str(error).splitlines()[0]
        return Check("规则库", f"读不了：{first}", "xuncha rules test 列出全部错误")
    return Check("规则库", f"{len(rulebook.rules)} 条规则")


def _ledger(config: Settings) -> Check:
    if not (config.home / "ledger.sqlite3").exists():
        return Check("台账", "还没有，第一次巡查时建立")
    open_ledger()
    from ledger.models import Capture, OutboxRow, Patrol

    with ledger_errors():
        running = Patrol.objects.exclude(state="closed").count()
        patrols, captures, waiting = (model.objects.count() for model in (Patrol, Capture, OutboxRow))
    found = f"{patrols} 次巡查，{captures} 个网址，待入索引 {waiting}"
    remedy = f"有 {running} 次巡查没有完成：xuncha patrol --resume" if running else ""
    return Check("台账", found, remedy)


def _index(config: Settings) -> Check:
    if not any(config.index.glob("*")):
        return Check("索引", "还没有，第一次巡查后建立")
    open_ledger()
    from indexer.embedded import open_engine
    from indexer.engine import EngineError

    try:
        count = open_engine(config.index).count()
    except EngineError as error:
        return Check("索引", f"打不开：{error}", "xuncha reindex")
    return Check("索引", f"{count} 份取证")
