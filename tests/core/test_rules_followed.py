"""Rules of followed logs: silence is not NO DATA, and nothing is announced twice."""

import json
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import pytest
from support.rulemodel import FORMAT, Hit, written
from support.timelines import HOUR, MONO, START, Events, Live, line, replay, traffic

from monitor.core.pipeline import Pipeline
from monitor.formats import Columns
from monitor.settings import Settings

pytestmark = pytest.mark.usefixtures("untraced")

GIVEN = Settings(window=20, min_traffic=5)


def silence(events: Events, shift: int = 0) -> list[str]:
    alerts = [alert for alert in events.alerts if alert.rule.name == "silence"]
    return [
        text.replace(f"at {at}", f"at {at - shift}")
        for text, at in zip(
            written(alerts), (alert.at - START for alert in alerts), strict=True
        )
    ]


def followed(text: str, given: Settings = GIVEN) -> Live:
    following = Live(given)
    following.write_hits(traffic(text))
    return following


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        pytest.param(
            "0:1", ["silence fires 1 of 1 at 19"], id="when a window was seen"
        ),
        pytest.param(
            "0-9:1", ["silence fires 4 of 4 at 25"], id="when it falls silent"
        ),
        pytest.param(
            "0:1 40-49:1",
            ["silence fires 1 of 1 at 19", "silence recovers 5 of 5 at 44"],
            id="recovers at once",
        ),
    ],
)
def test_silence_is_announced(text: str, alerts: list[str]) -> None:
    assert silence(followed(text).run(50)) == alerts


def test_a_log_without_a_hit_is_silent_by_the_machines_clock() -> None:
    assert silence(followed("").run(30)) == ["silence fires 0 of 0 at 19"]


def test_the_machines_clock_counts_until_the_first_hit_sets_the_time() -> None:
    following = followed("")
    following.write_hits([5], HOUR)
    assert silence(following.run(50), HOUR) == ["silence fires 1 of 1 at 20"]


def test_no_data_is_not_silence_and_a_whole_window_must_be_seen_after_it() -> None:
    following = followed("0-30:1 100-102:1")
    assert silence(following.run(31)) == []
    assert silence(following.run(100, no_data="gone")) == []
    assert silence(following.run(140)) == ["silence fires 3 of 3 at 119"]


def test_lines_that_cannot_be_read_are_not_silence() -> None:
    following = followed("0-30:1")
    following.write(31, b"what?\n" * 25)
    following.write_hits(traffic("90-91:1"))
    assert silence(following.run(90)) == []
    assert silence(following.run(130)) == ["silence fires 2 of 2 at 109"]


def test_a_log_of_two_that_is_gone_is_not_silence() -> None:
    following = followed("0-30:1")
    following.run(31)
    assert silence(following.run(90, partly="gone")) == []
    assert silence(following.run(130)) == ["silence fires 0 of 0 at 109"]


def test_after_a_set_back_a_whole_window_must_be_seen() -> None:
    following = followed("0-99:1")
    following.write_hits(traffic("100-180:1"), -HOUR)
    events = following.run(230)
    assert silence(events, -HOUR) == ["silence fires 4 of 4 at 196"]


def test_hits_from_before_the_start_count_for_all_rules() -> None:
    given = Settings(window=20, max_error_rate=Fraction(5))
    following = Live(given)
    seconds = Counter({START - 5: 90})
    failed = {"errors": Counter({START - 5: 9})}
    following.pipeline.backfill({"log": (seconds, Columns(), failed)})
    following.write_hits([0])
    assert written(following.run(5).alerts) == ["errors fires 9 of 91 at 0"]


def test_a_client_from_before_the_start_is_judged_though_it_does_not_come_again() -> (
    None
):
    following = Live(Settings(window=20, client_threshold=Fraction(1)))
    seconds = Counter({START - 5: 90})
    counts = {"client 192.0.2.9": seconds}
    following.pipeline.backfill({"log": (seconds, Columns(), counts)})
    following.write_hits([0])
    assert written(following.run(5).alerts) == ["client 192.0.2.9 fires 90 of 90 at 0"]


def resumed(following: Live, given: Settings) -> Live:
    """Return a monitor that goes on from the state of another one at the same moment."""
    snapshot = json.loads(json.dumps(following.pipeline.snapshot()))
    successor = Live(given)
    successor.now = following.now
    successor.pipeline = Pipeline(given, START + following.now, MONO + following.now)
    successor.pipeline.restore(snapshot, 0.0, MONO + following.now)
    return successor


def test_a_firing_alert_goes_on_without_being_announced_again() -> None:
    given = GIVEN._replace(client_threshold=Fraction(1, 2), remind=40)
    following = followed("0:15", given)
    assert written(following.run(5).alerts) == ["client 192.0.2.1 fires 15 of 15 at 0"]
    successor = resumed(following, given)
    assert [each.firing for each in successor.pipeline.gauges.values] == [
        *(False, False, True)
    ]
    assert written(successor.run(30).alerts) == [
        "silence fires 0 of 0 at 20",
        "client 192.0.2.1 recovers 0 of 0 at 20",
    ]
    assert written(resumed(successor, given).run(70).alerts) == [
        "silence still fires 0 of 0 at 60"
    ]


def test_a_rule_that_is_new_begins_with_the_state_of_the_others() -> None:
    following = followed("0-9:30", Settings(window=20))
    following.run(11)
    given = Settings(window=20, max_error_rate=Fraction(5))
    successor = resumed(following, given)
    for second in range(11, 20):
        successor.write(second, line(second, status=500) * 9)
    texts = written(successor.run(20).alerts)
    assert texts == ["errors fires 18 of 318 at 12"]


def test_reminders_are_no_new_alerts_in_reports() -> None:
    given = GIVEN._replace(replay=True, remind=10)
    events = replay(b"".join(map(line, [0, 99])), given)
    assert len([alert for alert in events.alerts if alert.reminder]) == 8
    assert (events.summary.firings, len(events.summary.alerts)) == (1, 1)


def clients(number: int) -> Iterable[bytes]:
    for each in range(number):
        name = f"10.{each >> 16}.{each >> 8 & 255}.{each & 255}"
        yield Hit(0, name, "/", 200, 1, 1).line


def test_clients_beyond_65536_are_not_judged_and_one_notice_says_so() -> None:
    given = Settings(replay=True, format=FORMAT, client_threshold=Fraction(1, 100))
    known = Hit(1, "10.0.0.1", "/", 200, 1, 1).line
    unknown = Hit(1, "192.0.2.1", "/", 200, 1, 1).line
    data = b"".join(clients(65_536))
    later = Hit(2, "10.0.0.2", "/", 200, 1, 1).line
    events = replay([data + later, (known + unknown) * 2 + later], given)
    fired = {alert.subject for alert in events.alerts if alert.subject}
    assert fired == {b"10.0.0.1", b"10.0.0.2"}
    assert len(events.notices) == 1
    assert events.notices[0].startswith("more than 65,536 clients in the window: ")
