"""Quoted patterns of paths, as `'/var/log/nginx/*.access.log'`: which logs match now, which are new.

A pattern matches regular files. A rotated file of a log that matches, too, is no log of its own, and
neither is a compressed file: nobody writes to it. A path that is there is no pattern, whatever it
has in its name.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from glob import glob

from monitor.core import Failure, Notice
from monitor.errors import MonitorError
from monitor.inputs.cursor import Cursor
from monitor.inputs.names import rotated_names, uncompressed
from monitor.inputs.rotation import Identity
from monitor.settings import STDIN_PATHS

_LISTINGS = 5
"""Listings of a folder that did not change. Five of them take two seconds, and no clock is coarser."""

_MAGIC = re.compile(r"[*?[]")


def is_pattern(path: str) -> bool:
    """Return whether a path is a pattern."""
    return (
        path not in STDIN_PATHS
        and bool(_MAGIC.search(path))
        and not os.path.lexists(path)
    )


def matches(pattern: str) -> list[str]:
    """Return the files that match a pattern now, sorted."""
    return sorted(filter(os.path.isfile, glob(pattern)))


def all_files(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths with all matches in place of the patterns, also of rotated files.

    Raises MonitorError for a pattern that nothing matches.
    """
    return tuple(each for path in paths for each in _files(path, matches))


def all_logs(paths: Iterable[str], *, may_be_missing: bool = False) -> tuple[str, ...]:
    """Return the paths with the logs that match in place of the patterns.

    Raises MonitorError for a pattern that no log matches, unless logs `may_be_missing`.
    """

    def logs(pattern: str) -> list[str]:
        return without_rotated(matches(pattern), paths)

    return tuple(
        each
        for path in paths
        for each in (_files(path, logs, may_be_missing=may_be_missing))
    )


def _files(
    path: str, find: Callable[[str], list[str]], *, may_be_missing: bool = False
) -> list[str]:
    if not is_pattern(path):
        return [path]
    found = find(path)
    if not found and not may_be_missing:
        raise MonitorError(
            f"no file matches {path}: name a log, or correct the pattern"
        )
    return found


def without_rotated(found: Iterable[str], followed: Iterable[str]) -> list[str]:
    """Return the files that are no rotated files of each other or of followed logs."""
    found = [path for path in found if uncompressed(path) is None]
    stems: dict[str, set[str]] = {}
    for path in map(os.path.abspath, (*followed, *found)):
        stems.setdefault(os.path.splitext(path)[0], set()).add(os.path.basename(path))
    return [path for path in found if not _is_rotated(os.path.abspath(path), stems)]


def _is_rotated(path: str, stems: dict[str, set[str]]) -> bool:
    """Return whether a path is a rotated file of a log; `stems` has the names of logs by stem."""
    folder, name = os.path.split(path)
    ends = range(len(folder) + 2, len(path))
    logs = (log for end in ends for log in stems.get(path[:end], ()))
    return any(log != name and rotated_names(log).fullmatch(name) for log in logs)


class Patterns:
    """The patterns of a run. `found` are the logs they found."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._patterns = list(filter(is_pattern, paths))
        self._matched: set[str] = set()
        self._began: float | None = None
        self._listed = dict.fromkeys(self._patterns, (0, 0))
        self.found: set[str] = set()

    @property
    def unmatched(self) -> list[str]:
        """The patterns that no log has matched yet."""
        return [each for each in self._patterns if each not in self._matched]

    def fits(self, path: str) -> bool:
        """Return whether an absolute path fits a pattern."""
        return any(fnmatchcase(path, os.path.abspath(each)) for each in self._patterns)

    def look(
        self,
        followed: Mapping[str, str],
        open_files: Callable[[], dict[Identity, Cursor]],
    ) -> list[str]:
        """Return the logs that match and are not followed; `followed` has their absolute paths.

        A file that is open is a followed log that was renamed. It is left out, and stays open.
        """
        changed = [each for each in self._patterns if not self._is_unchanged(each)]
        found = {path: each for each in changed for path in glob(each)}
        unknown = sorted(path for path in found if path not in followed)
        if not unknown:
            return []
        paths = set(followed.values())
        unknown = [
            p for p in unknown if os.path.isfile(p) and os.path.abspath(p) not in paths
        ]
        logs, opened = without_rotated(unknown, paths), open_files()
        new = [path for path in logs if not _is_open(path, opened)]
        self._matched |= {found[path] for path in new}
        return list({os.path.abspath(path): path for path in new}.values())

    def notices(self, new: list[str], now: float) -> Iterator[Notice]:
        """Yield a notice for all new logs, and once one for each pattern without a match."""
        if self._began is None:
            self._began = now
            for pattern in self.unmatched:
                yield Notice(f"{pattern}: no file matches it: waiting for one")
        if new:
            more = f" and {len(new) - 1} more" if len(new) > 1 else ""
            yield Notice(f"following a new log: {new[0]}{more}")

    def judged(self, lost: dict[str, Failure], now: float) -> dict[str, Failure]:
        """Return the failures of logs, and those of the patterns without a match.

        A log that a pattern found may be removed for good. It is no gap while other logs are read.
        """
        since = now if self._began is None else self._began
        none = Failure("no file matches it", since, was_open=False)
        return {
            **dict.fromkeys(self.unmatched, none),
            **{
                path: each._replace(was_open=each.was_open and path not in self.found)
                for path, each in lost.items()
            },
        }

    def gone(self, paths: Iterable[str]) -> set[str]:
        """Return the paths that a pattern found and that are gone."""
        found = self.found.intersection(paths)
        return {path for path in found if not os.path.lexists(path)}

    def _is_unchanged(self, pattern: str) -> bool:
        """Return whether the folder of a pattern was listed in this state some times already.

        One time is not enough. A file that is made in the moment of a listing, as the clock of the
        file system counts moments, leaves the time of change as it is.
        """
        folder = os.path.dirname(pattern) or "."
        if _MAGIC.search(folder):
            return False
        with suppress(OSError):
            changed, (before, times) = (
                os.stat(folder).st_mtime_ns,
                self._listed[pattern],
            )
            self._listed[pattern] = changed, times + 1 if changed == before else 1
            return self._listed[pattern][1] > _LISTINGS
        return False


def _is_open(path: str, opened: Mapping[Identity, Cursor]) -> bool:
    """Return whether a file is open under another name, and note its name."""
    with suppress(OSError):
        status = os.stat(path)
        if cursor := opened.get(Identity(status.st_dev, status.st_ino)):
            cursor.renamed_to = path
            return True
    return False
