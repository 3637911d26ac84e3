"""The whole core: bytes and the time in, reports and alerts out. START is second 0 of the log."""

import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from time import process_time

import pytest
from support.timelines import (
    DAY,
    HOUR,
    MINUTE,
    MONO,
    SETTINGS,
    START,
    YEAR,
    Events,
    Live,
    expected_alerts,
    line,
    log,
    pages,
    random_cut,
    random_settings,
    random_traffic,
    replay,
    replay_all,
    told,
    traffic,
)

from monitor.alerts.state import Alert
from monitor.core.alerting import SHOWN_ALERTS
from monitor.core.diagnostics import UNREADABLE
from monitor.core.events import Event, Notice, Report
from monitor.core.outage import Outage
from monitor.core.pipeline import PATIENCE, Pipeline
from monitor.options import Settings

IN_1970 = -START
IN_2099 = 4_070_908_800 - START
OFFSETS = [
    pytest.param(HOUR, id="an hour ahead"),
    pytest.param(-HOUR, id="an hour behind"),
    pytest.param(DAY, id="a day ahead"),
    pytest.param(-DAY, id="a day behind"),
    pytest.param(10 * YEAR, id="ten years ahead"),
    pytest.param(-10 * YEAR, id="ten years behind"),
]


def settings(threshold: str = "10", window: int = 120, **others: int) -> Settings:
    return SETTINGS._replace(
        threshold=Fraction(threshold), window=window, interval=10, **others
    )


def alerts_of(text: str, given: Settings = SETTINGS) -> str:
    return told(replay(log(traffic(text)), given).alerts)


# --- replayed: alerts ---


@pytest.mark.parametrize(
    ("hits", "alerts"),
    [
        pytest.param("0:1200", "", id="1200 hits at the start"),
        pytest.param("0:1201", "fires 1201 at 0", id="1201 hits at the start"),
        pytest.param("0-119:10", "", id="1200 in two minutes"),
        pytest.param("0-118:10 119:11", "fires 1201 at 119", id="1201 in two minutes"),
        pytest.param("0-119:10 120:10", "", id="the first second has left"),
        pytest.param(
            "0:2 1:1199 120:1",
            "fires 1201 at 1",
            id="1200 after it change nothing",
        ),
        pytest.param(
            "0:1 1:1200 121:1",
            "fires 1201 at 1, recovers 1 at 121",
            id="1200 for a second, then less",
        ),
        pytest.param(
            "0:2 1:1199 200:1",
            "fires 1201 at 1, recovers 1199 at 120",
            id="1199 recovers",
        ),
        pytest.param(
            "0:2000 9000:1200 9001:1 9500:1",
            "fires 2000 at 0, recovers 0 at 120, fires 1201 at 9001, recovers 1 at 9120",
            id="over silent hours",
        ),
        pytest.param(
            f"0:1201 {YEAR}-{YEAR + 1}:1201",
            f"fires 1201 at 0, recovers 0 at 120, fires 1201 at {YEAR}",
            id="over a silent year",
        ),
    ],
)
def test_the_1201st_hit_in_two_minutes_fires_and_1199_recover(
    hits: str, alerts: str
) -> None:
    assert alerts_of(hits) == alerts


@pytest.mark.parametrize(
    ("threshold", "window", "hits", "alerts"),
    [
        pytest.param("0", 120, "0:1 50:1", "fires 1 at 0", id="any hit is above 0"),
        pytest.param(
            "0", 120, "0:1 5:1 300:1", "fires 1 at 0, recovers 0 at 125, fires 1 at 300"
        ),
        pytest.param("0.5", 120, "0:60", "", id="at 0.5"),
        pytest.param(
            "0.5", 120, "0:1 1:1 2:59 300", "fires 61 at 2, recovers 59 at 121"
        ),
        pytest.param("1/3", 120, "0:40", "", id="at a third"),
        pytest.param("1/3", 120, "0:2 1:39 300", "fires 41 at 1, recovers 39 at 120"),
        pytest.param("1/3", 10, "0:1 1:3 99", "fires 4 at 1, recovers 3 at 10"),
        pytest.param("0.1", 30, "0:1 1:2 2:1 99", "fires 4 at 2, recovers 1 at 31"),
        pytest.param("10", 1, "0:10 1:11 2:10 3:9", "fires 11 at 1, recovers 9 at 3"),
    ],
)
def test_a_threshold_is_compared_exactly(
    threshold: str, window: int, hits: str, alerts: str
) -> None:
    assert alerts_of(hits, settings(threshold, window)) == alerts


@pytest.mark.parametrize(
    ("late", "alerts"),
    [
        pytest.param(0, "fires 1201 at 200", id="in time"),
        pytest.param(1, "fires 1201 at 200", id="1 s"),
        pytest.param(30, "fires 1201 at 200", id="30 s"),
        pytest.param(119, "fires 1201 at 200", id="119 s: still in the window"),
        pytest.param(120, "", id="120 s: just out of it"),
        pytest.param(121, "", id="121 s: out of it"),
    ],
)
def test_a_late_hit_counts_in_its_own_second_of_the_window(
    late: int, alerts: str
) -> None:
    events = replay(log([0, *[200] * 1200, 200 - late]))
    assert told(events.alerts) == alerts
    assert pages(events.reports) == [(0, 10, 1), (200, 210, 1201)]
    assert events.summary.values.numbers["late"] == (1 if late else 0)


@pytest.mark.parametrize(
    ("delay", "alerts"),
    [
        pytest.param(0, "fires 1202 at 201", id="without a delay"),
        pytest.param(
            1, "fires 1201 at 200", id="but within the delay it is still open"
        ),
    ],
)
def test_a_late_hit_does_not_reopen_a_second(delay: int, alerts: str) -> None:
    hits = [0, *[200] * 1200, 201, 200]
    assert told(replay(log(hits), settings(delay=delay)).alerts) == alerts


