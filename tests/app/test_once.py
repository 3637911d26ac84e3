"""`--once` from cron: each run reports what is new, and alerts are announced once."""

import gzip
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from support.place import (
    OPTIONS,
    Place,
    crossings,
    not_understood,
    objects_of,
    of,
    of_another_program,
    of_newer_version,
    of_other_files,
)
from support.timelines import clock_of, line, log, traffic

from monitor.alerts import Alert
from monitor.app.arguments import read_settings
from monitor.app.loop import Outputs
from monitor.app.once import once
from monitor.core import Event
from monitor.outputs import Interrupted, Stop
from monitor.state.store import Store


def test_the_first_run_reads_the_whole_log_and_the_next_what_is_new(
    place: Place,
) -> None:
    hits = []
    for piece in (log(range(50)), b"", log(range(50, 70)), b""):
        place.append(piece)
        objects = place.once()
        assert [each["type"] for each in objects] == ["report", "summary"]
        hits.append(objects[0]["hits"])
    assert hits == [50, 0, 20, 0]
    assert [each["hits"] for each in of(place.history(), "report")] == [20, 50]


def test_a_first_run_on_an_empty_log_finds_nothing_and_the_next_all(
    place: Place,
) -> None:
    place.append(b"")
    assert place.once()[0]["hits"] == 0
    place.append(log([1, 2]))
    assert place.once()[0]["hits"] == 2


def test_quiet_prints_alerts_only_so_that_cron_mails_only_then(place: Place) -> None:
    reported = []
    for piece in (traffic("0-20:1"), traffic("21-30:3"), [], traffic("60")):
        place.append(log(piece))
        code, out, err = place.run("--once", "-q", *OPTIONS[2:])
        assert (code, err) == (0, "")
        reported.append([text.partition(" - ")[0] for text in out.splitlines()])
    fires, recovers = "High traffic generated an alert", "High traffic alert recovered"
    assert reported == [[], [fires], [], [recovers]]


def test_a_log_with_a_second_name_is_reported_and_quiet_leaves_that_to_standard_error(
    place: Place,
) -> None:
    place.append(log([1, 2]))
    link = place.log.with_name("link")
    link.symlink_to(place.log)
    code, out, err = place.run("--once", "-q", "-o", "json", str(link))
    assert (code, out) == (0, "")
    assert "the same file as another log: its lines count twice" in err
    assert err.count("\n") == 1


def test_lines_before_any_hit_are_reported_once(place: Place) -> None:
    place.append(b"garbage\n")
    assert place.once()[0]["unparsed"] == 1
    assert place.once()[0]["unparsed"] == 0
    place.append(line(0))
    report = place.once()[0]
    assert (report["lines"], report["hits"], report["unparsed"]) == (1, 1, 0)


def test_a_run_with_unparsed_lines_only_is_stored_and_one_without_lines_is_not(
    place: Place,
) -> None:
    for piece in (log([1, 2]), b"garbage\n", b""):
        place.append(piece)
        place.once()
    reports = of(place.history(), "report")
    assert [(each["hits"], each["unparsed"]) for each in reports] == [(0, 1), (2, 0)]


def test_an_alert_in_the_last_second_of_a_run_is_announced_once_and_stored_as_announced(
    place: Place,
) -> None:
    """The rest of its second comes later, and the next run judges it again."""
    reported = []
    for piece in (traffic("0:11"), [], traffic("0:5"), traffic("1"), traffic("40")):
        place.append(log(piece))
        reported += crossings(place.once())
    assert [(state, hits) for _, state, hits in reported] == [
        ("firing", 11),
        ("recovered", 1),
    ]
    assert [(state, hits) for _, state, hits in crossings(place.history())] == [
        ("firing", 11),
        ("recovered", 1),
    ]


NEXT_RUNS = [
    pytest.param("-w 10 -t 1", ["firing"], id="the same"),
    pytest.param("-w 10 -t 1.05", ["firing"], id="a higher threshold"),
    pytest.param("-w 10 -t 9", ["firing", "recovered"], id="a far higher threshold"),
    pytest.param("-w 10 -t 0", ["firing"], id="a lower threshold"),
    pytest.param("-w 60 -t 1", ["firing"], id="a longer window"),
    pytest.param("-w 5 -t 1", ["firing"], id="a shorter window"),
    pytest.param("follow -w 10 -t 1.05", ["firing"], id="a monitor between"),
]


