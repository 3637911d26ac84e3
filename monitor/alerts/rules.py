"""The alert rules, one row each. To add a rule, add a row, and an option for its threshold."""

from fractions import Fraction
from typing import NamedTuple

HITS = "hits"
"""The hits of each second."""


class Kind(NamedTuple):
    """A kind of alert, which fires when what it measures is above its threshold, or below.

    `measure` is a name that is counted by the second. `threshold` is the option that holds the
    threshold, per second on average. `noun` and `unit` name what is measured, for people.
    """

    name: str
    measure: str
    threshold: str
    above: bool
    noun: str
    unit: str


KINDS = (Kind("traffic", HITS, "threshold", above=True, noun="traffic", unit="hits"),)

RULES = {kind.name: kind for kind in KINDS}
"""The kinds of alerts by name."""


class Rule(NamedTuple):
    """A kind of alert with a threshold per second, averaged over a window in seconds."""

    kind: Kind
    threshold: Fraction
    window: int

    @property
    def name(self) -> str:
        """The name of the kind."""
        return self.kind.name

    @property
    def limit(self) -> Fraction:
        """The count in the window that is exactly at the threshold."""
        return self.threshold * self.window
