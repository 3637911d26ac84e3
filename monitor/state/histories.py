"""The histories that there are, for a user who names a log that has none."""

import contextlib
import os
import shlex
from collections.abc import Sequence
from glob import escape, glob

from monitor.errors import StoreError
from monitor.state.database import explained, open_to_read, state_in
from monitor.state.owners import names_in


def check_there(path: str, files: Sequence[str]) -> None:
    """Raise StoreError with the histories beside a database that is missing, if there are any."""
    if os.path.lexists(path):
        return
    if others := histories_in(os.path.dirname(path)):
        raise StoreError(
            f"no history of {shlex.join(files)}; it is made when the log is followed. "
            "There are the histories of:",
            *others,
        )


def histories_in(folder: str) -> list[str]:
    """Return the logs of each state in a folder, as arguments of a command line."""
    logs = []
    for path in glob(os.path.join(escape(folder), "*.db")):
        with (
            contextlib.suppress(StoreError),
            explained(path),
            contextlib.closing(open_to_read(path)) as connection,
        ):
            if state := state_in(connection):
                only = [f"--only={each}" for each in state["core"].get("only", [])]
                logs.append(shlex.join([*only, *names_in(state)]))
    return sorted(logs)
