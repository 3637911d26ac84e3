"""An alert that fires more than 5 times in 30 minutes is noticed once."""

import json

import pytest

from monitor.alerts.flapping import Flapping

MINUTE = 60


@pytest.mark.parametrize(
    ("minutes", "noticed"),
    [
        pytest.param("0 1 2 3 4", "", id="five times"),
        pytest.param("0 1 2 3 4 5", "5", id="six times"),
        pytest.param("0 6 12 18 24 30", "", id="in 30 minutes"),
        pytest.param("0 6 12 18 24 29", "29", id="in 29 minutes"),
        pytest.param("0 1 2 3 4 5 6 7 8", "5", id="once"),
        pytest.param(
            "0 1 2 3 4 5 20 21 22 23 40 41 42", "5", id="as long as it goes on"
        ),
        pytest.param("0 1 2 3 4 5 60 61 62 63 64 65", "5 65", id="again after a calm"),
    ],
)
@pytest.mark.parametrize("is_restored", [False, True], ids=["", "restored"])
def test_an_alert_that_fires_often_is_noticed(
    minutes: str, noticed: str, is_restored: bool
) -> None:
    flapping, found = Flapping(), []
    for minute in minutes.split():
        if flapping.note("traffic", int(minute) * MINUTE):
            found.append(minute)
        flapping.note("section /", 0)
        if is_restored:
            snapshot = json.loads(json.dumps(flapping.snapshot()))
            flapping = Flapping()
            flapping.restore(snapshot)
    assert " ".join(found) == noticed


def test_the_times_move_with_the_clock_of_the_log() -> None:
    flapping = Flapping()
    for second in range(5):
        assert not flapping.note("traffic", 3600 + second)
    flapping.shift(-3600)
    assert flapping.note("traffic", 10)
