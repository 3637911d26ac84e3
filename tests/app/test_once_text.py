"""What a run with `--once` says of the time: up to when it knows the log, and a silent log."""

import re

import pytest
from support.place import Place
from support.timelines import clock_of, log


@pytest.mark.parametrize(
    ("silence", "as_of", "silent_since"),
    [
        pytest.param(1, 9, None, id="the log is being written"),
        pytest.param(12, 18, None, id="silent for less than the window"),
        pytest.param(13, 19, None, id="silent for just the window"),
        pytest.param(14, 20, 9, id="silent for longer"),
        pytest.param(3603, 3609, 9, id="silent for an hour"),
    ],
)
def test_a_report_says_up_to_when_it_knows_the_log(
    place: Place, silence: float, as_of: int, silent_since: int | None
) -> None:
    place.append(log(range(10)))
    for _ in range(2):  # a run with new lines, and one without
        place.be_silent(silence + 0.5)
        report, summary = place.once()
        assert report["as_of"] == summary["as_of"] == clock_of(as_of)
        assert report["silent_since"] == (silent_since and clock_of(silent_since))


def test_the_text_says_up_to_when_it_knows_the_log_and_how_long_ago(
    place: Place,
) -> None:
    place.append(log(range(10)))
    place.be_silent(600)
    code, out, err = place.run("--once", "--utc")
    (row,) = (row for row in out.splitlines() if row.startswith("as of"))
    known = re.escape("2026-11-23 22:58:06+00:00  NO LINES since 22:48:09 (9m57s)")
    assert re.fullmatch(rf"as of    {known}  \w+ ago", row)
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("seconds", "silence", "as_of", "state"),
    [
        pytest.param(range(10), 0, "22:48:09", "ok", id="quiet"),
        pytest.param(
            [*range(5), *[9] * 1300],
            0,
            "22:48:09",
            "HIGH TRAFFIC since 22:48:09",
            id="an alert is firing",
        ),
        pytest.param(
            range(10),
            3600,
            "23:48:06",
            "NO LINES since 22:48:09 (59m57s)",
            id="silent for longer than the window",
        ),
        pytest.param([], 0, "", "", id="an empty log"),
    ],
)
def test_a_run_that_finds_nothing_new_is_one_line(
    place: Place, seconds: list[int], silence: float, as_of: str, state: str
) -> None:
    place.append(log(seconds))
    place.be_silent(silence)
    place.run("--once", "--utc")
    code, out, err = place.run("--once", "--utc")
    words = ""
    if as_of:
        time = re.escape(f"2026-11-23 {as_of}+00:00")
        words = rf" as of {time} \(\w+ ago\), {re.escape(state)}"
    assert re.fullmatch(rf"\S+access.log: nothing new{words}\n", out), out
    assert (code, err) == (0, "")


def test_a_report_of_a_log_without_a_time_knows_nothing(place: Place) -> None:
    place.append(b"")
    report, _ = place.once()
    assert (report["as_of"], report["silent_since"]) == (None, None)
