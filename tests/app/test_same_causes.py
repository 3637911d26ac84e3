"""One client that tries passwords: its alert names the causes, however the log is read."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.place import Monitor, Objects, Place, objects_of, of, place_beside_others
from support.timelines import clock_of, clock_text, line

from monitor.core.causes import MOST
from monitor.inputs.bisection import LAST
from monitor.inputs.replay import WORTH_IT

pytestmark = pytest.mark.usefixtures("untraced")

GIVEN = ("-o", "json", "--utc", "-w", "2m", "-t", "10", "-i", "7")


def lines_of(second: int, agent: str = "") -> bytes:
    """Return 5 hits of ordinary traffic, and from 120 to 150 also 30 hits of one client."""
    head, tail = f"- - [{clock_text(second)} +0000]", f'1 "-" "{agent}"\n'
    usual = [
        f'10.0.{n % 200}.1 {head} "GET /{n % 40}/x HTTP/1.1" {(200, 304)[n % 2]} {tail}'
        for n in range(5 * second, 5 * second + 5)
    ]
    client = f'203.0.113.9 {head} "POST /login?u=1 HTTP/1.1" 401 {tail}'
    number = 30 if 120 <= second < 150 else 0
    return "".join([*usual[:2], *[client] * number, *usual[2:]]).encode()


def log_of(start: int, stop: int, agent: str = "") -> bytes:
    return b"".join(lines_of(second, agent) for second in range(start, stop))


def replayed(place: Place, *words: str) -> Objects:
    if not place.log.exists():
        place.append(log_of(0, 160))
    code, out, _ = place.program("--replay", *GIVEN, *words, str(place.log))
    assert code == 0
    return objects_of(out)


def in_long_intervals(place: Place) -> Objects:
    return replayed(place, "-i", "1h")


def by_two_workers(place: Place) -> Objects:
    place.append(log_of(0, 160, agent="x" * 12_000))
    assert place.log.stat().st_size > WORTH_IT
    return replayed(place, "--jobs", "2")


def once(place: Place, until: int = 160) -> Objects:
    """Run before the incident, and in the middle of the second at which the alert fires."""
    data, objects = log_of(0, until), list[dict[str, Any]]()
    stops = [len(log_of(0, 90)), len(log_of(0, 140)) + 200, len(data)]
    for start, stop in pairwise([0, *stops]):
        place.append(data[start:stop])
        objects += place.once(*GIVEN)
    return objects


def written(place: Place, start: int, stop: int) -> Callable[..., Iterator[None]]:
    """Return a script that writes the lines of each second, and looks twice a second."""

    def write(monitor: Monitor) -> Iterator[None]:
        for second in range(start, stop):
            place.append(lines_of(second))
            yield
            yield

    return write


def followed(place: Place) -> Objects:
    """Start in the middle of the incident."""
    place.append(log_of(0, 136))
    return place.follow(written(place, 136, 143), *GIVEN)


def followed_through_a_restart(place: Place) -> Objects:
    place.append(log_of(0, 125))
    first = place.follow(written(place, 125, 136), *GIVEN)
    return first + place.follow(written(place, 136, 143), *GIVEN)


def restarted_before_a_line(place: Place) -> Objects:
    place.append(log_of(0, 136))
    first = place.follow(written(place, 0, 0), *GIVEN)
    return first + place.follow(written(place, 136, 143), *GIVEN)


def away(place: Place) -> Objects:
    place.append(log_of(0, 125))
    first = place.follow(written(place, 125, 136), *GIVEN)
    place.append(log_of(136, 149))
    return first + place.follow(written(place, 149, 150), *GIVEN)


@pytest.mark.parametrize(
    "run",
    [
        replayed,
        in_long_intervals,
        by_two_workers,
        once,
        followed,
        followed_through_a_restart,
        restarted_before_a_line,
        away,
    ],
)
def test_the_alert_names_the_section_the_client_and_the_status(
    tmp_path: Path, run: Callable[[Place], Objects]
) -> None:
    place = place_beside_others(tmp_path)
    alert: dict[str, Any] = of(run(place), "alert")[0]
    assert (alert["hits"], alert["at"]) == (1230, clock_of(140))
    assert alert["causes"] == {
        "section": ["/login", 0.63],
        "client": ["203.0.113.9", 0.63],
        "status": ["401", 0.63],
    }
    assert "threshold 10/s" in alert["message"]
    assert "; /login 63%, 203.0.113.9 63%, 401 63%)" in alert["message"]


def test_the_hits_before_the_start_are_as_many_as_an_alert_needs() -> None:
    assert LAST == MOST


def test_a_run_that_ends_in_a_second_leaves_all_hits_of_its_window_to_the_next(
    tmp_path: Path,
) -> None:
    place = place_beside_others(tmp_path)
    place.append(line(1, "/a") * 5 + line(10, "/b") * 4)
    assert of(place.once(), "alert") == []
    place.append(line(10, "/b") * 2)
    (alert,) = of(place.once(), "alert")
    assert alert["causes"]["section"] == ["/b", 6 / 11]


def test_the_history_names_the_causes(tmp_path: Path) -> None:
    place = place_beside_others(tmp_path)
    once(place, until=280)
    recovery, alert = of(place.history(), "alert")
    assert alert["causes"]["section"] == ["/login", 0.63]
    assert "causes" not in recovery