@pytest.mark.parametrize(("text", "announced"), NEXT_RUNS)
def test_an_announced_alert_is_kept_and_not_announced_again_by_a_run_with(
    place: Place, text: str, announced: list[str]
) -> None:
    place.append(log(traffic("0:11")))
    printed = place.once()
    words = text.removeprefix("follow").split()
    if text.startswith("follow"):
        printed += place.follow(lambda monitor: iter(()), *words)
    place.be_silent(5)
    for _ in range(2):
        printed += place.once(*words)
    assert [state for _, state, _ in crossings(printed)] == announced
    assert crossings(place.history()) == crossings(printed)


def test_a_recovery_in_a_second_that_is_half_written_waits_for_the_next_run(
    place: Place,
) -> None:
    reported = []
    for piece in (traffic("0:25"), traffic("10:5"), traffic("10:20"), [], []):
        place.append(log(piece))
        objects = place.once()
        reported.append([(state, hits) for _, state, hits in crossings(objects)])
        firing = [report["window"]["firing"] for report in of(objects, "report")]
        assert firing == [True]
    # OPTIONS: 10 s, and more than 1 hit a second.
    assert reported == [[("firing", 25)], [], [], [], []]


def test_the_last_seconds_are_not_judged_before_their_late_lines_came(
    place: Place,
) -> None:
    reported = []
    silences = (0.0, 0.0, 12.0, 13.5)
    pieces = (traffic("0:25"), traffic("15:1"), traffic("21:1"), [])
    for piece, silence in zip(pieces, silences, strict=True):
        place.append(log(piece))
        place.be_silent(silence)
        objects = place.once("--delay", "20")
        reported.append([(state, hits) for _, state, hits in crossings(objects)])
    assert reported == [[], [], [("firing", 25)], [("recovered", 0)]]


# OPTIONS: 10 s, and more than 1 hit a second. `0:25` recovers at 10.
SILENCES = [
    pytest.param([0, 3.5], [None, None], id="no time for a late line"),
    pytest.param([13.5, 14.5], [None, 10], id="before and after the second is over"),
    pytest.param([9, 9], [None, None], id="runs at one moment"),
    pytest.param([7200, 8, 9000], [10, None, None], id="a file is touched"),
    pytest.param([-3600, 20], [None, 10], id="the machine's clock is set back"),
]


@pytest.mark.parametrize(("silences", "seconds"), SILENCES)
def test_a_silent_log_recovers_at_its_own_second(
    place: Place, silences: list[float], seconds: list[int | None]
) -> None:
    place.append(log(traffic("0:25")))
    place.once()
    recovered = []
    for silence in silences:
        place.be_silent(silence)
        objects = place.once()
        recovered.append(crossings(objects))
        assert of(objects, "report")[0]["hits"] == 0
        firing = of(objects, "report")[0]["window"]["firing"]
        assert firing == (not any(recovered))
    assert recovered == [
        [(clock_of(second), "recovered", 0)] if second else [] for second in seconds
    ]
    assert len(of(place.history(), "report")) == 1


def test_the_newest_of_several_logs_says_how_long_all_are_silent(place: Place) -> None:
    place.append(log(traffic("0:25")))
    place.be_silent(3600)
    other = place.log.with_name("other.log")
    other.write_bytes(log([5]))
    assert [state for _, state, _ in crossings(place.once(str(other)))] == ["firing"]
    place.be_silent(3600)
    os.utime(other, (0, 0))
    (recovered,) = crossings(place.once(str(other)))
    assert recovered == (clock_of(10), "recovered", 1)


def test_a_first_run_on_an_old_log_reports_the_recovery_and_its_own_lines(
    place: Place,
) -> None:
    place.append(log(traffic("0:25 1")))
    place.be_silent(1e6)
    objects = place.once()
    assert [state for _, state, _ in crossings(objects)] == ["firing", "recovered"]
    (report,) = of(objects, "report")
    assert (report["start"], report["end"]) == (clock_of(0), clock_of(10))
    assert (report["hits"], report["window"]["hits"]) == (26, 0)


