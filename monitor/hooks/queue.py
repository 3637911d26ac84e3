"""Decides which hook runs when. It knows no process and no clock: times are handed in.

Hooks run one at a time, in the order of their alerts. A hook that asks for another try therefore
holds up those behind it. Of a gap only the last state of each rule is delivered, when the gap has
been read.
"""

from collections.abc import Iterable
from typing import NamedTuple

from monitor.hooks.delivery import Delivery

RETRIES = (10.0, 30.0, 90.0)
"""Seconds before each further try of a hook that asks for it."""

WAITING = 20
"""Deliveries that wait at most. The oldest is dropped for a newer one."""

KEPT = 3600
"""Seconds for which a delivery is kept while no monitor runs."""

TEMPORARY = 75
"""The exit code that asks for another try. Source: sysexits.h (EX_TEMPFAIL)."""


OK, FAILED, TIMEOUT, DROPPED = RESULTS = ("ok", "failed", "timeout", "dropped")
"""How a run of a hook ended, or that there was none."""


class Ended(NamedTuple):
    """How a hook ended.

    code       its exit code, negative after a signal; None if it took too long
    last_line  the last line that it printed, or why it could not be started
    """

    code: int | None
    last_line: str = ""

    @property
    def by_signal(self) -> bool:
        """Whether a signal ended it."""
        return self.code is not None and self.code < 0

    @property
    def result(self) -> str:
        """What it counts as in the metrics."""
        if self.code is None:
            return TIMEOUT
        return FAILED if self.code else OK

    def words(self, tries: int = 1) -> str:
        """Return what happened, in the words of a notice; nothing if the hook is done."""
        if self.code == 0:
            return ""
        words = f"failed with exit code {self.code}"
        if self.code is None:
            words = "took too long and was ended"
        elif self.code < 0:
            words = f"was ended by signal {-self.code}"
        words += f" at try {tries}" * (tries > 1)
        return words + f": {self.last_line}" * bool(self.last_line)


class Queue:
    """The deliveries that wait, oldest first, and the delivery whose hook runs."""

    def __init__(self) -> None:
        self._waiting: list[Delivery] = []
        self._running: Delivery | None = None
        self._due = float("-inf")  # when the first delivery is tried again

    def restore(self, deliveries: Iterable[Delivery], oldest: float) -> int:
        """Go on from the last run. Return how many deliveries are older than `oldest`.

        These are dropped.
        """
        deliveries = list(deliveries)
        self._waiting = [each for each in deliveries if each.queued >= oldest]
        return len(deliveries) - len(self._waiting)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery. A later state of a gap takes the place of an earlier one."""
        if delivery.is_late:
            self._waiting = [
                each
                for each in self._waiting
                if not each.is_late or each.subject != delivery.subject
            ]
        self._waiting.append(delivery)

    def merge_before(self, second: int) -> None:
        """Drop what is before a second of stream time, if a rule has a later state.

        A delivery that was tried stays.
        """
        last = {each.subject: each for each in self._waiting}
        self._waiting = [
            each
            for each in self._waiting
            if each.tries or each.at >= second or each is last[each.subject]
        ]

    def drop(self) -> list[Delivery]:
        """Drop the oldest deliveries if too many wait, and return them."""
        number = max(0, len(self._waiting) - WAITING)
        dropped, self._waiting = self._waiting[:number], self._waiting[number:]
        if dropped:
            self._due = float("-inf")
        return dropped

    def next(self, now: float, *, catching_up: bool = False) -> Delivery | None:
        """Return the delivery whose hook is to run now; None if none is due or one runs.

        While the monitor is `catching_up`, a delivery of the gap waits for its end.
        """
        if self._running or not self._waiting or now < self._due:
            return None
        if catching_up and self._waiting[0].is_late:
            return None
        self._running = self._waiting.pop(0)
        return self._running

    def end(self, ended: Ended, now: float) -> str:
        """Note how the running hook ended; return the notice of a failure, else nothing."""
        delivery, self._running = self._running, None
        assert delivery is not None
        self._due = float("-inf")
        if ended.code == TEMPORARY and delivery.tries < len(RETRIES):
            self._due = now + RETRIES[delivery.tries]
            self._waiting.insert(0, delivery._replace(tries=delivery.tries + 1))
            return ""
        words = ended.words(delivery.tries + 1)
        return words and f"the hook for {delivery.name} {words}"

    def give_back(self) -> None:
        """Let the running delivery wait for the next run of the monitor."""
        if self._running:
            self._waiting.insert(0, self._running)
            self._running = None

    def pending(self) -> list[Delivery]:
        """Return the deliveries that are not done, oldest first."""
        return [*([self._running] if self._running else []), *self._waiting]
