"""Notices have a time, and errors have none. The first notices say which log is followed."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from support.place import Monitor, Place, not_understood
from support.program import TIME
from support.timelines import log


def damage_a_row(place: Place) -> None:
    place.run("--once")
    with closing(sqlite3.connect(place.state)) as connection, connection:
        connection.execute("UPDATE reports SET value = '{'")


Prepare = Callable[[Place], object]
RUNS: dict[str, tuple[Prepare, list[str], str]] = {
    "--once": (
        lambda place: not_understood(place.state, place.log),
        ["--once", "-q"],
        rf"{TIME} monitor: the state .*\n",
    ),
    "--history": (
        damage_a_row,
        ["--history", "--reports"],
        rf"{TIME} monitor: 1 damaged row of .*\n",
    ),
    "a period without a line": (
        lambda place: None,
        ["--replay", "--since", "2027-01-01"],
        rf"{TIME} monitor: no lines from .*\n",
    ),
    "an error": (lambda place: place.log.unlink(), ["--replay"], r"monitor: .*\n"),
    "wrong usage": (lambda place: None, ["--repaly"], r"monitor: .*\n"),
}


@pytest.mark.parametrize(("prepare", "words", "due"), RUNS.values(), ids=RUNS)
def test_notices_have_a_time_and_errors_have_none(
    place: Place, prepare: Prepare, words: list[str], due: str
) -> None:
    place.append(log(range(5)))
    prepare(place)
    _, _, err = place.run(*words)
    assert re.fullmatch(due, err), err


# --- the start of following ------------------------------------------------------------------

LOG = "following access.log (combined, 375 B, last line N)"
STARTS: dict[str, tuple[list[str], list[str]]] = {
    "a log": (["-t", "0.5", "-w", "2m"], [f"{LOG}: alert above 0.5/s over 2m"]),
    "with --quiet": (["-q"], []),
    "a log twice": (["access.log"], [f"{LOG}: alert above 1/s over 10s"]),
    "two logs": (
        ["empty.log"],
        [
            "following empty.log (format not known yet, 0 B): alert above 1/s over 10s",
            f"{LOG}: alert above 1/s over 10s",
        ],
    ),
    "a missing log": (
        ["missing.log"],
        [
            f"{LOG}: alert above 1/s over 10s",
            "missing.log: No such file or directory: waiting for it",
        ],
    ),
}


def end(monitor: Monitor) -> Iterator[None]:
    """Let the monitor look for some seconds, and end it."""
    yield from [None] * 5


@pytest.mark.parametrize(("words", "due"), STARTS.values(), ids=STARTS)
def test_following_begins_with_what_is_followed_and_so_does_a_restart(
    place: Place,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    due: list[str],
) -> None:
    place.append(log(range(5)))
    (place.folder / "empty.log").touch()
    paths = [str(place.folder / each) if ".log" in each else each for each in words]
    for _ in range(2):
        capfd.readouterr()
        place.follow(end, *paths)
        err = capfd.readouterr().err.replace(f"{place.folder}/", "")
        err = re.sub(r"last line [^)]*", "last line N", err)
        assert re.sub(rf"(?m)^{TIME} monitor: ", "", err).splitlines() == due


@pytest.mark.parametrize("mode", ["--once", "--replay"])
def test_other_modes_do_not_follow(place: Place, mode: str) -> None:
    place.append(log(range(5)))
    code, _, err = place.run(mode)
    assert (code, err) == (0, "")
