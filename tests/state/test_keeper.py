"""What is due, what is kept while it cannot be written, and what is not told twice."""

import random
from collections.abc import Iterable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from support.states import LOGS, a_state

from monitor.alerts.state import FIRING, OK, Alert, Rule
from monitor.core.events import Event, Notice, Report, Summary, WindowReading
from monitor.state import keeper as module
from monitor.state.keeper import EVERY, Keeper
from monitor.state.store import Batch, History, Store
from monitor.stats.tally import Tally

STATE = a_state()
RULE = Rule("traffic", Fraction(10), 120)
WINDOW = WindowReading(0, RULE, False, (0.0,))


def alert(at: int, hits: int = 1300, state: str = FIRING) -> Alert:
    return Alert(RULE, state, hits, at)


def report(start: int, kind: type[Report] = Report) -> Report:
    return kind(start, start + 10, Tally(), WINDOW, None, (), 0)


def large_state(size: int, seed: int = 0) -> dict[str, Any]:
    return {**STATE, "x": random.Random(seed).randbytes(size).hex()}


class Kept:
    """A keeper of a store, and what it tells."""

    def __init__(self, path: Path, mono: float = 0.0) -> None:
        self.path = path
        self.told: list[str] = []
        self.store = Store(str(path), LOGS)
        self.keeper = Keeper(self.store, self.told.append, mono)

    def note(self, *events: Event) -> list[Event]:
        return list(self.keeper.noting(events))

    def save(self, mono: float = 0.0) -> None:
        self.keeper.save(STATE, mono)

    def stored(self) -> tuple[int, int]:
        """Gives the numbers of stored reports and alerts."""
        with closing(History(str(self.path))) as history:
            return history.reports(None, 0, 0)[0], history.alerts(None, 0, 0)[0]

    def fill_the_disk(self) -> None:
        self._pages("1")

    def make_room(self) -> None:
        self._pages("1000000")

    def _pages(self, most: str) -> None:
        self.store._connection.execute(f"PRAGMA max_page_count = {most}")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "state.db")
    yield kept
    kept.keeper.close()


DUE = [
    ([], EVERY - 1, False),
    ([], EVERY, True),
    ([report(0)], 0.0, True),
    ([alert(5)], 0.0, True),
    ([Notice("x")], 0.0, False),
    ([report(0, Summary)], 0.0, False),
]


@pytest.mark.parametrize(
    ("events", "mono", "due"),
    DUE,
    ids=["before", "in time", "a report", "an alert", "a notice", "a summary"],
)
def test_it_is_due_every_ten_seconds_and_at_each_report_and_alert(
    kept: Kept, events: Iterable[Event], mono: float, due: bool
) -> None:
    kept.note(*events)
    assert kept.keeper.is_due(mono) is due
    kept.save(mono)
    assert not kept.keeper.is_due(mono)
    assert not kept.keeper.is_due(mono + EVERY - 1)
    assert kept.keeper.is_due(mono + EVERY)


def test_what_is_told_waits_for_the_ten_seconds_while_it_catches_up(
    kept: Kept,
) -> None:
    kept.note(report(0), alert(5))
    assert not kept.keeper.is_due(EVERY - 1, busy=True)
    assert kept.keeper.is_due(EVERY, busy=True)
    assert kept.keeper.is_due(0.0, busy=False)


def test_events_pass_and_reports_and_alerts_are_stored_once(kept: Kept) -> None:
    events = [report(0), alert(5), Notice("x"), report(0, Summary)]
    assert kept.note(*events) == events
    kept.save()
    kept.save()
    assert kept.stored() == (1, 1)
    assert kept.keeper.load() == STATE
    assert kept.told == []


def test_without_a_store_everything_passes_and_nothing_is_ever_due() -> None:
    keeper = Keeper(None, pytest.fail, 0.0)
    events = [report(0), alert(5), report(0, Summary)]
    assert list(keeper.noting(events)) == events
    assert not keeper.is_due(1e9)
    keeper.save(STATE, 0.0)
    assert keeper.load() is None
    keeper.close()


def test_a_full_disk_is_told_once_and_costs_nothing(kept: Kept) -> None:
    kept.fill_the_disk()
    for number in range(40):
        kept.note(report(10 * number), alert(number))
        kept.keeper.save(large_state(5000, number), float(number))
    assert len(kept.told) == 1
    assert "going on from memory until it can be written" in kept.told[0]
    assert kept.stored() == (0, 0)
    kept.make_room()
    kept.save(50.0)
    assert kept.told[1:] == [
        "the state can be written again: no report or alert was lost"
    ]
    assert kept.stored() == (40, 40)
    kept.save(60.0)
    assert len(kept.told) == 2


