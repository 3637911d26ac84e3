"""Lines that cannot be parsed: no data, exit 1, and the position of `--once` is saved."""

import json
from contextlib import chdir
from pathlib import Path

import pytest
from support.place import Place
from support.timelines import line, log, traffic

GARBAGE = b"what is this?\n"
MIXED = b"".join(line(n) + GARBAGE for n in range(100))
QUIET = ("--once", "-q", "-w", "10", "-t", "1", "--utc")
FIRES = "High traffic generated an alert"
BEGINS = "No data from {} since 2026-11-23 22:48:09+00:00"
ENDS = "Data from {} again at 2026-11-23 22:50:00+00:00 (after 1m51s)"


def beginnings(out: str, path: Path) -> list[str]:
    """Return each line up to its dash, with braces for the path of the log."""
    lines = out.replace(str(path), "{}").splitlines()
    return [each.partition(" - ")[0] for each in lines]


def test_a_log_that_stops_parsing_is_announced_once_and_stored(place: Place) -> None:
    runs = []
    for data in (
        *(log(traffic("0-9:3")), GARBAGE * 20, b"", GARBAGE * 5, GARBAGE * 20),
        *(line(120), line(150)),
    ):
        place.append(data)
        code, out, _ = place.run(*QUIET)
        runs.append((code, *beginnings(out, place.log)))
    assert runs == [
        *[(0, FIRES), (1, BEGINS), (0,), (0,), (1,)],
        *[(0, ENDS), (0, "High traffic alert recovered")],
    ]
    _, out, _ = place.run("--history", "--utc")
    words = [each[27:41].strip() for each in out.splitlines()]
    assert words[1:] == ["no data  1m51s", "traffic  1m57s"]


def test_no_data_of_a_log_without_a_time_begins_when_it_was_announced(
    place: Place,
) -> None:
    for data in (GARBAGE * 20, line(0)):
        place.append(data)
        place.run(*QUIET)
    _, out, _ = place.run("--history", "-o", "json")
    *stored, _ = map(json.loads, out.splitlines())
    assert {each["state"] for each in stored} == {"began", "ended"}
    assert len({each["since"] for each in stored}) == 1


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    ("data", "replayed", "once"),
    [
        pytest.param(b"", 0, 0, id="nothing"),
        pytest.param(b"# a comment\n" * 30, 0, 0, id="comments"),
        pytest.param(GARBAGE * 19, 1, 0, id="19 lines"),
        pytest.param(GARBAGE * 20, 1, 1, id="20 lines"),
        pytest.param(GARBAGE * 20 + line(0), 0, 0, id="then a hit"),
        pytest.param(MIXED, 0, 0, id="lines of another program"),
    ],
)
def test_a_log_without_a_hit_fails(
    place: Place, data: bytes, replayed: int, once: int
) -> None:
    place.append(data)
    assert place.run("--replay", "-q")[0] == replayed
    assert place.run(*QUIET)[0] == once
    assert place.run(*QUIET)[:2] == (0, "")


def test_a_log_of_two_programs_does_not_fail_at_night(place: Place) -> None:
    place.append(MIXED)
    place.run(*QUIET)
    place.append(GARBAGE * 30)
    assert place.run(*QUIET) == (0, "", "")


def test_a_run_from_another_folder_knows_the_log_again(place: Place) -> None:
    words = ("--state", str(place.state), *QUIET)
    place.append(log(traffic("0-9:3")) + GARBAGE * 20)
    place.run(*QUIET)
    place.append(line(120))
    with chdir(place.folder):
        code, out, _ = place.program(*words, place.log.name)
    assert (code, beginnings(out, Path(place.log.name))) == (0, [ENDS])


def test_one_of_two_logs_that_cannot_be_parsed_withholds_the_recovery(
    place: Place,
) -> None:
    other, found = place.log.with_name("other.log"), []
    for mine, others in (
        (log(traffic("0-9:3")), line(0)),
        (GARBAGE * 20, log([9, 60, 90])),
        (line(120), line(121)),
        (b"", line(150)),
    ):
        place.append(mine)
        with other.open("ab") as file:
            file.write(others)
        code, out, _ = place.run(*QUIET, str(other))
        found.append((code, *beginnings(out, place.log)))
    recovers = "High traffic alert recovered"
    assert found == [(0, FIRES), (0, BEGINS), (0, ENDS, recovers), (0,)]
