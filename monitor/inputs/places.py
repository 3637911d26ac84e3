"""The places in which the rotated files of one log may be."""

import os
from collections.abc import Iterator
from contextlib import suppress

from monitor.inputs.folder import Entry, Folder, Folders, entry_at
from monitor.inputs.names import common_start, dated_names, rotated_names
from monitor.inputs.rotation import Identity


class Places:
    """The folder of a log, the folder that a link leads to, and the folders around it.

    In the folders around it names prove nothing, because other logs may have the same names. Nor
    does an inode, because it may be used again. After a file of the log was found there by both its
    identity and its content, the folder is known to be that of its rotated files, as `olddir` of
    logrotate is. `were_found`: a folder was found since the last listing.
    """

    def __init__(self, path: str, folders: Folders) -> None:
        self._path = path
        self._folders = folders
        self._archives: dict[str, None] = {}
        self.were_found = False

    def entries(self) -> list[Entry]:
        """Return the rotated files. Raises FileNotFoundError if one moved since the listing."""
        self.were_found = False
        found = map(entry_at, dict.fromkeys(self._rotated()))
        return [entry for entry in found if entry is not None]

    def others(self) -> Iterator[Entry]:
        """Yield all files in the folders of the log and below, whatever their names."""
        own = [self._folders[path] for path in self._own()]
        below = [each for folder in own for each in self._folders.below(folder.path)]
        for folder in (*own, *below):
            for path in folder.paths():
                with suppress(FileNotFoundError):
                    if entry := entry_at(path):
                        yield entry

    def find(self, identity: Identity) -> str | None:
        """Return the path of a file, whatever its name; None if it is not there."""
        paths = (folder.with_identity(identity) for folder in self._around())
        return next(filter(None, paths), None)

    def learn(self, path: str) -> None:
        """Learn from a file of the log that there are rotated files in its folder."""
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in (*self._own(), *self._archives):
            self._archives[folder] = None
            self.were_found = True

    def _around(self) -> Iterator[Folder]:
        """Yield the own folders, the folders in them, and the folders beside them."""
        own = [self._folders[path] for path in self._own()]
        yield from own
        for folder in own:
            yield from self._folders.below(folder.path)
        for folder in own:
            yield from self._folders.below(os.path.dirname(folder.path))

    def _own(self) -> dict[str, str]:
        """Return the folders of the log, each with the name of the log in it."""
        paths = (os.path.abspath(self._path), os.path.realpath(self._path))
        return dict(map(os.path.split, reversed(paths)))

    def _rotated(self) -> Iterator[str]:
        own = self._own()
        for folder, name in own.items():
            yield from _rotated_in(self._folders[folder], name)
        name = os.path.basename(self._path)
        for archive in self._archives:
            yield from _rotated_in(self._folders[archive], name)
            if os.path.lexists(same := os.path.join(archive, name)):
                yield same
        if os.path.islink(self._path):
            folder, name = os.path.split(os.path.realpath(self._path))
            if pattern := dated_names(name):
                yield from self._folders[folder].named(common_start(name), pattern)


def _rotated_in(folder: Folder, name: str) -> list[str]:
    return folder.named(os.path.splitext(name)[0], rotated_names(name))
