"""Processes that do tasks: each is answered, or the run ends with one line; nothing is left."""

import os
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe, active_children
from pathlib import Path
from queue import SimpleQueue as Box
from types import FrameType
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.inputs.pool import Pool
from monitor.outputs.signals import Interrupted

ROOT = Path(__file__).parents[2]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def square(number: int) -> int:
    return number * number


def hear_all(number: int) -> int:
    """Work during which all signals come that a terminal or a service sends."""
    for each in SIGNALS:
        os.kill(os.getpid(), each)
    return number


def die(number: int, more: str = "") -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return number


def want_too_much(number: int) -> int:
    raise MemoryError


@pytest.fixture
def make() -> Iterator[Callable[[Callable[[int], int]], Pool[int]]]:
    """Makes pools of two; when they are closed nothing of them is left."""
    children, threads = set(active_children()), set(threading.enumerate())
    pools = []

    def make(work: Callable[[int], int]) -> Pool[int]:
        pools.append(Pool(work, jobs=2))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()
    # Those of other tests may go meanwhile.
    assert set(active_children()) <= children
    assert set(threading.enumerate()) <= threads


Make = Callable[[Callable[[int], int]], Pool[int]]


def test_every_task_is_answered(make: Make) -> None:
    pool = make(square)
    boxes = [pool.submit(number) for number in range(100)]
    assert [pool.result_of(box) for box in boxes] == [n * n for n in range(100)]
    assert len(pool._processes) == 2


def test_a_pool_that_has_nothing_to_do_starts_nothing(make: Make) -> None:
    assert make(square)._processes == []


def test_signals_are_the_parents_alone(make: Make) -> None:
    pool = make(hear_all)
    assert pool.result_of(pool.submit(5)) == 5


@pytest.mark.parametrize("work", [die, want_too_much])
def test_a_process_that_ends_is_an_error_in_one_line(
    make: Make, work: Callable[[int], int], capfd: pytest.CaptureFixture[str]
) -> None:
    pool = make(work)
    boxes = [pool.submit(number) for number in range(3)]
    for box in boxes:
        with pytest.raises(MonitorError, match="was killed: run it again") as caught:
            pool.result_of(box)
        assert "\n" not in str(caught.value)
    with pytest.raises(MonitorError, match="was killed: run it again"):
        pool.submit(9)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("which", [0, 1])
def test_one_that_is_killed_while_it_waits_for_a_task_is_an_error(
    make: Make, which: int
) -> None:
    """One of the two has the turn; the other could wait for it for ever."""
    pool = make(square)
    assert pool.result_of(pool.submit(2)) == 4
    pool._processes[which].kill()
    pool._processes[1 - which].join()
    with pytest.raises(MonitorError, match="was killed: run it again"):
        pool.result_of(pool.submit(3))


class Large:
    """An answer for which there is no memory where it arrives."""

    def __reduce__(self) -> tuple[Any, ...]:
        return want_too_much, (1,)


def answer_at_length(number: int) -> Any:
    return Large()


def test_an_answer_that_does_not_fit_in_memory_is_an_error(make: Make) -> None:
    pool = make(answer_at_length)
    with pytest.raises(MonitorError, match="with --jobs 1 if memory is short"):
        pool.result_of(pool.submit(1))


def test_more_tasks_than_a_pipe_holds_do_not_wait_for_processes_that_ended(
    make: Make,
) -> None:
    pool = make(die)
    with pytest.raises(MonitorError, match="was killed"):
        for number in range(9000):
            pool.submit(number, "x" * 100)


def test_an_answer_that_is_cut_off_is_none(make: Make) -> None:
    pool, box = make(square), Box[int | None]()
    pool._boxes[1] = box
    reader, writer = Pipe(duplex=False)
    os.write(writer.fileno(), struct.pack("!i", 1000) + b"the beginning")
    writer.close()
    pool._listen([reader])
    with pytest.raises(MonitorError, match="was killed"):
        pool.result_of(box)


def test_processes_that_cannot_be_started_are_an_error_in_one_line(make: Make) -> None:
    pool, limits = make(square), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")), limits[1]))
    try:
        with pytest.raises(MonitorError, match=r"cannot start .* with --jobs 1"):
            pool.submit(1)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_threads_that_cannot_be_started_are_an_error_in_one_line(
    make: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = make(square)
    threading.stack_size(1 << 62)  # no machine has that
    try:
        with pytest.raises(MonitorError, match=r"cannot start .* with --jobs 1"):
            pool.submit(1)
    finally:
        threading.stack_size(0)
    pool.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_signals_wait_while_processes_start_in_any_way(method: str) -> None:
    code = f"""if True:
        import multiprocessing, signal, sys
        from monitor.inputs.pool import Pool

        def watch(frame, event, _):
            if event == "call" and frame.f_code.co_name == "_launch":
                blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
                print(len(blocked), flush=True)

        multiprocessing.set_start_method({method!r})
        pool = Pool(abs, jobs=2)
        sys.setprofile(watch)
        box = pool.submit(-1)
        sys.setprofile(None)
        print("answer", pool.result_of(box), flush=True)
        pool.close()
    """
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert ended.stdout.split() == [b"3", b"3", b"answer", b"1"]
    assert ended.stderr == b""


@contextmanager
def signal_at(function: str, times: int) -> Iterator[None]:
    """Sends SIGTERM when a function is called for so many times; it raises Interrupted."""
    left = [times]

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name == function:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGTERM)

    def heard(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGTERM, heard)
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("function", ["_launch", "start"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_while_the_processes_start_leaves_none_behind(
    make: Make, function: str, times: int
) -> None:
    pool = make(square)
    with signal_at(function, times), pytest.raises(Interrupted):
        pool.submit(1)


@pytest.mark.parametrize("function", ["kill", "join"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_while_they_end_leaves_none_behind(
    make: Make, function: str, times: int
) -> None:
    pool = make(square)
    pool.submit(1)
    with signal_at(function, times), pytest.raises(Interrupted):
        pool.close()
    assert not any(process.is_alive() for process in pool._processes)


def test_the_processes_end_when_their_parent_is_killed() -> None:
    """They have its standard output, which ends when the last of them does."""
    code = """if True:
        import os, signal
        from monitor.inputs.pool import Pool
        pool = Pool(abs, jobs=2)
        assert pool.result_of(pool.submit(-1)) == 1
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command, cwd=ROOT, timeout=20, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stderr == b""