def test_a_recovery_says_since_when_and_the_peak() -> None:
    events = replay(log(traffic("0:1201 60:99 61-64:500 400:1")))
    fires, recovers = events.alerts
    assert (fires.since, fires.peak) == (0, 0)
    assert (recovers.since - START, recovers.peak) == (0, 3300)


def test_an_hour_of_oscillation_is_told_crossing_by_crossing() -> None:
    minutes = range(60)
    hits = " ".join(f"{60 * minute}:121" for minute in minutes)
    events = replay(log(traffic(hits + " 3600:1")), settings(window=12))
    assert told(events.alerts) == ", ".join(
        f"fires 121 at {60 * minute}, recovers 0 at {60 * minute + 12}"
        for minute in minutes
    )
    for event in [*events.reports, events.summary]:
        known = events.alerts[: event.earlier_alerts + len(event.alerts)]
        assert event.alerts == tuple(known[-SHOWN_ALERTS:])
    assert (len(events.summary.alerts), events.summary.earlier_alerts) == (20, 100)


@pytest.mark.parametrize("seed", range(12))
def test_alerts_equal_those_of_the_specification_read_literally(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)
    seconds = random_traffic(rng, rng.choice((20, 200, 400)))
    events = replay(log(seconds), given)
    assert told(events.alerts) == expected_alerts(seconds, given), f"seed {seed}"


def test_random_traffic_is_worth_its_name() -> None:
    kinds = [0, 0]
    for seed in range(30):
        rng = random.Random(seed)
        given = random_settings(rng)
        alerts = expected_alerts(random_traffic(rng, 200), given)
        kinds[0] += alerts.count("fires")
        kinds[1] += alerts.count("recovers")
    assert min(kinds) > 100


# --- replayed: reports ---


@pytest.mark.parametrize(
    ("seconds", "interval", "expected"),
    [
        pytest.param([3, 9, 10, 19], 10, [(0, 10, 2), (10, 20, 2)], id="aligned"),
        pytest.param([9, 10, 9], 10, [(0, 10, 1), (10, 20, 2)], id="late by a second"),
        pytest.param([5, 95], 10, [(0, 10, 1), (90, 100, 1)], id="no silent ones"),
        pytest.param([59, 60, 61], 60, [(0, 60, 1), (60, 120, 2)], id="a minute"),
        pytest.param([0, 1, 1], 1, [(0, 1, 1), (1, 2, 2)], id="a second"),
        pytest.param(
            [0, 1, YEAR + 7, YEAR + 8],
            10,
            [(0, 10, 2), (YEAR, YEAR + 10, 2)],
            id="hits, a silent year, hits",
        ),
        pytest.param(
            [0, 300 * DAY, 301 * DAY],
            10,
            [(s, s + 10, 1) for s in (0, 300 * DAY, 301 * DAY)],
            id="after most of a year, and as the last",
        ),
        pytest.param(
            [0, HOUR, DAY, 9 * DAY, 9 * DAY],
            10,
            [(s, s + 10, n) for s, n in ((0, 1), (HOUR, 1), (DAY, 1), (9 * DAY, 2))],
            id="a quiet server",
        ),
    ],
)
def test_a_report_covers_an_interval_of_the_log_s_own_time(
    seconds: list[int], interval: int, expected: list[tuple[int, int, int]]
) -> None:
    events = replay(log(seconds), SETTINGS._replace(interval=interval))
    assert pages(events.reports) == expected
    assert not events.notices
    assert pages([events.summary]) == [(expected[0][0], expected[-1][1], len(seconds))]


def test_reports_are_aligned_to_their_length_whatever_it_is() -> None:
    events = replay(log(range(100)), SETTINGS._replace(interval=7))
    assert {(report.start or 0) % 7 for report in events.reports} == {0}
    assert [r.values.hits for r in events.reports[1:-1]] == [7] * 13


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        pytest.param([10, 12, 10], [0], id="older than the newest is not late"),
        pytest.param([10, 12, 9], [1], id="older than the report is"),
        pytest.param([19, 20, 19, 21, 20], [0, 1], id="in the report it came in"),
        pytest.param([50, 40, 30, 61], [2, 0], id="two"),
        pytest.param([10, 9, 10], [1], id="by a second"),
    ],
)
def test_a_hit_older_than_the_open_report_is_late(
    seconds: list[int], late: list[int]
) -> None:
    events = replay(log(seconds))
    assert [report.values.numbers["late"] for report in events.reports] == late
    assert events.summary.values.numbers["late"] == sum(late)
    singly = replay([line(second) for second in seconds])
    assert [report.values.numbers["late"] for report in singly.reports] == late


def test_lines_that_are_no_hits_are_on_the_report_they_stand_in() -> None:
    odd = b"garbage\n\n# comment\n"
    events = replay(odd + line(0) + odd + line(1) + line(10) + odd + odd)
    kinds = ("lines", "hits", "unparsed", "ignored")
    rows = [
        [event.values.numbers[kind] for kind in kinds]
        for event in [*events.reports, events.summary]
    ]
    assert rows == [[8, 2, 2, 4], [7, 1, 2, 4], [15, 3, 4, 8]]


@pytest.mark.parametrize(
    ("data", "kinds", "notices"),
    [
        pytest.param(b"", [0, 0, 0, 0], 0, id="nothing"),
        pytest.param(b"\n# x\n", [2, 0, 0, 2], 0, id="comments"),
        pytest.param(b"garbage\n", [1, 0, 1, 0], 1, id="a line of garbage"),
        pytest.param(b"garbage\n" + line(0), [2, 1, 1, 0], 0, id="and a hit"),
        pytest.param(b"garbage\n" * 20, [20, 0, 20, 0], 1, id="garbage"),
        pytest.param(b"garbage\n" * 20 + line(0), [21, 1, 20, 0], 1, id="then a hit"),
        pytest.param(line(0) + b"garbage\n" * 20, [21, 1, 20, 0], 0, id="a hit first"),
    ],
)
def test_a_log_without_hits_has_a_summary_and_a_hint(
    data: bytes, kinds: list[int], notices: int
) -> None:
    pipeline = Pipeline(SETTINGS)
    pipeline.intake.feed("log", data)
    events = Events([*pipeline.advance(), *pipeline.finish()])
    assert len(events.notices) == notices
    assert list(events.summary.values.numbers.values())[:4] == kinds
    assert (events.summary.start is None) == (kinds[1] == 0)


