"""The real program in odd surroundings: never a traceback."""

import os
import pty
import re
import resource
import select
import subprocess
import sys
from concurrent.futures import Future
from contextlib import chdir
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
    all_ran,
    append,
    line_at,
    made_log,
    ran,
    started,
)
from support.stories import terminal_that_is_closed

LOCALES = {
    "UTF-8": (UTF8, False),
    "LANG=C": ({"LANG": "C"}, True),
    "LC_ALL=C": ({"LC_ALL": "C"}, True),
    "PYTHONIOENCODING=latin-1": ({**UTF8, "PYTHONIOENCODING": "latin-1"}, True),
    "PYTHONWARNINGS=error": ({**UTF8, "PYTHONWARNINGS": "error"}, False),
}


@pytest.fixture(scope="module")
def by_locale(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    path = tmp_path_factory.mktemp("locales") / "access.log"
    path.write_bytes(made_log())
    words = ("--replay", *SMALL, path)
    return all_ran(
        {
            name: (words, {"env": {**ENVIRON, **environ}})
            for name, (environ, _) in LOCALES.items()
        }
    )


@pytest.mark.parametrize("name", LOCALES)
def test_the_text_is_in_ascii_where_the_locale_is_not_utf8(
    by_locale: dict[str, Ended], name: str
) -> None:
    run, (_, ascii_only) = by_locale[name], LOCALES[name]
    assert (run.code, run.err) == (0, "")
    assert run.out.isascii() is ascii_only
    assert (r"/\xe6\x97\xa5" in run.out) is ascii_only
    assert ("/日本" in run.out) is not ascii_only
    assert "\x1b" not in run.out


def test_it_runs_without_any_environment(log: Path) -> None:
    run = ran("--replay", *SMALL, log, env={})
    assert (run.code, run.err) == (0, "")
    assert "== summary: " in run.out


def test_a_replay_closes_what_it_opens(log: Path) -> None:
    run = ran("--replay", *SMALL, log, log, python=STRICT)
    assert (run.code, run.err) == (0, "")


def test_the_state_is_kept_where_the_environment_says(
    log: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    env = {**ENVIRON, **UTF8, "STATE_DIRECTORY": "", "XDG_STATE_HOME": str(home)}
    assert ran("--once", log, env=env).code == 0
    (path,) = (home / "access-log-monitor").glob("access.log-*.db")
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_runs_from_any_directory(log: Path, piped: str) -> None:
    with_paths = ran("--replay", *SMALL, log)
    assert (with_paths.code, with_paths.err) == (0, "")
    heads = (text.splitlines() for text in (with_paths.out, piped))
    there, here = ([row for row in rows if row[:2] != "=="] for rows in heads)
    assert there == here


MODES = {"follow": [], "once": ["--once"], "replay": ["--replay"]}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_a_removed_working_directory_is_explained_in_one_line(
    tmp_path: Path, mode: list[str]
) -> None:
    (tmp_path / "gone").mkdir()
    with chdir(tmp_path / "gone"):
        (tmp_path / "gone").rmdir()
        run = ran(*mode, "access.log")
    reported = "monitor: the working directory was removed: go to another one with cd\n"
    assert run.all == (1, "", reported)


def test_times_are_in_the_zone_of_the_machine(log: Path) -> None:
    run = ran("--replay", log, env={**ENVIRON, **UTF8, "TZ": "IST-5:30"})
    assert "== 2026-11-24 04:18:00-04:18:10+05:30  " in run.out


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


@pytest.mark.parametrize(
    ("environ", "colored"),
    [
        pytest.param({}, True, id="terminal"),
        pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param({"TERM": "dumb"}, False, id="dumb"),
    ],
)
def test_a_terminal_gets_the_same_text_as_a_pipe_but_for_the_colour(
    log: Path, environ: dict[str, str], colored: bool, piped: str
) -> None:
    screen, terminal = pty.openpty()
    env = {**ENVIRON, **UTF8, **environ}
    options = {"stdout": terminal, "env": env, "cwd": log.parent}
    with started("--replay", *SMALL, log.name, **options) as program:
        os.close(terminal)
        shown = read_terminal(screen)
        os.close(screen)
        assert program.end().all == (0, "", "")
    assert re.sub(r"\x1b\[\d+m", "", shown) == piped
    assert (shown != piped) is colored


def test_a_terminal_that_is_closed_ends_it_quietly(
    stories: dict[object, Future[tuple[int, str]]],
) -> None:
    assert stories[terminal_that_is_closed].result() == (0, "")


def closing(*fds: int) -> dict[str, Any]:
    """Starts a program without some of its standard streams, as `<&-` and `>&-` do."""

    def close() -> None:
        for fd in fds:
            os.close(fd)

    return {"stdin": None, "preexec_fn": close}


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


@pytest.fixture(scope="module")
def by_closed_stream() -> dict[str, Ended]:
    return all_ran(
        {
            name: (words, closing(*closed))
            for name, (words, closed, *_) in CLOSED.items()
        }
    )


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_stream_is_explained_where_it_can_be(
    by_closed_stream: dict[str, Ended], name: str
) -> None:
    assert by_closed_stream[name].all == (CLOSED[name][2], "", CLOSED[name][3])


def test_streams_that_are_not_needed_may_be_closed(log: Path, piped: str) -> None:
    run = ran("--replay", *SMALL, log.name, cwd=log.parent, **closing(0, 2))
    assert run.all == (0, piped, "")


SHORT_OF_MEMORY = """if True:
    import resource, sys
    from monitor.app import main
    pages = int(open("/proc/self/statm").read().split()[0])
    room = pages * resource.getpagesize() + (4 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    sys.exit(main(sys.argv[1:]))"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux only")
def test_too_little_memory_is_explained_in_one_line_and_loses_nothing(
    log: Path, tmp_path: Path
) -> None:
    words = ("--once", "-o", "json", "--state", tmp_path / "state", log)
    before = ran(*words).summary["lines"]
    append(log, *(line_at(START + 50, f"/{number:099}") for number in range(20_000)))
    short = ran(*words, program=["-c", SHORT_OF_MEMORY], cwd=MAIN.parent)
    assert (short.code, short.err.count("\n")) == (1, 1)
    assert "`ulimit -v`" in short.err
    assert ran(*words).summary["lines"] == 20_000
    assert before == log.read_bytes().count(b"\n") - 20_000


def test_a_python_without_a_module_is_explained_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sqlite3.py").write_text("import _not_built")
    run = ran("--replay", "-", env={**ENVIRON, "PYTHONPATH": str(tmp_path)})
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


def test_all_modules_are_loaded_before_a_log_is_opened(
    log: Path, tmp_path: Path
) -> None:
    """When no descriptor is left, a module cannot be loaded."""
    state = f"--state {tmp_path / 'state'}"
    commands = [
        f"--replay --color always {log}",
        f"--once -o json {state} {log}",
        f"--history --since 12h --reports {state} {log}",
        f"{state} -",
        f"--replay {tmp_path}/none",
    ]
    python = [sys.executable, "-c", LOADED_LATE, *commands]
    done = subprocess.run(
        python,
        cwd=MAIN.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def allow_1000_bytes_a_file() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_full_disk_is_explained_in_one_line(log: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    with path.open("wb") as file:
        run = ran("--replay", log, stdout=file, preexec_fn=allow_1000_bytes_a_file)
    reported = "monitor: cannot write to standard output: File too large\n"
    assert run.all == (1, "", reported)
    assert path.stat().st_size == 1000


@pytest.mark.parametrize("mode", ["--once", "--history"])
def test_without_a_home_it_asks_for_a_state_and_makes_no_folder(
    log: Path, tmp_path: Path, mode: str
) -> None:
    (tmp_path / "here").mkdir()
    run = ran(mode, log, cwd=tmp_path / "here", env={**ENVIRON, "HOME": ""})
    assert run.code == 1
    assert run.err == (
        "monitor: there is no home directory to keep the state in: "
        "give a file with --state\n"
    )
    assert list((tmp_path / "here").iterdir()) == []


def test_without_a_home_it_follows_from_memory(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    env = {**ENVIRON, "HOME": "~"}
    with started("-q", "access.log", cwd=tmp_path, env=env) as program:
        program.wait_for("going on from memory, nothing survives a rest", stderr=True)
    assert [path.name for path in tmp_path.iterdir()] == ["access.log"]
