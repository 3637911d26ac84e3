"""Notices have the machine's time before them; the error that ends the program has none."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from support.place import Place, not_understood
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
