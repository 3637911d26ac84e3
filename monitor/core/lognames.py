"""The names of logs in the state of a pipeline. A run from another folder has other names."""

from collections.abc import Mapping
from typing import Any


def renamed(snapshot: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a snapshot of a pipeline with other names of its logs."""

    def new(log: str) -> str:
        return names.get(log, log)

    coverage, waiting = snapshot["coverage"], snapshot["waiting"]
    marks = [
        (*mark, place and (new(place[0]), *place[1:]))
        for *mark, place in waiting["marks"]
    ]
    return {
        **snapshot,
        "waiting": {**waiting, "marks": marks},
        "offsets": {new(log): each for log, each in snapshot["offsets"].items()},
        "backfill": {new(log): each for log, each in snapshot["backfill"].items()},
        "legibility": {new(log): each for log, each in snapshot["legibility"].items()},
        "coverage": {
            **coverage,
            "gaps": [(new(log), *others) for log, *others in coverage["gaps"]],
            "rows": [(new(log), *others) for log, *others in coverage["rows"]],
        },
    }
