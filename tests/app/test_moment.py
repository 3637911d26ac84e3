"""A run asks how long the program was away."""

from typing import Any

import pytest

from monitor.app.moment import moment, seconds_since


@pytest.mark.parametrize(
    ("went", "other"),
    [
        pytest.param("awake", {"wall": 0.0}, id="the same boot"),
        pytest.param("wall", {"awake": 0.0, "boot": "another"}, id="another boot"),
    ],
)
def test_the_clock_that_nobody_sets_measures_the_time_away_within_a_boot(
    went: str, other: dict[str, Any]
) -> None:
    then = moment()
    then[went] -= 5
    assert 5 <= seconds_since({**then, **other}) < 60


def test_a_moment_in_the_future_is_no_time_away() -> None:
    assert seconds_since({**moment(), "wall": 4e9, "boot": "another"}) == 0
