"""Finds alerts that fire too often."""

from typing import Any

from monitor.units import duration

MOST, SPAN = 5, 1800
"""An alert flaps if it fires more than MOST times in SPAN seconds of stream time."""

FIRES_OFTEN = f"fired more than {MOST} times in {duration(SPAN)}"
"""The words for it."""


class Flapping:
    """Remembers when each rule fired, by the key of the rule.

    A rule that flaps is noticed once, until it did not fire for SPAN seconds.
    """

    def __init__(self) -> None:
        self._fired: dict[str, list[int]] = {}
        self._noticed: set[str] = set()

    def note(self, key: str, second: int) -> bool:
        """Note that a rule fires; return whether it flaps and this was not noticed yet."""
        self._forget(second - SPAN)
        fired = self._fired.setdefault(key, [])
        fired.append(second)
        del fired[: -MOST - 1]
        is_new = len(fired) > MOST and key not in self._noticed
        if is_new:
            self._noticed.add(key)
        return is_new

    def _forget(self, second: int) -> None:
        """Forget when rules fired up to a second."""
        fired = {
            key: [each for each in seconds if each > second]
            for key, seconds in self._fired.items()
        }
        self._fired = {key: seconds for key, seconds in fired.items() if seconds}
        self._noticed &= self._fired.keys()

    def shift(self, seconds: int) -> None:
        """Move all times, because the log's clock was set."""
        for fired in self._fired.values():
            fired[:] = [each + seconds for each in fired]

    def snapshot(self) -> dict[str, Any]:
        """Return the times as a value that JSON can hold."""
        return {
            key: [key in self._noticed, seconds] for key, seconds in self._fired.items()
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        for key, (is_noticed, seconds) in snapshot.items():
            self._fired[key] = list(seconds)
            if is_noticed:
                self._noticed.add(key)
