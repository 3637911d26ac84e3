"""Traffic by the second, and pipelines that read it: replayed, or followed on a made-up clock.

Times in the tests are seconds since START, in what goes in and in what is compared.
"""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise, repeat
from typing import TypeVar

import pytest

from monitor.alerts import FIRING, Alert
from monitor.core.events import Event, Notice, Report, Summary
from monitor.core.outage import Failure, Outage
from monitor.core.pipeline import Pipeline
from monitor.formats import Columns
from monitor.settings import Settings

START = 1_795_474_080
"""2026-11-23 22:48:00 UTC, a multiple of every interval that is used here."""

MONO = 5000.0
"""Where the monotonic clock stands at START."""

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86400, 365 * 86400

SETTINGS = Settings(replay=True)

IN_1970 = -START
IN_2099 = 4_070_908_800 - START
OFFSETS = [
    pytest.param(HOUR, id="an hour ahead"),
    pytest.param(-HOUR, id="an hour behind"),
    pytest.param(10 * YEAR, id="ten years ahead"),
    pytest.param(-10 * YEAR, id="ten years behind"),
]
WRONG = [
    pytest.param(IN_1970, id="1970"),
    pytest.param(IN_2099, id="2099"),
    pytest.param(-YEAR, id="last year"),
]


def settings(threshold: str = "10", window: int = 120, **others: int) -> Settings:
    return SETTINGS._replace(
        threshold=Fraction(threshold), window=window, interval=10, **others
    )


Sliced = TypeVar("Sliced", bytes, list[int])


# --- what goes in ---


@lru_cache(maxsize=4096)
def clock_text(second: int) -> str:
    return datetime.fromtimestamp(START + second, UTC).strftime("%d/%b/%Y:%H:%M:%S")


