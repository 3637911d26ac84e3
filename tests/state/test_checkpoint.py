"""When a save is due, and what waits while it fails."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.reports import HIT, NOTHING, report_of, values_of
from support.states import LOGS, a_state, damage, full_disk

from monitor.alerts import FIRING, Alert
from monitor.alerts.rules import RULES, Rule
from monitor.core.events import Event, Notice, Report, Summary, WindowReading
from monitor.state.checkpoint import EVERY, STORED, Checkpointer
from monitor.state.history import History
from monitor.state.store import Store
from monitor.stats import Ranked, RankedName

STATE = a_state()
RULE = Rule(RULES["traffic"], Fraction(10), 120)
WINDOW = WindowReading(0, RULE, False, (0.0,))


def alert(at: int) -> Alert:
    return Alert(RULE, FIRING, 1300, at)


def report(start: int, kind: type[Report] = Report) -> Report:
    return kind(start, start + 10, 10, NOTHING, WINDOW, None, (), 0)


WAITING = 50
"""Reports or alerts that wait for the store at most."""


class Saved:
    """A checkpointer of a store, its notices, and what it stored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[str] = []
        store = Store(str(path), LOGS)
        self.checkpoint = Checkpointer(store, self.notices.append, 0.0, WAITING)

    def emit(self, *events: Event) -> None:
        for event in events:
            self.checkpoint.emit(event)

    def save(self, mono: float = 0.0) -> None:
        self.checkpoint.save(STATE, mono)

    def stored(self) -> tuple[int, int]:
        """Return the numbers of stored reports and alerts."""
        return len(self.rows("reports")), len(self.rows("alerts"))

    def rows(self, kind: str) -> list[dict[str, Any]]:
        with closing(History(str(self.path))) as history:
            return list(history.read(kind, 1000, 0))


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Saved]:
    saved = Saved(tmp_path / "state.db")
    yield saved
    saved.checkpoint.close()


# --- when ----------------------------------------------------------------------------------

DUE = [
    pytest.param([], EVERY - 1, False, id="before"),
    pytest.param([], EVERY, True, id="in time"),
    pytest.param([report(0)], 0.0, True, id="a report"),
    pytest.param([alert(5)], 0.0, True, id="an alert"),
    pytest.param([Notice("x")], 0.0, False, id="a notice"),
    pytest.param([report(0, Summary)], 0.0, False, id="a summary"),
]


@pytest.mark.parametrize(("events", "mono", "due"), DUE)
def test_it_is_due_every_ten_seconds_and_at_each_report_and_alert(
    saved: Saved, events: Iterable[Event], mono: float, due: bool
) -> None:
    saved.emit(*events)
    assert saved.checkpoint.is_due(mono) is due
    saved.save(mono)
    assert not saved.checkpoint.is_due(mono)
    assert not saved.checkpoint.is_due(mono + EVERY - 1)
    assert saved.checkpoint.is_due(mono + EVERY)


def test_reports_and_alerts_wait_for_the_ten_seconds_while_it_catches_up(
    saved: Saved,
) -> None:
    saved.emit(report(0), alert(5))
    assert not saved.checkpoint.is_due(EVERY - 1, busy=True)
    assert saved.checkpoint.is_due(EVERY, busy=True)
    assert saved.checkpoint.is_due(0.0, busy=False)


# --- what ----------------------------------------------------------------------------------


def test_reports_and_alerts_are_stored_once(saved: Saved) -> None:
    saved.emit(report(0), alert(5), Notice("x"), report(0, Summary))
    for _ in range(2):
        saved.save()
    assert saved.stored() == (1, 1)
    assert saved.checkpoint.load() == STATE
    assert saved.notices == []


def test_without_a_store_nothing_is_ever_due() -> None:
    checkpoint = Checkpointer(None, pytest.fail, 0.0)
    for event in (report(0), alert(5), report(0, Summary)):
        checkpoint.emit(event)
    assert not checkpoint.is_due(1e9)
    checkpoint.save(STATE, 0.0)
    assert checkpoint.load() is None
    checkpoint.close()


