"""Runs a program of the user for each alert: the queue, and the process that runs."""

import os
import shlex
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from monitor.alerts import Alert
from monitor.core import Event, NoData
from monitor.hooks.delivery import Delivery, delivery_of, environment
from monitor.hooks.queue import DROPPED, RESULTS, TEMPORARY, Ended, Queue
from monitor.outputs import Style, write_notice
from monitor.settings import Settings
from monitor.units import many


class Running(Protocol):
    """A hook that runs."""

    def poll(self, now: float) -> Ended | None:
        """Return how the hook ended; None while it runs."""

    def stop(self) -> None:
        """End the hook at once."""


Start = Callable[[Settings, Delivery, float], Running]
"""Starts the hook of a delivery at a time. Raises OSError."""


def words_of(settings: Settings) -> list[str]:
    """Return the words of the command. They are split as a shell does, and no shell reads them."""
    return shlex.split(settings.exec or "")


def start(settings: Settings, delivery: Delivery, now: float) -> Running:
    """Start the command of the settings. Raises OSError if it cannot be started."""
    from monitor.hooks.process import Process

    return Process(
        words_of(settings),
        environment(delivery.fields, os.uname().nodename),
        delivery.line,
        now + settings.exec_timeout,
        partial(write_notice, name="hook", patience=0.0),
    )


class Hook:
    """Runs the command of the settings for each alert and recovery, one at a time.

    `notify` gets notices. `save` is called when the pending deliveries have changed. Times are in
    seconds of a clock that is never set, and `wall` returns the machine's. `runs` counts the runs by
    their results, and the alerts that were dropped.
    """

    def __init__(
        self,
        settings: Settings,
        style: Style,
        notify: Callable[[str], None],
        start: Start = start,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.save: Callable[[], None] = lambda: None
        self.runs = dict.fromkeys(RESULTS, 0)
        self._settings = settings
        self._style = style
        self._notify = notify
        self._start = start
        self._wall = wall
        self._queue = Queue()
        self._process: Running | None = None

    def emit(self, event: Event) -> None:
        """Queue the crossing of a limit, or a log without data. A reminder is no crossing."""
        if isinstance(event, Alert) and event.reminder:
            return
        if isinstance(event, Alert | NoData):
            self._queue.add(delivery_of(event, self._style, self._wall()))

    def pending(self) -> list[Delivery]:
        """Return the deliveries that are not done, oldest first."""
        return self._queue.pending()

    def restore(self, deliveries: Iterable[Delivery], kept: float) -> None:
        """Go on from the last run. What is older than `kept` seconds is dropped with a notice."""
        if dropped := self._queue.restore(deliveries, self._wall() - kept):
            self.runs[DROPPED] += dropped
            self._notify(
                f"the hook was not run for {many(dropped, 'alert')} of long ago"
            )

    def merge_before(self, second: int) -> None:
        """Of alerts before a second of stream time, deliver the last of each rule only."""
        self._queue.merge_before(second)

    def poll(self, now: float, *, catching_up: bool = False) -> bool:
        """Watch the running hook, and start the next one if it is due. Never wait.

        Return whether a hook runs.
        """
        self._drop()
        if not self.watch(now):
            self._run_next(now, catching_up)
        return self._process is not None

    def watch(self, now: float, *, stopping: bool = False) -> bool:
        """Watch the running hook without starting another; return whether it still runs.

        When the monitor is `stopping`, a signal may have ended both. The next run then tries again.
        """
        ended = self._process and self._process.poll(now)
        if ended:
            self._process = None
            if stopping and ended.by_signal:
                self._queue.give_back()
            else:
                self._end(ended, now)
        return self._process is not None

    def close(self) -> None:
        """End the running hook. It stays pending."""
        if self._process is not None:
            self._process.stop()
            self._process = None
            self._queue.give_back()

    def _drop(self) -> None:
        for each in self._queue.drop():
            self.runs[DROPPED] += 1
            self._notify(
                f"the hook was not run for {each.name} at {self._style.time(each.at)}: "
                "too many newer alerts wait"
            )

    def _run_next(self, now: float, catching_up: bool) -> None:
        delivery = self._queue.next(now, catching_up=catching_up)
        if delivery is None:
            return
        try:
            self._process = self._start(self._settings, delivery, now)
        except OSError as error:  # such as no memory for a process
            self._end(Ended(TEMPORARY, f"cannot be started: {error.strerror}"), now)

    def _end(self, ended: Ended, now: float) -> None:
        self.runs[ended.result] += 1
        if notice := self._queue.end(ended, now):
            self._notify(notice)
        self.save()
