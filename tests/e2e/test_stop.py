"""A patrol that is asked to stop, stops cleanly, says so, and is taken up again; never by two at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.site import HOST, serve
from tests.e2e.test_kill import assert_whole, patrol, run_until

PAGES = 120


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with serve(PAGES) as proxy:
        yield proxy


def begin(tmp_path: Path, proxy: str) -> tuple[Path, subprocess.Popen[str]]:
    """A patrol under way, slow enough to be met in the middle."""
    targets = tmp_path / "targets.csv"
    targets.write_text(f"url\nhttp://{HOST}/\n")
    home = tmp_path / "home"
    first = ("--targets", str(targets), "--proxy", proxy, "--delay", "0.02", "--render", "never")
    process = patrol(home, *first)
    assert run_until(process, home, 20)
    return home, process


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_patrol_asked_to_stop_says_how_to_go_on_and_goes_on(
    tmp_path: Path, proxy: str, asked: signal.Signals
) -> None:
    home, process = begin(tmp_path, proxy)
    process.send_signal(asked)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume" in told
    assert "Traceback" not in told
    out, told = patrol(home, "--resume").communicate(timeout=120)
    assert_whole(home, json.loads(out.splitlines()[-1]), PAGES)


def test_a_running_patrol_is_not_taken_up_by_another(tmp_path: Path, proxy: str) -> None:
    home, process = begin(tmp_path, proxy)
    other = patrol(home, "--resume")
    _, told = other.communicate(timeout=60)
    assert other.returncode == 1
    assert "正在进行" in told
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def test_a_resumed_patrol_takes_no_other_options(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xuncha", "--home", str(tmp_path), "patrol", "--resume", "--delay", "0"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "--delay" in refused.stderr
