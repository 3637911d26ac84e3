"""Section 10 of the specification, naively: each second of a window is summed anew for each rule.

A crossing is written as `errors fires 3 of 40 at 12`.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from support.timelines import START, clock_text

from monitor.alerts.alert import FIRING, Alert
from monitor.rulevalues import Latency, SectionLimit
from monitor.settings import Settings

FORMAT = '%h %l %u %t "%r" %>s %b %{ms}T'


class Hit(NamedTuple):
    """A hit; `size` and `took`, in milliseconds, are None where the log has a `-`."""

    second: int
    client: str
    section: str
    status: int
    size: int | None
    took: int | None

    @property
    def line(self) -> bytes:
        size = "-" if self.size is None else self.size
        took = "-" if self.took is None else self.took
        request = f'"GET {self.section}/x HTTP/1.1" {self.status} {size} {took}'
        return (
            f"{self.client} - - [{clock_text(self.second)} +0000] {request}\n".encode()
        )


class Measured(NamedTuple):
    """A rule in the model: its count and the hits that it judges, and how they are compared."""

    name: str
    number: Callable[[Hit], int]
    hits: Callable[[Hit], int]
    fires: Callable[[int, int], bool]
    recovers: Callable[[int, int], bool]


def one(hit: Hit) -> int:
    return 1


def rate(
    name: str, limit: Fraction, given: Settings, number: Callable[[Hit], int]
) -> Measured:
    top = limit * given.window
    low = top * (100 - given.hysteresis) / 100
    return Measured(
        name,
        number,
        number,
        lambda number, hits: number > top,
        lambda number, hits: number < low or not (number or low),
    )


def share(
    name: str,
    percent: Fraction,
    given: Settings,
    counts: tuple[Callable[[Hit], int], Callable[[Hit], int]],
) -> Measured:
    low = percent * (100 - given.hysteresis) / 100
    return Measured(
        name,
        *counts,
        lambda number, hits: hits >= given.min_hits and 100 * number > percent * hits,
        lambda number, hits: (
            not hits or 100 * number < low * hits or not (number or low)
        ),
    )


def rules(given: Settings, clients: Iterable[str]) -> Iterator[Measured]:
    """Return the rules of some settings, in the order in which they are announced."""
    yield rate("traffic", given.threshold, given, one)
    if given.max_error_rate is not None:
        errors = (lambda hit: int(500 <= hit.status <= 599)), one
        yield share("errors", given.max_error_rate, given, errors)
    if least := given.min_traffic:
        enough = least * (100 + given.hysteresis) / 100
        yield Measured(
            "silence", one, one, lambda n, _: n < least, lambda n, _: n >= enough
        )
    for section, limit in given.section_threshold:
        name = section.decode()
        yield rate(
            f"section {name}",
            limit,
            given,
            lambda hit, name=name: int(hit.section == name),
        )
    if given.max_latency:
        percentile, seconds = given.max_latency
        limit = 1000 * seconds
        yield share(
            "latency",
            100 - percentile,
            given,
            (
                lambda hit: int(hit.took is not None and hit.took > limit),
                lambda hit: int(hit.took is not None),
            ),
        )
    if given.max_bandwidth is not None:
        yield rate("bandwidth", given.max_bandwidth, given, lambda hit: hit.size or 0)
    if given.client_threshold is not None:
        for name in clients:
            yield rate(
                f"client {name}",
                given.client_threshold,
                given,
                lambda hit, name=name: int(hit.client == name),
            )


class Model:
    """Judges every second of some hits in the order of the log."""

    def __init__(self, given: Settings, clients: Iterable[str]) -> None:
        self.given = given
        self.rules = list(rules(given, clients))
        self.hits: defaultdict[int, list[Hit]] = defaultdict(list)
        self.firing: dict[str, int] = {}
        self.row: dict[str, int] = {}
        self.announced: dict[str, int] = {}
        self.found: list[str] = []
        self.first = 0

    def alerts(self, hits: list[Hit], first: int) -> list[str]:
        """Judge the seconds from the first one of the stream time to that of the newest hit."""
        self.first = now = first
        judged = first - 1
        for hit in hits:
            for second in range(judged + 1, hit.second - self.given.delay):
                self._judge(second)
                judged = second
            now = max(now, hit.second)
            self.hits[hit.second].append(hit)
        for second in range(judged + 1, now + 1):
            self._judge(second)
        return self.found

    def _judge(self, second: int) -> None:
        seconds = range(second - self.given.window + 1, second + 1)
        inside = [hit for each in seconds for hit in self.hits.get(each, ())]
        for rule in self.rules:
            number, hits = sum(map(rule.number, inside)), sum(map(rule.hits, inside))
            self._cross(rule, second, number, hits)

    def _cross(self, rule: Measured, second: int, number: int, hits: int) -> None:
        name, given = rule.name, self.given
        is_firing = name in self.firing
        is_due = (rule.recovers if is_firing else rule.fires)(number, hits)
        if name == "silence" and not is_firing:
            is_due &= second - given.window + 1 >= self.first
        self.row[name] = self.row.get(name, 0) + 1 if is_due else 0
        if is_due and self.row[name] >= (
            given.keep_firing if is_firing else given.for_
        ):
            self.row[name] = 0
            if is_firing:
                del self.firing[name]
            else:
                self.firing[name] = self.announced[name] = second
            verb = "recovers" if is_firing else "fires"
            self.found.append(f"{name} {verb} {number} of {hits} at {second}")
        elif (
            is_firing and given.remind and second - self.announced[name] >= given.remind
        ):
            self.announced[name] = second
            self.found.append(f"{name} still fires {number} of {hits} at {second}")


def written(alerts: Iterable[Alert], clients: Iterable[str] = ()) -> list[str]:
    """Write alerts as the model does."""
    verbs = {True: "still fires", False: "fires"}
    return [
        f"{alert.rule.name} {alert.subject.decode()}".rstrip()
        + f" {verbs[alert.reminder] if alert.state == FIRING else 'recovers'}"
        + f" {alert.number} of {alert.number if alert.unit == 'bytes/s' else alert.hits}"
        + f" at {alert.at - START}"
        for alert in alerts
    ]


CLIENTS = ("192.0.2.1", "192.0.2.2", "2001:db8::1")


def random_hits(rng: random.Random, number: int, *, late: float = 0.1) -> list[Hit]:
    """Make hits in file order: calm and busy, fast and slow, with and without errors, some late."""
    second, hits = 0, list[Hit]()
    while len(hits) < number:
        failing, slow = rng.choice((0, 0.05, 0.5)), rng.choice((0, 0.05, 0.5))
        busy, favourite = rng.choice((0.2, 2, 8)), rng.choice(CLIENTS)
        for _ in range(rng.randrange(1, 40)):
            second += round(rng.expovariate(busy)) if busy < 8 else rng.random() < 0.1
            at = second - rng.randrange(1, 25) if rng.random() < late else second
            hits.append(
                Hit(
                    at if hits else second,
                    favourite if rng.random() < 0.5 else rng.choice(CLIENTS),
                    rng.choice(("/api", "/login", "/"))
                    if rng.random() < 0.5
                    else "/api",
                    rng.choice((500, 503))
                    if rng.random() < failing
                    else rng.choice((200, 404)),
                    rng.choice((None, 0, 300, 5000)),
                    rng.choice((500, 501, 900))
                    if rng.random() < slow
                    else rng.choice((None, 3, 100)),
                )
            )
        second += rng.choice((0, 0, 0, 5, 40))
    return hits


def random_rules(rng: random.Random) -> Settings:
    """Return settings with all rules, of which some are near to what the hits reach."""
    sections = (
        SectionLimit(b"/api", Fraction(rng.choice(("0.5", "1.5")))),
        SectionLimit(b"/", Fraction(1, 5)),
    )
    return Settings(
        replay=True,
        format=FORMAT,
        interval=rng.choice((5, 10)),
        window=rng.choice((1, 10, 20)),
        threshold=Fraction(rng.choice(("0.5", "2", "1/3"))),
        max_error_rate=Fraction(rng.choice((0, 5, 20))),
        min_traffic=rng.choice((1, 5, 12)),
        section_threshold=sections,
        max_latency=Latency(Fraction(rng.choice((50, 90, 95))), Fraction(1, 2)),
        client_threshold=Fraction(rng.choice((0, 1)), 2) + Fraction(1, 4),
        max_bandwidth=Fraction(rng.choice((100, 1000))),
        min_hits=rng.choice((0, 1, 10)),
        hysteresis=Fraction(rng.choice((0, 0, 20))),
        for_=rng.choice((0, 0, 1, 2, 7)),
        keep_firing=rng.choice((0, 0, 1, 3)),
        remind=rng.choice((None, None, 1, 9)),
        delay=rng.choice((0, 0, 4)),
    )
