"""The command --check: reads what is new, like --once, and answers as a monitoring plugin.

It prints one line, and no notices, because agents take standard error for a part of the answer.
"""

import time
from collections.abc import Callable
from contextlib import closing, suppress
from fractions import Fraction

from monitor.alerts import Alert
from monitor.app.loop import Loop, Outputs
from monitor.app.once import conclude
from monitor.app.saving import State, commit, meter_of, open_store, resume
from monitor.core import Event, Pipeline
from monitor.errors import MonitorError
from monitor.inputs import Unread, check_logs
from monitor.outputs import Answer, Output, Stop, Writer
from monitor.settings import Settings
from monitor.state import Checkpointer
from monitor.units import size

READING = 0.8
"""The share of the time in which lines are read. The rest is for the start and the save."""


class Alerts(Output):
    """An output that collects the alerts since the last answer."""

    def __init__(self) -> None:
        self.list: list[Alert] = []

    def emit(self, event: Event) -> None:
        """Note an alert or a recovery."""
        if isinstance(event, Alert) and not event.reminder:
            self.list.append(event)


def check(
    settings: Settings,
    writer: Writer,
    stop: Stop,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Print the answer and return its exit code. Raises MonitorError if a log cannot be read.

    `clock` returns seconds. If the time for reading is over before all lines are read, the next check
    reads on from there.
    """
    deadline, alerts = clock() + READING * settings.timeout, Alerts()
    with closing(Outputs([alerts])) as outputs:
        check_logs(settings.files)
        store = open_store(settings, outputs)
        outputs.checkpoint = Checkpointer(store, outputs.notify, 0.0)
        pipeline = Pipeline(_counting(settings))
        loop = Loop(Unread(settings.files), pipeline, outputs, stop)
        state = outputs.checkpoint.load()
        _begin(loop, settings, state, alerts)
        for _ in loop.rounds():
            if clock() >= deadline:
                break
        if loop.logs.ended:
            answer = _answer(loop, settings, alerts, is_first=state is None)
        else:
            answer = _not_done(loop, alerts if state else Alerts())
    answer = _with_flaw(answer, store.notice)
    writer.write(answer.line)
    return answer.code


def _counting(settings: Settings) -> Settings:
    """Return the settings of the pipeline. It counts the errors of the window in any case."""
    limit = settings.max_error_rate
    never = Fraction(100) if limit is None else limit
    return settings._replace(once=True, max_error_rate=never)


def _begin(
    loop: Loop[Unread], settings: Settings, state: State | None, alerts: Alerts
) -> None:
    """Go on from the last check. The first check reads the lines of the window."""
    if state is None:
        loop.logs.begin_before_end(settings.format, settings.window)
    else:
        resume(loop, state, away=0.0, now=0.0)
        alerts.list += map(Alert.restored, state.get("unchecked", []))
    if settings.is_measured:
        loop.outputs.meter = meter_of(settings, loop)


def _answer(
    loop: Loop[Unread], settings: Settings, alerts: Alerts, *, is_first: bool
) -> Answer:
    """Judge the lines that were read, and save the state.

    The lines of the first check are older than it and are in no count. An answer that is UNKNOWN
    leaves the alerts to the next one.
    """
    report, _, core = conclude(loop)
    if is_first:
        alerts.list.clear()
        nothing = dict.fromkeys(report.values.numbers, 0)
        report = report._replace(values=report.values._replace(numbers=nothing))
    answer = Answer.of(report, alerts.list, settings)
    _save(loop, core, Alerts() if answer.is_known else alerts)
    return answer


def _not_done(loop: Loop[Unread], alerts: Alerts) -> Answer:
    """Save how far the logs were read. Lines that wait for those of other logs are counted now."""
    loop.pipeline.intake.let_go()
    loop.outputs.emit(loop.pipeline.advance())
    _save(loop, loop.pipeline.snapshot(), alerts)
    behind = sum(loop.logs.behind.values())
    left = f": {size(behind)} left to read" if behind else ""
    why = "ended by a signal" if loop.stop.signal else "still catching up"
    return Answer.unknown(why + left)


def _with_flaw(answer: Answer, flaw: str | None) -> Answer:
    """Return the answer, UNKNOWN if the state of the last check had a flaw."""
    if flaw is None:
        return answer
    return answer.or_unknown(f"{flaw}; lines since the last check are not counted")


def _save(loop: Loop[Unread], core: State, alerts: Alerts) -> None:
    commit(loop, core, unchecked=[each.snapshot() for each in alerts.list])


def print_unknown(error: MonitorError, stop: Stop) -> int:
    """Print the answer of a check that failed, and return its exit code."""
    answer = Answer.unknown(" ".join(map(str, error.args)))
    with suppress(MonitorError):  # the reader may be gone
        Writer.to_standard_output(stop).write(answer.line)
    return answer.code
