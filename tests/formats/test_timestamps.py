"""The time of a line is read to the second, its offset honoured; no other text is a time."""

import random
import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from monitor.formats.timestamps import (
    TIME,
    TimeCache,
    epoch_of,
    reason_against,
    runs_of,
)

OCTOBER = 971211336
"""10/Oct/2000:13:55:36 -0700, the time of Apache's manual."""
UNKNOWN_MONTH = "the month is not known"

TIMES = [
    (b"10/Oct/2000:13:55:36 -0700", OCTOBER),
    (b"10/Oct/2000:20:55:36 +0000", OCTOBER),
    (b"10/Oct/2000:20:55:36 -0000", OCTOBER),
    (b"10/Oct/2000:20:55:36", OCTOBER),
    (b"11/Oct/2000:02:40:36 +0545", OCTOBER),
    (b"10/Oct/2000:17:25:36 -0330", OCTOBER),
    (b"11/Oct/2000:10:55:36 +1400", OCTOBER),
    (b"11/Oct/2000:20:54:36 +2359", OCTOBER),
    (b"10/oct/2000:13:55:36 -0700", OCTOBER),
    (b"10/OCT/2000:13:55:36 -0700", OCTOBER),
    (b"10/Oct/2000 13:55:36 -0700", OCTOBER),
    (b"10/Oct/2000 20:55:36", OCTOBER),
    (b"10/Oct/2000:13:55:36 -07", OCTOBER),
    (b"10/Oct/2000:13:55:36 -07:00", OCTOBER),
    (b"10/Oct/2000:13:55:36-0700", OCTOBER),
    (b"1/Oct/2000:13:55:36 -07:00", OCTOBER - 9 * 86400),
    (b"10/Oct/2000:20:55:36Z", OCTOBER),
    (b"10/Oct/2000:20:55:36 UTC", OCTOBER),
    (b"10/Oct/2000:20:55:36 CET", OCTOBER),
    (b"1/Jan/1970:00:00:00 +0000", 0),
    (b"01/Jan/1970:00:00:00 +0000", 0),
    (b"01/Jan/1970:00:00:00 +0100", -3600),
    (b"31/Dec/1969:23:00:00 -0100", 0),
    (b"29/Feb/2024:12:00:00 +0000", 1709208000),
    (b"29/Feb/2000:00:00:00 +0000", 951782400),
    (b"19/Jan/2038:03:14:08 +0000", 1 << 31),
    (b"31/Dec/2016:23:59:60 +0000", 1483228800),
    (b"01/Jan/2017:00:00:00 +0000", 1483228800),
    (b"01/Jan/2017:08:59:60 +0900", 1483228800),
    (b"01/Jan/0002:00:00:00 +0000", -62104060800),
    (b"31/Dec/9998:23:59:60 -2359", 253370851140),
]

NO_TIMES = {
    "nothing": b"",
    "a day that February has not": b"30/Feb/2024:00:00:00 +0000",
    "a leap day of no leap year": b"29/Feb/2023:00:00:00 +0000",
    "a leap day of a century": b"29/Feb/1900:00:00:00 +0000",
    "day 31 of a short month": b"31/Apr/2024:00:00:00 +0000",
    "day 0": b"00/Jan/2024:00:00:00 +0000",
    "day 32": b"32/Jan/2024:00:00:00 +0000",
    "no month": b"10/Xyz/2000:13:55:36 -0700",
    "a month in French": b"10/Mai/2000:13:55:36 -0700",
    "a month as a number": b"10/10/2000:13:55:36 -0700",
    "hour 24": b"10/Oct/2000:24:00:00 -0700",
    "minute 60": b"10/Oct/2000:13:60:36 -0700",
    "second 61": b"10/Oct/2000:13:55:61 -0700",
    "year 0": b"10/Oct/0000:13:55:36 -0700",
    "a year that an offset could leave": b"01/Jan/0001:00:00:00 +0100",
    "the last year of all": b"31/Dec/9999:23:59:59 -0100",
    "a year of two digits": b"10/Oct/00:13:55:36 -0700",
    "a year of five digits": b"10/Oct/20000:13:55:36 -0700",
    "offset hour 24": b"10/Oct/2000:13:55:36 +2400",
    "offset minute 60": b"10/Oct/2000:13:55:36 +0060",
    "an offset of three digits": b"10/Oct/2000:13:55:36 -070",
    "an offset hour 24 alone": b"10/Oct/2000:13:55:36 +24",
    "an offset minute 60 after a colon": b"10/Oct/2000:13:55:36 +00:60",
    "an offset without a sign": b"10/Oct/2000:13:55:36 0700",
    "the city of a zone": b"10/Oct/2000:13:55:36 Europe/Rome",
    "a fraction": b"10/Oct/2000:13:55:36.5 -0700",
    "no seconds": b"10/Oct/2000:13:55 -0700",
    "a space in front": b" 10/Oct/2000:13:55:36 -0700",
    "a space behind": b"10/Oct/2000:13:55:36 -0700 ",
    "a newline behind": b"10/Oct/2000:13:55:36 -0700\n",
    "brackets": b"[10/Oct/2000:13:55:36 -0700]",
    "digits of another script": "1٣/Oct/2000:13:55:36 -0700".encode(),
    "an ISO time": b"2000-10-10T13:55:36-07:00",
    "a sign in a number": b"+1/Oct/2000:13:55:36 -0700",
}


