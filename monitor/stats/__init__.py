"""Columns of hits -> counts that add up, and the values of a report.

cardinality.py    the number of different names, in bounded memory
heavy_hitters.py  counts of names in bounded memory; the heaviest stay right
values.py         the kinds of values that a report consists of
statistics.py     the table of the statistics
ranking.py        names and their hits, for a row of the table
batch.py          hits counted by what they have in common
tally.py          all that is known about some lines

A statistic is a row of STATISTICS. `Tally.add_hits(columns)` counts, `Tally.add` adds up,
`Tally.values` says what a report shows.
"""

from monitor.stats.statistics import LISTED, STATISTICS, Statistic
from monitor.stats.tally import RUN_ROOM, Tally
from monitor.stats.values import Ranked, RankedName, Values, change, share

__all__ = [
    "LISTED",
    "RUN_ROOM",
    "STATISTICS",
    "Ranked",
    "RankedName",
    "Statistic",
    "Tally",
    "Values",
    "change",
    "share",
]
