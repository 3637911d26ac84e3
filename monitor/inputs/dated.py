"""Notices that a dated file has stopped while a newer one of its kind grows beside it."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from monitor.core import Notice
from monitor.inputs.folders import Entry, Folders, entry_at
from monitor.inputs.names import common_start, dated_names, uncompressed
from monitor.inputs.rotation import QUIET, is_settled


class DatedLogs:
    """Compares dated logs with the files beside them, once a minute.

    There is one notice for each log. A log that is a link needs none, because the link will lead to
    the newer file.
    """

    def __init__(self, paths: Iterable[str], folders: Folders) -> None:
        self._paths: list[str] = []
        for path in paths:
            self.add(path)
        self._folders = folders
        self._looked_at = float("-inf")

    def add(self, path: str) -> None:
        """Compare a log that is followed from now on, too."""
        if dated_names(os.path.basename(path)):
            self._paths.append(path)

    def notices(self, now: float) -> Iterator[Notice]:
        """Yield a notice for each log that has stopped, with the file to follow instead."""
        if not self._paths or now - self._looked_at < QUIET:
            return
        self._looked_at = now
        with suppress(OSError):  # a file moves; it is compared again in a minute
            logs = {path: entry_at(path) for path in self._paths}
            followed = {entry.identity for entry in logs.values() if entry}
            for log in filter(None, logs.values()):
                newer = self._newest(log)
                if newer is not None and newer.identity not in followed:
                    self._paths.remove(log.path)
                    path = os.path.normpath(newer.path)
                    yield Notice(
                        f"{log.path} has stopped, and {path} is written to: "
                        f"follow {path} instead"
                    )

    def _newest(self, log: Entry) -> Entry | None:
        """Return the newest file with a later date in its name, if it is written to."""
        folder, name = os.path.split(log.path)
        names = dated_names(name)
        assert names is not None
        paths = self._folders[folder or "."].named(common_start(name), names)
        later = [p for p in paths if os.path.basename(p) > name and not uncompressed(p)]
        newer = [entry for path in later if (entry := entry_at(path))]
        newest = max(newer, key=lambda entry: entry.modified, default=log)
        return newest if is_settled(log.modified, newest.modified) else None
