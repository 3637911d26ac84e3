"""The kinds of alerts, one row each. To add one, add a row, and an option for its threshold."""

from fractions import Fraction
from typing import NamedTuple

HITS = "hits"
"""A measure: the hits of each second."""


class Kind(NamedTuple):
    """A kind of alert. It fires when its measure is above the threshold, or below.

    name       the name of the kind in JSON and in the state
    measure    the name of a count in the window (core/counting.py)
    threshold  the field of `Settings` with the threshold, per second on average
    above      whether a measure above the threshold fires; else a measure below it
    noun, unit the words of the messages: "High traffic", "hits"
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
