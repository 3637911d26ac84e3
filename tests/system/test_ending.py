"""Signals, and readers that do not read: the real program always ends, with its last words."""

import signal
import subprocess
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from support.program import (
    ENVIRON,
    PATIENCE,
    START,
    Ended,
    line_at,
    ran,
    started,
    waiting,
)
from support.stories import Story, beforehand, readers_that_do_not_read

Stories = dict[Story, Future[Any]]

ENDING = {
    "Ctrl-C": (signal.SIGINT, 130),
    "terminal closed": (signal.SIGHUP, 0),
}


@beforehand
def waits_that_a_signal_ends(folder: Path) -> dict[str, tuple[Ended, str]]:
    paths = {name: folder / f"{name}.log" for name in ENDING}
    with ExitStack() as stack:
        programs = {
            name: stack.enter_context(started("--no-state", path))
            for name, path in paths.items()
        }
        for name, program in programs.items():
            program.wait_for("waiting for it\n", stderr=True)
            program.send(ENDING[name][0])
        return {
            name: (
                program.end(),
                f"monitor: {paths[name]}: No such file or directory: waiting for it\n",
            )
            for name, program in programs.items()
        }


@pytest.mark.parametrize("name", ENDING)
def test_a_signal_ends_the_wait_for_a_missing_file(stories: Stories, name: str) -> None:
    run, reported = stories[waits_that_a_signal_ends].result()[name]
    assert (run.code, run.err) == (ENDING[name][1], reported)
    assert run.out.count("== summary: ") == 1


OTHERS = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM)


@beforehand
def following_that_gets_other_signals(folder: Path) -> Ended:
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)}
    with started("-q", "-", stdin=subprocess.PIPE, **ignore) as program:
        program.write(line_at(START) * 700)
        program.write(line_at(START + 1) * 701 + line_at(START + 2))
        program.wait_for("High traffic generated an alert")
        program.send(signal.SIGHUP, *OTHERS)
        program.wait_for(" so far  standard input ==")
        program.end_input()
        return program.end()


def test_signals_that_do_not_end_it_only_ask_for_a_report(stories: Stories) -> None:
    """A hangup is ignored here, as under nohup."""
    run = stories[following_that_gets_other_signals].result()
    assert (run.code, run.err) == (0, "")
    assert run.out.count("traffic  1,402 hits") == 1


@beforehand
def replay_that_gets_signals(folder: Path) -> Ended:
    with started("--replay", "-o", "json", "-", stdin=subprocess.PIPE) as program:
        program.write(line_at(START) + line_at(START + 10))
        program.wait_for('"type":"report"')
        program.send(*OTHERS)
        program.write(line_at(START + 20))
        program.wait_for('"start":"2026-11-23T22:48:10Z"')
        assert program.is_silent_for(0.2)
        program.send(signal.SIGTERM)
        assert program.process.wait(timeout=PATIENCE) == 0
        return program.end()


def test_a_replay_of_a_silent_pipe_outlives_other_signals_and_ends_with_sigterm(
    stories: Stories,
) -> None:
    run = stories[replay_that_gets_signals].result()
    assert (run.err, run.summary["hits"]) == ("", 3)


@beforehand
def ctrl_c_while_it_is_loaded(folder: Path) -> Ended:
    """A module that it needs is replaced by one that sends the signal."""
    text = "import os, signal; os.kill(os.getpid(), signal.SIGINT); signal.pause()"
    (folder / "argparse.py").write_text(text)
    return ran("--no-state", "-", env={**ENVIRON, "PYTHONPATH": str(folder)})


def test_ctrl_c_while_the_program_is_being_loaded_leaves_no_traceback(
    stories: Stories,
) -> None:
    assert stories[ctrl_c_while_it_is_loaded].result().all == (130, "", "")


def test_a_reader_that_does_not_read_cannot_keep_it(stories: Stories) -> None:
    assert stories[readers_that_do_not_read].result() == [(0, ""), (130, "")]


@beforehand
def reader_that_reads_on_after_a_signal(folder: Path) -> Ended:
    path = folder / "wide.log"
    wide = [line_at(START, f"/{number:0400}") for number in range(200)]
    path.write_bytes(b"".join(wide) + line_at(START + 10))
    with started("--replay", "-n", "200", "-o", "json", path) as program:
        program.wait_until_it_is_stuck()
        program.send(signal.SIGINT)
        return program.end()


def test_no_line_is_cut_for_a_reader_that_reads_on_after_a_signal(
    stories: Stories,
) -> None:
    run = stories[reader_that_reads_on_after_a_signal].result()
    report, *_ = run.objects
    assert (run.code, run.err) == (130, "")
    assert report["hits"] == 200
    assert run.summary["hits"] in (200, 201)


@beforehand
def signals_that_do_not_stop(folder: Path) -> Ended:
    with waiting(folder / "access.log") as program:
        begin = monotonic()
        while program.process.poll() is None and monotonic() - begin < PATIENCE:
            program.send(signal.SIGTERM)
        return program.end()


def test_signals_that_do_not_stop_cannot_spoil_its_end(stories: Stories) -> None:
    assert stories[signals_that_do_not_stop].result().code == 0
