"""`xuncha demo`, as `make demo` calls it: prints what it found, writes the list, ends with three commands that work."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xuncha", *command], capture_output=True, text=True, timeout=300, cwd=cwd, check=False
    )


def test_it_works(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run("--home", str(home), "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("yanhudai.test", "3 级", "平台先行垫付", "依据"):
        assert words in done.stdout
    assert (home / "exports" / "涉嫌名单.xlsx").stat().st_size > 5_000
    offered = [line.strip() for line in done.stderr.splitlines() if line.strip().startswith(".venv/bin/xuncha")]
    assert len(offered) == 3
    for line in offered:
        tried = run(*shlex.split(line)[1:], cwd=tmp_path)
        assert tried.returncode == 0, tried.stderr


def test_other_data_is_never_emptied_for_a_demo(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_text("somebody's")
    refused = run("--home", str(tmp_path), "demo", cwd=tmp_path)
    assert refused.returncode == 2
    assert (tmp_path / "ledger.sqlite3").read_text() == "somebody's"
