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

ABROAD = {"TZ": "IST-5:30", "PYTHONIOENCODING": "latin-1"}
LOCALES: dict[str, tuple[dict[str, str], bool]] = {
    "UTF-8": ({**ENVIRON, **UTF8}, False),
    "latin-1": ({**ENVIRON, **UTF8, **ABROAD}, True),
    "no environment": ({}, True),
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
    rows: dict[str, tuple[list[str | Path], dict[str, Any]]] = {
        "UTF-8": (words, {}),
        "latin-1": (["--replay", log], {"env": LOCALES["latin-1"][0]}),
        "no environment": (words, {"env": {}}),
        "strict": ([*words, log], {"python": STRICT}),
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


def test_a_replay_closes_what_it_opens(replayed: dict[str, Ended]) -> None:
    assert (replayed["strict"].code, replayed["strict"].err) == (0, "")


def test_it_runs_from_any_directory(replayed: dict[str, Ended], piped: str) -> None:
    heads = (text.splitlines() for text in (replayed["UTF-8"].out, piped))
    there, here = ([row for row in rows if row[:2] != "=="] for rows in heads)
    assert there == here


def test_times_are_in_the_zone_of_the_machine(replayed: dict[str, Ended]) -> None:
    assert "== 2026-11-24 04:18:00-04:18:10+05:30  " in replayed["latin-1"].out


def test_streams_that_are_not_needed_may_be_closed(
    replayed: dict[str, Ended], piped: str
) -> None:
    assert replayed["output only"].all == (0, piped, "")


@beforehand
def run_in_a_removed_directory(folder: Path) -> Ended:
    gone = folder / "gone"
    gone.mkdir()
    return ran("access.log", cwd=gone, preexec_fn=gone.rmdir)


def test_a_removed_working_directory_is_explained_in_one_line(
    stories: Stories,
) -> None:
    reported = "monitor: the working directory was removed: go to another one with cd\n"
    assert stories[run_in_a_removed_directory].result().all == (1, "", reported)


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
    "file, and no stdin": (["--replay", MAIN, "-"], [0], 1, NO_INPUT),
    "without stdout": (["x"], [1], 1, NO_OUTPUT),
    "help without stdout": (["--help"], [1], 1, NO_OUTPUT),
    "without all": (["--replay", "x"], [0, 1, 2], 1, ""),
    "wrong usage without stderr": (["--foo"], [2], 2, ""),
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
    room = pages * resource.getpagesize() + (2 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    sys.exit(main(sys.argv[1:]))"""


@beforehand
def runs_with_a_home(folder: Path) -> tuple[list[Ended], Path]:
    """Run three times, and the second time with little memory."""
    log, home = folder / "access.log", folder / "home"
    log.write_bytes(made_log())
    words = ("--once", "-o", "json", log)
    env = {**ENVIRON, **UTF8, "STATE_DIRECTORY": "", "XDG_STATE_HOME": str(home)}
    before = ran(*words, env=env)
    append(log, *(line_at(START + 50, f"/{number:099}") for number in range(10_000)))
    little = {"program": ["-c", SHORT_OF_MEMORY], "cwd": MAIN.parent}
    return [before, ran(*words, env=env, **little), ran(*words, env=env)], home


def test_the_state_is_kept_where_the_environment_says(stories: Stories) -> None:
    _, home = stories[runs_with_a_home].result()
    (path,) = (home / "access-log-monitor").glob("access.log-*.db")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux only")
def test_too_little_memory_is_explained_in_one_line_and_loses_nothing(
    stories: Stories,
) -> None:
    (before, short, after), _ = stories[runs_with_a_home].result()
    assert (short.code, short.err.count("\n")) == (1, 1)
    assert "`ulimit -v`" in short.err
    lines = before.summary["lines"], after.summary["lines"]
    assert lines == (made_log().count(b"\n"), 10_000)


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
    print(*before)
    for command in sys.argv[1:]:
        main(command.split())
    print(sorted(set(sys.modules) - before))"""


@beforehand
def modules_loaded(folder: Path) -> list[str]:
    """Return the modules that are loaded at the start, and those that are loaded later."""
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
    lines = done.stdout.splitlines()
    return [lines[0], lines[-1]]


def test_all_modules_are_loaded_before_a_log_is_opened(stories: Stories) -> None:
    """When no descriptor is left, a module cannot be loaded."""
    assert stories[modules_loaded].result()[1] == "[]"


@pytest.mark.parametrize("name", ["socket", "subprocess"])
def test_what_is_no_service_and_has_no_hook_does_not_load(
    stories: Stories, name: str
) -> None:
    assert name not in stories[modules_loaded].result()[0].split()


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


@beforehand
def run_without_a_home(folder: Path) -> tuple[Ended, list[Path]]:
    log, here = folder / "access.log", folder / "here"
    log.write_bytes(made_log())
    here.mkdir()
    return ran("--once", log, cwd=here, env={**ENVIRON, "HOME": ""}), [*here.iterdir()]


def test_without_a_home_it_asks_for_a_state_and_makes_no_folder(
    stories: Stories,
) -> None:
    run, made = stories[run_without_a_home].result()
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
