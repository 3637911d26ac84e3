"""One notice explains lines that cannot be parsed, and requests that are malformed."""

import random
from typing import Any

import pytest
from support.timelines import Events, Live, line, random_cut, replay, settings

from monitor.core.pipeline import Pipeline
from monitor.only import choice_of
from monitor.settings import Settings

GIVEN = settings()
GARBAGE = b"what is \x1bthis?\n"
MALFORMED = line(3).replace(b"GET / HTTP/1.1", b"nonsense")


def notices(data: bytes) -> list[str]:
    return replay(data, GIVEN).notices


def test_a_notice_has_a_sample_the_closest_format_the_byte_and_the_option() -> None:
    (notice,) = notices(line(0) + GARBAGE * 50 + line(1) + GARBAGE * 50)
    for words in (
        *("0: its lines cannot be read: no time in it", '"what is \x1bthis?"'),
        *(
            "the format combined",
            "byte 15",
            "its time is missing",
            "--format help lists the formats",
        ),
    ):
        assert words in notice, words


def test_a_known_file_is_named() -> None:
    error = b"2026/11/23 22:48:03 [error] 7#7: *1 open() failed\n"
    (notice,) = notices(error * 20)
    assert "this is an error log of nginx; give the access log instead" in notice


@pytest.mark.parametrize(
    ("malformed", "others", "number"),
    [
        pytest.param(19, 0, 0, id="19 hits"),
        pytest.param(20, 0, 1, id="20 hits"),
        pytest.param(20, 20, 0, id="half"),
        pytest.param(21, 20, 1, id="more than half"),
    ],
)
def test_a_notice_says_that_most_requests_of_a_report_are_malformed(
    malformed: int, others: int, number: int
) -> None:
    data = line(3) * others + MALFORMED * malformed + line(500)
    found = notices(data + MALFORMED.replace(b"22:48:03", b"22:58:20") * 30)
    assert len(found) == max(number, 1)
    assert (
        f"{malformed} of {malformed + others} requests are malformed" in found[0]
    ) is bool(number)
    assert "byte 44, where its request is missing" in found[0]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(5))
def test_the_notice_is_the_same_however_the_lines_are_cut(seed: int) -> None:
    rng = random.Random(seed)
    lines = [
        line(s).replace(b"GET", rng.choice((b"GET", b"G(%d" % s))) for s in range(90)
    ]
    data = b"".join(lines)
    assert replay(random_cut(rng, data), GIVEN) == replay(data, GIVEN), f"seed {seed}"


def test_the_sample_survives_a_restart() -> None:
    before, after = Pipeline(GIVEN), Pipeline(GIVEN)
    before.intake.feed("log", MALFORMED * 30)
    list(before.advance())
    after.restore(before.snapshot(), 0.0, 0.0)
    events = Events([*after.advance(), *after.finish()])
    assert ["nonsense" in notice for notice in events.notices] == [True]


LACKING = {
    "sizes": ("%h %t %r %s", b"1.2.3.4 [TIME] GET / HTTP/1.1 200", "no sizes:"),
    "clients and sizes": (
        "%t %r %s",
        b"[TIME] GET / HTTP/1.1 200",
        "no clients and sizes:",
    ),
    "all three": ("%t %s", b"[TIME] 200", "no clients, requests and sizes:"),
}


@pytest.mark.parametrize(("form", "logged", "words"), LACKING.values(), ids=LACKING)
def test_one_notice_names_what_the_lines_do_not_log(
    form: str, logged: bytes, words: str
) -> None:
    lines = b"".join(
        logged.replace(b"TIME", b"23/Nov/2026:22:48:%02d +0000" % second) + b"\n"
        for second in (1, 15, 31)
    )
    (notice,) = replay(lines, GIVEN._replace(format=form)).notices
    assert words in notice
    once = GIVEN._replace(format=form, once=True)
    assert not replay(lines, once).notices, "each run of cron would send a mail"


def test_one_notice_says_how_the_names_of_zones_are_read() -> None:
    form = '%h %{%F %T %Z}t "%r" %>s %b'
    line_at = b'1.2.3.4 2026-11-23 22:48:%02d CET "GET / HTTP/1.1" 200 5\n'
    lines = b"".join(line_at % second for second in (1, 15, 31))
    (notice,) = replay(lines, GIVEN._replace(format=form)).notices
    assert "the names of zones (%Z) are read as UTC" in notice
    assert not replay(lines, GIVEN._replace(format=form, once=True)).notices


IGNORED = b'{"level":"info","time":"2026-11-23T22:48:03Z","message":"started"}\n'
WITHOUT_HITS = {
    "20 messages": (IGNORED * 20, {}, 1),
    "19 messages": (IGNORED * 19, {}, 0),
    "comments": (b"#\n" * 20, {}, 1),
    "a hit, too": (IGNORED * 20 + line(1), {}, 0),
    "hits that are not chosen": (line(1) * 20, {"only": (choice_of("status=500"),)}, 0),
    "each run of cron would send a mail": (IGNORED * 20, {"once": True}, 0),
}


@pytest.mark.parametrize(
    ("data", "given", "number"), WITHOUT_HITS.values(), ids=WITHOUT_HITS
)
def test_a_notice_says_that_all_lines_of_a_log_are_ignored(
    data: bytes, given: dict[str, Any], number: int
) -> None:
    found = replay(data, GIVEN._replace(**given)).notices
    assert ["is the access log of the server turned on?" in each for each in found] == (
        [True] * number
    )


def test_a_followed_log_without_hits_is_noticed_once() -> None:
    following = Live(Settings(interval=10))
    for second in range(60):
        following.write(second, IGNORED)
    (notice,) = following.run(60).notices
    assert "no line is a hit" in notice
    assert not following.finish().notices[1:]
