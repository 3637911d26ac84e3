"""With --only, all hits move the time, and only the chosen hits count in reports and alerts."""

import json
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from support.timelines import (
    MONO,
    START,
    Live,
    clock_of,
    gone,
    line,
    pages,
    random_cut,
    random_settings,
    random_traffic,
    replay,
    replay_all,
    reported,
    traffic,
)

from monitor.core.events import Event
from monitor.core.pipeline import Pipeline
from monitor.only import choice_of
from monitor.outputs import Json, Style
from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")

A, FAILED = (choice_of("section=/a"),), (choice_of("status=5xx"),)
TEN = Settings(replay=True, only=A, window=10, threshold=Fraction(1))

Hits = list[tuple[int, str, int]]
"""The second, the section and the status of each hit."""


def some_hits(r: random.Random, number: int = 300, late: float = 0.05) -> Hits:
    return [
        (second, r.choice(("/a", "/b", "/c")), r.choice((200, 404, 500)))
        for second in random_traffic(r, number, late=late)
    ]


def lines_of(hits: Hits) -> list[bytes]:
    return [line(*hit, size=second % 7) for hit in hits for second in hit[:1]]


def chosen(hits: Hits) -> Hits:
    return [hit for hit in hits if hit[1] == "/a"]


def naive_alerts(hits: Hits, settings: Settings) -> str:
    """Judge every second of all hits, over the chosen hits: section 4 word for word."""
    window, limit = settings.window, settings.threshold * settings.window
    counts, crossings, firing = Counter[int](), list[str](), False
    judged = hits[0][0] - 1
    for second, section, _ in [*hits, (hits[-1][0] + 1, "", 0)]:
        while judged < second - 1:
            judged += 1
            total = sum(counts[n] for n in range(judged - window + 1, judged + 1))
            if firing is not (total > limit if not firing else total >= limit > 0):
                firing = not firing
                verb = "fires" if firing else "recovers"
                crossings.append(f"{verb} {total} at {judged}")
        counts[second] += section == "/a"
    return ", ".join(crossings)


def test_the_alerts_are_those_of_the_chosen_hits_in_the_time_of_all_hits() -> None:
    fired = 0
    for seed in range(10):
        r = random.Random(seed)
        hits = sorted(some_hits(r, late=0))
        settings = TEN._replace(threshold=r.choice((Fraction(1, 3), Fraction(1))))
        found = reported(replay(b"".join(lines_of(hits)), settings).alerts)
        assert found == naive_alerts(hits, settings), f"seed {seed}"
        fired += bool(found)
    assert fired > 5


FIELDS = ("hits", "bytes", "status", "methods", "sections", "failing", "rate")


def test_the_reports_are_those_of_the_chosen_lines() -> None:
    """The log that is filtered by hand begins and ends with its log, and has no long gaps."""
    for seed in range(4):
        r = random.Random(seed)
        seconds = sorted(r.choices(range(300), k=300))
        hits = [
            (each, r.choice(("/a", "/b")), r.choice((200, 500))) for each in seconds
        ]
        hits = [(0, "/a", 200), *hits, (300, "/a", 200)]
        found = objects(replay(b"".join(lines_of(hits)), TEN))
        by_hand = objects(replay(b"".join(lines_of(chosen(hits))), TEN))
        assert [of(each) for each in found] == [of(each) for each in by_hand]
        summary = found[-1]
        assert summary["lines"] == len(hits)
        assert summary["ignored"] == len(hits) - len(chosen(hits))
        assert summary["only"] == ["section=/a"]


def objects(events: list[Event]) -> list[dict[str, Any]]:
    """Return the reports, and last the summary."""
    render = Json(Style(utc=True)).render
    found = [json.loads(render(event)) for event in events]
    return [each for each in found if each["type"] in ("report", "summary")]


def of(report: dict[str, Any]) -> tuple[Any, ...]:
    return report["start"], *(report[name] for name in FIELDS)


def test_each_line_that_is_left_out_is_ignored_in_the_report_of_its_time() -> None:
    data = line(0, "/a") + line(12, "/b") + line(25, "/b") * 3 + line(31, "/a")
    settings = TEN._replace(replay=False, interval=10)
    pipeline = Pipeline(settings, START, MONO)
    pipeline.intake.feed("log", data)
    events = [*pipeline.advance(MONO), *pipeline.finish(MONO)]
    numbers = [
        (each["start"], each["hits"], each["ignored"]) for each in objects(events)[:-1]
    ]
    assert numbers == [
        *((clock_of(0), 1, 0), (clock_of(10), 0, 1)),
        *((clock_of(20), 0, 3), (clock_of(30), 1, 0)),
    ]


def test_a_hit_that_is_left_out_closes_the_seconds_before_it() -> None:
    data = line(0, "/a") * 11 + line(9, "/b") + line(10, "/b")
    events = replay(data, TEN)
    assert reported(events.alerts) == "fires 11 at 0, recovers 0 at 10"
    assert events.summary.values.hits == 11


