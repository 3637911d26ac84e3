"""What the text of a report says, line by line."""

from fractions import Fraction

import pytest
from support.reports import (
    AT,
    BUSY,
    HIT,
    RULE,
    alerts_of,
    line_of,
    report_of,
    text_of,
    values_of,
    window_of,
)

from monitor.core import Notice
from monitor.core.events import WindowReading
from monitor.outputs import Style
from monitor.outputs.layout import BARS, sparkline
from monitor.outputs.messages import repeated_line
from monitor.stats.minutes import Minute


def test_a_notice_is_no_part_of_the_text() -> None:
    assert text_of(Notice("access.log was rotated")) == ""


@pytest.mark.parametrize(
    ("hits", "before", "words"),
    [
        pytest.param(50, None, "5.00/s", id="first report"),
        pytest.param(50, 5.0, "5.00/s (+0%)", id="no change"),
        pytest.param(50, 4.0, "5.00/s (+25%)", id="more"),
        pytest.param(50, 10.0, "5.00/s (-50%)", id="less"),
        pytest.param(50, 0.1, "5.00/s (x50)", id="many times"),
        pytest.param(50, 0.5, "5.00/s (+900%)", id="ten times"),
        pytest.param(50, 0.475, "5.00/s (x11)", id="more than ten times"),
        pytest.param(50, 0.0, "5.00/s", id="after nothing"),
        pytest.param(50, 5.001, "5.00/s (-<0.1%)", id="hardly less"),
    ],
)
def test_the_rate_is_shown_with_its_change(
    hits: int, before: float | None, words: str
) -> None:
    report = report_of(values_of((HIT, hits)), previous_rate=before)
    expected = f"traffic  50 hits  {words}  50 B  1 client  errors 0%"
    assert line_of(report, "traffic") == expected


def test_a_report_of_an_open_interval_shows_how_long_it_has_seen() -> None:
    report = report_of(BUSY, end=AT + 4, is_open=True)
    title = "== 2026-11-23 22:48:00-22:48:04+00:00 so far  access.log ==="
    assert text_of(report).startswith(title)


LONG = "/srv/example.org/logs/nginx/access.log"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        pytest.param(("access.log",), "access.log", id="one"),
        pytest.param(("a.log", "b.log", "c.log"), "a.log + 2 more", id="several"),
        pytest.param(("-",), "standard input", id="standard input"),
        pytest.param((LONG,), "...example.org/logs/nginx/access.log", id="a long path"),
        pytest.param(
            (LONG, "b"), "...rg/logs/nginx/access.log + 1 more", id="and another"
        ),
    ],
)
def test_the_head_names_the_logs(files: tuple[str, ...], names: str) -> None:
    head, *_ = text_of(report_of(BUSY, files=files)).splitlines()
    assert head.startswith("== 2026-11-23 22:48:00-22:48:10+00:00  ")
    assert head[39:].rstrip("=") == names + " "
    assert len(head) == 78


@pytest.mark.parametrize(
    ("end", "seconds", "words"),
    [
        pytest.param(AT + 10, 10, None, id="all"),
        pytest.param(AT + 10, 4, "over 4s of 10s", id="a part"),
        pytest.param(AT + 10, 0, "over 0s of 10s", id="nothing"),
        pytest.param(AT + 360_000, 359_999, "over 4d3h of 4d4h", id="days"),
        pytest.param(AT + 360_009, 360_000, None, id="almost all"),
    ],
)
def test_a_report_that_did_not_see_all_of_its_time_shows_how_much_it_saw(
    end: int, seconds: int, words: str | None
) -> None:
    text = text_of(report_of(BUSY, end=end, seconds=seconds))
    assert (f"\nrate     {words}\n" in text) == bool(words)


@pytest.mark.parametrize(
    ("end", "at", "hits", "words"),
    [
        pytest.param(600, 60, 2106, "peak 35.10/s at 22:49", id="of minutes"),
        pytest.param(4320, 60, 2106, "peak 35.10/s at 22:49", id="up to midnight"),
        pytest.param(
            172_800, 86_460, 2106, "peak 35.10/s at 11-24 22:49", id="of another day"
        ),
        pytest.param(60, 0, 2106, None, id="of a short report"),
        pytest.param(120, 60, 370, None, id="cut, and below the average"),
    ],
)
def test_a_long_report_shows_its_busiest_minute(
    end: int, at: int, hits: int, words: str | None
) -> None:
    values = BUSY._replace(busiest=Minute(AT + at, hits))
    text = text_of(report_of(values, end=AT + end, seconds=end))
    assert (f"\nrate     {words}\n" in text) == bool(words)


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        pytest.param(4.125, "usual 4.12/s  over 4s of 10s", id="known"),
        pytest.param(0.0, "usual 0.00/s  over 4s of 10s", id="silence"),
        pytest.param(None, "over 4s of 10s", id="unknown"),
    ],
)
def test_a_report_shows_the_usual_rate(usual: float | None, words: str) -> None:
    report = report_of(BUSY, seconds=4, usual=usual)
    assert line_of(report, "rate") == f"rate     {words}"


# --- the window, oddities, alerts ---


