"""Following with a state, through kills, stops and states that cannot be used."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from support.carrying import header, w3c_line
from support.place import (
    Killed,
    Monitor,
    Objects,
    Place,
    Script,
    crossings,
    not_understood,
    notices_of,
    of,
    of_another_program,
    of_newer_version,
    place_beside_others,
    stored_sums,
    sums_of,
)
from support.timelines import line, log, traffic
from support.world import rotate

from monitor.inputs.checks import check_readable
from monitor.state.store import Batch, Store


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_beside_others(tmp_path)


def waiting_for(*texts: str) -> Script:
    """A script that only waits until the monitor has written all texts."""
    return lambda monitor: monitor.until(*texts)


def test_the_writer_of_a_pipe_does_not_lose_its_reader_at_the_start(
    tmp_path: Path,
) -> None:
    path, ends = tmp_path / "pipe", list[int]()
    os.mkfifo(path)
    writer = Thread(target=lambda: ends.append(os.open(path, os.O_WRONLY)))
    writer.start()
    for _ in range(300):  # it waits for a reader meanwhile
        check_readable(str(path))
    waits = not ends
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer.join()
    for each in (reader, *ends):
        os.close(each)
    assert waits


def test_a_kill_in_an_incident_is_no_second_alert_and_one_recovery(
    place: Place,
) -> None:
    def fire(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("0:30 1:1")))
        yield from monitor.until('"state":"firing"')
        raise Killed

    def go_on(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"section":"/two"')
        raise Killed

    def recover(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("20:1")))
        yield from monitor.until('"state":"recovered"')

    printed = place.follow(fire)
    place.append(line(2, "/two") * 5)
    printed += place.follow(go_on)
    printed += place.follow(recover)
    assert [(state, hits) for _, state, hits in crossings(printed)] == [
        ("firing", 30),
        ("recovered", 6),
    ]
    assert crossings(place.history()) == crossings(printed)
    assert stored_sums(place)["hits"] == 37


def test_a_start_in_the_middle_of_a_log_knows_the_directives_of_its_head(
    place: Place,
) -> None:
    """The hits before the start fill the window, and the next hit is read with the same fields."""
    place.append(header("few") + w3c_line("few", 0, "/" * 400) * 400)

    def write(monitor: Monitor) -> Iterator[None]:
        place.append(w3c_line("few", 1, "/two"))
        yield from monitor.until('"state":"firing"', '"section":"/two"')
        raise Killed

    def go_on(monitor: Monitor) -> Iterator[None]:
        place.append(w3c_line("few", 2, "/three"))
        yield from monitor.until('"section":"/three"')

    place.follow(write)
    place.follow(lambda monitor: iter((None, None)))  # in which no line comes
    place.follow(go_on)
    sums = stored_sums(place)
    assert (sums["lines"], sums["hits"]) == (2, 2)


def test_in_silence_too_reports_and_recoveries_are_reported(place: Place) -> None:
    def be_silent(monitor: Monitor) -> Iterator[None]:
        place.append(line(0) * 20)
        yield from monitor.until(
            '"state":"recovered"', '"start":"2026-11-23T22:48:11Z"'
        )

    objects = [each for each in place.follow(be_silent) if each["type"] != "notice"]
    first = next(i for i, each in enumerate(objects) if each["type"] == "alert")
    kinds = [each["type"] for each in objects[first:]]
    assert kinds == ["alert", *["report"] * 10, "alert", *["report"] * 2, "summary"]
    assert [each["hits"] for each in of(objects, "report")][-12:] == [20, *[0] * 11]
    assert of(objects, "summary")[0]["hits"] == 20


def test_a_log_that_is_followed_by_two_names_is_reported(place: Place) -> None:
    place.append(log([1]))
    link = place.folder / "link"
    link.symlink_to(place.log)
    notice = "the same file as another log: its lines count twice"
    place.follow(waiting_for(notice), str(link))


def test_where_it_begins_is_saved_at_once(place: Place) -> None:
    def be_killed(monitor: Monitor) -> Iterator[None]:
        raise Killed
        yield

    place.append(log(traffic("0-5:1")))
    place.follow(be_killed, "-i", "3600")
    place.append(log(traffic("6-8:1")))
    assert place.once()[0]["hits"] == 3


def test_what_was_written_while_it_was_away_is_one_report_with_late_alerts(
    place: Place,
) -> None:
    place.append(log(traffic("0-5:1")))
    place.once()
    place.append(log(traffic("10-20:1 30:15 50-80:1")))
    rotate(place.log)
    place.append(log(traffic("81-99:1")))
    objects = place.follow(waiting_for('"hits":75,', '"state":"recovered"'))
    assert notices_of(objects) == []
    report = next(each for each in of(objects, "report") if each["hits"])
    assert report["hits"] == 11 + 15 + 31 + 18
    assert [each["seen_late"] for each in of(objects, "alert")] == [True, True]
    assert "seen late" in of(objects, "alert")[0]["message"]
    whole = place.replay(log(traffic("0-5:1 10-20:1 30:15 50-99:1")))
    assert crossings(place.history()) == crossings(whole)
    assert sums_of(of(place.history(), "report")) == sums_of(of(whole, "summary"))


def test_a_stop_saves_the_report_that_is_not_over(place: Place) -> None:
    def begin(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("0-3:2")))
        yield from monitor.until('"hits":2,')

    place.follow(begin)
    place.append(log(traffic("3-4:5 9:1")))
    place.follow(waiting_for('"type":"report"'))
    assert stored_sums(place)["hits"] == 8 + 11


def test_nothing_is_kept_of_a_run_without_state(place: Place) -> None:
    def fire(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("0:12 1")))
        yield from monitor.until('"state":"firing"')

    place.follow(fire, "--no-state")
    assert [each.name for each in place.folder.iterdir()] == ["access.log"]


GONE_ON = [
    pytest.param(
        lambda path: path.write_bytes(b"SQLite format 3\0" + b"damaged" * 99),
        "the state was damaged (file is not a database): it was moved to",
        id="damaged",
    ),
    pytest.param(
        lambda path: path.write_text("notes\n"),
        "not a state of this program and is left as it is",
        id="a text file",
    ),
    pytest.param(of_newer_version, "newer version", id="newer"),
    pytest.param(
        of_another_program, "not a state of this program", id="of another program"
    ),
    pytest.param(
        lambda path: not_understood(path, path.with_name("access.log")),
        "does not fit): it was moved to",
        id="not understood",
    ),
    pytest.param(Path.mkdir, "is a directory and cannot hold the state", id="a folder"),
]


@pytest.mark.parametrize(("prepare", "notice"), GONE_ON)
def test_monitoring_goes_on_when_the_state_cannot_be_used(
    place: Place, prepare: Callable[[Path], object], notice: str
) -> None:
    def fire(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("0:12 1")))
        yield from monitor.until('"state":"firing"')

    prepare(place.state)
    objects = place.follow(fire)
    assert [notice in each for each in notices_of(objects)].count(True) == 1
    assert of(objects, "summary")[0]["hits"] == 13


def test_a_second_monitor_goes_on_from_memory_and_leaves_the_state_alone(
    place: Place,
) -> None:
    second: Objects = []

    def start_another(monitor: Monitor) -> Iterator[None]:
        second.extend(place.follow(fire))
        yield from monitor.until('"state":"firing"')

    def fire(monitor: Monitor) -> Iterator[None]:
        place.append(log(traffic("0:12 1")))
        yield from monitor.until('"state":"firing"')

    place.append(b"")
    first = place.follow(start_another)
    notice = "another monitor is following the same files"
    assert [notice in each for each in notices_of(second)].count(True) == 1
    assert not any("another monitor" in each for each in notices_of(first))
    assert crossings(second) == crossings(first) == crossings(place.history())
    assert stored_sums(place)["hits"] == 13


def test_a_clock_that_was_set_disturbs_nothing(place: Place) -> None:
    moment = {"wall": 4e9, "boot": "another", "awake": 1e9}
    place.append(log(traffic("0:12 1")))
    assert [state for _, state, _ in crossings(place.once())] == ["firing"]
    with closing(Store(str(place.state), [str(place.log)])) as store:
        state = store.load() or {}
        state["moment"].update(moment)
        store.save(Batch(state))
    place.append(log(traffic("20:3")))
    objects = place.follow(waiting_for('"state":"recovered"', '"hits":3,"unparsed"'))
    assert notices_of(objects) == []
    assert of(objects, "alert")[0]["at"] == "2026-11-23T22:48:10Z"
    assert stored_sums(place)["hits"] == 16


def test_what_cannot_be_found_again_is_said_in_one_notice(place: Place) -> None:
    place.append(log(traffic("0:12 1")))
    place.once()
    size = place.log.stat().st_size
    place.log.unlink()
    place.append(log(traffic("5:7")))
    objects = place.follow(
        waiting_for(f"after its first {size} bytes", '"type":"report"')
    )
    assert len(notices_of(objects)) == 1
    assert stored_sums(place)["hits"] == 20
