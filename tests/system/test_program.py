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
    append,
    line_at,
    ran,
    started,
    waiting,
)
from support.stories import ctrl_c_that_ends_its_reader_too, reader_that_goes_away

Stories = dict[object, Future[tuple[int, str]]]

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


def test_the_json_reports_add_up_to_the_summary(log: Path) -> None:
    run = ran("--replay", "-o", "json", *SMALL, log)
    reports = [each for each in run.objects if each["type"] == "report"]
    assert (run.code, run.err) == (0, "")
    assert len(reports) == 4
    for name in ("lines", "hits", "unparsed", "ignored", "late", "misdated", "bytes"):
        assert sum(each[name] for each in reports) == run.summary[name]
    summary = run.summary
    assert summary["hits"] == sum(
        b"HTTP" in each for each in log.read_bytes().split(b"\n")
    )
    assert summary["lines"] == log.read_bytes().count(b"\n")
    assert summary["lines"] == sum(summary[n] for n in ("hits", "unparsed", "ignored"))
    states = [each["state"] for each in run.objects if each["type"] == "alert"]
    assert states == ["firing", "recovered"]


def test_quiet_prints_the_alerts_only(log: Path) -> None:
    run = ran("--replay", "-q", *SMALL, log)
    assert (run.code, run.err) == (0, "")
    assert [line.split(" - ")[0] for line in run.out.splitlines()] == [
        "High traffic generated an alert",
        "High traffic alert recovered",
    ]


def test_a_file_gets_the_same_text_as_a_pipe(
    log: Path, tmp_path: Path, piped: str
) -> None:
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        run = ran("--replay", *SMALL, log.name, cwd=log.parent, stdout=file)
    assert run.all == (0, "", "")
    assert path.read_text() == piped


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    path.write_bytes(LONG)
    pipeline = f'"{sys.executable}" "{MAIN}" --replay "{path}"; echo "exit $?" >&2'
    done = subprocess.run(
        ["sh", "-c", f"({pipeline}) | head -3"],
        env={**ENVIRON, **UTF8},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.count(b"\n") == 3
    assert done.stderr == b"exit 0\n"


@pytest.mark.parametrize("words", [(), ("--replay",)], ids=["follow", "replay"])
def test_standard_input_is_read_to_its_end(words: tuple[str, ...]) -> None:
    with started(*words, "-t", "1", "-w", "1", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) * 2 + line_at(START).rstrip())
        program.end_input()
        run = program.end()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("\ntraffic  3 hits  ") == 2
    assert run.out.startswith("High traffic generated an alert - hits = 3, ")


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    lines = line_at(START) * 3
    with started("--replay", path) as program:
        Thread(target=path.write_bytes, args=(lines,), daemon=True).start()
        run = program.end()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("\ntraffic  3 hits  ") == 2


def test_what_was_read_of_a_truncated_file_is_reported_before_the_error(
    log: Path, tmp_path: Path
) -> None:
    path = tmp_path / "access.log.1.gz"
    path.write_bytes(gzip.compress(log.read_bytes())[:-8])  # its checksum is missing
    run = ran("--replay", "-o", "json", *SMALL, path)
    assert run.code == 1
    assert run.err.startswith(f"monitor: cannot read {path}: ")
    assert run.err.count("\n") == 1
    reports = [each for each in run.objects if each["type"] == "report"]
    assert sum(each["hits"] for each in reports) == run.summary["hits"]
    assert run.summary["lines"] == log.read_bytes().count(b"\n")


# --- following -----------------------------------------------------------------------------


def test_an_alert_is_reported_at_once_and_a_line_is_counted_within_half_a_second(
    tmp_path: Path,
) -> None:
    path = tmp_path / "access.log"
    options = ("-i", "3600", "-t", "0.2", "-w", "10")
    with waiting(path, *options, python=STRICT) as program:
        append(path, *[line_at(START)] * 3, line_at(START + 1))
        assert program.wait_for("High traffic generated an alert - hits = 3, ") < 3
        append(path, line_at(START + 1) * 700)
        assert program.is_silent_for(0.5)
        program.send(signal.SIGINT)
        run = program.end(timeout=3)
    assert run.code == 130
    assert run.out.count("== 20") == 1
    summary = run.out.partition("== summary: ")[2]
    assert "\ntraffic  704 hits  " in summary
    assert summary.count("  High traffic ") == 1


def test_a_reader_that_goes_away_ends_it_quietly(stories: Stories) -> None:
    assert stories[reader_that_goes_away].result() == (0, "")


def test_ctrl_c_that_ends_its_reader_too_is_ctrl_c(stories: Stories) -> None:
    code, err = stories[ctrl_c_that_ends_its_reader_too].result()
    assert (code, err.count("\n")) == (130, 1)
