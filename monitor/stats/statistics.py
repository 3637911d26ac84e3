"""The statistics of a report, as a table: one row a statistic.

A row names the field by which hits are counted, and further numbers that are added up. A tally has
a ranking (ranking.py) for each row. Text, JSON, other outputs and the state handle rankings of any
row. To add a statistic, add a row. Quantiles have a table of their own.
"""

from collections.abc import Collection
from typing import NamedTuple

from monitor.formats import MALFORMED, METHODS
from monitor.keys import KEYS

LISTED = 100
"""Names that a report lists at most, unless `--top` is larger."""


class Statistic(NamedTuple):
    """A ranking of names by their hits.

    by           the name of a hit: a column (columns.py), or `method`, `section`, or `failed`, which
                 is the status and the URL without its query, for a status of 4xx or 5xx only
    also         further numbers that are added up by name: `bytes` if `by` is `method` or `section`,
                 `errors` if `by` is `method`, `section` or `status`
    other        whether the hits of dropped names are counted under `(other)`
    always       names that are never dropped
    cardinality  whether the number of different names includes dropped names
    listed       the number of names that a report lists; None: as many as `--top`, at least LISTED

    A hit without a method, a section or a failed URL is not counted. An empty column is a name.
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
    Statistic("clients", by="client", cardinality=True),
    Statistic("failing", by="failed", cardinality=True),
)
"""In the order in which reports show them."""


TABLES = {
    key: Statistic(
        f"by {key}", by=key, also=("bytes", "errors"), other=True, cardinality=True
    )
    for key in KEYS
    if key != "section"
}
"""The statistics of --by. The table of the sections is in STATISTICS."""


class Spread(NamedTuple):
    """Quantiles of a time in seconds that hits have: of all hits, and of the hits of each name.

    name     what the quantiles of all hits are called, in at most eight characters
    of       the column of the time. Where no line logs it, nothing is computed
    by       the name of a hit: `method` or `section`, each in one row of the table at most, because
             a listed name has one `p95`
    title    what a list of the names with the longest times is called, in at most eight characters
    """

    name: str
    of: str
    by: str
    title: str


SPREADS = (Spread("latency", of="seconds", by="section", title="slowest"),)
"""The quantiles of a report. Outputs show them as times."""