def test_a_second_failure_is_told_again(kept: Kept) -> None:
    big = large_state(50_000)
    for _ in range(2):
        kept.fill_the_disk()
        kept.keeper.save(big, 0.0)
        kept.make_room()
        kept.save()
    assert ["again" in each for each in kept.told] == [False, True, False, True]


def test_a_write_that_failed_is_tried_again_after_ten_seconds(kept: Kept) -> None:
    kept.fill_the_disk()
    kept.note(alert(5))
    kept.keeper.save(large_state(50_000), 100.0)
    assert not kept.keeper.is_due(100.0 + EVERY - 1)
    assert kept.keeper.is_due(100.0 + EVERY)


def test_what_waits_is_bounded_and_what_is_dropped_is_said(kept: Kept) -> None:
    kept.fill_the_disk()
    for number in range(module.PENDING + 50):
        kept.note(alert(number))
    kept.keeper.save(large_state(50_000), 0.0)
    kept.make_room()
    kept.save()
    assert kept.stored() == (0, module.PENDING)
    assert kept.told[-1].endswith("again: 50 reports and alerts were lost")
    with closing(History(str(kept.path))) as history:
        (newest,) = history.alerts(None, 1, 0)[1]
    assert newest["at"] == f"1970-01-01T02:47:2{9}Z"


def test_a_state_that_turns_out_damaged_is_one_notice_and_memory(kept: Kept) -> None:
    kept.note(alert(1))
    kept.save()
    for what in ("wal_checkpoint(TRUNCATE)", "shrink_memory"):
        kept.store._connection.execute(f"PRAGMA {what}")
    with kept.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    kept.note(report(0), alert(2))
    for _ in range(2):
        kept.save()
    (told,) = kept.told
    assert told == (
        f"the state was damaged: it was moved to {kept.path}.damaged-1; start the monitor "
        "again to begin a new state; going on from memory until it can be written"
    )


def test_a_state_that_vanishes_is_one_notice_and_memory(kept: Kept) -> None:
    kept.note(alert(1))
    kept.save()
    kept.path.unlink()
    kept.note(report(0), alert(2))
    for _ in range(2):
        kept.save()
    (told,) = kept.told
    assert told == (
        f"{kept.path} was deleted, moved or replaced; start the monitor again to begin a "
        "new state; going on from memory until it can be written"
    )
    assert not kept.path.exists()


# --- alerts that are judged again ----------------------------------------------------------

JUDGED_AGAIN: dict[str, tuple[Alert, bool]] = {
    "the same": (alert(5, 1201), False),
    "with more hits": (alert(5, 1205), False),
    "at another time": (alert(6, 1201), True),
    "another state": (alert(5, 1201, OK), True),
}


@pytest.mark.parametrize(("again", "is_told"), JUDGED_AGAIN.values(), ids=JUDGED_AGAIN)
def test_an_alert_that_was_told_at_the_end_of_the_last_run_is_replaced_silently(
    tmp_path: Path, again: Alert, is_told: bool
) -> None:
    path = tmp_path / "state.db"
    first = Kept(path)
    first.store.save(first.keeper.batch(STATE, [alert(5, 1201)]))
    first.keeper.close()
    assert first.stored() == (0, 1)
    second, other = Kept(path), report(0)
    assert second.note(again, other) == [*([again] if is_told else []), other]
    second.save()
    second.keeper.close()
    assert second.stored() == (1, 1)
    with closing(History(str(path))) as history:
        (stored,) = history.alerts(None, 9, 0)[1]
    assert (stored["hits"], stored["state"]) == (again.hits, again.state)


def test_an_end_that_is_judged_again_and_again_is_told_once(tmp_path: Path) -> None:
    told: list[Any] = []
    for _ in range(3):
        kept = Kept(tmp_path / "state.db")
        told += kept.keeper.new([alert(5)])
        kept.store.save(kept.keeper.batch(STATE, [alert(5)]))
        kept.keeper.close()
    assert told == [alert(5)]
    assert kept.stored() == (0, 1)


@pytest.mark.parametrize(("sections", "stored"), [(100, 100), (101, 100)])
def test_a_batch_has_the_hundred_largest_sections_of_a_report(
    kept: Kept, sections: int, stored: int
) -> None:
    tally = Tally()
    tally.hits = 50
    tally.sections.update({b"/s%d" % number: number for number in range(sections)})
    kept.note(Report(0, 10, tally, WINDOW, None, (), 0))
    batch: Batch = kept.keeper.batch(STATE)
    ((start, end, fields),) = batch.reports
    assert (start, end, fields["hits"]) == (0, 10, 50)
    assert fields["sections_total"] == min(50, sections)
    listed = [each["hits"] for each in fields["sections"]]
    assert listed == list(range(sections))[::-1][:stored]
