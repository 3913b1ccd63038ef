"""One patrol and one crawler a folder, and no crawler without the process that started it."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "crawler.lock"
"""Held by the crawler that writes a folder."""
PATROL_LOCK_FILE = "patrol.lock"
"""Held by the process that runs the patrol's steps."""
WAIT_SECONDS = 60.0
"""A crawler whose starter died stops by itself within seconds; longer than this it is somebody else's."""


class FolderTaken(RuntimeError):
    """Another process holds this folder; the message names it."""


@contextmanager
def hold_folder(folder: Path, wait: float = WAIT_SECONDS, lock: str = LOCK_FILE) -> Iterator[None]:
    """Hold a folder's lock; the system lets go of it however this process ends. Raises FolderTaken."""
    with (folder / lock).open("a+") as file:
        deadline = time.monotonic() + wait
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                file.seek(0)
                raise FolderTaken(f"{folder}: process {file.read() or '?'} is still at work here")
            time.sleep(0.1)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop_with_stdin() -> None:
    """End this process cleanly (SIGTERM) once its standard input ends: its starter has died."""

    stdin = sys.stdin.fileno()

    def watch() -> None:
        # The descriptor itself: a thread inside sys.stdin's lock aborts the interpreter when it shuts down.
        while os.read(stdin, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="leash", daemon=True).start()
