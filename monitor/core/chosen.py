"""The hits that `--only` chooses. All hits move the time, and only the chosen hits are counted.

Time is judged from all hits of a log. Because of that the filter stands between the steps of the
clock and the counting. A hit that is not chosen is counted as an ignored line in its interval.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from monitor.formats import Columns
from monitor.keys import KEYS, wanted
from monitor.only import Only
from monitor.settings import Settings
from monitor.stats import STATISTICS
from monitor.streamtime import Hits, Step


def columns_for(settings: Settings) -> frozenset[str]:
    """Return the optional columns that the statistics, `--by` and `--only` need."""
    ranked = {each.by for each in STATISTICS}
    return wanted(settings.by, *ranked & KEYS.keys()) | Only(settings.only).wants


class Chosen(NamedTuple):
    """The chosen hits of some columns, and how many hits are chosen before each place."""

    hits: Columns
    before: Sequence[int]

    @classmethod
    def of(cls, columns: Columns, only: Only) -> "Chosen":
        """Choose hits of columns."""
        if not only:
            return cls(columns, range(len(columns) + 1))
        flags = only.flags(columns.column, len(columns))
        return cls(columns.chosen(flags), list(accumulate(flags, initial=0)))

    def steps(self, steps: list[Step]) -> list[Step]:
        """Return steps that count the hits of the columns as steps that count the chosen hits.

        Moves of the clock after the last of these hits are left out.
        """
        if isinstance(self.before, range):
            return steps
        found: list[Step] = []
        end = 0
        for step in steps:
            if isinstance(step, Hits):
                start, stop = self.before[step.start], self.before[step.stop]
                if start == stop:
                    continue
                step = Hits(start, stop, step.misdated)
                end = len(found) + 1
            found.append(step)
        return found[:end]
