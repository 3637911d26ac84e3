"""The real program in odd surroundings: never a traceback."""

import os
import pty
import re
import resource
import select
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from support.program import (
    ENVIRON,
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
)
from support.stories import Story, beforehand, terminal_that_is_closed

Stories = dict[Story, Future[Any]]

LOCALES = {
    "UTF-8": (UTF8, False),
    "LANG=C": ({"LANG": "C"}, True),
    "LC_ALL=C": ({"LC_ALL": "C"}, True),
    "PYTHONIOENCODING=latin-1": ({**UTF8, "PYTHONIOENCODING": "latin-1"}, True),
    "PYTHONWARNINGS=error": ({**UTF8, "PYTHONWARNINGS": "error"}, False),
}


def closing(*fds: int) -> dict[str, Any]:
    """Starts a program without some of its standard streams, as `<&-` and `>&-` do."""

    def close() -> None:
        for fd in fds:
            os.close(fd)

    return {"stdin": None, "preexec_fn": close}


@beforehand
def replays(folder: Path) -> dict[str, Ended]:
    log = folder / "access.log"
    log.write_bytes(made_log())
    words = ["--replay", *SMALL, log]
    indian = {**ENVIRON, **UTF8, "TZ": "IST-5:30"}
    rows: dict[str, tuple[list[str | Path], dict[str, Any]]] = {
        **{
            name: (words, {"env": {**ENVIRON, **environ}})
            for name, (environ, _) in LOCALES.items()
        },
        "no environment": (words, {"env": {}}),
        "strict": ([*words, log], {"python": STRICT}),
        "a zone": (["--replay", log], {"env": indian}),
        "output only": ([*words[:-1], log.name], {"cwd": folder, **closing(0, 2)}),
    }
    return {name: ran(*words, **options) for name, (words, options) in rows.items()}


@pytest.fixture
def replayed(stories: Stories) -> dict[str, Ended]:
    runs: dict[str, Ended] = stories[replays].result()
    return runs


@pytest.mark.parametrize("name", LOCALES)
def test_the_text_is_in_ascii_where_the_locale_is_not_utf8(
    replayed: dict[str, Ended], name: str
) -> None:
    run, (_, ascii_only) = replayed[name], LOCALES[name]
    assert (run.code, run.err) == (0, "")
    assert run.out.isascii() is ascii_only
    assert (r"/\xe6\x97\xa5" in run.out) is ascii_only
    assert ("/日本" in run.out) is not ascii_only
    assert "\x1b" not in run.out


def test_it_runs_without_any_environment(replayed: dict[str, Ended]) -> None:
    run = replayed["no environment"]
    assert (run.code, run.err) == (0, "")
    assert "== summary: " in run.out


def test_a_replay_closes_what_it_opens(replayed: dict[str, Ended]) -> None:
    assert (replayed["strict"].code, replayed["strict"].err) == (0, "")


def test_it_runs_from_any_directory(replayed: dict[str, Ended], piped: str) -> None:
    heads = (text.splitlines() for text in (replayed["UTF-8"].out, piped))
    there, here = ([row for row in rows if row[:2] != "=="] for rows in heads)
    assert there == here


def test_times_are_in_the_zone_of_the_machine(replayed: dict[str, Ended]) -> None:
    assert "== 2026-11-24 04:18:00-04:18:10+05:30  " in replayed["a zone"].out


def test_streams_that_are_not_needed_may_be_closed(
    replayed: dict[str, Ended], piped: str
) -> None:
    assert replayed["output only"].all == (0, piped, "")


@beforehand
def once_with_a_home(folder: Path) -> tuple[int, Path]:
    home = folder / "home"
    env = {**ENVIRON, **UTF8, "STATE_DIRECTORY": "", "XDG_STATE_HOME": str(home)}
    (folder / "access.log").write_bytes(made_log())
    return ran("--once", folder / "access.log", env=env).code, home


def test_the_state_is_kept_where_the_environment_says(stories: Stories) -> None:
    code, home = stories[once_with_a_home].result()
    (path,) = (home / "access-log-monitor").glob("access.log-*.db")
    assert (code, path.stat().st_mode & 0o777) == (0, 0o600)


MODES = {"follow": [], "once": ["--once"], "replay": ["--replay"]}


