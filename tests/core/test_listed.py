"""The names that a report lists, and the names that the summary of a run holds."""

import pytest
from support.hits import columns_of, hit
from support.timelines import START, line

from monitor.core.events import Report
from monitor.core.intervals import Grid, Intervals
from monitor.core.pipeline import Pipeline
from monitor.settings import Settings
from monitor.stats import Tally


@pytest.mark.parametrize(
    ("settings", "start", "listed"),
    [
        pytest.param(Settings(replay=True, top=2), None, 2, id="a replay: those shown"),
        pytest.param(Settings(once=True, top=2), None, 30, id="once: all are stored"),
        pytest.param(Settings(top=2), float(START), 30, id="followed: all are stored"),
        pytest.param(Settings(top=25), float(START), 30, id="fewer shown than stored"),
    ],
)
def test_a_report_lists_what_is_shown_or_stored(
    settings: Settings, start: float | None, listed: int
) -> None:
    pipeline = Pipeline(settings, start)
    lines = [line(0, f"/{number}") for number in range(30)]
    pipeline.intake.feed("log", b"".join(lines))
    pipeline.intake.end("log")
    events = [*pipeline.advance(), *pipeline.finish()]
    reports = [event for event in events if isinstance(event, Report)]
    assert reports
    for report in reports:
        assert len(report.values.rankings["sections"].rows) == listed


@pytest.mark.usefixtures("untraced")
def test_the_summary_of_a_run_holds_more_names_than_a_report() -> None:
    intervals = Intervals(Grid(10), silent=False)
    intervals.open_at(0)
    for report in range(3):
        numbers = range(15_000 * report, 15_000 * (report + 1))
        intervals.add(tally_of([b"GET /%d" % number for number in numbers]))
        intervals.roll_over(10 * (report + 1))
    ranked = intervals.total.values(0).rankings["sections"]
    assert (ranked.held, ranked.other) == (45_000, None)


def tally_of(heads: list[bytes]) -> Tally:
    tally = Tally()
    tally.add_hits(columns_of([hit(head) for head in heads]))
    return tally
