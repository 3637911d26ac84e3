"""What a run with `--once` says of the time: up to when it knows the log, and a silent log."""

import pytest
from support.place import Place
from support.timelines import clock_of, log


@pytest.mark.parametrize(
    ("silence", "as_of", "silent_since"),
    [
        pytest.param(1, 9, None, id="the log is being written"),
        pytest.param(12, 18, None, id="silent for less than the window"),
        pytest.param(14, 20, 9, id="silent for longer"),
        pytest.param(3603, 3609, 9, id="silent for an hour"),
    ],
)
def test_a_report_says_up_to_when_it_knows_the_log(
    place: Place, silence: float, as_of: int, silent_since: int | None
) -> None:
    place.append(log(range(10)))
    for _ in range(2):  # a run with new lines, and one without
        place.be_silent(silence + 0.5)
        report, summary = place.once()
        assert report["as_of"] == summary["as_of"] == clock_of(as_of)
        assert report["silent_since"] == (silent_since and clock_of(silent_since))


def test_a_report_of_a_log_without_a_time_knows_nothing(place: Place) -> None:
    place.append(b"")
    report, _ = place.once()
    assert (report["as_of"], report["silent_since"]) == (None, None)
