"""The state is made when a log can be read, and not by a mistyped name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.place import (
    Killed,
    Monitor,
    Place,
    of,
    place_beside_others,
    stored_sums,
)
from support.timelines import log, traffic

from monitor.errors import MonitorError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_beside_others(tmp_path)


def test_a_log_that_never_comes_leaves_nothing_behind(place: Place) -> None:
    def wait(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"type":"report"', '"state":"began"')

    place.follow(wait)
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize("mode", ["--once", "--replay", "--history"])
def test_a_mistyped_name_leaves_nothing_behind(place: Place, mode: str) -> None:
    with pytest.raises(MonitorError):
        place.run(mode)
    assert list(place.folder.iterdir()) == []


def test_a_log_that_comes_makes_the_state_before_any_time_passes(place: Place) -> None:
    def come(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"state":"began"')
        assert not place.state.exists()
        place.append(log(traffic("0-4:1")))
        yield
        assert place.state.exists()
        raise Killed

    place.follow(come, "-i", "3600")
    place.append(log(traffic("5-6:1")))
    place.once()
    assert stored_sums(place)["hits"] == 7
    no_data = of(place.history(), "no_data")
    assert [each["state"] for each in no_data] == ["ended", "began"]


def test_one_log_of_two_is_enough(place: Place) -> None:
    def wait(monitor: Monitor) -> Iterator[None]:
        yield

    place.append(b"")
    place.follow(wait, str(place.folder / "missing.log"))
    assert place.state.exists()


def test_reports_without_a_log_are_not_stored_and_the_first_with_lines_is(
    place: Place,
) -> None:
    def come(monitor: Monitor) -> Iterator[None]:
        yield from monitor.until('"end":"', '"state":"began"')
        place.append(log(traffic("0-4:1 20-24:1")))
        yield from monitor.until('"hits":5,')

    objects = place.follow(come)
    assert any(not each["lines"] for each in of(objects, "report")[:1])
    oldest = of(place.history(), "report")[-1]
    assert oldest["lines"]
    assert stored_sums(place)["hits"] == 10
