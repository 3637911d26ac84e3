"""Runs over a quoted pattern: one state for the pattern, and all its logs in it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.place import OPTIONS, Monitor, Place, of, sums_of
from support.timelines import line

from monitor.app.arguments import read_settings
from monitor.state.database import state_in


def pattern_of(place: Place) -> str:
    return str(place.folder / "*.log")


def once(place: Place) -> dict[str, Any]:
    words = ["--once", *OPTIONS, "--state", str(place.state), pattern_of(place)]
    code, out, err = place.program(*words)
    assert (code, err) == (0, "")
    (report,) = of([json.loads(row) for row in out.splitlines()], "report")
    return report


def stored_logs(place: Place) -> list[str]:
    with closing(sqlite3.connect(place.state)) as connection:
        state = state_in(connection)
    assert state is not None
    return list(state["files"])


def test_runs_with_once_count_each_line_of_each_log_once(place: Place) -> None:
    first, second = place.folder / "a.log", place.folder / "b.log"
    first.write_bytes(line(1, "/a") * 3)
    assert once(place)["hits"] == 3
    second.write_bytes(line(2, "/b") * 2)
    first.rename(place.folder / "a.log.1")
    first.write_bytes(line(3, "/a"))
    assert once(place)["hits"] == 3
    second.unlink()
    first.write_bytes(line(3, "/a") + line(4, "/a"))
    report = once(place)
    assert (report["hits"], report["files"]) == (1, [pattern_of(place)])
    assert "no_data" not in report
    once(place)
    assert stored_logs(place) == [str(first)]


def test_the_rest_of_a_log_that_was_rotated_and_is_not_made_again_is_read(
    place: Place,
) -> None:
    first, second = place.folder / "a.log", place.folder / "b.log"
    for path in (first, second):
        path.write_bytes(line(1, "/a") * 3)
    assert once(place)["hits"] == 6
    with second.open("ab") as file:
        file.write(line(2, "/b"))
    second.rename(place.folder / "b.log.1")
    assert [once(place)["hits"] for _ in range(3)] == [1, 0, 0]
    second.write_bytes(line(9, "/b"))
    assert [once(place)["hits"] for _ in range(2)] == [1, 0]


def test_a_replay_reads_all_that_matches_at_that_moment(place: Place) -> None:
    for second, name in enumerate(("a.log.1", "a.log", "b.log")):
        (place.folder / name).write_bytes(line(second))
    code, out, _ = place.program("--replay", "-o", "json", f"{place.folder}/*log*")
    summary = json.loads(out.splitlines()[-1])
    assert (code, summary["hits"]) == (0, 3)
    assert sorted(map(Path, summary["files"])) == [
        place.folder / name for name in ("a.log", "a.log.1", "b.log")
    ]


@pytest.mark.parametrize("mode", ["--replay", "--once", "--suggest-threshold"])
def test_a_pattern_that_nothing_matches_is_an_error(place: Place, mode: str) -> None:
    code, out, err = place.program(mode, "--state", str(place.state), pattern_of(place))
    assert (code, out) == (1, "")
    assert f"no file matches {pattern_of(place)}: name a log" in err


def test_a_pattern_may_stand_in_a_file_of_options(tmp_path: Path) -> None:
    file = tmp_path / "options.toml"
    file.write_text('files = ["/var/log/nginx/*.access.log"]\n')
    settings = read_settings(["--config", str(file)])
    assert settings.files == ("/var/log/nginx/*.access.log",)


def test_a_monitor_goes_on_with_all_logs_of_its_pattern(place: Place) -> None:
    new = place.folder / "new.log"
    place.log.write_bytes(line(0, "/old"))
    place.log = place.folder / "*.log"

    def first(monitor: Monitor) -> Iterator[None]:
        yield
        new.write_bytes(line(1, "/new") * 3)
        yield from monitor.until('"section":"/new"')

    def then(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"section":"/later"')

    printed = place.follow(first)
    with new.open("ab") as file:
        file.write(line(3, "/later"))
    printed += place.follow(then)
    sums = sums_of(of(printed, "report"))
    assert (sums["hits"], sums["/new hits"], sums["/later hits"]) == (4, 3, 1)
