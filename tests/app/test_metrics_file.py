"""The metrics of a followed log in a file, through kills, restarts and runs with --once."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from support.exposed import counters_of, samples_of
from support.place import Killed, Monitor, Place, notices_of, place_beside_others
from support.timelines import line, log, traffic
from support.world import rotate

from monitor.errors import MonitorError

Samples = dict[str, float]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_beside_others(tmp_path)


@pytest.fixture
def prom(tmp_path: Path) -> Path:
    return tmp_path / "log.prom"


def test_the_file_is_written_at_each_report_and_at_the_end(
    place: Place, prom: Path
) -> None:
    seen: list[Samples] = []

    def write(monitor: Monitor) -> Iterator[None]:
        seen.append(samples_of(prom.read_text(), str(place.log)))
        place.append(line(0, "/a") * 3 + b"what?\n")
        yield from monitor.until('"hits":3,')
        seen.append(samples_of(prom.read_text()))
        place.append(line(30, "/a", 500) * 20)
        yield from monitor.until('"state":"firing"')

    place.append(b"")
    place.follow(write, "--metrics-file", str(prom))
    before, at_report, at_end = *seen, samples_of(prom.read_text())
    assert before["lines_total{hit}"] == 0
    assert at_report["requests_total{200}"] == 3
    assert at_report["lines_total{unparsed}"] == 1
    assert at_report["section_requests_total{(other)}"] == 3
    assert at_report["section_requests_total{/a}"] == 0
    assert at_end["requests_total{500}"] == 20
    assert at_end["section_errors_total{/a}"] == 20
    assert at_end["window_requests"] == 20
    assert at_end["alert_firing{traffic}"] == 1
    assert at_end["alert_limit{traffic}"] == 1
    assert at_end["alerts_total{traffic,firing}"] == 1
    assert at_end["last_request_timestamp_seconds"] == 1795474080 + 30
    assert at_end[f"log_readable{{{place.log}}}"] == 1
    assert at_end["state_saved_timestamp_seconds"] > 1.7e9
    assert {each.name for each in place.folder.iterdir()} >= {"log.prom"}
    assert not list(place.folder.glob("*.tmp.*"))


def test_no_count_goes_back_over_kills_and_all_hits_are_counted_once(
    place: Place, prom: Path
) -> None:
    seen: list[Samples] = []

    def go_on(second: int) -> None:
        def write(monitor: Monitor) -> Iterator[None]:
            seen.append(samples_of(prom.read_text()))
            place.append(line(second) * 5)
            yield from monitor.until(f'"hits":{5 + 2 * bool(second)},')
            seen.append(samples_of(prom.read_text()))
            place.append(line(second + 1) * 2)  # which no report has yet
            yield
            raise Killed

        place.follow(write, "--metrics-file", str(prom))

    place.append(b"")
    for number in range(3):
        go_on(10 * number)
    for before, after in pairwise(seen):
        earlier, later = counters_of(before), counters_of(after)
        assert all(later[series] >= earlier[series] for series in earlier)
    place.once("--metrics-file", str(prom))
    assert samples_of(prom.read_text())["requests_total{200}"] == 3 * 7


def test_a_run_without_metrics_keeps_the_counts(place: Place, prom: Path) -> None:
    place.append(log(traffic("0:3")))
    place.once("--metrics-file", str(prom))
    place.append(log(traffic("5:3")))
    place.once()
    place.append(log(traffic("9:3")))
    place.once("--metrics-file", str(prom))
    assert samples_of(prom.read_text())["requests_total{200}"] == 6


def test_each_rule_has_its_metrics(place: Place, prom: Path) -> None:
    place.append(line(0, "/a", 500) * 60 + line(1) * 60)
    rules = ["--max-error-rate", "5", "--client-threshold", "2", "--remind", "1s"]
    rules += ["--section-threshold", "/a=100", "--metrics-file", str(prom)]
    place.once(*rules)
    place.append(line(5))
    place.once(*rules)
    samples = samples_of(prom.read_text())
    firing = {
        each: number for each, number in samples.items() if each.startswith("alert_f")
    }
    assert firing == {
        "alert_firing{traffic}": 1,
        "alert_firing{errors}": 1,
        "alert_firing{section}": 0,
        "alert_firing{client}": 1,
    }
    assert samples["alert_limit{errors}"] == 5
    assert "alert_limit{section}" not in samples
    assert samples["alerts_total{errors,firing}"] == 1  # reminders do not count
    assert samples["alerts_total{client,recovered}"] == 0


def test_without_a_state_counts_begin_at_0(place: Place, prom: Path) -> None:
    def write(monitor: Monitor) -> Iterator[None]:
        place.append(line(0) * 3)
        yield from monitor.until('"hits":3,')
        assert samples_of(prom.read_text())["requests_total{200}"] == 3

    place.append(b"")
    for _ in range(2):
        place.follow(write, "--no-state", "--metrics-file", str(prom))
    samples = samples_of(prom.read_text())
    assert samples["requests_total{200}"] == 3
    assert samples["state_saved_timestamp_seconds"] == 0


def test_rotations_are_counted_and_a_log_that_is_gone_is_not_readable(
    place: Place, prom: Path
) -> None:
    def write(monitor: Monitor) -> Iterator[None]:
        rotate(place.log, line(0))
        yield from monitor.until('"hits":1,')
        rotate(place.log, line(5) * 2)
        yield from monitor.until('"hits":2,')
        place.log.unlink()
        yield from monitor.until('"state":"began"')

    place.append(b"")
    place.follow(write, "--metrics-file", str(prom))
    samples = samples_of(prom.read_text())
    assert samples[f"log_rotations_total{{{place.log}}}"] == 2
    assert samples[f"log_readable{{{place.log}}}"] == 0
    place.append(b"")
    place.run("--once", "-o", "json", "--metrics-file", str(prom))
    samples = samples_of(prom.read_text())
    assert samples[f"log_rotations_total{{{place.log}}}"] == 2


def test_of_two_logs_one_that_is_missing_is_not_readable(
    place: Place, prom: Path
) -> None:
    missing = str(place.folder / "missing.log")
    place.append(b"")
    place.follow(
        lambda monitor: iter((None,) * 9), missing, "--metrics-file", str(prom)
    )
    samples = samples_of(prom.read_text(), f"{missing},{place.log}")
    assert samples[f"log_readable{{{missing}}}"] == 0
    assert samples[f"log_readable{{{place.log}}}"] == 1


def test_lines_that_cannot_be_parsed_make_a_log_unreadable(
    place: Place, prom: Path
) -> None:
    place.append(line(0) + b"what?\n" * 20)
    place.run("--once", "-o", "json", "--metrics-file", str(prom))
    assert samples_of(prom.read_text())[f"log_readable{{{place.log}}}"] == 0


def test_a_file_that_cannot_be_written_ends_the_start(place: Place) -> None:
    place.append(b"")
    path = str(place.folder / "no" / "log.prom")
    with pytest.raises(MonitorError, match="^cannot write metrics to "):
        place.follow(lambda monitor: iter(()), "--metrics-file", path)


def test_a_file_that_cannot_be_written_later_is_one_notice(
    place: Place, prom: Path
) -> None:
    prom = prom.parent / "folder" / "log.prom"

    def write(monitor: Monitor) -> Iterator[None]:
        prom.unlink()
        prom.parent.rmdir()
        for second in (0, 5):
            place.append(line(second) * (second + 1))
            yield from monitor.until(f'"hits":{second + 1},')
        prom.parent.mkdir()

    prom.parent.mkdir()
    place.append(b"")
    objects = place.follow(write, "--metrics-file", str(prom))
    (notice,) = notices_of(objects)
    assert notice.endswith("No such file or directory; trying again at each report")
    assert samples_of(prom.read_text())["requests_total{200}"] == 7