def test_a_report_says_what_the_window_was_at_its_end() -> None:
    events = replay(log(traffic("0:1201 5:1 115:1 125:1")))
    windows = [(r.window.hits, r.window.firing) for r in events.reports]
    assert windows == [(1202, True), (1203, True), (2, False)]
    assert [r.previous_rate for r in events.reports] == [None, 120.2, 0.1]


# --- the laws ---


def everything(rng: random.Random) -> bytes:
    """Make a log with all that a log can have."""
    lines: list[bytes] = []
    odd = [b"\n", b"# comment\n", b"garbage\n", b'"\xff\x00" - [x] 200 1\r\n']
    shift = 0
    for second in random_traffic(rng, 300):
        chance = rng.random()
        if chance < 0.1:
            lines.append(rng.choice(odd))
        elif chance < 0.12:
            wrong = (IN_1970, IN_2099, second + 2 * YEAR, second + 2 * HOUR)
            lines.append(line(rng.choice(wrong)))
        elif chance < 0.125:
            shift += rng.choice((-100, -600, -2 * DAY, 700, HOUR, 3 * DAY))
        path, status = f"/{rng.randrange(9)}/x", rng.choice((200, 404, 500))
        lines.append(line(second + shift, path, status))
    if rng.random() < 0.2:
        lines.insert(rng.randrange(300), b"x" * ((1 << 20) + 1) + b"\n")
    return b"".join(lines).removesuffix(rng.choice((b"\n", b"")))


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


@pytest.mark.parametrize("seed", range(8))
def test_the_same_bytes_give_the_same_events_however_they_are_cut(seed: int) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng), everything(rng)
    whole = replay(data, given)
    parts = replay(random_cut(rng, data), given)
    assert parts == whole, f"seed {seed}"
    assert adds_up(whole), f"seed {seed}"
    assert whole.summary.values.numbers["lines"] == data.count(b"\n") + (
        data[-1:] != b"\n"
    )


def test_too_many_long_names_give_the_same_events_however_they_are_cut() -> None:
    lines = [line(0, f"/{n % 20_011}/{'x' * 250}", 404) for n in range(22_000)]
    lines[::300] = [line(0, "/x\ny")] * len(lines[::300])  # it ends in the next line
    data = b"".join(lines)
    whole = replay(data)
    parts = replay([data[i : i + 9000] for i in range(0, len(data), 9000)])
    assert parts == whole


@pytest.mark.parametrize("seed", range(2))
def test_byte_by_byte_gives_the_same_events(seed: int) -> None:
    rng = random.Random(seed)
    data = everything(rng)[:4000]
    whole = replay(data)
    singly = replay([data[i : i + 1] for i in range(len(data))])
    assert singly == whole, f"seed {seed}"


@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_at_one_time_is_followed_the_same_however_it_is_cut(
    seed: int,
) -> None:
    rng = random.Random(seed)
    given, data = random_settings(rng)._replace(replay=False), everything(rng)
    away = rng.choice((1, 100, 3 * HOUR))

    def followed(pieces: list[bytes]) -> Events:
        pipeline = Pipeline(given, start=START, mono=MONO)
        events = Events()
        for piece in [line(0), *pieces]:
            pipeline.intake.feed("log", piece, more=True)
            events += pipeline.advance(MONO + away)
        events += pipeline.advance(MONO + away, up_to_date=True)
        events += pipeline.advance(MONO + away + 1, up_to_date=True)
        events += pipeline.finish(MONO + away + 1)
        return events

    assert followed(random_cut(rng, data)) == followed([data]), f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_several_logs_in_any_order_are_one_traffic(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)
    seconds = sorted(random_traffic(rng, 250, late=0))
    owners = [rng.randrange(3) for _ in seconds]
    logs: list[bytes] = []
    begins: list[int | None] = []
    for owner in range(3):
        mine = [s for s, each in zip(seconds, owners, strict=True) if each == owner]
        logs.append(log(mine))
        begins.append(START + mine[0] if rng.random() < 0.5 else None)
    whole = replay(log(seconds), given)
    for _ in range(3):
        order = rng.sample(range(3), 3)
        pieces = [random_cut(rng, logs[i]) for i in order]
        events = replay_all(pieces, given, [begins[i] for i in order])
        assert events == whole, f"seed {seed}, order {order}"


def test_a_rotated_set_of_a_quiet_server_is_read_in_order_of_time() -> None:
    weeks = [[0, 2 * DAY, 4 * DAY], [6 * DAY, 8 * DAY], [10 * DAY]]
    expected = [(s, s + 10, 1) for week in weeks for s in week]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        events = replay_all([log(weeks[i]) for i in order])
        assert pages(events.reports) == expected


# --- time that is wrong, replayed ---

WRONG = [
    pytest.param(IN_1970, id="1970"),
    pytest.param(IN_2099, id="2099"),
    pytest.param(-YEAR, id="last year"),
]


@pytest.mark.parametrize("place", [0, 1, 650, 1300])
@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_in_a_replay_is_misdated_and_nothing_else(
    wrong: int, place: int
) -> None:
    seconds = traffic("0-129:10")
    events = replay(log([*seconds[:place], wrong, *seconds[place:]]))
    tally = events.summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (1301, 1, 0)
    assert [(a, b) for a, b, _ in pages(events.reports)] == [
        (start, start + 10) for start in range(0, 130, 10)
    ]
    second = max(place - 1, 0) // 10
    with_it = sorted([*seconds, second])
    assert told(events.alerts) == expected_alerts(with_it, SETTINGS)


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_neither_fires_nor_clears_an_alert(wrong: int) -> None:
    busy = traffic("0-99:13")
    events = replay(log([*busy, wrong, *traffic("100-200:13")]))
    assert told(events.alerts) == "fires 1209 at 92"
    calm = traffic("0-99:3")
    events = replay(log([*calm, wrong, *traffic("100-200:3")]))
    assert told(events.alerts) == ""


