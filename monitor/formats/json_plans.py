"""The keys of a JSON object -> a plan: where its fields are, and what its lines may be.

Nearly all lines of a log have the same keys. Because of that a plan is made once for all lines with the
same keys.
"""

from typing import Any, NamedTuple

from monitor.formats.json_names import OUTER, Path, fields_of, paths_of
from monitor.formats.json_objects import Object
from monitor.formats.json_writers import (
    KNOWN,
    LOGGERS,
    OTHERS,
    PROGRAMS,
    Read,
    Test,
    reads_of,
    tests_of,
)

_LIMIT = 1 << 10
_MOST_KEYS = 1 << 8


class Plan(NamedTuple):
    """How objects with the same keys are parsed: the paths of each field, and the rest.

    seconds      the paths of the request times, each with the reader of its value
    others       tests of objects that are no requests
    programs     tests of objects without a status that are of the own log of a server
    has_edges    Cloudflare's times of the beginning and the end
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
    others: tuple[Test, ...]
    programs: tuple[Test, ...]
    has_edges: bool
    is_split: bool
    is_access: bool


def plan_of(found: Object) -> Plan:
    """Make the plan of an object."""
    paths = paths_of(found)
    fields = fields_of(paths)
    if "logicalUserName" in paths and "host" in paths:  # Tomcat
        fields["client"] += (("host",),)
        fields["host"] = ()
    requests = fields["request"] + fields["method"] + fields["target"]
    is_access = bool(requests) or not KNOWN.isdisjoint(paths)
    return Plan(
        **fields,
        seconds=reads_of(paths),
        others=tests_of(paths, OTHERS),
        programs=tests_of(paths, LOGGERS if is_access else PROGRAMS),
        has_edges=paths.keys() >= {"EdgeStartTimestamp", "EdgeEndTimestamp"},
        is_split="date" in paths and "time" in paths,
        is_access=is_access,
    )


class Plans:
    """Remembers the plans of objects by their keys."""

    def __init__(self) -> None:
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def __getitem__(self, found: Object) -> Plan:
        keys: tuple[Any, ...] = tuple(found)
        for key in OUTER.intersection(keys):
            inner = found[key]
            keys += ((key, *inner) if type(inner) is dict else None,)
        return self._plans.get(keys) or self._new_plan(keys, found)

    def _new_plan(self, keys: tuple[Any, ...], found: Object) -> Plan:
        if len(self._plans) >= _LIMIT or len(keys) > _MOST_KEYS:
            self._plans.clear()
        self._plans[keys] = plan = plan_of(found)
        return plan
