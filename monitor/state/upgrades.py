"""States as earlier releases wrote them -> as this one reads them: one function a version.

A function is given a state, as read from JSON, and changes it. It leaves alone what is new
already: the programs between two releases wrote both.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from struct import pack, unpack
from typing import Any

State = dict[str, Any]


def to_version_2(state: State) -> None:
    """Version 1 kept inodes of known files, no `was_open`, and `-` where no bytes were sent."""
    for log in state["files"].values():
        log["known"] = [
            each if isinstance(each, str) else each[2] for each in log["known"]
        ]
        log.setdefault("was_open", bool(log["files"]))
    *_, sizes = state["core"]["waiting"]["columns"]
    sizes[:] = ["0" if size == "-" else size for size in sizes]
    for tally in _tallies_of(state):
        _to_tables(tally)


def _tallies_of(state: State) -> list[State]:
    ledger = state["core"]["ledger"]
    return [ledger["tally"], *(ledger["held"] or [])[2:]]


def _to_tables(tally: State) -> None:
    """The tallies of version 1 had no tables, and kept what failed in three parts."""
    if isinstance(tally["failing"], list):
        tally["failing"] = {
            f"{status} {head}{rest}": number
            for status, head, rest, number in tally["failing"]
        }
    for name in ("heads", "clients", "failing"):
        if "counts" not in tally[name] or not isinstance(tally[name]["counts"], dict):
            tally[name] = {"counts": tally[name], "short": 0, "shorts": {}}
    tally.setdefault("dropped_clients", "")
    tally.setdefault("dropped_sections", "")


def to_version_3(state: State) -> None:
    """Version 2 kept the requests of waiting hits in parts, and other hashes of dropped names."""
    waiting = state["core"]["waiting"]
    if len(waiting["columns"]) > 2:
        clients, *parts = waiting["columns"]
        waiting["columns"] = [clients, list(map(_text_of, *parts))]
    for tally in _tallies_of(state):
        tally.setdefault("weight", tally["hits"] + 1)  # so: some may be long
        for name in ("dropped_clients", "dropped_sections"):
            if isinstance(tally[name], str):
                tally[name] = _hashes_below(tally[name])


def to_version_4(state: State) -> None:
    """Version 3 kept no doubted hit, no reading of the clock in silence, and no outage."""
    core = state["core"]
    core.setdefault("no_data", None)
    core["ledger"].setdefault("opened_late", False)
    if core["clock"] is not None:
        core["clock"].setdefault("reading", core["clock"]["now"])
        core["clock"].setdefault("doubted", None)


def to_version_5(state: State) -> None:
    """Version 4 counted by method and section at once, `GET /a`, and "" for what was malformed.

    It did not say how long its window was, which is taken for as long as that of the new run.
    """
    state["core"]["window"].setdefault("since", None)
    state["core"]["alert"].setdefault("window", None)
    for tally in _tallies_of(state):
        if "heads" not in tally:
            continue
        heads = tally.pop("heads")
        tally["methods"] = _renamed(heads, lambda head: head.partition(" ")[0])
        tally["sections"] = _renamed(heads, _url_of)
        tally["failing"] = _renamed(tally["failing"], lambda w: w[:4] + _url_of(w[4:]))
        for name in ("bytes", "errors"):
            counts = tally.pop(f"head_{name}")
            tally[f"section_{name}"] = _summed(counts, _url_of)


def _url_of(request: str) -> str:
    return request.partition(" ")[2] or "(malformed)"


def _renamed(table: State, name_of: Callable[[str], str]) -> State:
    """Give a table under other names; each may have missed what any of the old ones did."""
    counts = _summed(table["counts"], name_of)
    return {"counts": counts, "short": table["short"], "shorts": {}}


def _summed(counts: State, name_of: Callable[[str], str]) -> State:
    sums: State = {}
    for old, number in counts.items():
        name = name_of(old)
        sums[name] = sums.get(name, 0) + number
    return sums


def _text_of(head: str, rest: str | None, status: str | None, size: str | None) -> str:
    """Put a request together again, as a server logs it; of the usual answer there was no rest."""
    target = head + (rest or "")
    for char, escaped in (("\\", r"\\"), ('"', r"\""), ("\n", r"\x0a")):
        target = target.replace(char, escaped)
    request = f"{target} HTTP/1.1" if head else "-"
    return f'{request}" {status or 200} {size or 0}'


def _hashes_below(text: str) -> State:
    """Give the hashes of version 2, the 65,536 smallest of a CRC times a number, as those of 3.

    If they were all, as what they were made of. If not, as they are: their number is right then,
    and only a name that comes again in that one report is counted twice.
    """
    hashes = unpack(f">{len(a2b_base64(text)) // 4}I", a2b_base64(text))
    if len(hashes) >= 1 << 16:
        return {"below": hashes[-1] + 1, "hashes": text}
    undo = pow(0x9E3779B1, -1, 1 << 32)
    packed = pack(f">{len(hashes)}I", *(each * undo % (1 << 32) for each in hashes))
    return {
        "below": 1 << 32,
        "hashes": b2a_base64(packed, newline=False).decode("ascii"),
    }


UPGRADES = (to_version_2, to_version_3, to_version_4, to_version_5)
"""What makes each version of a state from the one before, in order.

Whatever changes what a state holds, or how, adds a row.
"""
