"""Follows several logs at once. Standard input may be one of the logs.

A poll reads a bounded number of bytes of each log. Because of that no log waits for another log.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.alerts import ALL_HITS, Asked
from monitor.core import Notice, Outage
from monitor.inputs.arrivals import Arrival, End, Wants
from monitor.inputs.bisection import Before
from monitor.inputs.checks import different
from monitor.inputs.cursor import KeptOf
from monitor.inputs.dated import DatedLogs
from monitor.inputs.folders import Folders
from monitor.inputs.logfile import STDIN
from monitor.inputs.stdin import Stdin
from monitor.inputs.tail import Last, Tail


class Followed:
    """Several logs, followed at once: `paths`. `names` has the absolute path of each."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.names = {path: os.path.abspath(path) for path in paths}
        self._folders = Folders(self.names.values())
        self._followers: list[Tail | Stdin] = [
            Stdin() if path in STDIN else Tail(path, self._folders)
            for path in different(paths)
        ]
        self.paths = [each.path for each in self._followers]
        paths = [tail.path for tail in self._tails()]
        self._dated = DatedLogs(paths, self._folders)

    def start(
        self, form: str, window: int, now: float, asked: Asked = ALL_HITS
    ) -> dict[str, Before]:
        """Begin at the ends of the logs, which are in the format `form`.

        Return the chosen hits of the last `window` seconds, by log. A log that is missing may come
        later. Raises MonitorError for a log that cannot be followed.
        """
        seconds = {
            each.path: each.start(form, window, now, asked) for each in self._followers
        }
        self._remember()
        return seconds

    def begin(self, now: float) -> None:
        """Open the logs at their first lines. Raises MonitorError if one cannot be read."""
        self._begin(now)

    def _begin(self, now: float, last: Last | None = None) -> None:
        for tail in self._tails():
            tail.begin(now, last)
        self._remember()

    def _remember(self) -> None:
        """Remember the rotated files that are there before the start, when all logs are open."""
        self._folders.drop()
        for tail in self._tails():
            tail.remember()

    def snapshot(self, kept: KeptOf) -> dict[str, Any]:
        """Return the files and offsets of each path. A source has `kept` bytes that were not counted."""
        return {self.names[tail.path]: tail.snapshot(kept) for tail in self._tails()}

    def resume(self, snapshot: Mapping[str, Any], now: float) -> None:
        """Go on with the files of a snapshot. The first poll finds them."""
        for tail in self._tails():
            tail.resume(snapshot[self.names[tail.path]], now)

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Yield the arrivals since the last poll, a bounded number of bytes of each log.

        A busy log that is not wanted is left for a later poll.
        """
        self._folders.drop()
        for follower in self._followers:
            yield from follower.poll(now, wants)
        yield from self._dated.notices(now)

    def end(self) -> list[End | Notice]:
        """Return the ends of all files. Raises MonitorError if the last poll could not read one."""
        return [end for tail in self._tails() for end in tail.end()]

    @property
    def busy(self) -> bool:
        """Whether more bytes can be read now."""
        return any(follower.busy for follower in self._followers)

    @property
    def behind(self) -> dict[str, int]:
        """Bytes of each log that are left to read, without files of unknown size.

        Standard input is not among the logs.
        """
        return {tail.path: tail.behind for tail in self._tails()}

    @property
    def ended(self) -> bool:
        """Whether no more bytes can ever come, because standard input has ended."""
        return all(follower.ended for follower in self._followers)

    def outage(self, now: float) -> Outage:
        """Return which logs cannot be read."""
        failures = {each.path: each.failure(now) for each in self._followers}
        lost = {path: each for path, each in failures.items() if each is not None}
        return Outage(lost, len(self._followers))

    def _tails(self) -> list[Tail]:
        return [each for each in self._followers if isinstance(each, Tail)]


class Unread(Followed):
    """Logs that are written to, read once up to their present ends."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(paths)
        self._is_read = False

    def begin_before_end(self, form: str, seconds: int) -> None:
        """Open the logs, which are in the format `form`, before the lines of their last seconds.

        Raises MonitorError if one cannot be read.
        """
        self._begin(0.0, Last(form, seconds))

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Return all new bytes. Raises MonitorError if a log cannot be read to its end."""
        yield from super().poll(now, wants)
        if not self.busy:
            yield from self.end()
            self._is_read = True

    @property
    def ended(self) -> bool:
        """Whether all logs were read to their ends."""
        return self._is_read

    def silence(self, now: float) -> float:
        """Return the seconds for which no log was written to; `now` is the machine's time."""
        written = (os.stat(tail.path).st_mtime for tail in self._tails())
        try:
            return now - max(written)
        except FileNotFoundError:  # it is being rotated
            return 0.0
