"""The hook of a run: alerts come, and its processes end when a test says so."""

from support.hooks import Started, delivery
from support.reports import AT, FIRED, NOTHING, alerts_of, report_of

from monitor.core import NoData, Notice
from monitor.hooks.hook import Hook
from monitor.hooks.queue import Ended
from monitor.outputs import Style
from monitor.settings import Settings


class Hooked:
    """A hook, its notices, how often it was saved, and its processes."""

    def __init__(self, started: Started | None = None) -> None:
        self.started = started or Started()
        self.notices: list[str] = []
        self.saved: list[int] = []
        settings = Settings(exec="hook")
        style = Style(utc=True, color=True)
        self.hook = Hook(
            settings, style, self.notices.append, self.started.start, lambda: 1e6
        )
        self.hook.save = lambda: self.saved.append(len(self.hook.pending()))

    def end(self, code: int | None) -> None:
        """Let the running hook end, and look."""
        self.started.ended = Ended(code)
        self.hook.poll(0.0)


def test_alerts_and_logs_without_data_are_delivered_and_nothing_else() -> None:
    run = Hooked()
    fires, recovers = alerts_of(2)
    reminder = fires._replace(at=fires.at + 60, since=fires.at, reminder=True)
    began = NoData("began", "a.log", AT, AT + 10, "gone")
    for event in (Notice("x"), fires, reminder, report_of(NOTHING), recovers, began):
        run.hook.emit(event)
    for _ in range(3):
        assert run.hook.poll(0.0)
        run.end(0)
    assert not run.hook.poll(0.0)
    assert run.started.seconds == [fires.at, recovers.at, began.at]
    assert run.saved == [2, 1, 0]
    assert run.hook.runs == {"ok": 3, "failed": 0, "timeout": 0, "dropped": 0}
    assert run.notices == []
    assert "\x1b" not in str(run.started.deliveries)
    assert {each.queued for each in run.started.deliveries} == {1e6}


def test_a_failure_is_a_notice_and_the_next_hook_runs() -> None:
    run = Hooked()
    for event in alerts_of(2):
        run.hook.emit(event)
    run.hook.poll(0.0)
    run.end(3)
    assert run.notices == ["the hook for traffic firing failed with exit code 3"]
    assert len(run.started.deliveries) == 2
    run.end(None)
    assert run.hook.runs == {"ok": 0, "failed": 1, "timeout": 1, "dropped": 0}


def test_a_hook_that_cannot_be_started_is_tried_again() -> None:
    run = Hooked(Started(fails=True))
    run.hook.emit(FIRED)
    for now in (0.0, 9.0, 10.0, 40.0, 130.0):
        assert not run.hook.poll(now)
    assert run.hook.pending() == []
    (notice,) = run.notices
    assert notice.endswith(
        "75 at try 4: cannot be started: Resource temporarily unavailable"
    )


def test_each_alert_that_is_dropped_is_a_notice() -> None:
    run = Hooked()
    for event in alerts_of(22):
        run.hook.emit(event)
    run.hook.poll(0.0)
    assert [each.partition(" at ")[0] for each in run.notices] == [
        "the hook was not run for traffic firing",
        "the hook was not run for traffic recovered",
    ]
    assert run.hook.runs["dropped"] == 2


def test_a_delivery_of_long_ago_is_a_notice() -> None:
    run = Hooked()
    run.hook.restore([delivery(1), delivery(999_000)], kept=3600)
    assert run.notices == ["the hook was not run for 1 alert of long ago"]
    assert len(run.hook.pending()) == 1
    assert run.hook.runs["dropped"] == 1


def test_at_the_end_no_hook_is_started_and_one_that_was_killed_stays_pending() -> None:
    run = Hooked()
    for event in alerts_of(2):
        run.hook.emit(event)
    run.hook.poll(0.0)
    assert run.hook.watch(0.0, stopping=True)
    run.started.ended = Ended(-15)
    assert not run.hook.watch(0.0, stopping=True)
    assert len(run.started.deliveries) == 1
    assert len(run.hook.pending()) == 2
    assert run.notices == []


def test_closing_ends_the_running_hook_which_stays_pending() -> None:
    run = Hooked()
    run.hook.close()
    assert not run.started.is_stopped
    run.hook.emit(FIRED)
    run.hook.poll(0.0)
    run.hook.close()
    assert run.started.is_stopped
    assert len(run.hook.pending()) == 1
