"""Columns of hits -> counts that add up, and the values of a report.

cardinality.py    the number of different names, in bounded memory
heavy_hitters.py  the hits of the most frequent names, in bounded memory
minutes.py        the busiest minute
quantiles.py      quantiles of numbers, in bounded memory
values.py         the kinds of values that a report consists of
statistics.py     the table of the statistics
ranking.py        names and their hits, for a row of the table
sketches.py       numbers of hits by name, for a row of the table of quantiles
batch.py          hits grouped by method, section, status and URL
spreads.py        the numbers of some hits for all rows of the table of quantiles
tally.py          all counts of some lines

    STATISTICS                -> the statistics, one row each
    Tally.add_hits(columns)   -> counts hits; Tally.add(other) adds another tally
    Tally.values(most)        -> Values: the numbers, rankings and quantiles of a report
"""

from monitor.stats.minutes import Minutes
from monitor.stats.statistics import LISTED, STATISTICS, TABLES, Statistic
from monitor.stats.tally import RUN_ROOM, Tally
from monitor.stats.values import Ranked, RankedName, Values, change, share

__all__ = [
    "LISTED",
    "RUN_ROOM",
    "STATISTICS",
    "TABLES",
    "Minutes",
    "Ranked",
    "RankedName",
    "Statistic",
    "Tally",
    "Values",
    "change",
    "share",
]
