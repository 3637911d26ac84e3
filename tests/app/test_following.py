"""Following with a state, through kills, stops and states that cannot be used."""

import os
import signal
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread

from support.place import (
    Objects,
    begin,
    crossings,
    following,
    has_state,
    not_understood,
    of,
    of_another_program,
    of_newer_version,
    place_beside_others,
    stored_sums,
    sums_of,
    watching,
)
from support.timelines import line, log, traffic
from support.world import rotate

from monitor.inputs.logfile import check_readable
from monitor.state.store import Batch, Store


def test_the_writer_of_a_pipe_does_not_lose_its_reader_at_the_start(
    tmp_path: Path,
) -> None:
    path, ends = tmp_path / "pipe", list[int]()
    os.mkfifo(path)
    writer = Thread(target=lambda: ends.append(os.open(path, os.O_WRONLY)))
    writer.start()
    for _ in range(3000):  # it waits for a reader meanwhile
        check_readable(str(path))
    waits = not ends
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer.join()
    for each in (reader, *ends):
        os.close(each)
    assert waits


def test_a_kill_in_an_incident_is_no_second_alert_and_one_recovery(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    said: Objects = []
    with following(place) as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:30 1:1")))
        monitor.wait_until(lambda: len(crossings(place.history())) == 1)
        said += monitor.end(signal.SIGKILL)[1]
    place.append(line(2, "/two") * 5)
    with following(place) as monitor:
        monitor.wait_until(lambda: "/two hits" in stored_sums(place))
        said += monitor.end(signal.SIGKILL)[1]
    with following(place) as monitor:
        place.append(log(traffic("20:1")))
        monitor.wait_for('"state":"recovered"')
        said += monitor.stop()[0]
    assert [(state, hits) for _, state, hits in crossings(said)] == [
        ("firing", 30),
        ("recovered", 6),
    ]
    assert crossings(place.history()) == crossings(said)
    assert stored_sums(place)["hits"] == 37


def test_a_log_that_is_followed_by_two_names_is_reported(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(log([1]))
    link = tmp_path / "link"
    link.symlink_to(place.log)
    with following(place, str(link)) as monitor:
        monitor.wait_for(
            "the same file as another log: its lines count twice", stderr=True
        )


def test_where_it_begins_is_saved_at_once(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(log(traffic("0-5:1")))
    with following(place, "-i", "3600") as monitor:
        monitor.wait_until(lambda: has_state(place.state))
        monitor.end(signal.SIGKILL)
    place.append(log(traffic("6-8:1")))
    assert place.once()[0]["hits"] == 3


def test_what_was_written_while_it_was_away_is_one_report_with_late_alerts(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    place.append(log(traffic("0-5:1")))
    place.once()
    place.append(log(traffic("10-20:1 30:15 50-80:1")))
    rotate(place.log)
    place.append(log(traffic("81-99:1")))
    with following(place) as monitor:
        monitor.wait_for('"hits":75,', '"state":"recovered"')
        objects, reported = monitor.stop()
    assert reported == ""
    report = next(each for each in of(objects, "report") if each["hits"])
    assert report["hits"] == 11 + 15 + 31 + 18
    assert [each["seen_late"] for each in of(objects, "alert")] == [True, True]
    assert "seen late" in of(objects, "alert")[0]["message"]
    whole = place.replay(log(traffic("0-5:1 10-20:1 30:15 50-99:1")))
    assert crossings(place.history()) == crossings(whole)
    assert sums_of(of(place.history(), "report")) == sums_of(of(whole, "summary"))


def test_a_stop_saves_the_report_that_is_not_over(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    pieces = [traffic("0-3:2"), traffic("3-4:5 9:1")]
    for number, piece in enumerate(pieces):
        with watching(place) as monitor:
            if not number:
                begin(place, monitor)
            place.append(log(piece))
            monitor.wait_for('"hits":2,' if not number else '"type":"report"')
            monitor.stop()
    total = sums_of(of(place.history(), "report"))
    assert total["hits"] == sum(map(len, pieces))


def test_nothing_is_kept_of_a_run_without_state(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    with watching(place, "--no-state") as monitor:
        begin(place, monitor)
        place.append(log(traffic("0:12 1")))
        monitor.wait_for('"state":"firing"')
        monitor.stop()
    assert [each.name for each in place.log.parent.iterdir()] == ["access.log"]


def test_the_state_is_kept_where_the_environment_says(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    home = place.log.parent / "home"
    place.append(b"")
    with following(place, STATE_DIRECTORY="", XDG_STATE_HOME=str(home)) as monitor:
        monitor.wait_for('"type":"report"')
        monitor.stop()
    (path,) = (home / "access-log-monitor").glob("access.log-*.db")
    assert path.stat().st_mode & 0o777 == 0o600


GONE_ON = {
    "damaged": (
        lambda path: path.write_bytes(b"SQLite format 3\0" + b"damaged" * 99),
        "the state was damaged: it was moved to",
    ),
    "a text file": (
        lambda path: path.write_text("notes\n"),
        "not a state of this program and is left as it is",
    ),
    "newer": (of_newer_version, "newer version"),
    "of another program": (of_another_program, "not a state of this program"),
    "not understood": (
        lambda path: not_understood(path, path.with_name("access.log")),
        "cannot be understood and is left as it is",
    ),
    "a folder": (Path.mkdir, "is a directory and cannot hold the state"),
}


def test_monitoring_goes_on_when_the_state_cannot_be_used(tmp_path: Path) -> None:
    with ExitStack() as stack:
        monitors = {}
        for name, (prepare, _) in GONE_ON.items():
            (tmp_path / name).mkdir()
            place = place_beside_others(tmp_path / name)
            prepare(place.state)
            monitors[name] = place, stack.enter_context(following(place))
        for place, monitor in monitors.values():
            begin(place, monitor)
            place.append(log(traffic("0:12 1")))
        for name, (_, monitor) in monitors.items():
            monitor.wait_for('"state":"firing"')
            objects, reported = monitor.stop()
            words = [GONE_ON[name][1] in each for each in reported.splitlines()]
            assert words.count(True) == 1, name
            assert len(of(objects, "notice")) == reported.count("\n"), name
            assert of(objects, "summary")[0]["hits"] == 13, name


def test_a_second_monitor_goes_on_from_memory_and_leaves_the_state_alone(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    with following(place) as first:
        begin(place, first)
        with following(place) as second:
            begin(place, second)
            place.append(log(traffic("0:12 1")))
            for monitor in (first, second):
                monitor.wait_for('"state":"firing"')
            reported = second.stop()[1]
        assert first.stop()[1].count("another monitor") == 0
    assert reported.count("another monitor is following the same files") == 1
    assert stored_sums(place)["hits"] == 13
    assert len(crossings(place.history())) == 1


def test_a_clock_that_was_set_disturbs_nothing(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    moment = {"wall": 4e9, "boot": "another", "awake": 1e9}
    place.append(log(traffic("0:12 1")))
    assert [state for _, state, _ in crossings(place.once())] == ["firing"]
    with closing(Store(str(place.state), [str(place.log)])) as store:
        state = store.load() or {}
        state["moment"].update(moment)
        store.save(Batch(state))
    place.append(log(traffic("20:3")))
    with following(place) as monitor:
        monitor.wait_for('"state":"recovered"')
        monitor.wait_for('"hits":3,"unparsed"')
        objects, reported = monitor.stop()
    assert reported == ""
    assert of(objects, "alert")[0]["at"] == "2026-11-23T22:48:10Z"
    assert stored_sums(place)["hits"] == 16


def test_what_cannot_be_found_again_is_said_in_one_notice(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    place.append(log(traffic("0:12 1")))
    place.once()
    size = place.log.stat().st_size
    place.log.unlink()
    place.append(log(traffic("5:7")))
    with following(place) as monitor:
        monitor.wait_for(f"after its first {size} bytes")
        monitor.wait_for('"type":"report"')
        assert monitor.stop()[1].count("\n") == 1
    assert stored_sums(place)["hits"] == 20
