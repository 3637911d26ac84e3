"""The busiest minute of a report of several minutes, and of the run."""

from collections.abc import Iterable

import pytest
from support.timelines import START, log, replay, settings, traffic

from monitor.core.events import Report


def peaks(reports: Iterable[Report]) -> list[tuple[int, float] | None]:
    """Write the peaks as the second at which the minute begins, and the hits of the minute."""
    found = [report.peak for report in reports]
    return [each and (each.second - START, round(each.rate * 60, 6)) for each in found]


@pytest.mark.parametrize(
    ("text", "interval", "reports", "summary"),
    [
        pytest.param(
            "0-150:1 150:9 151-239:1", 240, [(120, 69)], (120, 69), id="a burst"
        ),
        pytest.param("0-239:1", 240, [(0, 60)], (0, 60), id="the first of equal ones"),
        pytest.param("0-119:1", 60, [None, None], (0, 60), id="of the run only"),
        pytest.param("0-118:1", 240, [None], None, id="less than two minutes"),
        pytest.param(
            "0-239:1 300:99", 240, [(0, 60), None], (300, 99), id="little was observed"
        ),
        pytest.param(
            "0-119:1 200:70 139:5 239:1",
            240,
            [(180, 76)],
            (180, 76),
            id="a late hit counts when it comes",
        ),
        pytest.param("45-74:9 149:1 200:1", 10, [None] * 6, (0, 135), id="cut minutes"),
    ],
)
def test_a_report_of_minutes_has_the_busiest(
    text: str,
    interval: int,
    reports: list[tuple[int, int] | None],
    summary: tuple[int, int] | None,
) -> None:
    data = log(traffic(text))
    events = replay(data, settings()._replace(interval=interval))
    assert peaks(events.reports) == reports
    assert peaks([events.summary]) == [summary]
