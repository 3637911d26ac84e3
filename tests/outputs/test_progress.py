"""A replay says how far it is after a while, at times, and only to a terminal."""

import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from select import select

import pytest

from monitor.outputs.progress import EVERY, FIRST, Progress

MB = 1_000_000


@contextmanager
def open_screen() -> Iterator[int]:
    """Turn standard error into a terminal, and return its other end."""
    screen, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream, redirect_stderr(stream):
        yield screen
    os.close(screen)


def shown(screen: int) -> str:
    is_ready = select([screen], [], [], 0.1)[0]
    return os.read(screen, 1000).decode() if is_ready else ""


def test_lines_come_after_a_while_and_at_times() -> None:
    progress, lines = Progress(began=100.0), list[str]()
    with open_screen() as screen:
        for second in (FIRST - 0.01, FIRST, FIRST + EVERY - 0.01, FIRST + EVERY):
            progress.show(lambda: (5 * MB, None), 100.0 + second)
            lines.append(shown(screen).partition(",")[0])
    assert lines == ["", "monitor: 5.0 MB read", "", "monitor: 5.0 MB read"]


def test_without_a_terminal_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Progress(began=0.0).show(lambda: (5, 10), now=10 * FIRST)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        pytest.param(
            100 * MB,
            1000 * MB,
            "10% of 1.0 GB read, 50.0 MB/s, 18s left",
            id="a large file",
        ),
        pytest.param(30 * MB, None, "30.0 MB read, 15.0 MB/s", id="a pipe"),
        pytest.param(0, 30 * MB, "0 B read, 0 B/s", id="nothing yet"),
        pytest.param(
            60 * MB,
            30 * MB,
            "100% of 30.0 MB read, 30.0 MB/s, 0s left",
            id="a file that grew",
        ),
    ],
)
def test_a_line_holds_share_speed_and_time_left(
    done: int, total: int | None, words: str
) -> None:
    assert Progress(began=0.0).line(done, total, now=2.0) == words