def clock_of(second: int) -> str:
    """Return a second as the JSON output writes it."""
    return datetime.fromtimestamp(START + second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def line(second: int, path: str = "/", status: int = 200, size: int = 10) -> bytes:
    stamp = clock_text(second)
    request = f'"GET {path} HTTP/1.1" {status} {size} "-" "-"'
    return f"192.0.2.1 - - [{stamp} +0000] {request}\n".encode()


def log(seconds: Iterable[int]) -> bytes:
    return b"".join(line(second) * len([*hits]) for second, hits in groupby(seconds))


def traffic(text: str) -> list[int]:
    """Read `0:1201 10-19:5`: 1201 hits in second 0, then 5 in each second from 10 to 19."""
    seconds: list[int] = []
    for word in text.split():
        span, _, hits = word.partition(":")
        first, _, last = span.partition("-")
        for second in range(int(first), int(last or first) + 1):
            seconds += [second] * int(hits or 1)
    return seconds


def random_cut(rng: random.Random, data: Sliced) -> list[Sliced]:
    places = [rng.randrange(len(data) + 1) for _ in range(rng.randrange(12))]
    return [data[a:b] for a, b in pairwise([0, *sorted(places), len(data)])]


# --- what comes out ---


class Events(list[Event]):
    """The events of a run, by kind."""

    @property
    def reports(self) -> list[Report]:
        return [event for event in self if type(event) is Report]

    @property
    def alerts(self) -> list[Alert]:
        return [event for event in self if isinstance(event, Alert)]

    @property
    def notices(self) -> list[str]:
        return [event.message for event in self if isinstance(event, Notice)]

    @property
    def summary(self) -> Summary:
        (summary,) = (event for event in self if isinstance(event, Summary))
        return summary


def repeats_its_alerts(events: Events) -> bool:
    """Return whether the summary repeats the last alerts that were reported, and counts the others."""
    summary = events.summary
    alerts = tuple(alert for alert in events.alerts if not alert.reminder)
    return (
        alerts[summary.earlier_alerts :]
        == summary.alerts
        == alerts[-Settings().alerts :]
    )


def reported(alerts: Iterable[Alert], shift: int = 0) -> str:
    """Write alerts as a timeline: `fires 1201 at 0, recovers 0 at 120`."""
    return ", ".join(
        f"{'fires' if alert.state == FIRING else 'recovers'} {alert.hits}"
        f" at {alert.at - START - shift}"
        for alert in alerts
    )


def pages(reports: Iterable[Report], shift: int = 0) -> list[tuple[int, int, int]]:
    """Write reports as (start, end, hits)."""
    return [
        (r.start - START - shift, r.end - START - shift, r.values.hits)
        for r in reports
        if r.start is not None and r.end is not None
    ]


def adds_up(events: Events) -> bool:
    total = events.summary.values.numbers
    sums = [report.values.numbers for report in events.reports]
    return all(
        each["lines"] == each["hits"] + each["unparsed"] + each["ignored"]
        for each in [*sums, total]
    ) and all(
        sum(each[kind] for each in sums) == total[kind]
        for kind in ("hits", "late", "misdated")
    )


# --- replayed ---


def replay(data: bytes | Sequence[bytes], settings: Settings = SETTINGS) -> Events:
    """Replay one log, given whole or in the pieces it is read in."""
    return replay_all([data], settings)


def replay_all(
    logs: Sequence[bytes | Sequence[bytes]],
    settings: Settings = SETTINGS,
    begins: Sequence[int | None] | None = None,
) -> Events:
    """Replay several logs as the loop of the program does."""
    pipeline = Pipeline(settings)
    rest: dict[int, Iterator[bytes]] = {}
    for source, data in enumerate(logs):
        rest[source] = iter([data] if isinstance(data, bytes) else data)
        pipeline.intake.expect(source, begins[source] if begins else None)
    events = Events()
    while wanted := pipeline.intake.wanted():
        for source in wanted:
            data = next(rest[source], None)
            if data is None:
                pipeline.intake.end(source)
            else:
                pipeline.intake.feed(source, data, more=True)
        events += pipeline.advance()
    events += pipeline.finish()
    assert repeats_its_alerts(events)
    return events


# --- followed ---


def gone(reason: str, since: float, log: str = "log", number: int = 1) -> Outage:
    """Return an outage of a log, one of a number of logs."""
    return Outage({log: Failure(reason, since)}, number)


class Live:
    """A pipeline that follows logs, with the calls of the real loop.

    The machine's clock is wrong by `wall` seconds. `now` is the true time, which the process lives
    through in steps: short ones about the times when something is written, and seconds in silence,
    where nothing but whole seconds can matter. Lines are written at true times with any stamp.
    """

    STEP = 1.0
    LULL = 1.0

    def __init__(
        self,
        settings: Settings | None = None,
        wall: float = 0,
        backfill: Mapping[int, int] | None = None,
    ) -> None:
        self.now = 0.0
        self.events = Events()
        self.heard: list[tuple[float, Event]] = []
        self.pipeline = Pipeline(settings or Settings(), start=START + wall, mono=MONO)
        if backfill:
            seconds = Counter({START + s: n for s, n in backfill.items()})
            self.pipeline.backfill({"log": (seconds, Columns(), {})})
        self._written: list[tuple[float, Hashable, bytes]] = []
        self._read_at = 0.0

    def write(self, at: float, data: bytes, log: Hashable = "log") -> None:
        """Plan that `data` is written at a true time."""
        if not self._written or at >= self._written[-1][0]:
            self._written.append((at, log, data))
            return
        place = bisect_right(self._written, at, key=lambda each: each[0])
        self._written.insert(place, (at, log, data))

    def write_hits(
        self, seconds: Iterable[int], clock: int = 0, log: Hashable = "log"
    ) -> None:
        """Plan a line for each hit within its second, stamped by a clock that is off."""
        for second, hits in sorted(Counter(seconds).items()):
            text = line(second + clock)
            for number in range(hits):
                self.write(second + number / hits, text, log)

    def run(
        self,
        until: float,
        *,
        step: float | None = None,
        no_data: str | None = None,
        partly: str | None = None,
    ) -> Events:
        """Live through the time `until`; return the events of it."""
        before = len(self.events)
        while self.now < until:
            self.now += step or self._usual_step()
            self._step(no_data, partly)
        return Events(self.events[before:])

    def stop(self, until: float) -> None:
        """Let the process be stopped; what is written meanwhile is read after it."""
        self.now = until

    def finish(self, *, ended: bool = True) -> Events:
        mono = MONO + self.now
        self._hear(self.pipeline.finish(mono, ended=ended))
        assert repeats_its_alerts(self.events)
        return self.events

    def _usual_step(self) -> float:
        if self.now - self._read_at < 2 * self.LULL:
            return self.STEP
        is_silent = not self._written or self._written[0][0] > self.now + self.LULL
        return self.LULL if is_silent else self.STEP

    def _step(self, no_data: str | None, partly: str | None) -> None:
        mono = MONO + self.now
        if no_data is None and self._written and self._written[0][0] <= self.now:
            due = bisect_right(self._written, self.now, key=lambda each: each[0])
            read: dict[Hashable, bytes] = {}
            for _, log, data in self._written[:due]:
                read[log] = read.get(log, b"") + data
            del self._written[:due]
            self._read_at = self.now
            for log, data in read.items():
                self.pipeline.intake.feed(log, data)
        outage = Outage({}, 1)
        if no_data is not None:
            outage = gone(no_data, mono)
        elif partly:
            outage = gone(partly, mono, "other", number=2)
        self._hear(self.pipeline.advance(mono, outage, up_to_date=True))

    def _hear(self, events: Iterable[Event]) -> None:
        for event in events:
            self.events.append(event)
            self.heard.append((self.now, event))


def live(
    text: str = "",
    given: Settings | None = None,
    *,
    wall: float = 0,
    clock: int = 0,
) -> Live:
    """A monitor of a log that is written in time, stamped by a clock off by `clock`."""
    following = Live(given, wall)
    following.write_hits(traffic(text), clock)
    return following


def first_at(following: Live, wanted: Callable[[object], bool]) -> float:
    return next(at for at, event in following.heard if wanted(event))


# --- the specification, naively ---


def expected_alerts(seconds: Iterable[int], settings: Settings) -> str:
    """Judge every second, one by one, over a dictionary: section 4 word for word."""
    window, limit = settings.window, settings.threshold * settings.window
    hits: Counter[int] = Counter()
    crossings: list[str] = []
    now = judged = None
    firing = False

    def judge(second: int) -> None:
        nonlocal firing
        total = sum(map(hits.get, range(second - window + 1, second + 1), repeat(0)))
        if not firing and total > limit:
            firing = True
            crossings.append(f"fires {total} at {second}")
        elif firing and (total < limit or not limit and not total):
            firing = False
            crossings.append(f"recovers {total} at {second}")

    for epoch in seconds:
        if now is None or judged is None:
            now, judged = epoch, epoch - 1
        while judged < epoch - 1 - settings.delay:
            judged += 1
            judge(judged)
        now = max(now, epoch)
        hits[epoch] += 1
    while now is not None and judged is not None and judged < now:
        judged += 1
        judge(judged)
    return ", ".join(crossings)


def random_traffic(rng: random.Random, hits: int, *, late: float = 0.1) -> list[int]:
    """Make hits in file order: busy and quiet spells, gaps, and late ones up to some minutes."""
    second, seconds = 0, list[int]()
    pace = 1.0
    for _ in range(hits):
        if rng.random() < 0.03:
            pace = rng.choice((0.05, 0.2, 1, 3))
        if rng.random() < 0.004:
            second += rng.choice((30, 125, 300, 1500))
        second += int(rng.expovariate(1 / pace))
        lateness = rng.choice((1, 3, 15, 70, 121, 200)) if rng.random() < late else 0
        seconds.append(second - lateness)
    return seconds


def random_settings(rng: random.Random) -> Settings:
    """Choose a window, a threshold, an interval and a delay."""
    return Settings(
        replay=True,
        interval=rng.choice((1, 7, 10, 60)),
        window=rng.choice((1, 5, 30, 120)),
        threshold=rng.choice(
            (Fraction(0), Fraction(1, 3), Fraction("0.5"), Fraction(1), Fraction(3))
        ),
        delay=rng.choice((0, 0, 1, 20)),
    )
