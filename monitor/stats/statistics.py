"""The statistics of a report, as a table: one row a statistic.

A row says by which names hits are counted, and which numbers are added up beside. A tally keeps
a ranking (ranking.py) for each row; text, JSON and other outputs show the values of the ranking
and need no change for a new row.
"""

from collections.abc import Collection
from typing import NamedTuple

from monitor.formats import MALFORMED, METHODS

LISTED = 100
"""Names that a report lists at most, unless more were asked for."""


class Statistic(NamedTuple):
    """A ranking of names by their hits.

    `by` is what names the hits: a column (columns.py), or `method`, `section`, or `failed`, which is
    the status and the URL without its query of an answer of 4xx or 5xx. A hit without a name is
    not counted. `also` are further numbers that are added up by name: `bytes` and `errors`, where
    `by` is `method`, `section` or (`errors` only) `status`. `other`: the hits of dropped names are counted under `(other)`, and the names
    `always` are never dropped. `distinct`: dropped names count as different names, too. `listed`
    is the number of names that a report lists, None for as many as were asked for.
    """

    name: str
    by: str
    also: tuple[str, ...] = ()
    other: bool = False
    always: Collection[bytes] = ()
    cardinality: bool = False
    listed: int | None = None


STATISTICS = (
    Statistic("status", by="status", listed=1001),  # all: three digits, or `-`
    Statistic("methods", by="method", other=True, always=METHODS, listed=200),
    Statistic(
        "sections",
        by="section",
        also=("bytes", "errors"),
        other=True,
        always=(MALFORMED,),
        cardinality=True,
    ),
    Statistic("clients", by="client", cardinality=True, listed=3),
    Statistic("failing", by="failed", listed=3),
)
"""In the order in which reports show them."""
