"""Columns of hits -> counts that add up, and questions put to the counts.

heavy.py         counts of many names in bounded memory; the heaviest stay right
distinct.py      how many different names, in bounded memory
tally.py         columns -> counts that add up
statistics.py    a tally -> named numbers
"""

from monitor.stats import statistics
from monitor.stats.tally import Tally

__all__ = [
    "Tally",
    "statistics",
]
