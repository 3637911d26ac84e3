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
    ledger = state["core"]["ledger"]
    for tally in (ledger["tally"], *(ledger["held"] or [])[2:]):
        _to_tables(tally)


def _to_tables(tally: State) -> None:
    """The tallies of version 1 had no tables, and kept what failed in three parts."""
    if isinstance(tally["failing"], list):
        tally["failing"] = {
            f"{status} {head}{rest}": number
            for status, head, rest, number in tally["failing"]
        }
    for name in ("heads", "clients", "failing"):
        if "counts" not in tally[name] or not isinstance(tally[name]["counts"], dict):
            table = {"counts": tally[name], "short": 0, "shorts": {}, "volume": 0}
            tally[name] = table
    tally.setdefault("dropped_clients", "")
    tally.setdefault("dropped_sections", "")
