"""Whose a state is: the logs as the command line names them, and the filter.

A state of a pattern has other files at each save. It has the pattern, too, as `named`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.errors import StoreError


def names_in(state: Mapping[str, Any]) -> list[str]:
    """Return the absolute paths and patterns of a state, sorted."""
    return sorted(state.get("named", state.get("files", ())))


def with_names(state: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    """Return a state with its names, if they are not those of its files."""
    return state if names_in(state) == list(names) else {**state, "named": list(names)}


def check_files(state: Mapping[str, Any], files: Sequence[str], path: str) -> None:
    """Raise StoreError for a state of other files."""
    if names_in(state) != list(files):
        names = ", ".join(names_in(state))
        raise StoreError(
            f"the state in {path} belongs to {names}; give another file with --state"
        )


def check_filter(state: Mapping[str, Any], only: Sequence[str], path: str) -> None:
    """Raise StoreError for a state of hits that another filter chose."""
    found = state["core"].get("only", [])
    if found != list(only):
        hits = " ".join(f"--only {each}" for each in found) or "all hits"
        raise StoreError(
            f"the state in {path} counts {hits}; give another file with --state"
        )
