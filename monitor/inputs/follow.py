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
from monitor.inputs.cursor import Cursor, KeptOf
from monitor.inputs.dated import DatedLogs
from monitor.inputs.folders import Folders
from monitor.inputs.patterns import Patterns, is_pattern
from monitor.inputs.renamed import with_renamed
from monitor.inputs.rotation import Identity
from monitor.inputs.stdin import Stdin
from monitor.inputs.tail import Last, Tail
from monitor.settings import STDIN_PATHS


class Followed:
    """Several logs, followed at once. `names` has the absolute path of each.

    A path may be a pattern (patterns.py). Logs that come to match it are followed from then on.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._patterns = Patterns(paths)
        named = [path for path in paths if not is_pattern(path)]
        self.names = {path: os.path.abspath(path) for path in named}
        self._folders = Folders(self.names.values())
        self._followers: list[Tail | Stdin] = [
            Stdin() if path in STDIN_PATHS else Tail(path, self._folders)
            for path in different(named)
        ]
        self.paths = [each.path for each in self._followers]
        self._dated = DatedLogs([tail.path for tail in self._tails()], self._folders)
        self._follow_new()

    def _follow_new(self) -> list[Tail]:
        """Follow the logs that match a pattern and are not followed yet."""
        new = self._patterns.look(self.names, self._open_files)
        return [self._add(path) for path in new]

    def _open_files(self) -> dict[Identity, Cursor]:
        return {
            each.identity: each for tail in self._tails() for each in tail.files.all()
        }

    def _add(self, path: str) -> Tail:
        self.names[path] = os.path.abspath(path)
        self.paths.append(path)
        self._patterns.found.add(path)
        self._folders.add(self.names[path])
        self._dated.add(path)
        tail = Tail(path, self._folders, may_go=True)
        self._followers.append(tail)
        return tail

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
        logs = {self.names[tail.path]: tail.snapshot(kept) for tail in self._tails()}
        for path in self._patterns.gone(self.paths):
            logs[self.names[path]]["gone"] = True
        return logs

    def resume(self, snapshot: Mapping[str, Any], now: float) -> None:
        """Go on with the files of a snapshot. The first poll finds them.

        A log that matches a pattern and is not in the snapshot is new: it is read from its first
        line. If it is gone since the snapshot, its rotated files may have lines that are not read. A
        log that was renamed to such a name goes on there.
        """
        logs = with_renamed(snapshot, self.names.values() - snapshot.keys())
        for path in logs.keys() - self.names.values():
            if self._patterns.fits(path) and "gone" not in logs[path]:
                self._add(path)
        self._folders.drop()
        for tail in self._tails():
            if (saved := logs.get(self.names[tail.path])) is not None:
                tail.resume(saved, now)
            else:
                tail.remember()

    def poll(self, now: float, wants: Wants) -> Iterator[Arrival]:
        """Yield the arrivals since the last poll, a bounded number of bytes of each log.

        A busy log that is not wanted is left for a later poll.
        """
        self._folders.drop()
        new = self._follow_new()
        for tail in new:
            tail.remember()
        yield from self._patterns.notices([tail.path for tail in new], now)
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
        is_complete = not self._patterns.unmatched
        return is_complete and all(follower.ended for follower in self._followers)

    def outage(self, now: float) -> Outage:
        """Return which logs cannot be read."""
        failures = {each.path: each.failure(now) for each in self._followers}
        lost = {path: each for path, each in failures.items() if each is not None}
        number = len(self._followers) + len(self._patterns.unmatched)
        return Outage(self._patterns.judged(lost, now), number)

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
        paths = [tail.path for tail in self._tails()]
        gone = self._patterns.gone(paths)
        written = (os.stat(path).st_mtime for path in paths if path not in gone)
        try:
            return now - max(written)
        except FileNotFoundError:  # it is being rotated
            return 0.0
