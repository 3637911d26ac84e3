"""Workers: every task has its result, or the run ends with one line; no process is left."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import active_children
from pathlib import Path
from threading import get_ident
from types import FrameType
from typing import Any

import pytest

from monitor.errors import ReadError
from monitor.inputs.workers import AHEAD, Workers

ROOT = Path(__file__).parents[2]


def process_of(number: int) -> tuple[int, int]:
    return os.getpid(), number


def hear_all(number: int) -> int:
    """Work during which all signals come that a terminal, a service or an administrator sends."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        os.kill(os.getpid(), each)
    return number


def die(number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def want_too_much(number: int) -> int:
    raise MemoryError


class Unpicklable:
    """A result for which there is no memory where it arrives."""

    def __reduce__(self) -> tuple[Any, ...]:
        return want_too_much, (1,)


def work_at_length(number: int) -> Unpicklable:
    return Unpicklable()


def die_in_the_middle(number: int) -> int:
    """Die while the result is sent: its length, and a part of what it announces."""
    for fd in map(int, os.listdir("/dev/fd")):
        if fd > 2 and os.path.realpath(f"/dev/fd/{fd}").find("socket:") >= 0:
            os.write(fd, (1000).to_bytes(4, "big") + b"the beginning")
    return die(number)


Make = Callable[[Callable[[int], Any]], Workers[Any]]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes two workers; when they are closed none of them is left."""
    children, made = set(active_children()), list[Workers[Any]]()

    def make(work: Callable[[int], Any]) -> Workers[Any]:
        made.append(Workers(work, 2))
        return made[-1]

    yield make
    for workers in made:
        workers.close()
    assert set(active_children()) <= children


def test_results_come_in_the_order_of_the_tasks_which_are_dealt_in_turn(
    make: Make,
) -> None:
    results = list(make(process_of).results((number,) for number in range(20)))
    assert [number for _, number in results] == list(range(20))
    pids = [pid for pid, _ in results]
    assert pids == pids[:2] * 10
    assert pids[0] != pids[1]


def test_a_worker_has_at_most_two_tasks(make: Make) -> None:
    tasks = iter([(number,) for number in range(20)])
    results = make(process_of).results(tasks)
    next(results)
    assert len(list(tasks)) == 20 - (2 * AHEAD + 1)


def test_signals_are_the_parents_alone(make: Make) -> None:
    assert list(make(hear_all).results([(5,)])) == [5]


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(die, id="killed"),
        pytest.param(die_in_the_middle, id="killed in the middle of a result"),
        pytest.param(want_too_much, id="no memory for the work"),
        pytest.param(work_at_length, id="no memory for the result"),
    ],
)
def test_a_worker_that_dies_is_an_error_in_one_line(
    make: Make, work: Callable[[int], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ReadError, match="with --jobs 1 if memory is short") as caught:
        next(make(work).results([(1,)]))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_task_for_a_worker_that_was_killed_is_an_error(make: Make) -> None:
    before = active_children()

    def tasks() -> Iterator[tuple[int]]:
        for process in set(active_children()) - set(before):
            process.kill()
            process.join()
        yield (1,)

    with pytest.raises(ReadError, match="was killed: run it again"):
        next(make(process_of).results(tasks()))


def test_workers_that_cannot_be_started_are_an_error_in_one_line(make: Make) -> None:
    workers, limits = make(process_of), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")), limits[1]))
    try:
        with pytest.raises(ReadError, match=r"cannot start .* with --jobs 1"):
            next(workers.results([(1,)]))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


class Interrupted(Exception):
    """What a signal raises in the program."""


@contextmanager
def signal_at(function: str, times: int) -> Iterator[None]:
    """Sends SIGTERM when a function is called for so many times; it raises Interrupted."""
    left = [times]

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == function:
            left[0] -= 1
            if left[0] == 0:
                signal.pthread_kill(get_ident(), signal.SIGTERM)

    def heard(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGTERM, heard)
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("function", ["_launch", "close", "kill", "join"])
@pytest.mark.parametrize("times", [1, 2], ids=["first", "second"])
def test_a_signal_while_workers_are_started_or_killed_leaves_none_behind(
    make: Make, function: str, times: int
) -> None:
    workers, before = make(process_of), active_children()
    with signal_at(function, times), pytest.raises(Interrupted):
        next(workers.results([(1,)]))
        workers.close()
    workers.close()
    assert active_children() == before


KILLED = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize(
    ("end", "code", "size"),
    [
        pytest.param(KILLED, -9, 1, id="killed, idle"),
        pytest.param(KILLED, -9, 1_000_000, id="killed, in a long result"),
        pytest.param("sys.exit(3)", 3, 1_000_000, id="ended without closing them"),
    ],
)
def test_workers_end_with_their_parent(end: str, code: int, size: int) -> None:
    """They have its standard output, which ends when the last of them does."""
    program = f"""if True:
        import os, signal, sys
        from monitor.inputs.workers import Workers
        results = Workers(bytes, 2).results([({size},)] * 5)
        next(results)
        {end}
    """
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, cwd=ROOT, timeout=60, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (code, b"")