def test_a_firing_alert_is_shown_however_large_the_numbers_are() -> None:
    rule = RULE._replace(threshold=Fraction(999_999_999_999), window=604_799)
    report = report_of(BUSY, window=WindowReading(10**18, rule, True, (0.5,)))
    assert "HIGH TRAFFIC" in text_of(report)
    assert "\x1b[31mHIGH TRAFFIC\x1b[0m" in text_of(report, color=True)


@pytest.mark.parametrize(
    ("series", "threshold", "scale"),
    [
        pytest.param((1.0, 2.0), 10, "2.00/s", id="below the threshold"),
        pytest.param((1.0, 144.5), 10, "144.50/s", id="above the threshold"),
        pytest.param((12345.5,), 10, "12.3k/s", id="far above"),
        pytest.param((), 999_999, "0.00/s", id="a high threshold"),
        pytest.param((999.25,), 1, "999.25/s", id="the widest"),
    ],
)
def test_the_course_is_drawn_up_to_its_highest_point_or_the_threshold(
    series: tuple[float, ...], threshold: int, scale: str
) -> None:
    padded = (0.0,) * (56 - len(series)) + series
    rule = RULE._replace(threshold=Fraction(threshold))
    report = report_of(BUSY, window=WindowReading(1, rule, False, padded))
    line = line_of(report, "course")
    assert line.endswith(f"| max {scale}")
    assert len(line) <= 80
    assert line[10:66] == sparkline(padded, BARS, max(threshold, *padded))


def test_only_the_odd_lines_that_there_are_have_a_row() -> None:
    text = text_of(report_of(values_of((HIT, 3), ignored=5)))
    assert "\nlines" not in text and "\nunparsed" not in text
    values = values_of((HIT, 3), late=1, unparsed=2, sample=("no time in it", b"what?"))
    assert line_of(report_of(values), "lines") == "lines    1 late"
    row = 'unparsed 2 lines, no time in it: "what?"'
    assert line_of(report_of(values), "unparsed") == row


ALERTS = "alerts   "
SINCE = "(1 firing since 22:46:30, 1m40s)"


@pytest.mark.parametrize(
    ("number", "earlier", "firing", "title"),
    [
        pytest.param(0, 0, False, "none", id="none"),
        pytest.param(1, 0, True, f"1 {SINCE}", id="one that is firing"),
        pytest.param(2, 0, False, "1", id="one that recovered"),
        pytest.param(7, 5, True, f"4 {SINCE}  (7 earlier messages)", id="too many"),
    ],
)
def test_a_report_counts_its_alerts_and_repeats_the_latest_messages(
    number: int, earlier: int, firing: bool, title: str
) -> None:
    alerts = alerts_of(number)
    window = window_of(1300, firing)
    report = report_of(BUSY, alerts=alerts, earlier_alerts=earlier, window=window)
    first, *messages = text_of(report).partition(ALERTS)[2].splitlines()
    assert first == title
    shown = alerts[-len(messages) :] if messages else ()
    assert messages == [repeated_line(a, Style(utc=True), AT + 10) for a in shown]
    assert len(shown) == min(number, 5)


def test_a_message_of_an_earlier_run_is_no_alert_of_this_run() -> None:
    report = report_of(BUSY, alerts=alerts_of(2), firings=0)
    assert line_of(report, "alerts") == "alerts   none in this run"


@pytest.mark.parametrize(
    ("width", "messages"),
    [
        pytest.param(
            80,
            [
                "High traffic generated an alert - hits = 1201, triggered at 22:44:40",
                "High traffic alert recovered - hits = 1198, recovered at 22:48:00",
            ],
            id="a narrow one",
        ),
        pytest.param(
            120,
            [
                "High traffic generated an alert - hits = 1201, triggered at 22:44:40"
                + " (/login 86%, 203.0.113.9 86%, 401 84%)",
                "High traffic alert recovered - hits = 1198, recovered at 22:48:00"
                + " (lasted 3m20s, peak 15.20/s)",
            ],
            id="a wide one",
        ),
    ],
)
def test_messages_use_the_width_of_the_terminal(
    width: int, messages: list[str]
) -> None:
    rows = text_of(report_of(BUSY, alerts=alerts_of(2)), width=width).splitlines()
    assert rows[-2:] == [f"  {message}" for message in messages]


def test_a_message_of_another_day_has_its_date() -> None:
    day = report_of(BUSY, end=AT + 86_400, alerts=alerts_of(1))
    assert text_of(day).endswith("triggered at 11-23 22:48\n")


def test_a_firing_alert_shows_since_when_and_its_causes() -> None:
    report = report_of(BUSY, alerts=alerts_of(1), window=window_of(1476, True))
    assert text_of(report).splitlines()[2:5:2] == [
        "average  12.30/s over 2m, threshold 10/s: HIGH TRAFFIC since 22:46:30 (1m40s)",
        "cause    section /login 86%  client 203.0.113.9 86%  status 401 84%",
    ]
    assert "\ncause" not in text_of(report_of(BUSY, alerts=alerts_of(2)))


def test_a_report_has_at_most_23_rows_and_at_least_3_of_the_table() -> None:
    for number in range(11):
        report = report_of(BUSY, alerts=alerts_of(number), earlier_alerts=9)
        text = text_of(report)
        assert len(text.splitlines()) == min(23, 20 + number)
        assert text.partition("   errors\n")[2].splitlines()[2].startswith("/images")
