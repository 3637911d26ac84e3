"""An alert: the event of a rule that fires, fires still, or has recovered."""

import hashlib
from fractions import Fraction
from typing import Any, NamedTuple

from monitor.alerts.rules import RULES, Rule
from monitor.escape import bytes_of, text_of

OK = "recovered"
FIRING = "firing"


class Cause(NamedTuple):
    """A frequent name of the last hits, what kind of name it is, and its share of the hits."""

    kind: str
    name: bytes
    share: float


class Alert(NamedTuple):
    """A crossing of a limit.

    state      the state after the crossing: FIRING or OK
    hits       the hits in the window that the rule judges: all hits, or the hits of its subject
    at         the second that was judged, since 1970
    since      for a recovery and a reminder, the second at which the alert fired; else 0
    peak       for a recovery, the count that was farthest beyond the limit; else 0
    seen_late  whether the second was judged later, because the monitor had been away
    causes     when it fires, the names that most of the last hits have in common
    counted    the count that is compared, if this is not `hits`: errors, slow hits, bytes
    peak_hits  the hits when the peak was reached, if the value is a share of the hits
    moved      seconds by which the log's clock was set since the alert fired
    reminder   whether the alert fired earlier and is only announced again
    """

    rule: Rule
    state: str
    hits: int
    at: int
    since: int = 0
    peak: int = 0
    seen_late: bool = False
    causes: tuple[Cause, ...] = ()
    counted: int | None = None
    peak_hits: int = 0
    moved: int = 0
    reminder: bool = False

    @property
    def number(self) -> int:
        """The count that is compared with the limit."""
        return self.hits if self.counted is None else self.counted

    @property
    def value(self) -> Fraction:
        """The value that is compared with the limit, in the unit of the rule."""
        return self.rule.value(self.number, self.hits)

    @property
    def peak_value(self) -> Fraction:
        """The peak in the unit of the rule."""
        return self.rule.value(self.peak, self.peak_hits)

    @property
    def limit(self) -> Fraction:
        """The limit of the rule, in its unit."""
        return self.rule.threshold

    @property
    def unit(self) -> str:
        """The unit of the value and the limit: `hits/s`, `%`, `hits` or `bytes/s`."""
        return self.rule.kind.unit

    @property
    def subject(self) -> bytes:
        """The section or the client that the alert is about; empty if it is about all hits."""
        return self.rule.subject

    @property
    def lasted(self) -> int:
        """The seconds since the alert fired; 0 when it fires."""
        return max(0, self.at - self.since) if self.since else 0

    @property
    def id(self) -> str:
        """16 lowercase hex digits, the same for an alert, its reminders and its recovery.

        They are made from the rule, its subject, and the second at which the alert fired.
        """
        fired = (self.since or self.at) - self.moved
        text = f"{self.rule.key} {fired}".encode("latin-1")
        return hashlib.blake2b(text, digest_size=8).hexdigest()

    def snapshot(self) -> dict[str, Any]:
        """Return the alert as a value that JSON can hold."""
        rule = self.rule
        fields = {name: getattr(self, name) for name in _FIELDS}
        return {
            **fields,
            "rule": [rule.name, str(rule.threshold), rule.window],
            "subject": text_of(rule.subject),
            "over": None if rule.seconds is None else str(rule.seconds),
            "causes": [[kind, text_of(n), share] for kind, n, share in self.causes],
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any]) -> "Alert":
        """Return the alert of a snapshot. Those of earlier releases have fewer fields."""
        name, threshold, window = snapshot["rule"]
        fields = {name: snapshot[name] for name in _FIELDS if name in snapshot}
        fields["causes"] = tuple(
            Cause(kind, bytes_of(name), share)
            for kind, name, share in snapshot["causes"]
        )
        subject, over = snapshot.get("subject", ""), snapshot.get("over")
        seconds = None if over is None else Fraction(over)
        kind = RULES[name]
        rule = Rule(kind, Fraction(threshold), window, bytes_of(subject), seconds)
        return cls(rule=rule, **fields)


_FIELDS = (
    *("state", "hits", "at", "since", "peak", "seen_late"),
    *("counted", "peak_hits", "moved"),
)