@beforehand
def runs_in_a_removed_directory(folder: Path) -> dict[str, Ended]:
    def run(*mode: str) -> Ended:
        gone = folder / "gone"
        gone.mkdir()
        return ran(*mode, "access.log", cwd=gone, preexec_fn=gone.rmdir)

    return {name: run(*mode) for name, mode in MODES.items()}


@pytest.mark.parametrize("mode", MODES)
def test_a_removed_working_directory_is_explained_in_one_line(
    stories: Stories, mode: str
) -> None:
    run = stories[runs_in_a_removed_directory].result()[mode]
    reported = "monitor: the working directory was removed: go to another one with cd\n"
    assert run.all == (1, "", reported)


def read_terminal(fd: int) -> str:
    """Reads what a program shows on a terminal, until it ends."""
    text = b""
    while select.select([fd], [], [], PATIENCE)[0]:
        try:
            data = os.read(fd, 1 << 16)
        except OSError:  # Linux: no process has the terminal open
            break
        if not data:
            break
        text += data
    return text.decode().replace("\r\n", "\n")


TERMINALS: dict[str, tuple[dict[str, str], bool]] = {
    "terminal": ({}, True),
    "NO_COLOR": ({"NO_COLOR": "1"}, False),
    "dumb": ({"TERM": "dumb"}, False),
}


@beforehand
def replays_on_terminals(folder: Path) -> dict[str, str]:
    (folder / "access.log").write_bytes(made_log())

    def shown(environ: dict[str, str]) -> str:
        screen, terminal = pty.openpty()
        env = {**ENVIRON, **UTF8, **environ}
        options = {"stdout": terminal, "env": env, "cwd": folder}
        with started("--replay", *SMALL, "access.log", **options) as program:
            os.close(terminal)
            text = read_terminal(screen)
            os.close(screen)
            assert program.end().all == (0, "", "")
        return text

    return {name: shown(environ) for name, (environ, _) in TERMINALS.items()}


@pytest.mark.parametrize("name", TERMINALS)
def test_a_terminal_gets_the_same_text_as_a_pipe_but_for_the_colour(
    stories: Stories, name: str, piped: str
) -> None:
    shown = stories[replays_on_terminals].result()[name]
    assert re.sub(r"\x1b\[\d+m", "", shown) == piped
    assert (shown != piped) is TERMINALS[name][1]


def test_a_terminal_that_is_closed_ends_it_quietly(stories: Stories) -> None:
    assert stories[terminal_that_is_closed].result() == (0, "")


NO_INPUT = (
    "monitor: there is no standard input to read: give a file, or pipe a log in\n"
)
NO_OUTPUT = "monitor: standard output is closed: there is nowhere to report to\n"


CLOSED: dict[str, tuple[list[str | Path], list[int], int, str]] = {
    "follow without stdin": (["-"], [0], 1, NO_INPUT),
    "replay without stdin": (["--replay", "-"], [0], 1, NO_INPUT),
    "file, and no stdin": (["--replay", MAIN, "-"], [0], 1, NO_INPUT),
    "without stdout": (["x"], [1], 1, NO_OUTPUT),
    "help without stdout": (["--help"], [1], 1, NO_OUTPUT),
    "without stderr": (["--replay", "x"], [2], 1, ""),
    "wrong usage without stderr": (["--foo"], [2], 2, ""),
    "without all": (["--replay", "x"], [0, 1, 2], 1, ""),
}


@beforehand
def runs_with_closed_streams(folder: Path) -> dict[str, Ended]:
    return {
        name: ran(*words, **closing(*closed))
        for name, (words, closed, *_) in CLOSED.items()
    }


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_stream_is_explained_where_it_can_be(
    stories: Stories, name: str
) -> None:
    run = stories[runs_with_closed_streams].result()[name]
    assert run.all == (CLOSED[name][2], "", CLOSED[name][3])


SHORT_OF_MEMORY = """if True:
    import resource, sys
    from monitor.app import main
    pages = int(open("/proc/self/statm").read().split()[0])
    room = pages * resource.getpagesize() + (4 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    sys.exit(main(sys.argv[1:]))"""


