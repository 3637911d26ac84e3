"""The number of different names (cardinality) in bounded memory; exact up to MOST names.

Source: Flajolet, On Adaptive Sampling, 1990. Each name has a hash of 64 bits. A count stores only
the hashes below a limit. Whenever it stores more than MOST hashes, the limit falls by a quarter.

Hashes are spread evenly. If n hashes lie in the lowest share s of the range, there are about n / s
names. At least three quarters of MOST hashes stay. The standard error is 1 / sqrt(3/4 MOST), which
is 0.45 %; four standard errors are within 2 %. Counts add, because the union of the hashes does not
depend on how the names were divided, ordered or repeated.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

MOST = 1 << 16
"""Hashes that are stored. With at most this many names the number is exact."""

_BYTES = 8
_ALL = 1 << 8 * _BYTES


class DistinctCount:
    """The hashes below a limit of the names that were added."""

    def __init__(self, hashes: Iterable[bytes] = (), limit: int = _ALL) -> None:
        self._hashes = set(hashes)
        self._limit = limit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DistinctCount) and vars(self) == vars(other)

    def add_names(self, names: Iterable[bytes]) -> None:
        """Add names. A name may come several times."""
        self._hashes |= self._below(map(_hash_of, names))
        self._bound()

    def add(self, other: "DistinctCount") -> None:
        """Add all names of another count."""
        if other.is_empty:
            return
        if other._limit < self._limit:
            self._cut(other._limit)
        self._hashes |= self._below(other._hashes)
        self._bound()

    def count_with(self, names: Iterable[bytes]) -> int:
        """Return the number of different names, including these names."""
        both = DistinctCount(self._hashes, self._limit)
        both.add_names(names)
        return both.count()

    def count(self) -> int:
        """Return the number of different names."""
        return round(len(self._hashes) * _ALL / self._limit)

    @property
    def is_empty(self) -> bool:
        """Whether no name was added."""
        return not self._hashes

    def _below(self, hashes: Iterable[bytes]) -> set[bytes]:
        if self._limit == _ALL:
            return set(hashes)
        limit = self._limit.to_bytes(_BYTES, "big")
        return {each for each in hashes if each < limit}

    def _bound(self) -> None:
        while len(self._hashes) > MOST:
            self._cut(self._limit - self._limit // 4)

    def _cut(self, limit: int) -> None:
        self._limit = limit
        self._hashes = self._below(self._hashes)

    def snapshot(self) -> dict[str, Any]:
        """Return the hashes as a value that JSON can hold."""
        packed = b2a_base64(b"".join(sorted(self._hashes)), newline=False)
        return {"limit": str(self._limit), "hashes": packed.decode("ascii")}

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "DistinctCount":
        """Return the count that a snapshot holds."""
        packed = a2b_base64(snapshot["hashes"])
        starts = range(0, len(packed), _BYTES)
        hashes = {packed[start : start + _BYTES] for start in starts}
        return cls(hashes, int(snapshot["limit"]))


def _hash_of(name: bytes) -> bytes:
    return blake2b(name, digest_size=_BYTES).digest()
