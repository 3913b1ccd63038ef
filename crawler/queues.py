"""What waits to be fetched: a queue a host, each by rank and then by age, the hosts in hand taking turns."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class HostQueues(Generic[Entry]):
    """Holds entries by host.

    So many hosts are in hand at once, and the next is begun when one has run dry: with thousands of targets each
    is done in one go, instead of all of them all night long.
    """

    def __init__(self, at_once: int, per_host: int) -> None:
        """`at_once` hosts are in hand, `per_host` entries of one are out at a time."""
        self._at_once = at_once
        self._per_host = per_host
        self._queues: dict[str, list[tuple[int, int, Entry]]] = {}
        self._begun: set[str] = set()
        self._in_hand: deque[str] = deque()
        self._waiting: deque[str] = deque()
        self._serial = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, host: str, rank: int, entry: Entry, begin: bool = True) -> None:
        """Queue `entry` behind those of its host with the same or a smaller rank.

        `begin`: the host is in hand from now on; False: it waits until there is room, unless it was begun before.
        """
        if begin:
            self._begun.add(host)
        queue = self._queues.get(host)
        if queue is None:
            queue = self._queues[host] = []
            (self._in_hand if host in self._begun else self._waiting).append(host)
        self._serial += 1
        heapq.heappush(queue, (rank, self._serial, entry))
        self._size += 1

    def pop(self, out: Mapping[str, int], admit: Callable[[Entry], bool | None]) -> Entry | None:
        """The next entry, of the host whose turn it is, or None if none can go now.

        `out` says how many entries of which host are out. `admit` is asked about the first entry of a host: True
        takes it, False drops it and asks about the next, None leaves the host for later.
        """
        for _ in range(len(self._in_hand)):
            host = self._in_hand[0]
            self._in_hand.rotate(-1)
            if self._is_free(host, out) and (entry := self._first(host, admit)) is not None:
                return entry
        while self._waiting and len(out.keys() | set(self._in_hand)) < self._at_once:
            host = self._waiting.popleft()
            self._begun.add(host)
            self._in_hand.append(host)
            if self._is_free(host, out) and (entry := self._first(host, admit)) is not None:
                return entry
        return None

    def _is_free(self, host: str, out: Mapping[str, int]) -> bool:
        return out[host] < self._per_host if host in out else len(out) < self._at_once

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
            self._in_hand.remove(host)
        return taken