def burst_after(shift: int, step: int, at: int) -> tuple[list[int], list[int]]:
    """A log set back by `shift` at 300, with a hit each `step` s, and a burst at 300 + `at`."""
    before = list(range(0, 300, step))
    then = [second - shift for second in range(300, 300 + at, step)]
    return before, [*then, *[300 + at - shift] * 1300, 301 + at - shift]


SETBACKS = [
    pytest.param(30, id="30 s"),
    pytest.param(100, id="100 s"),
    pytest.param(HOUR, id="1 h"),
    pytest.param(2 * DAY, id="2 days"),
]
DENSITIES = [
    pytest.param(1, id="dense"),
    pytest.param(20, id="a hit each 20 s"),
]


BURSTS = [
    pytest.param(141, id="the window is filling"),
    pytest.param(261, id="the window is full"),
]


def counted(after: list[int], step: int) -> list[int]:
    """The hits since the clock was found to be set back: after 60 s, or after seven hits."""
    return [second for second in after if second >= after[0] + max(60, 6 * step)]


@pytest.mark.parametrize("at", BURSTS)
@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize("step", DENSITIES)
def test_a_log_set_back_is_replayed_with_a_window_that_starts_empty(
    step: int, shift: int, at: int
) -> None:
    before, after = burst_after(shift, step, at)
    events = replay(log(before + after))
    burst = 300 + at - shift
    # A log that is soon where it was had late hits, which are in their own seconds.
    is_late = shift == 30 or (shift == 100 and step > 1)
    seconds = before + after if is_late else counted(after, step)
    inside = sum(burst - 120 < second < burst for second in seconds)
    assert told(events.alerts) == f"fires {1300 + inside} at {burst}"
    assert len(events.notices) == (0 if is_late else 1)
    assert events.reports[-1].end == START + (burst + 1) // 10 * 10 + 10
    assert adds_up(events)


@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize("margin", [1, 4])
def test_a_firing_alert_goes_on_over_a_clock_set_back_in_a_replay(
    margin: int, shift: int
) -> None:
    pace = 10 + margin
    before = traffic(f"0-183:{pace}")
    after = [second - shift for second in traffic(f"184-400:{pace} 401-530:1")]
    fires, *recoveries = replay(log(before + after)).alerts
    assert told([fires]) == f"fires {-(-1201 // pace) * pace} at {1200 // pace}"
    (recovery,) = recoveries
    assert recovery.at > START + 400 - shift
    if shift > 60:
        moved = recovery.since - fires.at
        assert moved in (-shift, 1 - shift), "it began by the new time"
        assert recovery.peak == 120 * pace


def test_no_recovery_is_told_after_a_set_back_until_the_window_is_full_again() -> None:
    after = [second - HOUR for second in range(100, 400)]
    events = replay(log(traffic("0-99:13") + after))
    noticed = 160 - HOUR
    assert told(events.alerts) == f"fires 1209 at 92, recovers 120 at {noticed + 119}"


def test_a_zone_that_goes_forward_is_a_gap_in_a_replay() -> None:
    events = replay(log(traffic(f"0-150:11 {HOUR + 151}-{HOUR + 300}:11")))
    assert told(events.alerts) == (
        f"fires 1210 at 109, recovers 1199 at 161, fires 1210 at {HOUR + 260}"
    )


# --- followed ---


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


def test_there_is_a_report_every_interval_in_silence_too() -> None:
    events = live().run(100)
    assert pages(events.reports) == [(s, s + 10, 0) for s in range(0, 100, 10)]
    events = live("3-12:2 55:1").run(102)
    hits = [14, 6, 0, 0, 0, 1, 0, 0, 0, 0]
    assert pages(events.reports) == [
        (10 * i, 10 * i + 10, n) for i, n in enumerate(hits)
    ]


def test_an_alert_is_told_within_two_seconds_of_the_crossing() -> None:
    following = live("0-119:10 120-200:30")
    following.run(330)
    (fires, recovers) = following.events.alerts
    assert told([fires]) == "fires 1220 at 120"
    assert not fires.seen_late
    assert 121 <= first_at(following, lambda event: event is fires) <= 122
    seconds = recovers.at - START
    assert seconds + 1 <= first_at(following, lambda e: e is recovers) <= seconds + 3


def test_an_alert_recovers_in_silence_with_no_new_line() -> None:
    following = live("0:2 1:1199")
    events = following.run(123)
    assert told(events.alerts) == "fires 1201 at 1, recovers 1199 at 120"


INCIDENT = "2-60:1 61:1300 62-199:1"


