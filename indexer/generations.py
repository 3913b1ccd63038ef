"""The embedded index's folder: generations of the index side by side, and a pointer to the one that answers.

    index/CURRENT          {"generation": "g-…", "layout": "…"}
    index/g-…/             one whole index
    index/lock             held by whoever writes or rebuilds

A rebuild fills a new generation and moves the pointer by one rename, so readers always have a whole index.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.engine import EngineBusy, EngineError, EngineMissing

LOCK_SECONDS = 10.0
"""How long a writer waits for another's batch to end; a rebuild takes longer and is not waited for."""
_LOCK_POLL = 0.05


@dataclass(frozen=True)
class Pointer:
    """Which generation answers, and the layout of fields it was built with."""

    generation: str
    layout: str


class Generations:
    """The generations in one folder."""

    def __init__(self, folder: Path, layout: str) -> None:
        self._folder = folder
        self._layout = layout
        self._pointer = folder / "CURRENT"

    def current(self) -> Path:
        """The folder of the index that answers. Raises EngineMissing."""
        try:
            pointer = Pointer(**json.loads(self._pointer.read_bytes()))
        except FileNotFoundError:
            raise EngineMissing(f"{self._folder} 里还没有索引：请运行 xuncha reindex") from None
        except (ValueError, TypeError) as error:
            raise EngineMissing(f"{self._pointer} 已损坏（{error}）：请运行 xuncha reindex") from error
        if pointer.layout != self._layout:
            raise EngineMissing(f"{self._folder} 里的索引是另一版本建的：请运行 xuncha reindex")
        return self._folder / pointer.generation

    def begin(self) -> Path:
        """A new empty generation beside the current one; needs the lock."""
        path = self._folder / f"g-{uuid.uuid4().hex[:12]}"
        path.mkdir(parents=True)
        return path

    def switch(self, generation: Path) -> None:
        """Let `generation` answer from now on, and remove all others; needs the lock."""
        part = self._pointer.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(Pointer(generation.name, self._layout)), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._pointer)
        for other in self._folder.glob("g-*"):
            if other != generation:
                # readers that still hold its files keep them until they close
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; a killed writer's lock ends with it. Raises EngineBusy, or EngineError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / "lock").open("w")
        except OSError as error:
            raise EngineError(f"索引文件夹不可写：{error}；检查权限和磁盘空间") from error
        with file:
            _wait_for(file.fileno(), self._folder)
            yield


def _wait_for(lock: int, folder: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise EngineBusy(f"另一个进程正在写 {folder} 里的索引；等它结束再试") from None
        time.sleep(_LOCK_POLL)