class Ender:
    """An output that ends the run by a signal at the first alert."""

    def __init__(self, stop: Stop) -> None:
        self.events: list[Event] = []
        self._stop = stop

    def emit(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Alert):
            self._stop.signal = signal.SIGTERM

    def tick(self, now: float) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_run_that_a_signal_ends_announces_nothing_that_the_next_run_repeats(
    place: Place,
) -> None:
    stop = Stop()
    ender, lines = Ender(stop), log(traffic("0:30 1-200:1"))
    place.append(lines)
    settings = read_settings(
        ["--once", *OPTIONS, "--state", str(place.state), str(place.log)]
    )
    with closing(Outputs([ender])) as outputs, pytest.raises(Interrupted):
        once(settings, outputs, stop)
    assert [type(event) for event in ender.events] == [Alert]
    objects = place.once()
    assert crossings(objects) == []
    assert of(objects, "report")[0]["hits"] == lines.count(b"\n")
    assert len(crossings(place.history())) == 1


def test_a_second_run_at_the_same_time_says_so_and_does_no_harm(place: Place) -> None:
    place.append(log(range(20)))
    place.once()
    place.append(log(range(20, 30)))
    with closing(Store(str(place.state), [str(place.log)])):
        code, out, err = place.run("--once")
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "another monitor is following the same files" in err
    assert place.once()[0]["hits"] == 10


def test_what_could_not_be_kept_is_reported_to_come_again(place: Place) -> None:
    place.append(log(range(20)))
    place.once()
    place.append(log(range(20, 30)))
    with closing(sqlite3.connect(place.state, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, out, err = place.run("--once")
    assert code == 1
    assert "traffic  10 hits" in out
    assert "database is locked; the next run reports these lines again" in err
    assert place.once()[0]["hits"] == 10


FAILURES = {
    "no file": (lambda place: None, "no such file"),
    "a directory": (lambda place: place.log.mkdir(), "it is a directory"),
    "a folder for a state": (
        lambda place: (place.log.touch(), place.state.mkdir()),
        "is a directory and cannot hold the state",
    ),
    "a state of other files": (
        lambda place: (place.log.touch(), of_other_files(place.state)),
        "give another file with --state",
    ),
    "a text file for a state": (
        lambda place: (place.log.touch(), place.state.write_text("notes\n")),
        "give another file with --state",
    ),
    "a newer state": (
        lambda place: (place.log.touch(), of_newer_version(place.state)),
        "newer version",
    ),
    "a database of another program": (
        lambda place: (place.log.touch(), of_another_program(place.state)),
        "not a state of this program and is left as it is",
    ),
}


@pytest.mark.parametrize(("prepare", "words"), FAILURES.values(), ids=FAILURES)
def test_once_fails_in_one_line_with(place: Place, prepare: Any, words: str) -> None:
    prepare(place)
    code, out, err = place.run("--once")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert words in err


def test_once_counts_nothing_of_a_log_that_it_cannot_read_to_its_end(
    place: Place,
) -> None:
    data = gzip.compress(log(range(300)))
    place.log.write_bytes(data[: len(data) // 2])
    code, out, err = place.run("--once")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"monitor: cannot read {place.log}: ")
    assert err.endswith("the next run will try again\n")
    place.log.write_bytes(data)
    assert place.once()[0]["hits"] == 300


DAMAGES: dict[str, Callable[[Place], object]] = {
    "no database": lambda place: place.state.write_bytes(
        b"SQLite format 3\0" + b"damaged" * 99
    ),
    "values that do not fit": lambda place: not_understood(place.state, place.log),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_state_is_reported_and_the_log_is_read_from_its_beginning(
    place: Place, damage: Callable[[Place], object]
) -> None:
    place.append(log(range(5)))
    damage(place)
    code, out, err = place.run("--once", "-o", "json")
    report, summary = of(objects_of(out), "report"), of(objects_of(out), "summary")
    assert (code, err.count("\n")) == (0, 1)
    assert f"it was moved to {place.state}.damaged-1" in err
    assert report[0]["hits"] == summary[0]["hits"] == 5


@pytest.mark.parametrize("words", [(), ("--replay",)], ids=["follow", "replay"])
def test_a_directory_is_refused_with_what_to_do(
    place: Place, words: tuple[str, ...]
) -> None:
    place.log.mkdir()
    reported = f"cannot read {place.log}: it is a directory; give the log file in it"
    assert place.run(*words) == (1, "", f"monitor: {reported}\n")


def test_a_replay_of_a_missing_file_fails_in_one_line(place: Place) -> None:
    reported = f"cannot read {place.log}: no such file; check the path"
    assert place.run("--replay") == (1, "", f"monitor: {reported}\n")
