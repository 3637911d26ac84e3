"""The same hour on the days before."""

import pytest

from monitor.usual import hour_of, usual_rate

HOUR, DAY = 3600, 86400
NOON = 20_000 * DAY + 12 * HOUR


def days_before(*rates: float | None, hour: int = NOON // HOUR) -> dict[int, float]:
    """Return the rates of an hour one, two, ... days before; None: a day without that hour."""
    days = enumerate(rates, start=1)
    return {hour - 24 * day: rate for day, rate in days if rate is not None}


@pytest.mark.parametrize(
    ("rates", "usual"),
    [
        pytest.param(days_before(), None, id="no day"),
        pytest.param(days_before(4, 5), None, id="two days"),
        pytest.param(days_before(4, 9, 5), 5, id="three days"),
        pytest.param(days_before(4, 9, 5, 6), 5.5, id="four days"),
        pytest.param(days_before(4, None, None, 5, None, None, 9), 5, id="with gaps"),
        pytest.param(days_before(4, 5, *[None] * 5, 9), None, id="a day of last week"),
        pytest.param(days_before(*range(1, 31)), 4, id="the last seven days"),
        pytest.param(days_before(4, 4, 900, 4), 4, id="a day with an attack"),
        pytest.param(days_before(0, 0, 0), 0, id="a silent hour"),
        pytest.param(
            days_before(4, 5, 6, hour=NOON // HOUR + 1), None, id="another hour"
        ),
        pytest.param(
            {**days_before(4, 5, 6), NOON // HOUR: 99.0}, 5, id="the hour itself"
        ),
    ],
)
def test_the_usual_rate_is_the_median_of_the_same_hour_of_the_last_days(
    rates: dict[int, float], usual: float | None
) -> None:
    assert usual_rate(rates, NOON, NOON + 10) == usual


@pytest.mark.parametrize(
    ("start", "end", "hour"),
    [
        pytest.param(0, 10, 0, id="ten seconds"),
        pytest.param(3590, 3600, 0, id="the last ten seconds"),
        pytest.param(3600, 7200, 1, id="an hour"),
        pytest.param(3595, 7205, 1, id="an hour of cron"),
        pytest.param(0, 7200, 1, id="two hours"),
        pytest.param(0, 7201, None, id="more"),
        pytest.param(0, DAY, None, id="a day"),
    ],
)
def test_an_interval_belongs_to_the_hour_of_its_middle(
    start: int, end: int, hour: int | None
) -> None:
    assert hour_of(start, end) == hour
