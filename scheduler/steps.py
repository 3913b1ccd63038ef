"""One patrol in its steps: plan, crawl, intake beside it, pictures, manifest, index.

1. A plan is written, or the plan of an unfinished patrol is taken up again.
2. The crawler runs as a process of its own; intake follows its journal here, analysis in worker processes.
3. Flagged pages, and those whose words may be drawn, are pictured in a pass of their own; intake reads the pictures.
4. The patrol closes with a manifest chained to the one before; then the index takes what the outbox holds.
Every step can be repeated: what is done is found done.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count

from crawler.journal import WANTED_FILE, Wanted, encode_line
from crawler.manifest import close_patrol, manifest_sha256
from crawler.plan import PictureBudget, Plan
from indexer.engine import Engine, EngineError
from indexer.outbox import feed
from ledger.analysis import AnalysisPool
from ledger.intake import Entry, Intake
from ledger.models import Capture, Finding, Patrol
from ledger.summary import FLAGGED
from nlp.finding import PICTURED

FEED_CAPTURES = 100
"""Indexed at a time between two looks at the journal: about a tenth of a second."""
POLL_SECONDS = 0.2
"""How often a quiet journal is looked at again."""


@dataclass(frozen=True)
class CrawlSettings:
    """What the crawler's process needs besides the plan."""

    chromium: str
    min_free_bytes: int
    sync_seconds: float


@dataclass
class Progress:
    """How a running patrol stands; the crawler's own figures come from its progress.json."""

    step: str = ""
    entered: int = 0
    """Journal lines in the ledger."""
    findings: Counter[str] = field(default_factory=Counter)
    """Decision → findings so far."""
    crawl: dict[str, object] = field(default_factory=dict)
    engine_failed: bool = False


OnProgress = Callable[[Progress], None]


class CrawlStopped(RuntimeError):
    """The crawler ended before it was done. `reason`: interrupted, disk, or what it said."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@contextmanager
def crawler_process(spider: str, folder: Path, settings: CrawlSettings) -> Iterator[subprocess.Popen[bytes]]:
    """The crawler as a process. However this block is left, the process has ended: asked first, then killed.

    Its standard input is a pipe from here: when this process dies, the crawler reads its end and stops.
    """
    command = [sys.executable, "-m", "crawler.run", spider, str(folder), "--stop-with-stdin"]
    for key, value in (
        ("XUNCHA_CHROMIUM", settings.chromium),
        ("XUNCHA_MIN_FREE_BYTES", settings.min_free_bytes),
        ("XUNCHA_SYNC_SECONDS", settings.sync_seconds),
    ):
        command += ["--set", f"{key}={value}"]
    log = (folder / "crawler.stderr").open("ab")
    # A session of its own: Ctrl-C reaches the crawler from here, once, not from the terminal as well.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.close()


@dataclass(frozen=True)
class PatrolRun:
    """One patrol being run in this process."""

    patrol: Patrol
    folder: Path
    plan: Plan
    pool: AnalysisPool
    areas: dict[str, str]
    settings: CrawlSettings
    engine: Engine

    def run(self, on_progress: OnProgress) -> None:
        """All steps up to the manifest. Raises CrawlStopped; what was captured is in the archive."""
        self._mark("running")
        try:
            self._crawls(self._so_far(), on_progress)
        except CrawlStopped:
            self._mark("interrupted")
            raise
        except KeyboardInterrupt:
            self._mark("interrupted")
            raise CrawlStopped("interrupted", _STOPPED["interrupted"]) from None
        self._close()

    def _so_far(self) -> Progress:
        """Where a patrol that is taken up stands; nothing for a new one."""
        found = Finding.objects.filter(capture__patrol=self.patrol).values_list("decision").annotate(Count("id"))
        entered = Capture.objects.filter(patrol=self.patrol).count()
        return Progress(entered=entered, findings=Counter(dict(found.order_by())))

    def _crawls(self, progress: Progress, on_progress: OnProgress) -> None:
        intake = Intake(self.patrol, self.folder, self.pool, self.areas)
        if any(not target.carrier for target in self.plan.targets):
            self._crawl("site", "抓取", intake, progress, on_progress)
        if any(target.carrier for target in self.plan.targets):
            self._crawl("ads", "广告", intake, progress, on_progress)
        if self.plan.render != "never" and write_wanted(self.patrol, self.folder, self.plan.pictures):
            self._crawl("pictures", "截图", intake, progress, on_progress)

    def _mark(self, state: str) -> None:
        self.patrol.state = state
        self.patrol.save(update_fields=["state"])

    def _crawl(self, spider: str, step: str, intake: Intake, progress: Progress, on_progress: OnProgress) -> None:
        progress.step = step

        def count(entry: Entry) -> None:
            progress.entered += 1
            if entry.analysis:
                seen_before = entry.line.kind == "picture"
                progress.findings.update(
                    finding.decision
                    for finding in entry.analysis.findings
                    if not seen_before or finding.block in PICTURED
                )

        with crawler_process(spider, self.folder, self.settings) as process:
            running = True
            while running or intake.busy:
                running = process.poll() is None
                # Looked at after the poll: what the crawler wrote last is read before the loop ends.
                while intake.step(count):
                    self._tell(progress, on_progress)
                self._tell(progress, on_progress)
                if not self._feed_index(progress) and (running or intake.busy):
                    intake.wait(POLL_SECONDS)
        _check_end(process.returncode, self.folder, spider)

    def _tell(self, progress: Progress, on_progress: OnProgress) -> None:
        progress.crawl = read_progress(self.folder)
        on_progress(progress)

    def _feed_index(self, progress: Progress) -> int:
        """Index a little while the journal is quiet. A dead engine is left alone until the patrol is over."""
        if progress.engine_failed:
            return 0
        try:
            return feed(self.engine, FEED_CAPTURES)
        except EngineError:
            progress.engine_failed = True
            return 0

    @transaction.atomic
    def _close(self) -> None:
        manifest = close_patrol(self.folder, self.folder.parent, datetime.now(UTC))
        self.patrol.state = "closed"
        self.patrol.ended_at = datetime.now(UTC)
        self.patrol.manifest_sha256 = manifest_sha256(self.folder)
        self.patrol.save(update_fields=["state", "ended_at", "manifest_sha256"])
        assert manifest.patrol == self.patrol.id


def read_progress(folder: Path) -> dict[str, object]:
    """The crawler's own figures, replaced whole about once a second; empty before its first."""
    try:
        progress: dict[str, object] = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return progress


