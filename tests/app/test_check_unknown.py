"""Answers of `--check` that are UNKNOWN: wrong usage, logs and states that cannot be read."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.checks import BURST, GARBAGE, QUIET, Checked, checked, told
from support.place import (
    Place,
    not_understood,
    of_another_program,
    of_newer_version,
    of_other_files,
)
from support.timelines import line, log, traffic


@pytest.mark.parametrize(
    "line",
    [
        "--check -t x a.log",
        "a.log --foo --check",
        "--check --once a.log",
        "--check --history a.log",
        "--check --no-state a.log",
        "--check -",
        "--check",
        "--config /no/such.toml --check",
        "--check --timeout 0 a.log",
        "--check --warning -1 a.log",
    ],
)
def test_wrong_usage_is_unknown(place: Place, line: str) -> None:
    answer = Checked(*place.program(*line.split()))
    assert answer.code == 3
    assert answer.text


FAILURES: dict[str, tuple[Callable[[Place, Path], Any], str]] = {
    "no file": (lambda place, state: None, "no such file; check the path"),
    "a directory": (lambda place, state: place.log.mkdir(), "it is a directory"),
    "a hostile name": (
        lambda place, state: setattr(place, "log", place.folder / "é|\n\x1b2J"),
        r"/\xc3\xa9\x7c\x0a\x1b2J: no such file",
    ),
    "a hostile pattern": (
        lambda place, state: setattr(place, "log", place.folder / "é|\n\x1b[2J"),
        r"/\xc3\xa9\x7c\x0a\x1b[2J: name a log, or correct the pattern",
    ),
    "a long name": (
        lambda place, state: setattr(place, "log", place.folder / ("x" * 3000)),
        "xxx...",
    ),
    "a folder for a state": (
        lambda place, state: (place.log.touch(), state.mkdir()),
        "is a directory and cannot hold the state",
    ),
    "a state of other files": (
        lambda place, state: (place.log.touch(), of_other_files(state)),
        "give another file with --state",
    ),
    "a newer state": (
        lambda place, state: (place.log.touch(), of_newer_version(state)),
        "newer version",
    ),
    "a database of another program": (
        lambda place, state: (place.log.touch(), of_another_program(state)),
        "not a state of this program and is left as it is",
    ),
}


@pytest.mark.parametrize(("prepare", "words"), FAILURES.values(), ids=FAILURES)
def test_a_check_that_cannot_read_is_unknown(
    place: Place, prepare: Callable[[Place, Path], Any], words: str
) -> None:
    prepare(place, Path(f"{place.state}-check"))
    answer = checked(place)
    assert answer.code == 3
    assert words in answer.text


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        pytest.param(
            GARBAGE * 20,
            "NO DATA since 22:48:20+00:00: {}: 20 of 20 lines cannot be read: no time in it",
            id="no data",
        ),
        pytest.param(
            GARBAGE * 3 + line(30) * 2, "3 of 5 new lines cannot be read", id="most"
        ),
        pytest.param(GARBAGE, "1 of 1 new lines cannot be read", id="one line"),
        pytest.param(GARBAGE * 2 + line(30) * 2, "0.20/s over 10 s", id="half"),
    ],
)
def test_lines_that_cannot_be_read_are_unknown(
    place: Place, piece: bytes, said: str
) -> None:
    _, answer = told(place, QUIET, piece)
    state = "OK" if "/s" in said else "UNKNOWN"
    assert answer == f"{state} {said}".replace("{}", str(place.log))


def test_an_alert_that_fires_is_critical_among_lines_that_cannot_be_read(
    place: Place,
) -> None:
    assert told(place, QUIET, BURST, GARBAGE * 30)[-1].startswith("CRITICAL")


def test_an_alert_before_an_unknown_answer_is_in_the_next_one(place: Place) -> None:
    unreadable = BURST + log(traffic("60")) + GARBAGE * 99
    *_, unknown, answer, after = told(place, QUIET, unreadable, line(61), b"")
    assert unknown.startswith("UNKNOWN")
    assert answer == "WARNING High traffic alert recovered at 22:48:37+00:00"
    assert after.startswith("OK")


def test_a_damaged_state_is_moved_aside_and_named_in_one_answer(place: Place) -> None:
    path = Path(f"{place.state}-check")
    place.append(QUIET)
    not_understood(path, place.log)
    answer = checked(place)
    assert answer.code == 3
    assert re.fullmatch(
        rf"the state was damaged \(.*\): it was moved to {path}\.damaged-1; "
        "lines since the last check are not counted",
        answer.text,
    )
    assert (checked(place).code, Path(f"{path}.damaged-1").exists()) == (0, True)


def test_a_firing_alert_comes_before_a_damaged_state(place: Place) -> None:
    place.append(QUIET + BURST)
    not_understood(Path(f"{place.state}-check"), place.log)
    assert [checked(place).code for _ in range(2)] == [2, 2]
