"""The keys of a JSON object -> a plan: where its fields are, and what its lines may be.

Nearly all lines of a log have the same keys. Because of that a plan is made once for all lines with the
same keys.
"""

from typing import Any, NamedTuple

from monitor.formats.json_names import OUTER, Path, fields_of, paths_of
from monitor.formats.json_objects import Object
from monitor.formats.json_writers import (
    EDGES,
    KNOWN,
    LOGGERS,
    OTHERS,
    PROGRAMS,
    Read,
    Test,
    reads_of,
    tests_of,
)


class Plan(NamedTuple):
    """How objects with the same keys are parsed: the paths of each field, and the rest.

    seconds      the paths of the request times, each with the reader of its value
    edges        the paths of Cloudflare's times of the beginning and the end
    others       tests of objects that are no requests
    programs     tests of objects without a status that are of the own log of a server
    is_split     the date and the time of day are two values
    is_access    the keys are those of an access log
    """

    time: tuple[Path, ...]
    client: tuple[Path, ...]
    request: tuple[Path, ...]
    method: tuple[Path, ...]
    target: tuple[Path, ...]
    status: tuple[Path, ...]
    size: tuple[Path, ...]
    host: tuple[Path, ...]
    agent: tuple[Path, ...]
    referrer: tuple[Path, ...]
    seconds: tuple[tuple[Path, Read], ...]
    edges: tuple[Path, ...]
    others: tuple[Test, ...]
    programs: tuple[Test, ...]
    is_split: bool
    is_access: bool


def plan_of(found: Object) -> Plan:
    """Make the plan of an object."""
    paths = paths_of(found)
    fields = fields_of(paths)
    if "logicalUserName" in paths and "host" in paths:  # Tomcat
        fields["client"] += (("host",),)
        fields["host"] = ()
    edges = tuple(paths[name] for name in EDGES if name in paths)
    requests = fields["request"] + fields["method"] + fields["target"]
    is_access = bool(requests) or not KNOWN.isdisjoint(paths)
    return Plan(
        **fields,
        seconds=reads_of(paths),
        others=tests_of(paths, OTHERS),
        programs=tests_of(paths, LOGGERS if is_access else PROGRAMS),
        edges=edges if len(edges) == 2 else (),
        is_split="date" in paths and "time" in paths,
        is_access=is_access,
    )


class Plans:
    """Remembers the plans of objects by their keys."""

    LIMIT = 1 << 10
    MOST_KEYS = 1 << 8

    def __init__(self) -> None:
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def __len__(self) -> int:
        return len(self._plans)

    def __getitem__(self, found: Object) -> Plan:
        keys: tuple[Any, ...] = tuple(found)
        for key in OUTER.intersection(keys):
            inner = found[key]
            keys += ((key, *inner) if type(inner) is dict else None,)
        return self._plans.get(keys) or self._new_plan(keys, found)

    def _new_plan(self, keys: tuple[Any, ...], found: Object) -> Plan:
        plan = plan_of(found)
        if len(self) >= self.LIMIT:
            self._plans.clear()
        if len(keys) <= self.MOST_KEYS:
            self._plans[keys] = plan
        return plan


PLANS = Plans()
"""The plans of all logs."""