def _check_end(code: int | None, folder: Path, spider: str) -> None:
    if code == 0:
        return
    ended = str(read_progress(folder).get("ended", ""))
    reasons = {130: "interrupted", 4: "disk"}
    reason = reasons.get(code or 0, "failed")
    detail = ended.removeprefix("fatal: ") if ended.startswith("fatal") else _last_words(folder)
    raise CrawlStopped(reason, _STOPPED.get(reason) or f"抓取进程（{spider}）以 {code} 退出：{detail}")


_STOPPED = {
    "interrupted": "抓取被中断；已取证的都在存档里，用 xuncha patrol --resume 继续",
    "disk": "磁盘空间不足，抓取已停下，没有丢失；腾出空间后用 xuncha patrol --resume 继续",
}


def _last_words(folder: Path) -> str:
    text = (folder / "crawler.stderr").read_text(encoding="utf-8", errors="replace").strip()
    return text.splitlines()[-1] if text else f"见 {folder / 'crawl.log.jsonl'}"


def write_wanted(patrol: Patrol, folder: Path, budget: PictureBudget) -> int:
    """Say in `wanted.jsonl` which pages have no picture yet and need one; return how many.

    Flagged pages need one as evidence; as many as the budget has room for are read too, the worst first. Then come
    pages with little text, which are pictured only to be read.
    """
    captures = Capture.objects.filter(patrol=patrol)
    room = max(0, budget.pages - captures.exclude(pictures="").count())
    waiting = captures.filter(screenshot__isnull=True, picture_why="")
    flagged = waiting.filter(decision__in=FLAGGED).order_by("-severity", "-score", "id")
    lines = [
        Wanted(c.id, c.url, c.target, f"{c.decision} {c.severity}", read=number < room)
        for number, c in enumerate(flagged)
    ]
    may_be_drawn = waiting.filter(has_little_text=True, status__lt=300).exclude(decision__in=FLAGGED).order_by("id")
    lines += [
        Wanted(c.id, c.url, c.target, "little text", read=True) for c in may_be_drawn[: max(0, room - len(lines))]
    ]
    part = folder / f"{WANTED_FILE}.part"
    part.write_bytes(b"".join(encode_line(line) + b"\n" for line in lines))
    part.replace(folder / WANTED_FILE)
    return len(lines)


def open_patrol(folder: Path, plan: Plan) -> Patrol:
    """The ledger's row for a plan, made where it is not there yet (a kill between plan and row)."""
    patrol, _ = Patrol.objects.get_or_create(
        id=plan.patrol, defaults={"started_at": datetime.fromisoformat(plan.created_at)}
    )
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: 巡查文件夹不在了，无法继续")
    return patrol


def unfinished(archive: Path) -> Path | None:
    """The folder of the latest patrol whose manifest was never written, or None."""
    folders = sorted(archive.glob("*/plan.json"), reverse=True)
    return next((plan.parent for plan in folders if not (plan.parent / "manifest.json").exists()), None)