@pytest.mark.parametrize(
    ("sections", "stored"),
    [
        pytest.param(STORED, 100, id="a hundred"),
        pytest.param(STORED + 1, 100, id="one more"),
    ],
)
def test_a_stored_report_has_its_hundred_largest_sections(
    saved: Saved, sections: int, stored: int
) -> None:
    rows = [RankedName(b"/s", number, (0, 0)) for number in range(sections)][::-1]
    values = values_of((HIT, 50))
    values.rankings["sections"] = Ranked(rows, sections, sections, (50, 0, 0))
    saved.emit(Report(0, 10, 10, values, WINDOW, None, (), 0))
    saved.save()
    (fields,) = saved.rows("reports")
    assert fields["hits"] == 50
    assert fields["sections_total"] == min(50, sections)
    listed = [each["hits"] for each in fields["sections"]]
    assert listed == list(range(sections))[::-1][:stored]


def test_a_stored_report_has_ten_clients_and_failing_urls_and_no_files(
    saved: Saved,
) -> None:
    hits = [((f"GET /{n}", "", "404", 1, f"c{n}"), 40 - n) for n in range(30)]
    saved.emit(report_of(values_of(*hits), files=("access.log",)))
    saved.save()
    (fields,) = saved.rows("reports")
    assert [each["client"] for each in fields["top_clients"]] == [
        f"c{n}" for n in range(10)
    ]
    assert [each["url"] for each in fields["failing"]] == [f"/{n}" for n in range(10)]
    assert not fields.keys() & {"files", "files_total"}


# --- while it fails ------------------------------------------------------------------------


def test_a_full_disk_is_one_notice_and_costs_nothing(saved: Saved) -> None:
    with full_disk():
        for number in range(40):
            saved.emit(report(10 * number), alert(number))
            saved.save(float(number))
    assert len(saved.notices) == 1
    assert "going on from memory until it can be written" in saved.notices[0]
    assert saved.stored() == (0, 0)
    saved.save(50.0)
    assert saved.notices[1:] == [
        "the state can be written again: no report or alert was lost"
    ]
    assert saved.stored() == (40, 40)
    saved.save(60.0)
    assert len(saved.notices) == 2


def test_a_second_failure_is_a_second_notice(saved: Saved) -> None:
    for _ in range(2):
        with full_disk():
            saved.save()
        saved.save()
    assert ["again" in each for each in saved.notices] == [False, True, False, True]


def test_a_write_that_failed_is_tried_again_after_ten_seconds(saved: Saved) -> None:
    saved.emit(alert(5))
    with full_disk():
        saved.save(100.0)
    assert not saved.checkpoint.is_due(100.0 + EVERY - 1)
    assert saved.checkpoint.is_due(100.0 + EVERY)


def test_a_bounded_number_waits_and_a_notice_counts_the_rest(saved: Saved) -> None:
    saved.emit(*map(alert, range(WAITING + 50)))
    with full_disk():
        saved.save()
    saved.save()
    assert saved.stored() == (0, WAITING)
    assert saved.notices[-1].endswith("again: 50 reports and alerts were lost")
    assert saved.rows("alerts")[0]["at"] == "1970-01-01T00:01:39Z"


def test_a_state_that_turns_out_damaged_is_one_notice_and_memory(
    tmp_path: Path,
) -> None:
    path = tmp_path / "state.db"
    for _ in range(2):
        saved = Saved(path)
        saved.emit(report(0), alert(1))
        if path.stat().st_size > 4096:
            damage(path)
        saved.save()
        saved.save()
        saved.checkpoint.close()
    (notice,) = saved.notices
    assert notice == (
        "the state was damaged (database disk image is malformed): it was moved to "
        f"{path}.damaged-1; start the monitor again to begin a new state; going on from memory until it can be written"
    )


def test_a_state_that_vanishes_is_one_notice_and_memory(saved: Saved) -> None:
    saved.emit(alert(1))
    saved.save()
    saved.path.unlink()
    saved.emit(report(0), alert(2))
    for _ in range(2):
        saved.save()
    (notice,) = saved.notices
    assert notice == (
        f"{saved.path} was deleted, moved or replaced; start the monitor again to begin a "
        "new state; going on from memory until it can be written"
    )
    assert not saved.path.exists()
