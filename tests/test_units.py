"""Numbers read well."""

from fractions import Fraction

import pytest

from monitor.units import (
    count,
    duration,
    exactly,
    percent,
    rate,
    seconds_of,
    short,
    short_time,
    size,
    span,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (1, "1s"),
        (59, "59s"),
        (60, "1m"),
        (61, "1m1s"),
        (200, "3m20s"),
        (3599, "59m59s"),
        (3600, "1h"),
        (3605, "1h"),
        (3660, "1h1m"),
        (3725, "1h2m"),
        (86399, "23h59m"),
        (86400, "1d"),
        (86460, "1d"),
        (90000, "1d1h"),
        (5 * 86400 + 3 * 3600 + 61, "5d3h"),
        (1000 * 86400, "1000d"),
    ],
    ids=str,
)
def test_a_time_span_has_two_units_at_most(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59, "59s"),
        (60, "1m00s"),
        (3599, "59m59s"),
        (3900, "1h05m"),
        (5 * 86400 + 3 * 3600, "5d03h"),
    ],
    ids=str,
)
def test_a_time_span_in_a_column_has_two_digits_of_the_small_unit(
    seconds: int, text: str
) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(
            ("0", 0),
            ("90", 90),
            ("10s", 10),
            ("2m", 120),
            ("12h", 43200),
            ("1d", 86400),
        ),
        *(("007m", 420), ("999999999d", 999999999 * 86400)),
        *(("", None), ("m", None), ("-1", None), ("1.5h", None), ("2 m", None)),
        *((" 2m", None), ("2M", None), ("2w", None), ("1h30m", None), ("2m\n", None)),
        *(("1234567890", None), ("٣", None), ("²m", None), ("1e3", None)),
    ],
    ids=ascii,
)
def test_a_length_of_time_is_seconds_or_has_a_unit(
    text: str, seconds: int | None
) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0.00"),
        ("10", "10.00"),
        ("1201/120", "10.01"),
        ("1199/120", "9.99"),
        ("15.2", "15.20"),
        ("0.1", "0.10"),
        ("0.05", "0.050"),
        ("0.0999", "0.100"),
        ("1/120", "0.0083"),
        ("1/86400", "0.000012"),
        ("9.999", "10.00"),
        ("1234567.891", "1234567.89"),
    ],
    ids=str,
)
def test_a_rate_has_two_decimals_or_two_digits(number: str, text: str) -> None:
    assert rate(Fraction(number)) == text


@pytest.mark.parametrize(
    ("number", "threshold", "text"),
    [
        ("1201/120", "10", "10.01"),
        ("18001/3600", "5", "5.0003"),
        ("17999/3600", "5", "4.9997"),
        ("10.0042", "10.004", "10.0042"),
        ("10.0083", "10.005", "10.01"),
        ("10.005", "10.005", "10.005"),
        ("0.00101", "0.001", "0.00101"),
        ("864000001/86400", "10000", "10000.00001"),
        ("10.0000000001", "10", "10.000000000"),
    ],
    ids=str,
)
def test_a_rate_has_the_decimals_that_distinguish_it_from_the_threshold(
    number: str, threshold: str, text: str
) -> None:
    assert rate(Fraction(number), Fraction(threshold)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0.00"),
        (0.001, "<0.01"),
        (0.72, "0.72"),
        (144.5, "144.50"),
        (999.25, "999.25"),
        (999.5, "1.0k"),
        (1200, "1.2k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (35_000_000, "35.0M"),
        (2e9, "2.0G"),
        (3e12, "3.0T"),
        (123e12, "123T"),
    ],
    ids=str,
)
def test_a_short_number_fits_into_six_characters(number: float, text: str) -> None:
    assert short(number) == text
    assert len(text) <= 6


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")],
    ids=str,
)
def test_a_count_has_its_thousands_apart(number: int, text: str) -> None:
    assert count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (4_200_000, "4.2 MB"),
        (9_949, "9.9 kB"),
        (9_951, "10.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (10**9, "1.0 GB"),
        (10**12, "1.0 TB"),
        (10**15, "1.0 PB"),
        (10**18, "1.0 EB"),
        (10**21, "1000 EB"),
    ],
    ids=str,
)
def test_a_size_is_in_its_largest_unit(number: int, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.0001, "<0.1%"),
        (0.0004999, "<0.1%"),
        (0.0006, "0.1%"),
        (0.004, "0.4%"),
        (0.012, "1.2%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.12, "12%"),
        (1, "100%"),
        (2.5, "250%"),
    ],
    ids=str,
)
def test_a_share_that_is_something_is_never_nothing(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "10",
        "1000000",
        "3.333",
        "0.001",
        "0.000000000001",
        "50000.3",
        "100000.1",
        "999999999999",
        "999999999999.999999999999",
    ],
)
def test_a_number_of_the_command_line_is_written_as_it_was_typed(text: str) -> None:
    assert exactly(Fraction(text)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        pytest.param(0.0, "0 ms", id="no time"),
        pytest.param(0.00002, "<0.1 ms", id="too short to be shown"),
        pytest.param(0.0034, "3.4 ms", id="a few milliseconds"),
        pytest.param(0.34, "340 ms", id="many milliseconds"),
        pytest.param(0.9994, "999 ms", id="almost a second"),
        pytest.param(0.9996, "1.0 s", id="a second, rounded"),
        pytest.param(9.94, "9.9 s", id="a few seconds"),
        pytest.param(9.96, "10 s", id="ten seconds, rounded"),
        pytest.param(99.4, "99 s", id="many seconds"),
        pytest.param(124.9, "2m5s", id="minutes"),
    ],
)
def test_how_long_something_took_is_short(seconds: float, text: str) -> None:
    assert short_time(seconds) == text