def is_as_it_was(events: Events, clock: int) -> bool:
    """Tell whether alerts and reports are those of INCIDENT, from the first whole report on."""
    hits = Counter(second // 10 * 10 for second in traffic(INCIDENT))
    alerts = told(events.alerts, clock)
    reports = [page for page in pages(events.reports, clock) if 10 <= page[0] < 320]
    return alerts == "fires 1359 at 61, recovers 120 at 181" and reports == [
        (start, start + 10, hits[start]) for start in range(10, 320, 10)
    ]


@pytest.mark.parametrize("wall", [0, 1e9, -HOUR, 0.9, -9])
def test_a_wrong_wall_clock_changes_nothing(wall: float) -> None:
    following = live(INCIDENT, wall=wall)
    events = following.run(330)
    assert is_as_it_was(events, 0)
    assert len(events.notices) == (1 if abs(wall) >= 10 else 0)
    assert following.finish().summary.values.hits == 59 + 1300 + 138


@pytest.mark.parametrize("clock", OFFSETS)
def test_a_log_s_clock_off_by_a_constant_changes_nothing(clock: int) -> None:
    events = live(INCIDENT, clock=clock).run(330)
    assert is_as_it_was(events, clock)
    (notice,) = events.notices
    assert ("ahead of" if clock > 0 else "behind") in notice


@pytest.mark.parametrize(
    ("wall", "clock", "words"),
    [
        (0, HOUR, "1h ahead of"),
        (HOUR, 0, "1h behind"),
        (-90, 0, "1m30s ahead of"),
        (0, -7 * DAY, "7d behind"),
    ],
)
def test_one_notice_says_by_how_much_the_clocks_differ(
    wall: int, clock: int, words: str
) -> None:
    following = live("1-200:1", wall=wall, clock=clock)
    (notice,) = following.run(300).notices
    assert words in notice
    told_at = first_at(following, lambda event: getattr(event, "message", "") == notice)
    assert told_at < 10


@pytest.mark.parametrize("night", [20 * MINUTE, 3 * HOUR])
def test_after_a_quiet_night_a_hit_is_in_its_own_report(night: int) -> None:
    following = live("0-30:20")
    following.run(160)
    following.write_hits([night])
    following.run(night - 5, step=20)
    events = following.run(night + 12)
    assert pages(events.reports)[-1] == (night, night + 10, 1)
    assert {report.values.numbers["late"] for report in events.reports} == {0}
    assert not following.events.notices
    assert told(following.events.alerts) == ""


@pytest.mark.parametrize(
    ("pace", "at"),
    [
        pytest.param(11, 0, id="first"),
        pytest.param(11, 60, id="in the middle"),
        pytest.param(11, 129, id="last"),
        pytest.param(1, 60, id="in the middle of little traffic"),
    ],
)
@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_timestamp_in_a_followed_log_is_misdated(
    pace: int, wrong: int, at: int
) -> None:
    text = f"0-129:{pace}"
    following = live(text)
    following.write(at if at == 0 else at + 0.98, line(wrong))
    if at == 0:
        following.write(at, line(0))
    events = following.run(140)
    seconds = sorted([*traffic(text), at, *([0] if at == 0 else [])])
    assert told(events.alerts) == expected_alerts(seconds, settings())
    assert [(a, b) for a, b, _ in pages(events.reports)] == [
        (s, s + 10) for s in range(0, 130, 10)
    ]
    summary = following.finish(ended=False).summary
    tally = summary.values.numbers
    assert (tally["misdated"], tally["late"]) == (1, 0)
    assert tally["hits"] == len(seconds)
    assert not events.notices


@pytest.mark.parametrize("wrong", [2 * HOUR, 10 * HOUR, DAY, 2 * DAY])
def test_one_hit_far_ahead_of_a_quiet_site_is_misdated(wrong: int) -> None:
    """Nothing follows it for longer than it waits."""
    text = "0-59:1 62-99:1"
    following = live(text, settings("0.5", 10))
    following.write(60.5, line(60 + wrong))
    events = following.run(130)
    seconds = sorted([*traffic(text), 60])
    assert told(events.alerts) == expected_alerts([*seconds, 110], settings("0.5", 10))
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (len(seconds), 1, 0)
    assert not events.notices


@pytest.mark.parametrize("clock", [2 * HOUR, 5 * DAY])
def test_a_quiet_log_set_forward_is_followed_from_its_second_hit_on(clock: int) -> None:
    following = live("0-99:1")
    following.write_hits(range(110, 300, 10), clock)
    events = following.run(330)
    (notice,) = events.notices
    assert "went forward" in notice
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (119, 1, 0)
    assert following.pipeline.now == START + clock + 329


def test_each_doubtful_timestamp_waits_for_the_next_hit() -> None:
    following = live("0-10:1")
    following.write(11.0, line(IN_2099))
    following.write(11.25, line(11) + line(2 * HOUR))
    following.write(11.6, line(11))
    events = following.run(20)
    assert not events.notices
    assert following.pipeline.now == START + 18
    assert following.finish().summary.values.numbers["misdated"] == 2


@pytest.mark.parametrize("at", BURSTS)
@pytest.mark.parametrize("shift", SETBACKS)
@pytest.mark.parametrize("step", DENSITIES)
def test_a_log_set_back_is_followed_with_a_window_that_starts_empty(
    step: int, shift: int, at: int
) -> None:
    before, after = burst_after(shift, step, at)
    following = Live()
    following.write_hits(before)
    following.write_hits([second + shift for second in after], -shift)
    events = following.run(320 + at)
    burst = 300 + at - shift
    inside = sum(burst - 120 < second < burst for second in counted(after, step))
    fires, *_ = events.alerts
    assert told([fires]) == f"fires {1300 + inside} at {burst}"
    assert first_at(following, lambda event: event is fires) <= 304 + at
    (notice,) = events.notices
    assert "went back" in notice
    assert adds_up(following.finish())


@pytest.mark.parametrize("clock", [-HOUR, -40])
def test_a_log_set_back_in_an_incident_is_not_silent_meanwhile(clock: int) -> None:
    following = Live(settings("2", 30))
    following.write_hits(traffic("0-99:4"))
    following.write_hits(traffic("100-299:4"), clock)
    events = following.run(400)
    fires, recovers = events.alerts
    assert told([fires]) == "fires 64 at 15"
    assert recovers.at - START - clock in range(300, 320)
    assert 315 <= first_at(following, lambda event: event is recovers) <= 320
    assert len(events.notices) == 1


def test_late_hits_and_then_silence_are_silence_in_the_end() -> None:
    following = Live(settings("2", 30))
    following.write_hits(traffic("0-99:4"))
    following.write_hits(traffic("100-115:4"), -HOUR)
    events = following.run(300)
    assert [alert.state for alert in events.alerts] == ["firing", "recovered"]


def test_a_log_that_comes_late_with_a_clock_of_its_own_recovers_by_it() -> None:
    following = Live(settings("1", 10))
    following.run(20, no_data="not there yet")
    following.write_hits(traffic("21:30 22-60:1"), -HOUR)
    events = following.run(70)
    assert told(events.alerts, -HOUR) == "fires 30 at 21, recovers 9 at 61"


def test_a_zone_that_goes_forward_is_followed_with_one_notice() -> None:
    following = live("0-299:11")
    following.write_hits(traffic("300-600:11"), HOUR)
    events = following.run(650)
    assert told(events.alerts) == (
        f"fires 1210 at 109, recovers 1199 at 310, "
        f"fires 1210 at {HOUR + 409}, recovers 1199 at {HOUR + 611}"
    )
    (notice,) = events.notices
    assert "forward by 1h" in notice


def test_a_clock_set_forward_by_less_than_a_gap_needs_no_notice() -> None:
    following = live("0-99:5")
    following.write_hits(traffic("100-199:5"), 30)
    events = following.run(200)
    assert not events.notices
    assert not events.alerts
    assert pages(events.reports)[-1][2] == 50


def test_a_doubtful_time_waits_half_a_second_for_the_next() -> None:
    pipeline = Pipeline(Settings(), start=START, mono=MONO)
    for second, mono in ((0, 0), (HOUR, 1)):
        pipeline.intake.feed("log", line(second))
        list(pipeline.advance(MONO + mono))
    list(pipeline.advance(MONO + 1 + PATIENCE - 0.1, up_to_date=True))
    assert pipeline.snapshot()["waiting"]["epochs"] == [START + HOUR]
    list(pipeline.advance(MONO + 1 + PATIENCE, up_to_date=True))
    assert pipeline.snapshot()["waiting"]["epochs"] == []
    assert PATIENCE == 0.5


# --- lines that come late, followed ---


@pytest.mark.parametrize("seed", range(3))
def test_a_delay_makes_the_alerts_of_a_buffered_log_right(seed: int) -> None:
    rng = random.Random(seed)
    given = settings("1", 60, delay=300)._replace(replay=False)
    seconds = random_traffic(rng, 500, late=0)
    following = Live(given)
    for second in seconds:
        following.write((second // 290 + 1) * 290, line(second))
    following.run(max(seconds) + 1000, step=2)
    expected = expected_alerts([*seconds, max(seconds) + 100], settings("1", 60))
    assert told(following.events.alerts) == expected, f"seed {seed}"
    assert not following.events.notices, f"seed {seed}"


def test_a_buffered_log_has_late_hits_and_no_other_news() -> None:
    following = live("0")
    for second in range(2, 3000, 2):
        following.write((second // 300 + 1) * 300, line(second))
    events = following.run(3103)
    assert not events.notices
    assert [a for a, _, _ in pages(events.reports)] == list(range(0, 3100, 10))
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["late"]) == (1500, 1499 - 10 * 5)


def test_slow_requests_do_not_make_the_clock_news() -> None:
    rng = random.Random(1)
    following = Live()
    following.write(0, line(0))
    at = 1.0
    while at < HOUR / 2:
        following.write(at, line(int(at - rng.uniform(4, 9))))
        at += rng.expovariate(1 / 5)
    assert following.run(HOUR / 2).notices == []


# --- the monitor was away, or the log is ---


@pytest.mark.parametrize("away", [60, HOUR])
def test_one_report_covers_the_time_that_the_process_was_stopped(away: int) -> None:
    following = live("0-29:1 30-32:500")
    following.write_hits([away + 34])
    following.run(25)
    following.stop(away + 30)
    events = following.run(away + 30.5, step=0.5)
    end = away + 20
    assert pages(events.reports) == [(20, end, 1510)]
    assert told(events.alerts) == expected_alerts(
        [*traffic("0-29:1 30-32:500"), away + 29], settings()
    )
    after = following.run(away + 52)
    assert [a for a, _, _ in pages(after.reports)] == [
        end + 10 * i for i in range(len(after.reports))
    ]
    assert len(after.reports) in (2, 3)
    assert not following.events.notices


def test_a_look_that_takes_a_moment_is_no_absence() -> None:
    following = live("0-20:1", settings()._replace(interval=1))
    events = following.run(20, step=1.9)
    assert {end - start for start, end, _ in pages(events.reports)} == {1}


def test_alerts_of_the_time_away_are_told_before_its_report() -> None:
    following = live("0-29:1 30-32:500 200-202:500")
    following.run(25)
    following.stop(600)
    events = following.run(600.5)
    kinds = [type(event) for event in events]
    assert kinds == [Alert] * 4 + [Report]
    assert all(alert.seen_late for alert in events.alerts)


@pytest.mark.parametrize("back_at", [300, 2 * HOUR])
def test_a_log_that_is_gone_is_not_silence(back_at: int) -> None:
    following = live("0-9:130")
    following.run(15)
    assert told(following.events.alerts) == "fires 1300 at 9"
    gone = following.run(back_at, step=1, no_data="it is gone")
    assert not gone.alerts
    assert [a for a, _, _ in pages(gone.reports)] == list(range(10, back_at - 10, 10))
    for report in gone.reports:
        assert report.no_data is not None
        assert report.no_data.reason == "it is gone"
        assert START + 13 <= report.no_data.since <= START + 16
        assert report.window.firing
    back = following.run(back_at + 25)
    assert told(back.alerts) == f"recovers 0 at {back_at}"
    assert [report.no_data for report in back.reports] == [None] * len(back.reports)
    assert not following.events.notices


def test_what_was_written_while_a_log_was_gone_is_judged_at_its_own_time() -> None:
    following = live("0-10:130 11-399:1 300-310:130")
    following.run(15)
    following.run(330, no_data="no permission")
    back = following.run(332)
    seconds = [*traffic("0-10:130 11-399:1 300-310:130")]
    assert told(following.events.alerts) == expected_alerts(
        sorted(second for second in seconds if second <= 330), settings()
    )
    assert len(back.alerts) == 2
    assert adds_up(following.finish(ended=False))


def test_what_was_not_written_while_a_log_was_gone_is_no_silence() -> None:
    following = live("0-9:130 305-399:1")
    following.run(15)
    following.run(306, no_data="it is gone")
    back = following.run(312)
    (recovery,) = back.alerts
    assert recovery.hits <= 2
    assert 305 <= recovery.at - START <= 306


@pytest.mark.parametrize("first", [IN_1970, IN_2099, -DAY, 5, 306 + HOUR])
def test_a_first_line_with_an_odd_time_tells_nothing_of_an_outage(first: int) -> None:
    following = live("0-9:130")
    following.run(15)
    following.run(305, no_data="it is gone")
    following.write(305.1, line(first))
    following.write_hits(range(306, 400))
    back = following.run(330)
    (recovery,) = back.alerts
    assert 303 <= recovery.at - START <= 310


def test_an_outage_lasts_through_a_restart() -> None:
    before = live("0-9:130")
    before.run(15)
    before.run(300, no_data="it is gone")
    pipeline = Pipeline(settings(), START + 302.0, MONO)
    pipeline.restore(before.pipeline.snapshot(), away=2.0, mono=MONO)
    gone = Events(
        pipeline.advance(MONO + 10, Outage("all", "it is gone"), up_to_date=True)
    )
    (report, *_) = gone.reports
    assert report.no_data is not None
    assert report.no_data.since - START in range(13, 17)
    assert report.end - START in range(300, 320)
    back = [
        event
        for n in range(20, 25)
        for event in pipeline.advance(MONO + n, up_to_date=True)
    ]
    (recovery,) = Events(back).alerts
    assert 318 <= recovery.at - START <= 325
    assert not Events(back).notices


def test_a_log_that_was_never_there_is_no_data_on_the_machine_s_time() -> None:
    following = Live()
    events = following.run(35, step=0.5, no_data="it does not exist yet")
    assert [(a, n) for a, _, n in pages(events.reports)] == [(0, 0), (10, 0), (20, 0)]
    assert all(r.no_data and r.no_data.since == START for r in events.reports)


def test_no_recovery_is_told_while_one_of_several_logs_is_gone() -> None:
    following = live("0-9:130 10-300:1")
    following.run(15)
    events = following.run(200, partly="one is gone")
    assert not events.alerts
    assert len(events.reports) > 17
    for report in events.reports:
        assert report.no_data is not None
        assert report.no_data.reason == "one is gone"
        assert START + 13 <= report.no_data.since <= START + 16
    (recovery,) = following.run(203).alerts
    assert 198 <= recovery.at - START <= 202


def test_no_recovery_follows_from_lines_while_one_of_several_logs_is_gone() -> None:
    pipeline = Pipeline(settings("1", 2), float(START), 0.0)
    for hits, outage, state in [
        ("0:9 9:1", Outage("some", "gone"), "firing"),
        ("30:1", Outage(), "recovered"),
    ]:
        pipeline.intake.feed("log", log(traffic(hits)))
        alerts = Events(pipeline.advance(0.1, outage)).alerts
        assert [alert.state for alert in alerts] == [state]


def test_an_alert_is_told_while_one_of_several_logs_is_gone() -> None:
    events = live("0-9:130").run(15, partly="one is gone")
    assert told(events.alerts) == "fires 1300 at 9"


# --- the start ---


@pytest.mark.parametrize(
    "clock", [pytest.param(0, id="right"), pytest.param(-40, id="behind"), *OFFSETS]
)
def test_a_restart_in_mid_incident_alerts_at_once(clock: int) -> None:
    before = {second + clock: 11 for second in range(-120, 0)}
    following = Live(backfill=before)
    following.write_hits(traffic("0-30:11"), clock)
    following.run(3)
    (fires,) = following.events.alerts
    assert fires.hits in (1320, 880), "all that there was, or what was in the window"
    following.run(300)
    _, recovers = following.events.alerts
    assert told([recovers], clock) == "recovers 1199 at 41"
    assert recovers.at >= recovers.since
    assert following.finish().summary.values.hits == 31 * 11


def test_an_alert_from_before_the_first_line_lasts_by_the_log_s_own_time() -> None:
    clock = -40
    following = Live(backfill={second + clock: 20 for second in range(-120, 0)})
    following.write_hits([10], clock)
    fires, recovers = following.run(200).alerts
    assert told([fires]) == "fires 1580 at 0"
    assert told([recovers], clock) == "recovers 1181 at 60"
    assert 59 <= recovers.at - recovers.since <= 62


@pytest.mark.parametrize(
    ("wrong", "clock"),
    [
        *((wrong, 0) for wrong in (IN_1970, IN_2099, YEAR, -YEAR, 2 * HOUR)),
        *((wrong, -40) for wrong in (IN_1970, IN_2099, YEAR, -YEAR, 2 * HOUR)),
        *((wrong, 10 * YEAR) for wrong in (IN_1970, IN_2099, YEAR, -YEAR)),
    ],
)
def test_a_first_hit_with_a_wrong_time_is_told_by_those_before_the_start(
    wrong: int, clock: int
) -> None:
    following = Live(backfill={second + clock: 20 for second in range(-120, 0)})
    following.write(3, line(wrong + clock))
    following.write_hits(traffic("5-60:20"), clock)
    events = following.run(70)
    assert {alert.state for alert in events.alerts} == {"firing"}
    assert len(events.alerts) == 1
    tally = following.finish(ended=False).summary.values.numbers
    assert (tally["hits"], tally["misdated"], tally["late"]) == (1 + 56 * 20, 1, 0)


@pytest.mark.parametrize("wrong", [IN_1970, IN_2099, HOUR])
def test_a_first_hit_with_a_wrong_time_sets_no_clock_back(wrong: int) -> None:
    following = Live(backfill={second: 1 for second in range(-120, -5)})
    following.write(15 * MINUTE, line(wrong))
    following.write_hits(range(15 * MINUTE + 2, 15 * MINUTE + 60))
    events = following.run(15 * MINUTE + 70)
    starts = [report.start for report in events.reports]
    assert starts == sorted(starts)
    assert not events.notices
    assert following.finish(ended=False).summary.values.numbers["misdated"] == 1


def test_a_restart_in_mid_incident_alerts_without_a_new_line() -> None:
    following = Live(backfill={second: 11 for second in range(-120, 0)})
    assert told(following.run(2.25).alerts) == "fires 1309 at 0"


@pytest.mark.parametrize("clock", OFFSETS)
def test_what_was_before_the_start_does_not_come_back_later(clock: int) -> None:
    following = Live(backfill={second + clock: 11 for second in range(-120, 0)})
    events = following.run(2 * HOUR, step=40)
    assert not events.alerts
    assert {report.values.hits for report in events.reports} == {0}


def test_hits_of_before_the_start_are_in_no_report() -> None:
    following = Live(backfill={second: 3 for second in range(-120, 0)})
    following.write_hits(traffic("0-19:1"))
    events = following.run(25)
    assert pages(events.reports) == [(0, 10, 10), (10, 20, 10)]
    assert [report.window.hits for report in events.reports] == [340, 320]


# --- followed as replayed ---


def test_a_request_that_took_long_after_a_silence_is_late_however_it_is_read() -> None:
    """It is stamped with its beginning, in the silence."""
    seconds = [*range(10), 710, 300, 711, 712]
    for events in (
        replay(log(seconds), settings("1", 10)),
        following_of(seconds).run(730),
    ):
        assert not events.alerts
        (*_, report) = [report for report in events.reports if report.values.hits]
        assert (report.values.numbers["late"], report.values.numbers["misdated"]) == (
            1,
            0,
        )


def following_of(seconds: list[int]) -> Live:
    """A monitor of a log whose lines are written when the newest second so far comes."""
    following = Live(settings("1", 10))
    for newest, second in zip(accumulate(seconds, max), seconds, strict=True):
        following.write(newest + 0.1, line(second))
    return following


@pytest.mark.parametrize("seed", range(6))
def test_following_a_log_and_replaying_it_give_the_same_alerts(seed: int) -> None:
    rng = random.Random(seed)
    given = random_settings(rng)._replace(replay=False)
    first, *others = random_traffic(rng, 200, late=0)
    seconds = [first, *(second for second in others if second < first + 1200)]
    clock = rng.choice((0, 0, 30, -HOUR, HOUR, DAY, -DAY, 10 * YEAR))
    following = Live(given, wall=rng.choice((0, 0, -5, 100, 2 * HOUR, 1e8)))
    following.write_hits(seconds, clock)
    last, stops = seconds[-1], rng.random() < 0.5
    while following.now < last + 3 + given.delay:
        following.run(following.now + rng.randrange(1, 300))
        if stops and rng.random() < 0.3:
            following.stop(following.now + rng.choice((60, 400, HOUR)))
    following.run(following.now + 1)
    known = [a for a in following.events.alerts if a.at <= START + clock + last]
    assert told(known, clock) == told(replay(log(seconds), given).alerts), (
        f"seed {seed}"
    )
    events = following.finish()
    assert events.summary.values.hits == len(seconds), f"seed {seed}"
    assert events.summary.values.numbers["misdated"] == 0, f"seed {seed}"
    assert adds_up(events), f"seed {seed}"


def test_an_ended_input_closes_its_last_second() -> None:
    following = live("0:1201")
    following.run(0.9)
    assert not following.events.alerts
    assert told(following.finish(ended=True).alerts) == "fires 1201 at 0"


def test_a_monitor_that_is_stopped_judges_no_second_that_is_not_over() -> None:
    following = live("0:1201")
    following.run(0.9)
    assert not following.finish(ended=False).alerts
    assert following.events.summary.values.hits == 1201


def test_a_line_counts_when_its_newline_is_there() -> None:
    following = Live()
    text = line(1)
    following.write(1, text[:30])
    following.write(1.5, text[30:-1])
    following.write(9, b"\n")
    following.run(8)
    assert following.pipeline.intake.held("log") == len(text) - 1
    assert following.pipeline.now == START + 8
    following.run(19)
    assert pages(following.events.reports)[-1] == (0, 10, 1)


@pytest.mark.parametrize(("complete", "hits"), [(True, 2), (False, 1)])
def test_a_last_line_without_a_newline_counts_at_a_complete_end(
    complete: bool, hits: int
) -> None:
    following = Live()
    following.write(1, line(1) + line(2)[:-1])
    following.run(3)
    following.pipeline.intake.end("log", complete=complete)
    assert following.finish().summary.values.hits == hits


@pytest.mark.parametrize("others", [0, 1], ids=["one log", "two logs"])
def test_many_lines_that_are_no_hits_take_linear_time(others: int) -> None:
    """Eight times the lines took over thirty times as long when it was quadratic."""
    few, many = 1 << 12, 1 << 15
    assert any(time_of(many, others) < 16 * time_of(few, others) for _ in range(3))


def time_of(blanks: int, others: int) -> float:
    odd = line(0) + b"\n" * blanks + line(5)
    before = process_time()
    events = replay_all([odd, *[log([1, 2])] * others])
    assert events.summary.values.numbers["ignored"] == blanks
    return process_time() - before


@pytest.mark.parametrize("number", [UNREADABLE - 1, UNREADABLE])
@pytest.mark.parametrize("hits", [0, 3])
def test_that_nothing_parses_is_told_once_however_the_lines_are_cut(
    number: int, hits: int
) -> None:
    lines = [b"no hit\n"] * number + [b"# ignored\n"] + [line(0)] * hits
    for size in (1, 7, len(lines)):
        pipeline = Pipeline(SETTINGS)
        told: list[Event] = []
        for start in range(0, len(lines), size):
            pipeline.intake.feed(
                "log", b"".join(lines[start : start + size]), more=True
            )
            told += pipeline.advance()
        pipeline.intake.end("log")
        told += pipeline.finish()
        notices = [event.message for event in told if isinstance(event, Notice)]
        told_early = number >= UNREADABLE
        assert len(notices) == (told_early or not hits), f"pieces of {size}"
        assert all("nothing parses" in notice for notice in notices)