def test_causes_are_those_of_the_chosen_hits() -> None:
    hits = [line(0, "/b", 404)] * 2000 + [line(0, "/a", 200), line(0, "/c", 500)] * 11
    settings = TEN._replace(only=(choice_of("status!=404"),))
    (fired, _) = replay(b"".join([*hits, line(10, "/b", 404)]), settings).alerts
    shares = {cause.name: cause.share for cause in fired.causes}
    assert shares[b"/a"] == 0.5 and b"404" not in shares


def test_a_filter_that_chooses_no_hit_reports_nothing_of_a_replay() -> None:
    events = replay(line(0) * 20 + line(30), TEN)
    assert not events.reports and not events.alerts
    numbers = events.summary.values.numbers
    assert (numbers["lines"], numbers["hits"], numbers["ignored"]) == (21, 0, 21)


# --- the laws ---


def text_of(events: list[Event]) -> list[str]:
    render = Json(Style(utc=True)).render
    return [render(event) for event in events]


@pytest.mark.parametrize("only", [A, FAILED, A + FAILED], ids=["one", "other", "both"])
def test_the_events_do_not_depend_on_the_reads(only: Any) -> None:
    for seed in range(6):
        r = random.Random(seed)
        settings = random_settings(r)._replace(only=only)
        odd = [b"what is this?\n", b"# comment\n"]
        lines = [
            each for hit in lines_of(some_hits(r, 120)) for each in (hit, r.choice(odd))
        ]
        data = b"".join(r.sample(lines, 0) or lines)
        whole = text_of(replay(data, settings))
        assert text_of(replay(random_cut(r, data), settings)) == whole, f"seed {seed}"


def test_two_logs_are_filtered_as_one_log() -> None:
    for seed in range(4):
        r = random.Random(seed)
        hits = sorted(some_hits(r, 200, late=0))
        first = [hit for hit in hits if hit[0] % 2]
        second = [hit for hit in hits if not hit[0] % 2]
        logs = [b"".join(lines_of(each)) for each in (first, second)]
        both = replay_all(logs, TEN)
        whole = replay(b"".join(lines_of(hits)), TEN)
        assert reported(both.alerts) == reported(whole.alerts), f"seed {seed}"
        assert pages(both.reports) == pages(whole.reports), f"seed {seed}"


def test_a_run_that_goes_on_from_a_state_counts_the_same_hits() -> None:
    for seed in range(5):
        r = random.Random(seed)
        settings = random_settings(r)._replace(replay=False, once=True, only=A)
        lines = lines_of(some_hits(r, 150))
        place = r.randrange(len(lines))
        first, second = Pipeline(settings), Pipeline(settings)
        first.intake.feed("log", b"".join(lines[:place]), more=True)
        events = list(first.advance())
        snapshot = json.loads(json.dumps(first.snapshot()))
        second.restore(snapshot, away=0.0, mono=0.0)
        second.intake.feed("log", b"".join(lines[place:]), more=True)
        events += [*second.advance(), *second.finish()]
        whole = Pipeline(settings)
        whole.intake.feed("log", b"".join(lines), more=True)
        expected = [*whole.advance(), *whole.finish()]
        assert of_all(events) == of_all(expected), f"seed {seed}"


def of_all(events: list[Event]) -> list[str]:
    """Return the alerts, and the report that is held back to the end."""
    kinds = ("alert", "report")
    return [
        text
        for text in text_of(events)
        if json.loads(text)["type"] in kinds and '"seen_late"' not in text
    ]


# --- followed ---


def test_a_followed_log_alerts_on_the_chosen_hits_and_recovers_in_silence() -> None:
    following = Live(TEN._replace(replay=False))
    for second in traffic("0-4:3"):
        following.write(second + 0.1, line(second, "/a") + line(second, "/b") * 9)
    following.run(30)
    assert reported(following.events.alerts) == "fires 12 at 3, recovers 9 at 11"


@pytest.mark.parametrize("up_to_date", [True, False])
def test_after_no_data_a_hit_that_is_left_out_shows_that_the_log_is_read(
    up_to_date: bool,
) -> None:
    found = []
    for path in ("/a", "/b"):
        pipeline = Pipeline(TEN._replace(replay=False), START, MONO)
        pipeline.intake.feed("log", line(0, "/a"))
        events = list(pipeline.advance(MONO, up_to_date=True))
        outage = gone("it is gone", MONO)
        events += pipeline.advance(MONO + 5, outage, up_to_date=True)
        data = b"".join(line(second, path) for second in range(6, 30))
        pipeline.intake.feed("log", data)
        events += pipeline.advance(MONO + 6, up_to_date=up_to_date)
        events += pipeline.finish(MONO + 6)
        found.append([each["seconds"] for each in objects(events)])
    assert found[0] == found[1] and sum(found[0]) > 20
