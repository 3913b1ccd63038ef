from collections import Counter

from crawler.queues import HostQueues

ENTRIES = [("a", 1, "a1"), ("a", 0, "a0"), ("a", 1, "a1later"), ("b", 5, "b5"), ("c", 0, "c0")]


def filled(at_once: int = 9, per_host: int = 9, begin: bool = True) -> HostQueues[str]:
    queues: HostQueues[str] = HostQueues(at_once, per_host)
    for host, rank, entry in ENTRIES:
        queues.push(host, rank, entry, begin)
    return queues


def drain(queues: HostQueues[str], **out: int) -> list[str]:
    """Take all that can go, each entry being back before the next is taken."""
    taken = []
    while entry := queues.pop(out, lambda _: True):
        taken.append(entry)
    return taken


def test_hosts_in_hand_take_turns_and_each_serves_by_rank_then_age() -> None:
    queues = filled()
    assert drain(queues) == ["a0", "b5", "c0", "a1", "a1later"]
    assert len(queues) == 0


def test_a_host_has_so_many_out_at_a_time() -> None:
    queues = filled(per_host=2)
    assert drain(queues, a=2, c=2) == ["b5"]
    assert drain(queues, a=1) == ["c0", "a0", "a1", "a1later"]


def test_so_many_hosts_are_out_at_a_time() -> None:
    assert drain(filled(at_once=2), a=1, x=1) == ["a0", "a1", "a1later"]


def test_a_host_is_begun_when_another_has_run_dry() -> None:
    queues = filled(at_once=1, begin=False)
    assert drain(queues) == ["a0", "a1", "a1later", "b5", "c0"]


def test_a_host_once_begun_keeps_its_place_while_its_pages_are_read() -> None:
    queues: HostQueues[str] = HostQueues(at_once=2, per_host=1)
    for host in "abcd":
        queues.push(host, 0, f"{host}0", begin=False)
    out: Counter[str] = Counter()
    assert [queues.pop(out + Counter(part), lambda _: True) for part in ("", "a", "ab")] == ["a0", "b0", None]
    queues.push("a", 1, "a1", begin=False)  # what the first page named
    assert queues.pop(Counter("b"), lambda _: True) == "a1"
    assert queues.pop(Counter("b"), lambda _: True) == "c0"


def test_what_is_dropped_makes_room_for_the_next_of_its_host() -> None:
    queues = filled()
    assert queues.pop({}, lambda entry: entry == "a1later") == "a1later"
    assert len(queues) == 2


def test_a_host_that_is_put_off_keeps_its_entries() -> None:
    queues = filled()
    assert queues.pop({}, lambda entry: None if entry.startswith("a") else True) == "b5"
    assert queues.pop({}, lambda _: None) is None
    assert len(queues) == 4


def test_dropping_an_entry_may_queue_others_of_its_host() -> None:
    queues = filled()

    def admit(entry: str) -> bool:
        if entry == "a0":
            queues.push("a", 0, "late")
        return entry != "a0"

    assert queues.pop({}, admit) == "late"
    assert sorted(drain(queues)) == ["a1", "a1later", "b5", "c0"]
