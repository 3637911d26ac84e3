"""Metrics that are served while a log is followed, through kills and without data."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from support.clients import Client, serving
from support.exposed import counters_of, samples_of
from support.place import (
    Killed,
    Monitor,
    Objects,
    Place,
    notices_of,
    of,
    place_beside_others,
)
from support.states import query
from support.timelines import line

from monitor.errors import MonitorError
from monitor.parsers import address_of

WORDS = ("--metrics", "0", "-i", "3600")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_beside_others(tmp_path)


def ask(monitor: Monitor, answers: list[str], path: str = "/metrics") -> Iterator[None]:
    """Ask for a page, let the monitor look until it has answered, and append the text."""
    url = monitor.text.partition("http://")[2].partition("/metrics")[0]
    client = Client(address_of(url)).send(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    with closing(client.socket):
        while not client.is_closed:
            yield
            client.look(0.01)
    head, _, text = client.read.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    answers.append(text)


def notice_of(objects: Objects) -> str:
    (notice,) = (
        each["message"]
        for each in of(objects, "notice")
        if "serving metrics" in each["message"]
    )
    return str(notice)


def test_the_present_state_is_served_and_saved_before(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        yield from ask(monitor, answers)
        place.append(line(0) * 5)
        for _ in range(8):
            yield
        yield from ask(monitor, answers)
        raise Killed

    place.append(b"")
    objects = place.follow(scrape, *WORDS)
    assert notice_of(objects).startswith("serving metrics on http://127.0.0.1:")
    before, after = map(samples_of, answers)
    assert before["lines_total{hit}"] == 0
    assert after["requests_total{200}"] == 5
    assert after["window_requests"] == 5
    assert of(place.once(), "report")[0]["hits"] == 5  # of the interval that was open


def test_no_count_goes_back_over_kills(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        place.append(line(0) * 2)
        yield
        yield
        yield from ask(monitor, answers)
        place.append(line(0) * 2)
        yield
        raise Killed

    place.append(b"")
    for _ in range(3):
        place.follow(scrape, *WORDS)
    seen = [counters_of(samples_of(text)) for text in answers]
    assert [each["requests_total{200}"] for each in seen] == [2, 6, 10]
    for before, after in pairwise(seen):
        assert all(after[series] >= before[series] for series in before)


def test_counts_stand_still_while_the_state_cannot_be_written(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        place.append(line(0) * 2)
        for _ in range(3):
            yield
        yield from ask(monitor, answers)
        query(place.state, "ALTER TABLE state RENAME TO lost")
        place.append(line(0) * 2)
        for _ in range(3):
            yield
        yield from ask(monitor, answers)
        query(place.state, "ALTER TABLE lost RENAME TO state")
        for _ in range(3):
            yield
        yield from ask(monitor, answers)

    place.append(b"")
    objects = place.follow(scrape, *WORDS)
    before, failing, after = map(samples_of, answers)
    assert [each["requests_total{200}"] for each in (before, failing, after)] == [
        2,
        2,
        4,
    ]
    saved = [each["state_saved_timestamp_seconds"] for each in (before, failing)]
    assert saved[0] == saved[1]
    assert [each for each in notices_of(objects) if "going on from memory" in each]


def test_two_scrapes_in_a_second_save_once(place: Place) -> None:
    answers: list[str] = []

    saved: list[float] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        for _ in range(4):
            yield
        for _ in range(2):
            yield from ask(monitor, answers)
        saved.extend(
            samples_of(text)["state_saved_timestamp_seconds"] for text in answers
        )

    place.append(b"")
    place.follow(scrape, *WORDS)
    assert saved[0] == saved[1] > 1.7e9


def test_without_a_state_the_present_counts_are_served(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        place.append(line(0) * 2)
        for _ in range(3):
            yield
        yield from ask(monitor, answers)

    place.append(b"")
    place.follow(scrape, "--no-state", *WORDS)
    samples = samples_of(answers[0])
    assert samples["requests_total{200}"] == 2
    assert samples["state_saved_timestamp_seconds"] == 0


def test_health_is_whether_there_is_data(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        yield from ask(monitor, answers, "/healthz")
        place.append(line(0))
        yield
        yield
        place.log.unlink()
        yield from monitor.until('"state":"began"')
        yield from ask(monitor, answers, "/healthz?verbose")

    place.append(b"")
    place.follow(scrape, *WORDS)
    fine, gone = answers
    assert fine == "ok\n"
    assert gone.startswith("no data since 2026-11-23 22:4")
    assert gone.endswith(f" - {place.log}: No such file or directory\n")


def test_a_log_that_never_was_there_has_no_data_and_no_counts(place: Place) -> None:
    answers: list[str] = []

    def scrape(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"state":"began"')
        yield from ask(monitor, answers, "/healthz")
        yield from ask(monitor, answers)

    place.follow(scrape, *WORDS)
    assert answers[0].startswith("no data since ")
    samples = samples_of(answers[1])
    assert samples[f"log_readable{{{place.log}}}"] == 0
    assert samples["lines_total{hit}"] == 0
    assert list(place.folder.iterdir()) == []


def test_a_port_that_is_taken_ends_the_start(place: Place) -> None:
    place.append(b"")
    with serving() as served:
        port = str(served.server.address.port)
        with pytest.raises(MonitorError, match="Address already in use; choose an"):
            place.follow(lambda monitor: iter(()), "--metrics", port)
    assert not place.state.exists()
