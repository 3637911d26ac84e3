"""Followed logs without data: files that are gone or changed, through the whole loop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.loops import Run
from support.timelines import line
from support.world import append, beside

from monitor.app.loop import POLL
from monitor.core import NoData

ROUNDS = round(14 / POLL)  # of 14 seconds


def nothing() -> None:
    """Let a round pass."""


def garbage(log: Path) -> None:
    append(log, "what is this?\n" * 20)


def move_away(log: Path) -> None:
    log.rename(beside(log, ".away"))


def move_an_error_log_in(log: Path) -> None:
    move_away(log)
    append(log, "2026/11/23 22:48:03 [error] 7#7: *1 open() failed\n" * 20)


def write_a_hit(log: Path) -> None:
    append(log, line(20).decode())


def move_back(log: Path) -> None:
    log.unlink(missing_ok=True)
    beside(log, ".away").rename(log)
    write_a_hit(log)


@pytest.mark.parametrize(
    ("breaks", "mends", "reason"),
    [
        pytest.param(garbage, write_a_hit, "20 of 20 lines cannot be read", id="lines"),
        pytest.param(move_away, move_back, "No such file", id="gone"),
        pytest.param(
            move_an_error_log_in, write_a_hit, "20 of 20 lines", id="an error log"
        ),
    ],
)
def test_a_log_that_breaks_and_is_mended_has_two_messages(
    tmp_path: Path,
    breaks: Callable[[Path], None],
    mends: Callable[[Path], None],
    reason: str,
) -> None:
    log = tmp_path / "access.log"
    log.write_text("")
    run = Run(
        log,
        [
            *(lambda: write_a_hit(log), nothing, lambda: breaks(log)),
            *([nothing] * ROUNDS),
            *(lambda: mends(log), nothing, nothing),
        ],
    ).go()
    began, ended = (each for each in run.output.events if isinstance(each, NoData))
    assert (began.file, began.has_ended, ended.has_ended) == (str(log), False, True)
    assert reason in began.reason
    assert 10 <= began.at - began.since <= 13
