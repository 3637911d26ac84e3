"""Several logs, each followed by a tail, are read in turns; standard input may be one of them.

A poll gives a bounded share of each, so that none of them waits for another.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from monitor.inputs.arrivals import Arrival, Told
from monitor.inputs.files import STDIN, Source, different
from monitor.inputs.stdin import Stdin
from monitor.inputs.tail import Held, Tail

IsAhead = Callable[[Collection[Source]], bool]
"""Tells of the sources of one log whether others must be read first."""


class Follower(Protocol):
    """What is followed: a path, or standard input."""

    busy: bool
    ended: bool
    was_open: bool

    def sources(self) -> list[Source]:
        """Give what is being read."""

    def start(self, form: str, window: int, mono: float) -> Counter[int]:
        """Begin at the end of what is there; give the hits per second of the window."""

    def poll(self, mono: float) -> Iterator[Arrival]:
        """Give what came since the last time."""

    def lost(self, mono: float) -> str | None:
        """Say why nothing can be read; None when it can."""


class Tailer:
    """Follows several logs at once."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._followers: list[Follower] = [
            Stdin() if path in STDIN else Tail(path) for path in different(paths)
        ]

    def start(self, form: str, window: int, mono: float) -> Counter[int]:
        """Begin at the ends of the logs, which are in the format `form`.

        Return the hits per second of the last `window` seconds.

        Raises MonitorError for a log that cannot be followed; one that is missing may come later.
        """
        seconds: Counter[int] = Counter()
        for follower in self._followers:
            seconds += follower.start(form, window, mono)
        return seconds

    def begin(self, mono: float) -> None:
        """Open the logs at their first lines. Raises MonitorError when one cannot be read."""
        for follower in self._tails():
            follower.begin(mono)

    def snapshot(self, held: Held) -> dict[str, Any]:
        """Give where the files stand by path; `held` bytes of a source are not counted yet."""
        return {
            os.path.abspath(tail.path): tail.snapshot(held) for tail in self._tails()
        }

    def resume(self, snapshot: Mapping[str, Any], mono: float) -> Iterator[Told]:
        """Go on where the files of a snapshot stood; what is lost is told."""
        for tail in self._tails():
            yield from tail.resume(snapshot[os.path.abspath(tail.path)], mono)

    def sources(self) -> list[Source]:
        """Give all files that are being read."""
        return [source for tail in self._tails() for source in tail.sources()]

    def _tails(self) -> list[Tail]:
        return [each for each in self._followers if isinstance(each, Tail)]

    def poll(self, mono: float, is_ahead: IsAhead) -> Iterator[Arrival]:
        """Give what came since the last time, a bounded amount of each log.

        One that has more to give and is ahead, as its sources tell, is left for another time.
        """
        for follower in self._followers:
            if not (follower.busy and is_ahead(follower.sources())):
                yield from follower.poll(mono)

    @property
    def busy(self) -> bool:
        """Whether there is more to read right now."""
        return any(follower.busy for follower in self._followers)

    @property
    def behind(self) -> int:
        """Bytes of files that are left to read, as far as that is known."""
        return sum(tail.behind for tail in self._tails())

    @property
    def ended(self) -> bool:
        """Whether nothing can ever come any more: standard input ended."""
        return all(follower.ended for follower in self._followers)

    @property
    def failure(self) -> str | None:
        """Say which log could not be read the last time, and why; None when all could."""
        return next(filter(None, (tail.failure for tail in self._tails())), None)

    def no_data(self, mono: float) -> str | None:
        """Say why no log at all can be read; None when one can."""
        reasons = [follower.lost(mono) for follower in self._followers]
        known = [reason for reason in reasons if reason is not None]
        return "; ".join(known) if len(known) == len(reasons) else None

    def partly(self, mono: float) -> str | None:
        """Say why some of the logs that were read before cannot be now; None when all can."""
        reasons = [each.lost(mono) for each in self._followers if each.was_open]
        return "; ".join(filter(None, reasons)) or None