@pytest.mark.parametrize(("text", "epoch"), TIMES, ids=[t.decode() for t, _ in TIMES])
def test_a_time_is_read_to_the_second(text: bytes, epoch: int) -> None:
    assert epoch_of(text) == epoch


@pytest.mark.parametrize("text", NO_TIMES.values(), ids=NO_TIMES.keys())
def test_what_is_no_time_is_reported(text: bytes) -> None:
    assert epoch_of(text) is None


def test_every_month_has_its_name() -> None:
    for month in range(1, 13):
        moment = datetime(2023, month, 15, tzinfo=UTC)
        assert epoch_of(written(moment)) == moment.timestamp()


def test_any_moment_in_any_zone_comes_back() -> None:
    for seed in range(600):
        r = random.Random(seed)
        zone = timezone(timedelta(minutes=r.randint(-1439, 1439)))
        epoch = r.randrange(-(10**10), 10**11)
        moment = datetime.fromtimestamp(0, zone) + timedelta(seconds=epoch)
        assert epoch_of(written(moment)) == epoch, f"seed {seed}: {moment}"


def written(moment: datetime) -> bytes:
    return moment.strftime("%d/%b/%Y:%H:%M:%S %z").encode()


def test_the_cache_answers_like_the_reading_itself() -> None:
    cache = TimeCache()
    for text, epoch in [*TIMES, *((text, None) for text in NO_TIMES.values())] * 2:
        assert cache[text] == epoch


def test_the_cache_answers_like_the_reading_itself_for_times_that_are_alike() -> None:
    for seed in range(60):
        r = random.Random(seed)
        cache, day = TimeCache(), r.choice((b"1", b"01", b"10"))
        zone = r.choice((b"", b" +0000", b" -0730", b"Z", b" +01", b" +01:00"))
        for _ in range(60):
            second = r.choice((b"0", b"5", b"00", b"07", b"36", b"59", b"60", b"61"))
            second += r.choice((b"", b"", b"", b"", b"1", b" ", b"."))
            text = day + b"/Oct/2000:13:55:" + second + zone
            assert cache[text] == epoch_of(text), f"seed {seed}: {text!r}"
        assert any(epoch is not None for epoch in cache.values())


@pytest.mark.usefixtures("untraced")
def test_the_cache_stays_small_whatever_it_is_asked() -> None:
    cache = TimeCache()
    for number in range(TimeCache.LIMIT + 1000):
        assert cache[b"%d" % number] is None
        assert len(cache) <= TimeCache.LIMIT
    assert cache[TIMES[0][0]] == TIMES[0][1]


def test_times_are_remembered() -> None:
    cache = TimeCache()
    for text, epoch in TIMES:
        assert cache[text] == epoch
    assert dict(cache) == dict(TIMES)


def test_times_with_the_same_bytes_in_a_row_are_equal() -> None:
    zones = [text[20:] for text, _ in TIMES if text.startswith(b"10/Oct/2000:")]
    times = [
        day + b"/Jan/2020:00:00:00" + zone
        for day, zone in product((b"1", b"11", b"01", b"02"), sorted(set(zones)))
    ]
    rows: dict[bytes, list[bytes]] = {}
    for row in product(times, repeat=2):
        rows.setdefault(b"".join(row), []).append(b"|".join(row))
    assert all(len(alike) == 1 for alike in rows.values())
    assert runs_of([times[0]] * 9) == [(times[0], 9)]
    assert runs_of([times[0], times[1], *times[:1] * 9]) is None


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        pytest.param(b"lis", UNKNOWN_MONTH, id="Polish"),
        pytest.param("paź".encode(), UNKNOWN_MONTH, id="Polish, not ASCII"),
        pytest.param(b"nov.", UNKNOWN_MONTH, id="a dot"),
        pytest.param(b"11", UNKNOWN_MONTH, id="a number"),
        pytest.param(b"Feb", "its time does not exist", id="no such day"),
    ],
)
def test_what_has_the_form_of_a_time_has_a_reason(month: bytes, reason: str) -> None:
    text = b"31/%b/2026:22:48:08 +0000" % month
    assert re.fullmatch(TIME, text)
    assert (epoch_of(text), reason_against(text)) == (None, reason)


@pytest.mark.parametrize("text", [text for text, _ in TIMES], ids=bytes.decode)
def test_the_fraction_of_a_second_is_no_part_of_the_time(text: bytes) -> None:
    second, zone = text[: text.index(b":", 12) + 6], text[text.index(b":", 12) + 6 :]
    for fraction in (b"", b".5", b",123", b":123456789"):
        match = re.fullmatch(TIME, second + fraction + zone)
        assert match, fraction
        assert (match[1], match[2] or b"") == (second, zone)
    for fraction in (b".", b".1234567890", b"123"):
        assert not re.fullmatch(TIME, second + fraction + zone)


@pytest.mark.parametrize("text", [b"2026-13-01T22:48:08Z", b"2026/13/01 22:48:08"])
def test_a_time_of_another_kind_that_does_not_exist_has_a_reason(text: bytes) -> None:
    assert reason_against(text) == "its time does not exist"
