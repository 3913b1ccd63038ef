"""Pages per second of a full patrol over bare Scrapy, same site, same machine, same run; and every process's memory.

python -m benchmarks.patrol [PAGES] [PER_HOST] [RENDER]

RENDER is `never` (default): fetch, archive, analyse, record and index, without the picture pass, in which a browser
spends about a second a flagged page; `auto` takes the pictures too (one page in ten of this site is flagged).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

from benchmarks.site import HOST, serve

FIRST_PAGES = 1_000
"""Memory is compared with what it was when this many pages were captured."""


def timed_bare(proxy: str, per_host: int) -> float:
    """Seconds bare Scrapy takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.bare", proxy, str(per_host)], check=True)
    return time.perf_counter() - began


def timed_patrol(proxy: str, per_host: int, pages: int, render: str) -> tuple[float, dict[str, tuple[int, int]]]:
    """Seconds a patrol takes, and for each process its peak memory (bytes) by 1,000 pages and in all."""
    with tempfile.TemporaryDirectory() as home:
        targets = Path(home) / "targets.csv"
        targets.write_text(f"url\nhttp://{HOST}/\n")
        command = [
            *(sys.executable, "-m", "xuncha", "--home", home, "patrol", "--targets", str(targets)),
            *("--proxy", proxy, "--delay", "0", "--per-host", str(per_host)),
            *("--max-pages", str(2 * pages), "--render", render),
        ]
        began = time.perf_counter()
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        peaks = watch(psutil.Process(process.pid), Path(home))
        seconds = time.perf_counter() - began
        if process.wait() != 0:
            raise SystemExit(process.stderr.read() if process.stderr else "patrol failed")
        return seconds, peaks


def watch(root: psutil.Process, home: Path) -> dict[str, tuple[int, int]]:
    """Sample a process and its children until it ends: role → (peak by 1,000 pages, peak in all)."""
    early: dict[str, int] = defaultdict(int)
    late: dict[str, int] = defaultdict(int)
    while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
        for process in (root, *root.children(recursive=True)):
            try:
                role, memory = role_of(process, root), process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
            late[role] = max(late[role], memory)
            if captured(home) <= FIRST_PAGES:
                early[role] = max(early[role], memory)
        time.sleep(0.5)
    return {role: (early[role], late[role]) for role in late}


def role_of(process: psutil.Process, root: psutil.Process) -> str:
    """patrol (intake), crawler, analysis, or browser."""
    if process.pid == root.pid:
        return "intake"
    command = " ".join(process.cmdline())
    if "crawler.run" in command:
        return "crawler"
    return "browser" if "chrom" in command or "playwright" in command else "analysis"


def captured(home: Path) -> int:
    """Journal lines written so far."""
    return sum(path.read_bytes().count(b"\n") for path in home.glob("archive/*/journal.jsonl"))


def main() -> None:
    """Print the ratio and the memory table."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    per_host = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    render = sys.argv[3] if len(sys.argv) > 3 else "never"
    with serve(pages) as proxy:
        bare = timed_bare(proxy, per_host)
        patrol, peaks = timed_patrol(proxy, per_host, pages, render)
    print(f"bare Scrapy {pages / bare:7.1f} pages/s   ({bare:.1f} s)")
    print(f"full patrol {pages / patrol:7.1f} pages/s   ({patrol:.1f} s)")
    print(f"ratio       {bare / patrol:7.2f}           goal ≥ 0.70")
    for role, (early, late) in sorted(peaks.items()):
        print(f"{role:10} peak {early / 1e6:7.1f} MB by {FIRST_PAGES} pages, {late / 1e6:7.1f} MB in all")


if __name__ == "__main__":
    main()
