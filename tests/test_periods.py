"""Moments of the command line become the seconds of a period."""

from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from support.timelines import DAY, HOUR, START

from monitor.errors import UsageError
from monitor.periods import Period, moment_of, period_of

NEWEST = START + 10_000  # 2026-11-24 01:34:40 UTC
MIDNIGHT = START + 72 * 60  # the last one before it


class Berlin(tzinfo):
    """The zone of Berlin in the last months of 2026. The summer ends on 25 October."""

    def dst(self, moment: datetime | None) -> timedelta:
        is_winter = moment and moment.replace(tzinfo=None) >= datetime(2026, 10, 25, 3)
        return timedelta(hours=0 if is_winter else 1)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(hours=1) + self.dst(moment)

    def tzname(self, moment: datetime | None) -> str:
        return "Berlin"


def period(since: str, until: str, newest: int, zone: tzinfo | None = UTC) -> Period:
    first, end = (moment_of(text) if text else None for text in (since, until))
    return period_of(first, end, newest, zone)


PERIODS = [
    ("", "", None, None),
    ("90", "", NEWEST - 90, None),
    ("12h", "10h", NEWEST - 12 * HOUR, NEWEST - 10 * HOUR),
    ("999999999d", "1s", NEWEST - 999999999 * DAY, NEWEST - 1),
    ("2026-11-23T22:48:00Z", "2026-11-23T22:48:01.9+00:00", START, START + 1),
    ("2026-11-23T23:48:00+01:00", "2026-11-24 00:18:01+01:30", START, START + 1),
    ("20261123T224800Z", "2026-11-24", START, MIDNIGHT),
    ("2026-11-23 22:48", "2026-11-23 22:48:30", START, START + 30),
    # A time of day is the last one, or the next one after --since.
    ("01:00", "", MIDNIGHT + HOUR, None),
    ("1:34:40", "", NEWEST, None),
    ("01:34:41", "", NEWEST + 1 - DAY, None),
    ("22:48", "23:00", START, START + 720),
    ("22:48", "02:00", START, MIDNIGHT + 2 * HOUR),
    ("02:00", "03:00", MIDNIGHT - 22 * HOUR, MIDNIGHT - 21 * HOUR),
    ("01:00", "02:00", MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR),
    ("01:00", "01:00", MIDNIGHT + HOUR, MIDNIGHT + HOUR + DAY),
    ("", "01:00", None, MIDNIGHT + HOUR),
    ("", "02:00", None, MIDNIGHT + 2 * HOUR),
    ("2026-11-21 22:48", "23:00", START - 2 * DAY, START - 2 * DAY + 720),
    ("2d", "00:00", NEWEST - 2 * DAY, MIDNIGHT - DAY),
    ("23:00", "2026-11-23", MIDNIGHT - DAY - HOUR, MIDNIGHT - DAY),
    ("01:00", "1h", MIDNIGHT - 23 * HOUR, NEWEST - HOUR),
]


@pytest.mark.parametrize(
    ("since", "until", "first", "end"),
    PERIODS,
    ids=[f"{since}..{until}" for since, until, *_ in PERIODS],
)
def test_two_moments_are_a_period(
    since: str, until: str, first: int | None, end: int | None
) -> None:
    assert period(since, until, NEWEST) == (first, end)


@pytest.mark.parametrize(
    ("since", "until", "first", "end"),
    [
        ("2026-11-23 23:48", "", START, None),
        ("2026-11-23 22:48Z", "", START, None),
        ("02:00", "03:00", MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR),
        ("00:00", "", MIDNIGHT - HOUR, None),
    ],
)
def test_a_time_without_an_offset_is_of_a_zone(
    since: str, until: str, first: int, end: int | None
) -> None:
    assert period(since, until, NEWEST, Berlin()) == (first, end)


def test_a_night_in_which_the_clocks_change_has_its_own_length() -> None:
    newest = int(datetime(2026, 10, 25, 12, tzinfo=UTC).timestamp())
    since, until = period("01:00", "05:00", newest, Berlin())
    assert (until or 0) - (since or 0) == 5 * HOUR


def test_a_time_without_an_offset_is_of_the_machine_s_zone() -> None:
    of_machine = datetime(2026, 11, 23, 22, 48).astimezone()
    first, _ = period("2026-11-23 22:48", "", NEWEST, None)
    assert first == of_machine.timestamp()
    assert period("22:48", "", START, of_machine.tzinfo) == period(
        "22:48", "", START, None
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0s", "h", "12 h", "-12h", "1.5h", "12H", "12y", "2w", "1h30m"),
        *("\u0661\u0662h", "\u00b2h", "1234567890h", "yesterday", "12h\n", "\udcff"),
        *("2026-13-01", "2026-02-30", "2026-11-23T25:00", "24:01", "22:60", "2:0"),
        *("0001-01-01", "1969-12-31", "9999-01-01", "23/Nov/2026:22:48:00 +0000"),
    ],
    ids=ascii,
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="^give a time such as 12h, 02:00 or 2026-11"):
        moment_of(text)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("10h", "12h"),
        ("12h", "12h"),
        ("2026-11-24", "2026-11-23"),
        ("2026-11-24", "12h"),
        ("1h", "2026-11-23 22:48"),
    ],
)
def test_a_period_without_a_second_is_wrong_usage(since: str, until: str) -> None:
    with pytest.raises(UsageError, match="^--since must be before --until: 2026-11-2"):
        period(since, until, NEWEST)
