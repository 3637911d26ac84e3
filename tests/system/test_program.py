"""The real program, run as users run it: replays, and logs that are followed."""

import gzip
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.program import (
    ENVIRON,
    LONG,
    MAIN,
    PATIENCE,
    SMALL,
    START,
    STRICT,
    UTF8,
    Ended,
    append,
    line_at,
    made_log,
    ran,
    started,
    waiting,
)
from support.stories import (
    Story,
    beforehand,
    ctrl_c_that_ends_its_reader_too,
    reader_that_goes_away,
)

Stories = dict[Story, Future[Any]]

# --- replay --------------------------------------------------------------------------------


def test_a_replay_prints_its_reports_and_alerts_in_order_of_time(piped: str) -> None:
    marks = re.findall(r"^(== .*\+00:00|High traffic [^-]*)", piped, re.MULTILINE)
    fires, recovers = (
        "High traffic generated an alert ",
        "High traffic alert recovered ",
    )
    assert marks == [
        "== 2026-11-23 22:48:00-22:48:10+00:00",
        fires,
        "== 2026-11-23 22:48:10-22:48:20+00:00",
        recovers,
        "== 2026-11-23 22:48:20-22:48:30+00:00",
        "== 2026-11-23 22:48:30-22:48:40+00:00",
        "== summary: 2026-11-23 22:48:00-22:48:40+00:00",
    ]
    assert "\nlines    1 late\n" in piped
    assert '\nunparsed 1 line, no time in it: "what is this?"\n' in piped


@beforehand
def replays(folder: Path) -> dict[str, Ended]:
    """Replay a log into a file, and compressed without the checksum at its end."""
    log, cut = folder / "access.log", folder / "access.log.1.gz"
    log.write_bytes(made_log())
    cut.write_bytes(gzip.compress(made_log())[:-8])
    words = ("--replay", *SMALL)
    with (folder / "report.txt").open("w+b") as file:
        to_file = ran(*words, log.name, cwd=folder, stdout=file)
        file.seek(0)
        to_file.out = file.read().decode()
    return {"cut": ran(*words, "-o", "json", cut), "to a file": to_file}


@pytest.fixture
def replayed(stories: Stories) -> dict[str, Ended]:
    runs: dict[str, Ended] = stories[replays].result()
    return runs


def test_what_was_read_of_a_truncated_file_is_reported_before_the_error(
    replayed: dict[str, Ended],
) -> None:
    """The reports add up to the summary, and that to the log."""
    run, log = replayed["cut"], made_log()
    assert run.code == 1
    assert re.match("monitor: cannot read .*/access.log.1.gz: ", run.err)
    assert run.err.count("\n") == 1
    summary = run.summary
    reports = [each for each in run.objects if each["type"] == "report"]
    assert len(reports) == 4
    for name in ("lines", "hits", "unparsed", "ignored", "late", "misdated", "bytes"):
        assert sum(each[name] for each in reports) == summary[name]
    assert summary["hits"] == sum(b"HTTP" in each for each in log.split(b"\n"))
    assert summary["lines"] == log.count(b"\n")
    assert summary["lines"] == sum(summary[n] for n in ("hits", "unparsed", "ignored"))
    states = [each["state"] for each in run.objects if each["type"] == "alert"]
    assert states == ["firing", "recovered"]


def test_a_file_gets_the_same_text_as_a_pipe(
    replayed: dict[str, Ended], piped: str
) -> None:
    assert replayed["to a file"].all == (0, piped, "")


@beforehand
def reader_that_has_enough(folder: Path) -> tuple[bytes, bytes]:
    path = folder / "long.log"
    path.write_bytes(LONG)
    pipeline = f'"{sys.executable}" "{MAIN}" --replay "{path}"; echo "exit $?" >&2'
    done = subprocess.run(
        ["sh", "-c", f"({pipeline}) | head -3"],
        env={**ENVIRON, **UTF8},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout, done.stderr


def test_a_reader_that_has_enough_ends_it_quietly(stories: Stories) -> None:
    out, err = stories[reader_that_has_enough].result()
    assert (out.count(b"\n"), err) == (3, b"exit 0\n")


UNFINISHED = line_at(START) * 2 + line_at(START).rstrip()
FIRING = ("-t", "1", "-w", "1")


@beforehand
def following_of_standard_input(folder: Path) -> Ended:
    with started(*FIRING, "-", stdin=subprocess.PIPE) as program:
        program.write(UNFINISHED)
        program.end_input()
        return program.end()


@beforehand
def replay_of_a_named_pipe(folder: Path) -> Ended:
    path = folder / "fifo"
    os.mkfifo(path)
    with started("--replay", *FIRING, path) as program:
        Thread(target=path.write_bytes, args=(UNFINISHED,), daemon=True).start()
        return program.end()


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(following_of_standard_input, id="standard input"),
        pytest.param(replay_of_a_named_pipe, id="named pipe"),
    ],
)
def test_a_pipe_is_read_to_its_end(stories: Stories, story: Story) -> None:
    run = stories[story].result()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("\ntraffic  3 hits  ") == 2
    assert run.out.startswith("High traffic generated an alert - hits = 3, ")


# --- following -----------------------------------------------------------------------------


@beforehand
def following_of_an_alert(folder: Path) -> tuple[float, bool, Ended]:
    """Return when an alert came, whether silence followed lines, and all that was printed."""
    path = folder / "access.log"
    options = ("-i", "600", "-t", "0.2", "-w", "10")
    with waiting(path, *options, python=STRICT) as program:
        append(path, *[line_at(START)] * 3, line_at(START + 1))
        after = program.wait_for("High traffic generated an alert - hits = 3, ")
        append(path, line_at(START + 1) * 700)
        is_silent = program.is_silent_for(0.5)
        append(path, line_at(START + 130))
        program.wait_for("\ntraffic  704 hits  ")
        program.send(signal.SIGINT)
        return after, is_silent, program.end()


def test_an_alert_is_reported_at_once_and_an_interval_when_it_is_over(
    stories: Stories,
) -> None:
    after, is_silent, run = stories[following_of_an_alert].result()
    assert after < 3
    assert is_silent
    assert run.code == 130
    assert run.out.count("== 20") == 2
    summary = run.out.partition("== summary: ")[2]
    assert "\ntraffic  705 hits  " in summary
    assert summary.count("  High traffic ") == 2


def test_a_reader_that_goes_away_ends_it_quietly(stories: Stories) -> None:
    assert stories[reader_that_goes_away].result() == (0, "")


def test_ctrl_c_that_ends_its_reader_too_is_ctrl_c(stories: Stories) -> None:
    code, err = stories[ctrl_c_that_ends_its_reader_too].result()
    assert (code, err.count("\n")) == (130, 1)