@beforehand
def run_short_of_memory(folder: Path) -> tuple[int, Ended, int]:
    """Return the lines that a run finds, one that is short of memory, and the lines of the next."""
    log = folder / "access.log"
    log.write_bytes(made_log())
    words = ("--once", "-o", "json", "--state", folder / "state", log)
    before = ran(*words).summary["lines"]
    append(log, *(line_at(START + 50, f"/{number:099}") for number in range(20_000)))
    short = ran(*words, program=["-c", SHORT_OF_MEMORY], cwd=MAIN.parent)
    return before, short, ran(*words).summary["lines"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux only")
def test_too_little_memory_is_explained_in_one_line_and_loses_nothing(
    stories: Stories,
) -> None:
    before, short, after = stories[run_short_of_memory].result()
    assert (short.code, short.err.count("\n")) == (1, 1)
    assert "`ulimit -v`" in short.err
    assert (before, after) == (made_log().count(b"\n"), 20_000)


@beforehand
def run_without_a_module(folder: Path) -> Ended:
    (folder / "sqlite3.py").write_text("import _not_built")
    return ran("--replay", "-", env={**ENVIRON, "PYTHONPATH": str(folder)})


def test_a_python_without_a_module_is_explained_in_one_line(stories: Stories) -> None:
    run = stories[run_without_a_module].result()
    assert (run.code, run.out) == (1, "")
    assert "No module named '_not_built'" in run.err
    assert run.err.count("\n") == 1


LOADED_LATE = """if True:
    import sys
    from monitor.app import main
    main(["-x"])  # argparse loads modules when it parses the command line
    before = {*sys.modules, *sys.builtin_module_names}
    for command in sys.argv[1:]:
        main(command.split())
    print(sorted(set(sys.modules) - before))"""


@beforehand
def modules_that_are_loaded_late(folder: Path) -> str:
    log, state = folder / "access.log", f"--state {folder / 'state'}"
    log.write_bytes(made_log())
    commands = [
        f"--replay --color always {log}",
        f"--once -o json {state} {log}",
        f"--history --since 12h --reports {state} {log}",
        f"{state} -",
        f"--replay {folder}/none",
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOADED_LATE, *commands],
        cwd=MAIN.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_all_modules_are_loaded_before_a_log_is_opened(stories: Stories) -> None:
    """When no descriptor is left, a module cannot be loaded."""
    assert stories[modules_that_are_loaded_late].result() == "[]"


def allow_1000_bytes_a_file() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


@beforehand
def replay_onto_a_full_disk(folder: Path) -> tuple[Ended, int]:
    (folder / "access.log").write_bytes(made_log())
    with (folder / "report.txt").open("wb") as file:
        options = {"stdout": file, "preexec_fn": allow_1000_bytes_a_file}
        run = ran("--replay", folder / "access.log", **options)
    return run, (folder / "report.txt").stat().st_size


def test_a_full_disk_is_explained_in_one_line(stories: Stories) -> None:
    run, size = stories[replay_onto_a_full_disk].result()
    reported = "monitor: cannot write to standard output: File too large\n"
    assert (run.all, size) == ((1, "", reported), 1000)


HOMELESS = ["--once", "--history"]


@beforehand
def runs_without_a_home(folder: Path) -> dict[str, tuple[Ended, list[Path]]]:
    log, here = folder / "access.log", folder / "here"
    log.write_bytes(made_log())
    here.mkdir()
    env = {**ENVIRON, "HOME": ""}
    return {
        mode: (ran(mode, log, cwd=here, env=env), [*here.iterdir()])
        for mode in HOMELESS
    }


@pytest.mark.parametrize("mode", HOMELESS)
def test_without_a_home_it_asks_for_a_state_and_makes_no_folder(
    stories: Stories, mode: str
) -> None:
    run, made = stories[runs_without_a_home].result()[mode]
    assert (run.code, made) == (1, [])
    assert run.err == (
        "monitor: there is no home directory to keep the state in: "
        "give a file with --state\n"
    )


@beforehand
def following_without_a_home(folder: Path) -> list[Path]:
    (folder / "access.log").touch()
    env = {**ENVIRON, "HOME": "~"}
    with started("-q", "access.log", cwd=folder, env=env) as program:
        program.wait_for("going on from memory, nothing survives a rest", stderr=True)
    return [*folder.iterdir()]


def test_without_a_home_it_follows_from_memory(stories: Stories) -> None:
    assert [path.name for path in stories[following_without_a_home].result()] == [
        "access.log"
    ]
