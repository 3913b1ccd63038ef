"""One crawler a folder, and none that outlives its starter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.leash import FolderTaken, hold_folder


def test_a_second_crawler_is_refused_and_told_which_process_holds_the_folder(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom pathlib import Path\nfrom crawler.leash import hold_folder\n"
            f"with hold_folder(Path({str(tmp_path)!r})):\n print('held', flush=True)\n sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(FolderTaken, match=str(holder.pid)), hold_folder(tmp_path, wait=0):
        pass
    holder.kill()
    holder.communicate()
    with hold_folder(tmp_path, wait=5):
        pass


def test_the_crawler_ends_when_its_starter_does() -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal\nfrom crawler.leash import stop_with_stdin\n"
            "stop_with_stdin()\nprint('up', flush=True)\nsignal.pause()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin
    assert child.stdout
    child.stdout.readline()
    assert child.poll() is None
    child.stdin.close()
    assert child.wait(timeout=10) == -15
