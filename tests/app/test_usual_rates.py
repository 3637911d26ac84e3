"""Reports are compared with the same hour of the days before, from the stored reports."""

from collections.abc import Iterator

import pytest
from support.place import Monitor, Place, of
from support.timelines import DAY, HOUR, log

pytestmark = pytest.mark.usefixtures("untraced")

TWENTY_MINUTES = range(0, 1200, 10)


def on_day(day: int, hits: int, clock: int = 0) -> bytes:
    """Return a log of twenty minutes of a day with some hits every ten seconds."""
    return log(day * DAY + clock + s for s in TWENTY_MINUTES for _ in range(hits))


@pytest.mark.parametrize(
    ("days", "clock", "usual"),
    [
        pytest.param([2, 7, 3], 0, 3 * 120 / 1191, id="three days"),
        pytest.param([2, 7, 3], 3 * HOUR, None, id="another time of day"),
    ],
)
def test_a_report_has_the_usual_rate_and_a_replay_has_none(
    place: Place, days: list[int], clock: int, usual: float | None
) -> None:
    for day, hits in enumerate(days):
        place.append(on_day(day, hits))
        assert "usual" not in place.once()[0]
    place.append(on_day(len(days), 5, clock))
    report, summary = place.once()
    assert report.get("usual") == pytest.approx(usual)
    assert "usual" not in summary
    assert ("usual" in of(place.history(), "report")[0]) is (usual is not None)
    replay = place.run("--replay", "-o", "json", "-i", "20m")
    assert (replay[0], '"usual"' in replay[1]) == (0, False)


def test_a_monitor_that_goes_on_learns_the_usual_rate(place: Place) -> None:
    def four_days(monitor: Monitor) -> Iterator[None]:
        for day in range(4):
            place.append(on_day(day, 2))
            yield from monitor.until(f'"start":"2026-11-{23 + day}T22:50')

    place.append(b"")
    reports = of(place.follow(four_days, "-i", "10m"), "report")
    assert {each["start"][:10] for each in reports if "usual" in each} == {"2026-11-26"}
