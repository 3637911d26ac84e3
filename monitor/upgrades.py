"""States as earlier releases wrote them -> as this one reads them: one function a version.

A function is given a state, as read from JSON, and changes it. It leaves alone what is new
already: the programs between two releases wrote both.
"""

from typing import Any

State = dict[str, Any]


def to_version_2(state: State) -> None:
    """Version 1 knew files by inode, too, did not keep whether a log was open, and `-` sizes."""
    for log in state["files"].values():
        log["known"] = [
            each if isinstance(each, str) else each[2] for each in log["known"]
        ]
        log.setdefault("was_open", bool(log["files"]))
    *_, sizes = state["core"]["waiting"]["columns"]
    sizes[:] = ["0" if size == "-" else size for size in sizes]
