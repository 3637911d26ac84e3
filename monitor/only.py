"""The hits that are counted: the parts of `--only`, and a filter made of them.

A part is KEY=VALUE or KEY!=VALUE with a key of keys.py. A hit is chosen if for each key its name has
one of the values after `=`, and none of the values after `!=`. A value is the whole name, with three
additions: `*` at its end is any ending, `x` in a status is any digit, and a client may be a network.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import and_
from typing import Any, NamedTuple

from monitor.escape import encoded
from monitor.keys import KEYS, Key, wanted

_part = re.compile(r"([a-z+]+)(!?=)(.+)", re.DOTALL)
_network = re.compile(r"[0-9A-Fa-f.:]+/[0-9]{1,3}", re.ASCII)
_status = re.compile(r"[0-9x]{3}|[0-9]*\*|-", re.ASCII)
_CACHED = 1 << 16

Test = Callable[[bytes], bool]
"""Returns whether a name has a value."""


class Choice(NamedTuple):
    """A part of `--only`. `excludes`: hits that have the value are left out."""

    key: str
    excludes: bool
    value: str

    def __str__(self) -> str:
        return f"{self.key}{'!=' if self.excludes else '='}{self.value}"


def choice_of(text: str) -> Choice:
    """Parse a part of `--only`. Raises ValueError that says what to write instead."""
    match = _part.fullmatch(text)
    if match is None:
        raise ValueError(
            f"give KEY=VALUE or KEY!=VALUE, such as status=5xx, not '{text}'"
        )
    key, sign, value = match.groups()
    if key not in KEYS:
        raise ValueError(f"give one of the keys {', '.join(KEYS)}, not '{key}'")
    if key == "status" and not _status.fullmatch(value.lower()):
        raise ValueError(f"give a status such as 404, 5xx or -, not '{value}'")
    if key == "client" and _network.fullmatch(value):
        _network_test(value)
    return Choice(key, sign == "!=", value)


def _test(key: str, value: str) -> Test:
    """Return the test of a value of a key."""
    name = encoded(value)
    if name.endswith(b"*"):
        start = name[:-1]
        return lambda each: each.startswith(start)
    if key == "status":
        pattern = re.compile(name.lower().replace(b"x", b"[0-9]"))
        return lambda each: pattern.fullmatch(each) is not None
    if key == "client" and _network.fullmatch(value):
        return _network_test(value)
    return name.__eq__


def _network_test(value: str) -> Test:
    """Return a test whether a client, or one address of a list of clients, is in a network.

    Raises ValueError if the value is no network.
    """
    from ipaddress import ip_address, ip_network  # few runs need it

    try:
        network = ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError(
            f"give a network such as 203.0.113.0/24 or 2001:db8::/32, not '{value}'"
        ) from error

    def has(client: bytes) -> bool:
        for word in client.decode("ascii", "replace").split(","):
            try:
                address = ip_address(word.strip())
            except ValueError:
                continue
            if (getattr(address, "ipv4_mapped", None) or address) in network:
                return True
        return False

    return has


class _Verdicts(dict[Any, bool]):
    """Whether hits with some values in the columns of a key are chosen."""

    def __init__(self, key: Key, accepted: Sequence[Test], refused: Sequence[Test]):
        super().__init__()
        self._key = key
        self._accepted = accepted
        self._refused = refused

    def __missing__(self, values: Any) -> bool:
        if len(self) >= _CACHED:
            self.clear()
        each = values if isinstance(values, tuple) else (values,)
        name = self._key.name(*each)
        is_accepted = not self._accepted or any(test(name) for test in self._accepted)
        verdict = is_accepted and not any(test(name) for test in self._refused)
        self[values] = verdict
        return verdict


class Only:
    """A filter of hits. Without a part it chooses all hits."""

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        tests: dict[str, tuple[list[Test], list[Test]]] = {}
        for key, excludes, value in choices:
            tests.setdefault(key, ([], []))[excludes].append(_test(key, value))
        self._verdicts = [
            (key, _Verdicts(KEYS[key], *each)) for key, each in tests.items()
        ]

    @property
    def wants(self) -> frozenset[str]:
        """The optional columns that the filter needs."""
        return wanted(*(name for name, _ in self._verdicts))

    def __bool__(self) -> bool:
        return bool(self._verdicts)

    def flags(self, column: Callable[[str], list[Any]], hits: int) -> list[bool]:
        """Return for each of some hits whether it is chosen. `column` returns a column by name."""
        flags: Iterable[bool] = repeat(True, hits)
        for key, verdicts in self._verdicts:
            first, *more = map(column, KEYS[key].columns)
            values = zip(first, *more, strict=True) if more else first
            flags = map(and_, flags, map(verdicts.__getitem__, values))
        return list(flags)


ALL = Only()
"""The filter that chooses all hits."""
