from collections.abc import Iterable

from crawler.queues import HostQueues


def drain(queues: HostQueues[str], busy: Iterable[str] = ()) -> list[str]:
    taken = []
    while entry := queues.pop(lambda host: host not in busy, lambda _: True):
        taken.append(entry)
    return taken


def filled() -> HostQueues[str]:
    queues: HostQueues[str] = HostQueues()
    for host, rank, entry in [("a", 1, "a1"), ("a", 0, "a0"), ("a", 1, "a1later"), ("b", 5, "b5"), ("c", 0, "c0")]:
        queues.push(host, rank, entry)
    return queues


def test_hosts_take_turns_and_each_serves_by_rank_then_age() -> None:
    queues = filled()
    assert drain(queues) == ["a0", "b5", "c0", "a1", "a1later"]
    assert len(queues) == 0


def test_busy_hosts_wait() -> None:
    queues = filled()
    assert drain(queues, busy="ac") == ["b5"]
    assert len(queues) == 4


def test_what_is_dropped_makes_room_for_the_next_of_its_host() -> None:
    queues = filled()
    assert queues.pop(lambda host: host == "a", lambda entry: entry == "a1later") == "a1later"
    assert len(queues) == 2


def test_a_host_that_is_put_off_keeps_its_entries() -> None:
    queues = filled()
    assert queues.pop(lambda _: True, lambda entry: None if entry.startswith("a") else True) == "b5"
    assert queues.pop(lambda _: True, lambda _: None) is None
    assert len(queues) == 4


def test_dropping_an_entry_may_queue_others_of_its_host() -> None:
    queues = filled()

    def admit(entry: str) -> bool:
        if entry == "a0":
            queues.push("a", 0, "late")
        return entry != "a0"

    assert queues.pop(lambda host: host == "a", admit) == "late"
    assert sorted(drain(queues)) == ["a1", "a1later", "b5", "c0"]
