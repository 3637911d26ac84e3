"""Finds the files of a saved state, which may have other names now."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from monitor.core import Notice
from monitor.escape import bytes_of
from monitor.inputs.cursor import Cursor
from monitor.inputs.openfiles import OpenFiles
from monitor.inputs.rotated import TRIES
from monitor.inputs.rotation import Identity, Opened, find_again, identifies
from monitor.inputs.siblings import look_at, siblings_of


class SoughtFiles:
    """The files of a saved state that are not found yet.

    While the log is missing, a file that is not found may come later with the log. An example is a
    disk that is not mounted yet.
    """

    def __init__(self, files: OpenFiles) -> None:
        self.saved: list[dict[str, Any]] = []
        self._files = files

    def find(self, now: float) -> Iterator[Notice]:
        """Open each file at its offset; yield a notice if the current file is gone."""
        saved, self.saved = self.saved, []
        for each in saved:
            head = bytes_of(each["head"])
            if not each["offset"] and not identifies(head):
                continue  # none of its lines was counted; rotated.py finds it
            identity = Identity(each["device"], each["inode"])
            cursor = self._find(Opened(identity, each["offset"], head), now)
            if cursor is not None:
                cursor.mid_line = each["mid_line"]
            elif look_at(self._files.path) is None:
                self.saved.append(each)
            elif each["current"]:
                yield Notice(
                    f"{self._files.path}: the file that was followed is gone: lines written to "
                    f"it after its first {each['offset']} bytes, if any, are not counted"
                )

    def _find(self, opened: Opened, now: float) -> Cursor | None:
        files = self._files
        for _ in range(TRIES):
            here = look_at(files.path)
            places = [*([here] if here else []), *siblings_of(files.path)]
            place = find_again(opened, places)
            cursor = files.open_rotated(place, now) if place else None
            if cursor is None:
                continue
            with suppress(OSError):
                cursor.begin_at(opened.offset)
                if find_again(opened, [cursor.look_anew()]):
                    if place is here:
                        files.current = files.take_back(cursor.identity)
                    return cursor
            files.drop(cursor)  # truncated just now
        return None
