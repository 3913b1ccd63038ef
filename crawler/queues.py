"""What waits to be fetched: a queue a host, each by rank and then by age, the hosts taking turns."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class HostQueues(Generic[Entry]):
    """Holds entries by host."""

    def __init__(self) -> None:
        self._queues: dict[str, list[tuple[int, int, Entry]]] = {}
        self._turns: deque[str] = deque()
        self._serial = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, host: str, rank: int, entry: Entry) -> None:
        """Queue `entry` behind those of its host with the same or a smaller rank."""
        queue = self._queues.get(host)
        if queue is None:
            queue = self._queues[host] = []
            self._turns.append(host)
        self._serial += 1
        heapq.heappush(queue, (rank, self._serial, entry))
        self._size += 1

    def pop(self, free: Callable[[str], bool], admit: Callable[[Entry], bool | None]) -> Entry | None:
        """The next entry, of the host whose turn it is, or None if none can go now.

        Only hosts that are `free` are looked at. `admit` is asked about the first entry of a host: True takes
        it, False drops it and asks about the next, None leaves the host for later.
        """
        for _ in range(len(self._turns)):
            host = self._turns[0]
            self._turns.rotate(-1)
            if free(host) and (entry := self._first(host, admit)) is not None:
                return entry
        return None

    def _first(self, host: str, admit: Callable[[Entry], bool | None]) -> Entry | None:
        queue = self._queues[host]
        taken: Entry | None = None
        while queue and taken is None:
            item = heapq.heappop(queue)
            verdict = admit(item[2])  # may push more
            if verdict is None:
                heapq.heappush(queue, item)
                break
            self._size -= 1
            if verdict:
                taken = item[2]
        if not queue:
            del self._queues[host]
            self._turns.remove(host)
        return taken
