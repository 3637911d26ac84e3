"""Which hook runs when: a timeline of what comes and how hooks end, with the time handed in."""

import pytest
from support.hooks import delivery

from monitor.hooks.queue import RETRIES, WAITING, Ended, Queue

DONE, AGAIN = Ended(0), Ended(75, "busy")


def queue_of(*seconds: int) -> Queue:
    queue = Queue()
    for second in seconds:
        queue.add(delivery(second))
    return queue


def run(queue: Queue, ended: Ended, now: float = 0.0) -> tuple[int, str] | None:
    """Run the next hook; return the second of its alert and the notice."""
    started = queue.next(now)
    return started and (started.at, queue.end(ended, now))


def pending(queue: Queue) -> list[int]:
    return [each.at for each in queue.pending()]


def test_hooks_run_one_at_a_time_and_in_order() -> None:
    queue = queue_of(1, 2)
    first = queue.next(0.0)
    assert first is not None
    assert (first.at, queue.next(0.0), pending(queue)) == (1, None, [1, 2])
    assert queue.end(DONE, 0.0) == ""
    assert pending(queue) == [2]
    assert run(queue, DONE) == (2, "")
    assert queue.next(0.0) is None


ENDINGS = [
    pytest.param(DONE, "", "ok", id="done"),
    pytest.param(Ended(1), "failed with exit code 1", "failed", id="failed"),
    pytest.param(
        Ended(3, "no way"), "failed with exit code 3: no way", "failed", id="last line"
    ),
    pytest.param(Ended(-9), "was ended by signal 9", "failed", id="killed"),
    pytest.param(
        Ended(None, "a"), "took too long and was ended: a", "timeout", id="too long"
    ),
]


@pytest.mark.parametrize(("ended", "notice", "result"), ENDINGS)
def test_a_hook_that_ended_is_over_and_a_failure_is_a_notice(
    ended: Ended, notice: str, result: str
) -> None:
    assert ended.result == result
    queue = queue_of(1)
    due = f"the hook for section firing {notice}" if notice else ""
    assert run(queue, ended) == (1, due)
    assert pending(queue) == []


def test_exit_code_75_is_tried_again_after_10_30_and_90_seconds_and_then_a_notice() -> (
    None
):
    queue, now = queue_of(1, 2), 0.0
    for seconds in RETRIES:
        assert run(queue, AGAIN, now) == (1, "")
        assert queue.next(now + seconds - 0.1) is None
        assert pending(queue) == [1, 2]
        now += seconds
    assert RETRIES == (10.0, 30.0, 90.0)
    notice = "the hook for section firing failed with exit code 75 at try 4: busy"
    assert run(queue, AGAIN, now) == (1, notice)
    assert run(queue, DONE, now) == (2, "")


@pytest.mark.parametrize(("beyond", "next_"), [(0, 1), (1, 2), (30, 31)], ids=str)
def test_of_more_than_20_that_wait_the_oldest_are_dropped(
    beyond: int, next_: int
) -> None:
    queue = queue_of(0)
    queue.next(0.0)  # it runs, and does not wait
    for second in range(1, WAITING + beyond + 1):
        queue.add(delivery(second))
    assert [each.at for each in queue.drop()] == list(range(1, beyond + 1))
    assert queue.drop() == []
    queue.end(DONE, 0.0)
    assert run(queue, DONE) == (next_, "")


def test_the_next_one_does_not_wait_for_the_time_of_one_that_was_dropped() -> None:
    queue = queue_of(1)
    run(queue, AGAIN)
    for second in range(2, WAITING + 2):
        queue.add(delivery(second))
    assert [each.at for each in queue.drop()] == [1]
    assert run(queue, DONE) == (2, "")


GAPS = [
    pytest.param([(1, "/a", True), (2, "/a", True)], [2], id="the last state"),
    pytest.param(
        [(1, "/a", True), (2, "/b", True), (3, "/a", True)], [2, 3], id="each subject"
    ),
    pytest.param([(1, "/a", False), (2, "/a", True)], [1, 2], id="before the gap"),
    pytest.param([(1, "/a", True), (2, "/a", False)], [1, 2], id="after the gap"),
    pytest.param([(n, "/a", True) for n in range(99)], [98], id="a day"),
]


@pytest.mark.parametrize(("alerts", "due"), GAPS)
def test_of_a_gap_the_last_state_of_each_rule_is_delivered(
    alerts: list[tuple[int, str, bool]], due: list[int]
) -> None:
    queue = Queue()
    for at, subject, late in alerts:
        queue.add(delivery(at, subject, late=late))
    assert pending(queue) == due


def test_what_happened_in_a_gap_waits_for_its_end() -> None:
    queue = Queue()
    queue.add(delivery(1, late=True))
    queue.add(delivery(2))
    assert queue.next(0.0, catching_up=True) is None
    assert run(queue, DONE) == (1, "")
    live = queue.next(0.0, catching_up=True)
    assert live is not None
    assert live.at == 2


def test_a_state_of_a_gap_does_not_replace_one_whose_hook_runs() -> None:
    queue = Queue()
    queue.add(delivery(1, late=True))
    queue.next(0.0)
    queue.add(delivery(2, late=True))
    assert pending(queue) == [1, 2]


def test_what_is_long_past_is_merged_but_for_what_was_tried() -> None:
    queue = queue_of(0, 1, 2, 50, 60)
    queue.add(delivery(3, "/b"))
    run(queue, AGAIN)
    queue.merge_before(50)
    assert pending(queue) == [0, 50, 60, 3]


def test_the_last_run_is_gone_on_from_but_for_what_is_too_old() -> None:
    queue = Queue()
    assert queue.restore(map(delivery, (1, 50, 60)), 50.0) == 1
    assert pending(queue) == [50, 60]


def test_a_hook_that_the_end_of_the_monitor_ended_is_pending_again() -> None:
    queue = queue_of(1, 2)
    queue.give_back()
    queue.next(0.0)
    queue.give_back()
    assert pending(queue) == [1, 2]
    assert run(queue, DONE) == (1, "")
