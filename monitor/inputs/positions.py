"""The unfinished files of a log as values: how far they were read, and where they were."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from monitor.core import Source
from monitor.escape import bytes_of
from monitor.inputs.arrivals import Carried
from monitor.inputs.cursor import KeptOf, position
from monitor.inputs.rotation import Identity, Opened


class Unfinished(NamedTuple):
    """A file that was read up to an offset, where its source carries what `carried` says.

    `place` is the path at which it was read, without links. `source` is the source of its rest;
    None for a file of a saved state, whose rest has a new source.
    """

    opened: Opened
    mid_line: bool
    place: str
    was_current: bool
    carried: Carried | None = None
    source: Source | None = None

    def snapshot(self, kept: KeptOf) -> dict[str, Any]:
        """Return how far the file was counted, which is up to its partial line.

        The bytes before a partial line are not known.
        """
        partial, carried = kept(self.source) if self.source else (0, None)
        opened = self.opened
        if partial:
            opened = opened._replace(offset=opened.offset - partial, tail=b"")
        carried = carried or self.carried
        row = position(opened, self.mid_line, self.place, carried)
        return {**row, "current": self.was_current}


def restored(row: Mapping[str, Any]) -> Unfinished:
    """Return a file of a saved state."""
    identity = Identity(row["device"], row["inode"])
    head, tail = bytes_of(row["head"]), bytes_of(row["tail"])
    opened = Opened(identity, row["offset"], head, tail, row["modified"])
    place = os.fsdecode(bytes_of(row["place"]))
    return Unfinished(opened, row["mid_line"], place, row["current"], row["carried"])
