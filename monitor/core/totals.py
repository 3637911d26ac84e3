"""Counts of all hits and lines since the state was made, for metrics. A count never goes down.

Counts by a name have few names: the registered methods, the first CODES statuses, and the sections
that a report listed among its largest ones. Such a section begins at 0 and is never dropped. All
other hits are counted under `(other)`. The sections therefore add up to all hits.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from typing import Any

from monitor.escape import bytes_of, text_of
from monitor.formats import METHODS, OTHER, Columns
from monitor.keys import section_of

CODES = 60
"""Statuses that are counted by themselves."""

LONGEST_SECTION = 128
"""Bytes of the longest name of a section that is counted by itself."""

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of the buckets of request times, in seconds."""

BUCKETS = (*map(str, BOUNDS), "+Inf")
"""The names of the buckets, as Prometheus writes them."""

_NO_ANSWER, _NO_METHOD, _OTHER = "none", "none", "other"


class Totals:
    """Sums of hits. At most `slots` sections are counted by themselves.

    A state may hold more sections than `slots`. They are counted, too.
    """

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._numbers = dict.fromkeys(
            ("hits", "unparsed", "ignored", "late", "misdated"), 0
        )
        self._codes: dict[str, int] = {}
        self._methods: dict[str, int] = {}
        self._sections = {OTHER: [0, 0, 0]}  # hits, errors, bytes
        self._buckets: dict[str, int] = {}  # empty if no hit has a request time
        self._seconds = 0.0
        self._alerts: dict[str, dict[str, int]] = {}

    def add(self, hits: Columns, **numbers: int) -> None:
        """Count hits, and numbers of other lines and of hits: `ignored`, `late` and the like."""
        self._numbers["hits"] += len(hits)
        for name, number in numbers.items():
            self._numbers[name] += number
        if len(hits):
            self._add_answers(hits)
            if "size" in hits.fields:
                self._add_sizes(hits)
            if "seconds" in hits.fields:
                self._add_times(hits["seconds"])

    def _add_answers(self, hits: Columns) -> None:
        pairs = Counter(zip(hits["head"], hits["status"], strict=True))
        for (head, status), number in pairs.items():
            method, _, section = head.partition(b" ")
            name = self._name_of_code(status)
            self._codes[name] = self._codes.get(name, 0) + number
            name = _name_of_method(method)
            self._methods[name] = self._methods.get(name, 0) + number
            sums = self._sums_of(section)
            sums[0] += number
            if b"400" <= status < b"600":
                sums[1] += number

    def _add_sizes(self, hits: Columns) -> None:
        sizes: dict[bytes, int] = {}
        for head, size in zip(hits["head"], hits["size"], strict=True):
            sizes[head] = sizes.get(head, 0) + (size or 0)
        for head, size in sizes.items():
            self._sums_of(section_of(head))[2] += size

    def _add_times(self, seconds: Iterable[float | None]) -> None:
        for each in seconds:
            if each is not None:
                self._buckets = self._buckets or dict.fromkeys(BUCKETS, 0)
                self._buckets[BUCKETS[bisect_left(BOUNDS, each)]] += 1
                self._seconds += each

    def _name_of_code(self, status: bytes) -> str:
        name = text_of(status)
        if not name.isdigit():
            return _NO_ANSWER
        return name if name in self._codes or len(self._codes) < CODES else _OTHER

    def _sums_of(self, section: bytes) -> list[int]:
        return self._sections.get(section) or self._sections[OTHER]

    def add_alert(self, rule: str, state: str) -> None:
        """Count a crossing of a rule."""
        states = self._alerts.setdefault(rule, {})
        states[state] = states.get(state, 0) + 1

    def list_sections(self, names: Iterable[bytes]) -> None:
        """Count sections by themselves from now on, as long as there are slots."""
        for name in names:
            if len(self._sections) > self._slots:
                return
            if len(name) <= LONGEST_SECTION:
                self._sections.setdefault(name, [0, 0, 0])

    def snapshot(self) -> dict[str, Any]:
        """Return all counts as a value that JSON can hold."""
        sections = {text_of(name): list(each) for name, each in self._sections.items()}
        return {
            "numbers": dict(self._numbers),
            "codes": dict(self._codes),
            "methods": dict(self._methods),
            "sections": sections,
            "buckets": dict(self._buckets),
            "seconds": self._seconds,
            "alerts": {rule: dict(each) for rule, each in self._alerts.items()},
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on from a snapshot."""
        self._numbers |= snapshot["numbers"]
        self._codes = dict(snapshot["codes"])
        self._methods = dict(snapshot["methods"])
        self._sections |= {
            bytes_of(name): list(each) for name, each in snapshot["sections"].items()
        }
        if snapshot["buckets"]:
            self._buckets = dict.fromkeys(BUCKETS, 0) | snapshot["buckets"]
        self._seconds = snapshot["seconds"]
        self._alerts = {rule: dict(each) for rule, each in snapshot["alerts"].items()}


def _name_of_method(method: bytes) -> str:
    if not method:
        return _NO_METHOD
    return text_of(method) if method in METHODS else _OTHER
