"""The sums of the stored reports by hour, and when they are read."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.reports import NOTHING, report_of
from support.states import a_state, filled, opened, query

from monitor.core import Report
from monitor.state.checkpoint import Checkpointer
from monitor.state.store import KEPT_REPORTS, Batch

HOUR = 3600
Row = tuple[int, int, dict[str, Any]]


def row(start: int, end: int, hits: int, seconds: int) -> Row:
    return start, end, {"hits": hits, "seconds": seconds}


def rates_of(path: Path, *batches: list[Row], wall: float = 1e9) -> dict[int, float]:
    state = {**a_state(), "moment": {"wall": wall, "boot": "", "awake": 0.0}}
    with closing(opened(path)) as store:
        for reports in batches:
            store.save(Batch(state, reports))
        return store.hourly_rates()


@pytest.mark.parametrize(
    ("reports", "rates"),
    [
        pytest.param([], {}, id="no reports"),
        pytest.param([row(0, HOUR, 7200, HOUR)], {0: 2.0}, id="an hour"),
        pytest.param(
            [row(s, s + 10, 50, 10) for s in range(0, 2 * HOUR, 10)],
            {0: 5.0, 1: 5.0},
            id="many short ones",
        ),
        pytest.param([row(0, HOUR, 6000, 600)], {0: 10.0}, id="observed in part"),
        pytest.param([row(0, HOUR, 599, 599)], {}, id="too little was observed"),
        pytest.param([row(0, HOUR, 0, 0)], {}, id="without data"),
        pytest.param([row(0, HOUR, 0, HOUR)], {0: 0.0}, id="silence"),
        pytest.param([row(0, 3 * HOUR, 9999, 3 * HOUR)], {}, id="the report of a gap"),
    ],
)
def test_reports_are_summed_by_the_hour(
    tmp_path: Path, reports: list[Row], rates: dict[int, float]
) -> None:
    parts = [reports[:100], reports[100:]]
    assert rates_of(tmp_path / "state.db", *parts) == rates


def test_hours_are_deleted_with_their_reports(tmp_path: Path) -> None:
    hours = [row(h * HOUR, (h + 1) * HOUR, h * HOUR, HOUR) for h in range(3)]
    later = row(KEPT_REPORTS + HOUR, KEPT_REPORTS + 2 * HOUR, 0, HOUR)
    rates = rates_of(tmp_path / "state.db", hours, [later])
    assert list(rates) == [2, KEPT_REPORTS // HOUR + 1]


@pytest.mark.parametrize(
    "value", ["'x'", "-1", "1e300", "x'00'", "9223372036854775807"]
)
def test_a_row_that_no_report_can_have_made_raises_nothing(
    tmp_path: Path, value: str
) -> None:
    path = tmp_path / "state.db"
    rates_of(path, [row(0, HOUR, HOUR, HOUR), row(HOUR, 2 * HOUR, HOUR, HOUR)])
    query(path, f"UPDATE hours SET hits = {value} WHERE hour = 0")
    rates = rates_of(path, [row(0, HOUR, 1, 1)])
    assert rates[1] == 1.0
    assert rates.get(0, 0.0) >= 0.0


def test_a_state_without_hours_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    filled(path)
    query(path, "DROP TABLE hours")
    assert rates_of(path, [row(0, HOUR, HOUR, HOUR)]) == {0: 1.0}


def test_the_rates_are_read_once_per_hour_of_the_reports(tmp_path: Path) -> None:
    checkpoint = Checkpointer(opened(tmp_path / "state.db"), print, 0.0)
    checkpoint.load()
    read = [checkpoint.hourly_rates]
    for start in range(0, 3 * HOUR, 600):
        checkpoint.emit(a_report(start))
        for mono in (0.0, 1e6):
            checkpoint.save(a_state(), start + mono)
            if checkpoint.hourly_rates is not read[-1]:
                read.append(checkpoint.hourly_rates)
    checkpoint.close()
    assert [list(rates) for rates in read] == [[], [0], [0, 1], [0, 1, 2]]


def a_report(start: int) -> Report:
    return report_of(NOTHING, start=start, end=start + 600, seconds=600)
