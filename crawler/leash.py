"""One crawler a patrol folder, and none without the process that started it."""

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
WAIT_SECONDS = 60.0
"""A crawler whose starter died stops by itself within seconds; longer than this it is somebody else's."""


class FolderTaken(RuntimeError):
    """Another crawler writes this patrol folder; the message names its process."""


@contextmanager
def sole_crawler(folder: Path, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it however this process ends. Raises FolderTaken."""
    with (folder / LOCK_FILE).open("a+") as file:
        deadline = time.monotonic() + wait
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                file.seek(0)
                raise FolderTaken(f"{folder}: crawler process {file.read() or '?'} is still writing here")
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
