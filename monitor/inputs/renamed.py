"""Files of a saved state that have the name of another log now, because somebody renamed them."""

from collections.abc import Iterable, Mapping
from typing import Any

from monitor.inputs.positions import restored
from monitor.inputs.rotation import Identity, Sibling, fits
from monitor.inputs.siblings import is_at, look_at


def with_renamed(logs: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return saved logs by path. A file that is at one of the new `paths` belongs to this path.

    Another name of a file that still has its old name takes nothing away.
    """
    found = dict(logs)
    places = {
        Identity(row["device"], row["inode"]): (log, row)
        for log, saved in logs.items()
        for row in saved["files"]
    }
    for path in paths:
        look = look_at(path)
        if not isinstance(look, Sibling) or look.identity not in places:
            continue
        log, row = places[look.identity]
        if is_at(log, look.identity) or not fits(restored(row).opened, look):
            continue
        rest = [each for each in found[log]["files"] if each is not row]
        found[log] = {**found[log], "files": rest}
        since = {"since": logs[log]["since"], "was_open": True}
        new = {"known": [], "folders": [], "files": [row]}
        found[path] = {**since, **new}
    return found
