"""`xuncha evidence verify|show`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer
from django.utils import timezone
from rich.markup import escape

from ledger.names import BLOCKS, CHECKS, DECISIONS, ENDINGS, HOWS, PARTS, render_name, why_name
from nlp.finding import PICTURED
from xuncha.console import people, print_json, stop, table_console
from xuncha.exits import Exit
from xuncha.runtime import open_ledger

if TYPE_CHECKING:
    from crawler.verify import Check
    from ledger.evidence import Evidence

app = typer.Typer(help="证据", no_args_is_help=True)


@app.command("verify")
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="巡查编号或取证编号；不给则核验整个存档")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """重新计算存档的全部哈希与链条；有不一致时指出第一处，以 1 退出。"""
    config = open_ledger()
    from crawler.journal import JournalError
    from crawler.verify import Disagreement
    from ledger.evidence import verify_all, verify_named

    checks = chain.from_iterable(verify_named(config.archive, name) for name in names or ())
    try:
        counted = count(checks if names else verify_all(config.archive))
    except KeyError as unknown:
        stop(Exit.BAD_INPUT, f"没有巡查或取证 {unknown.args[0]}", "编号见 xuncha search … 的结果")
    except Disagreement as found:
        if json:
            print_json({"ok": False, **found.as_row()})
        stop(Exit.FAILED, str(found), "不要改动存档；把这条结果与存档一并交技术人员")
    except JournalError as error:
        stop(Exit.FAILED, f"流水记录读不了：{error}", "不要改动存档；把这条结果与存档一并交技术人员")
    if json:
        print_json({"ok": True, "checked": counted})
    told = "、".join(f"{CHECKS[kind]} {number}" for kind, number in counted.items())
    people.print(f"全部一致。核验了：{told or '存档是空的'}")


def count(checks: Iterable[Check]) -> dict[str, int]:
    """Run checks under a bar; how many of each kind agree."""
    from rich.progress import Progress

    counted: Counter[str] = Counter()
    with Progress(console=people, transient=True) as bar:
        task = bar.add_task("核验", total=None)
        for check in checks:
            counted[check.kind] += 1
            bar.update(task, advance=1)
    return dict(counted)


@app.command("show")
def show(
    capture: Annotated[str, typer.Argument(help="取证编号")],
    json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """出示一份取证：来路、报文头、哈希、判定、正文。"""
    config = open_ledger()
    from crawler.warc import EvidenceError
    from ledger.evidence import read_evidence
    from ledger.models import Capture

    found = Capture.objects.filter(id=capture).first()
    if found is None:
        stop(Exit.BAD_INPUT, f"台账里没有取证 {capture}", "编号见 xuncha search … 的结果或涉嫌名单")
    try:
        evidence = read_evidence(config.archive, found)
    except (EvidenceError, OSError) as error:
        stop(Exit.FAILED, f"存档里读不出这份取证：{error}", "xuncha evidence verify 查全部存档")
    if json:
        print_json(evidence.as_row())
    else:
        show_evidence(evidence)


def show_evidence(evidence: Evidence) -> None:
    """A capture for a reader: where from, what was answered, hashes, verdicts, text."""
    capture, line = evidence.capture, evidence.capture.line
    facts = {
        "取证": capture.id,
        "网址": capture.url,
        "时间": timezone.localtime(capture.fetched_at).isoformat(timespec="seconds"),
        "结局": f"{ENDINGS[capture.ending]} {why_name(capture.why)}",
        "状态": f"{capture.status}  来自 {line.get('address', '—')}",
        "来路": " → ".join(f"{hop['url']}（{hop['status']}，{HOWS[hop['how']]}）" for hop in line.get("chain", [])),
        "渲染": render_name(line.get("render", "")),
        "判定": f"{DECISIONS[capture.decision]}  严重度 {capture.severity}  分值 {capture.score}",
    }
    for name, value in facts.items():
        if value:
            _print_line(f"[bold]{name}[/] {escape(value)}")
    for part in evidence.parts:
        place = part.place
        _print_line(f"[bold]{PARTS[part.role]}[/] {escape(place.file)} @{place.offset}+{place.length}")
        _print_line(f"      sha256 {place.sha256}  {escape(place.record_id)}")
        if part.url:
            _print_line(f"      {escape(part.url)}")
    for name, value in evidence.headers:
        _print_line(f"  {escape(name)}: {escape(value)}")
    for finding in evidence.findings:
        told = f"「{escape(finding.quote)}」{escape(finding.why)}"
        _print_line(f"[bold]{DECISIONS[finding.decision]}[/] {finding.rule} {told}")
        if finding.block in PICTURED:
            _print_line(f"      {BLOCKS[finding.block]} {escape(finding.path)}")
    for name, why in capture.unread_pictures:
        _print_line(f"[bold]没有读的图[/] {escape(name)}：{escape(why)}")
    table_console.rule("正文")
    table_console.print(evidence.text, markup=False, soft_wrap=True)


def _print_line(markup: str) -> None:
    """A line that is not broken: hashes, record ids and urls are there to be copied."""
    table_console.print(markup, soft_wrap=True)
