"""The table of the rules of alerts, one row each. To add a rule, add a row and an option.

A rule compares a count of the window with a limit. The counts are whole numbers and the limits are
fractions. Because of that no rounding can raise or clear an alert.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from monitor.escape import text_of
from monitor.rulevalues import Latency, SectionLimit
from monitor.settings import Settings

HITS = "hits"
"""A measure: the hits of each second."""

TIMED = "timed"
"""A measure: the hits of each second that log their request time."""

RATE, SHARE, TOTAL = "rate", "share", "total"
"""What is compared with the limit: an average per second, a percentage of the hits, or a count."""


class Kind(NamedTuple):
    """A kind of rule, which is a row of the table.

    name     the name of the rule in JSON and in the state
    option   the field of `Settings` that switches the rule on
    measure  what is counted by the second (measures.py)
    base     what is compared with the limit: RATE, SHARE or TOTAL
    above    whether a value above the limit fires; else a value below it
    noun     the words of the messages, with `{}` for the subject
    counted  the name of the count in the messages
    unit     the unit of the value and of the limit
    of       the measure of the hits that are judged; "" if that is the count itself
    """

    name: str
    option: str
    measure: str
    base: str
    above: bool
    noun: str
    counted: str
    unit: str
    of: str = ""


PER_SECOND = "hits/s"

KINDS = (
    Kind("traffic", "threshold", HITS, RATE, True, "traffic", HITS, PER_SECOND),
    Kind(
        "errors",
        "max_error_rate",
        "errors",
        SHARE,
        True,
        "error rate",
        "errors",
        "%",
        HITS,
    ),
    Kind("silence", "min_traffic", HITS, TOTAL, False, "traffic", HITS, "hits"),
    Kind(
        "section",
        "section_threshold",
        "section",
        RATE,
        True,
        "traffic of {}",
        HITS,
        PER_SECOND,
    ),
    Kind("latency", "max_latency", "slow", SHARE, True, "latency", "slow", "%", TIMED),
    Kind(
        "client",
        "client_threshold",
        "client",
        RATE,
        True,
        "traffic of client {}",
        HITS,
        PER_SECOND,
    ),
    Kind(
        "bandwidth",
        "max_bandwidth",
        "bytes",
        RATE,
        True,
        "bandwidth",
        "bytes",
        "bytes/s",
        HITS,
    ),
)

RULES = {kind.name: kind for kind in KINDS}
"""The kinds of rules by name."""


class Rule(NamedTuple):
    """A kind of rule with its limit and its window in seconds.

    threshold  the limit in the unit of the kind
    subject    the section or the client that is judged; empty for all hits
    seconds    request times above this are slow; None for other kinds
    """

    kind: Kind
    threshold: Fraction
    window: int
    subject: bytes = b""
    seconds: Fraction | None = None

    @property
    def name(self) -> str:
        """The name of the kind."""
        return self.kind.name

    @property
    def key(self) -> str:
        """The name of the rule in the state: the kind, and the subject if there is one."""
        return f"{self.name} {text_of(self.subject)}" if self.subject else self.name

    @property
    def measure(self) -> str:
        """The name of the count in the window."""
        if self.seconds is not None:
            return f"{self.kind.measure} {self.seconds}"
        measure = self.kind.measure
        return f"{measure} {text_of(self.subject)}" if self.subject else measure

    @property
    def per(self) -> Fraction:
        """The number by which a count is divided to be a value in the unit, for one hit."""
        if self.kind.base == SHARE:
            return Fraction(1, 100)
        return Fraction(self.window if self.kind.base == RATE else 1)

    def value(self, count: int, hits: int) -> Fraction:
        """Return a count as a value in the unit of the rule; 0 if it is a share of no hits."""
        if self.kind.base == SHARE:
            return Fraction(100 * count, hits) if hits else Fraction(0)
        return count / self.per


class Tuning(NamedTuple):
    """How all rules change their state.

    min_hits     hits from which a share is judged
    hysteresis   percent of the limit by which a value must be back before the alert recovers
    hold         seconds for which a value must be beyond the limit before the alert fires
    keep_firing  seconds for which a value must be back before the alert recovers
    remind       seconds between two announcements of a firing alert; None: one announcement
    """

    min_hits: int = 50
    hysteresis: Fraction = Fraction(0)
    hold: int = 0
    keep_firing: int = 0
    remind: int | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Tuning":
        """Return the tuning that the options ask for."""
        return cls(
            settings.min_hits,
            settings.hysteresis,
            settings.for_,
            settings.keep_firing,
            settings.remind,
        )


def rules_of(settings: Settings) -> list[Rule]:
    """Return the rules that the options ask for, the traffic rule first.

    The rule of clients has no subject here. It is made for each client that is above its limit.
    """
    return [rule for kind in KINDS for rule in _rules(kind, settings)]


def _rules(kind: Kind, settings: Settings) -> Iterator[Rule]:
    option: Any = getattr(settings, kind.option)
    if isinstance(option, Latency):
        slow = 100 - option.percentile
        yield Rule(kind, slow, settings.window, seconds=option.seconds)
    elif isinstance(option, tuple):
        for section, threshold in _last_of_each(option):
            yield Rule(kind, threshold, settings.window, section)
    elif option is not None:
        yield Rule(kind, Fraction(option), settings.window)


def _last_of_each(limits: Iterable[SectionLimit]) -> Iterable[tuple[bytes, Fraction]]:
    """Return the last limit that was given for each section."""
    return dict(limits).items()
