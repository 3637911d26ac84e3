"""Hooks of whole runs in this process: real scripts, and a made-up clock where a log is followed."""

import json
import re
from collections.abc import Iterator

import pytest
from support.hooks import is_gone, look, script, until
from support.place import LOOKS, OPTIONS, Killed, Monitor, Objects, Place, notices_of
from support.states import query
from support.timelines import DAY, HOUR, clock_of, log, traffic

FIRES, RECOVERS = log(traffic("0:130 1:1")), log(traffic("200-201:1"))
GARBAGE = b"what is this?\n" * 20


class Hooked:
    """A place with a hook that writes down what it gets."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._given = place.folder / "given"
        self.write("exit 0")

    def write(self, *lines: str) -> None:
        """Write the hook: what it does after it wrote down its input."""
        path = script(self.place.folder, f"cat >> {self._given}", *lines)
        self.words = ("-w", "2m", "--exec-timeout", "1h", "--exec", str(path))

    @property
    def alerts(self) -> Objects:
        """What the hook got."""
        text = self._given.read_text() if self._given.exists() else ""
        return [json.loads(each) for each in text.splitlines()]

    @property
    def states(self) -> list[str]:
        return [each["state"] for each in self.alerts]

    @property
    def waiting(self) -> int:
        """How many deliveries wait in the state."""
        number: int = query(self.place.state, "SELECT count(*) FROM deliveries")
        return number

    def once(self, data: bytes = b"") -> tuple[list[str], str]:
        """Append to the log and run once; return the states of the hook, and the notices."""
        self.place.append(data)
        code, _, err = self.place.run("--once", *OPTIONS, *self.words)
        assert code == 0
        return self.states, err

    def follow(
        self, data: bytes, *states: str, done: bool = True, kill: bool = False
    ) -> list[str]:
        """Follow the log until the hook has got all states in all; return the notices."""

        def run(_: Monitor) -> Iterator[None]:
            self.place.append(data)
            for _ in range(LOOKS):
                if self.states == list(states) and not (done and self.waiting):
                    break
                look()
                yield
            assert self.states == list(states)
            if kill:
                raise Killed

        return notices_of(self.place.follow(run, *self.words))


@pytest.fixture
def hooked(place: Place) -> Hooked:
    place.append(log([-1]))
    return Hooked(place)


# --- once ----------------------------------------------------------------------------------


def test_a_run_of_cron_waits_for_the_hook_of_each_crossing(hooked: Hooked) -> None:
    hooked.write('echo "$MONITOR_RULE $MONITOR_STATE $MONITOR_LASTED"')
    states, err = hooked.once(FIRES + RECOVERS)
    assert states == ["firing", "recovered"]
    assert err == "hook: traffic firing \nhook: traffic recovered 120\n"
    assert hooked.waiting == 0
    first, last = hooked.alerts
    assert first["id"] == last["id"]
    assert first["files"] == [str(hooked.place.log)]
    assert hooked.once() == (["firing", "recovered"], "")


def test_the_hook_gets_the_object_that_json_prints(hooked: Hooked) -> None:
    hooked.place.append(FIRES)
    printed = hooked.place.once(*hooked.words)
    (alert,) = [each for each in printed if each["type"] == "alert"]
    (given,) = hooked.alerts
    assert {**alert, "id": given["id"]} == given


def test_a_failure_is_one_notice_with_its_last_line(hooked: Hooked) -> None:
    hooked.write("echo trying", "echo 'no route' >&2", "exit 7")
    for notices in (1, 0):
        states, err = hooked.once(FIRES if notices else b"")
        assert states == ["firing"]
        assert err.count("the hook for traffic firing failed") == notices
    assert "hook: trying\nhook: no route\n" not in err


def test_a_hook_that_asks_for_it_is_tried_again_by_the_next_run(
    hooked: Hooked,
) -> None:
    hooked.write("exit 75")
    assert hooked.once(FIRES + RECOVERS) == (["firing"], "")
    assert hooked.waiting == 2
    query(hooked.place.state, f"UPDATE deliveries SET queued = queued - {DAY}")
    assert hooked.once() == (["firing"] * 2, "")
    hooked.write("exit 0")
    assert hooked.once() == (["firing"] * 3 + ["recovered"], "")
    assert hooked.once() == (["firing"] * 3 + ["recovered"], "")


def test_a_fourth_try_that_fails_is_the_last(hooked: Hooked) -> None:
    hooked.write("echo busy", "exit 75")
    errs = [hooked.once(each)[1] for each in (FIRES, b"", b"", b"", b"")]
    assert hooked.states == ["firing"] * 4
    assert [each.count("at try 4: busy") for each in errs] == [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("last", "due"),
    [
        pytest.param(
            f"{6000 + HOUR}:130 {6200 + HOUR}:1 {6202 + HOUR}:1",
            [("firing", 6000 + HOUR), ("recovered", 6120 + HOUR)],
            id="the last hour",
        ),
        pytest.param(
            f"{6000 + HOUR}:1", [("recovered", 4920)], id="before the last hour"
        ),
    ],
)
def test_of_what_is_more_than_an_hour_past_the_last_state_counts(
    hooked: Hooked, last: str, due: list[tuple[str, int]]
) -> None:
    """The first run reads the whole log, which may be of a year."""
    bursts = [f"{n * 600}:130 {n * 600 + 200}:1" for n in range(9)]
    hooked.once(log(traffic(" ".join([*bursts, last]))))
    assert [(each["state"], each["at"]) for each in hooked.alerts] == [
        (state, clock_of(at)) for state, at in due
    ]


def test_the_oldest_of_more_than_20_is_dropped_with_a_notice(hooked: Hooked) -> None:
    bursts = [f"{n * 150}:130 {n * 150 + 120}:1" for n in range(11)]
    states, err = hooked.once(log(traffic(" ".join([*bursts, "2000-2001:1"]))))
    assert states == ["firing", "recovered"] * 10
    assert err.count("\n") == 3
    assert err.count("too many newer alerts wait\n") == 2
    assert err.count("fired more than 5 times in 30m") == 1


def test_the_metrics_count_the_hooks_of_all_runs(hooked: Hooked) -> None:
    path = hooked.place.folder / "m.prom"
    hooked.words += ("--metrics-file", str(path))
    for data in (FIRES, RECOVERS, b""):
        hooked.once(data)
    counts = re.findall(r'hook_runs_total{.*result="(\w+)"} (\d+)', path.read_text())
    assert counts == [("ok", "2"), ("failed", "0"), ("timeout", "0"), ("dropped", "0")]


# --- followed ------------------------------------------------------------------------------


def test_a_followed_log_runs_the_hook_at_each_crossing_and_once(
    hooked: Hooked,
) -> None:
    assert hooked.follow(FIRES, "firing") == []
    assert hooked.follow(b"", "firing") == []
    assert hooked.follow(RECOVERS, "firing", "recovered") == []


def test_the_beginning_and_the_end_of_no_data_run_the_hook(hooked: Hooked) -> None:
    hooked.follow(GARBAGE, "began")
    hooked.follow(log(traffic("1-2:1")), "began", "ended")
    began, ended = hooked.alerts
    assert (began["type"], began["rule"]) == ("no_data", "no_data")
    assert began["id"] == ended["id"]


def test_a_kill_before_the_end_of_a_hook_runs_it_again(hooked: Hooked) -> None:
    hooked.write("exec sleep 600")
    hooked.follow(FIRES, "firing", done=False, kill=True)
    assert hooked.waiting == 1
    hooked.write("exit 0")
    hooked.follow(b"", "firing", "firing")
    hooked.follow(b"", "firing", "firing")


def test_a_hook_that_has_ended_is_done_before_the_next_save(hooked: Hooked) -> None:
    """A kill after its end does not run it again."""
    ended = hooked.place.folder / "pid"
    hooked.write(f"echo $$ > {ended}")

    def run(_: Monitor) -> Iterator[None]:
        hooked.place.append(FIRES)
        for _ in range(LOOKS):
            if ended.exists() and ended.read_text():
                break
            look()
            yield
        until(lambda: is_gone(int(ended.read_text())))
        yield
        assert hooked.waiting == 0

    hooked.place.follow(run, *hooked.words, "-i", "1h")


def test_a_hook_of_more_than_an_hour_ago_is_not_run(hooked: Hooked) -> None:
    hooked.write("exec sleep 600")
    hooked.follow(FIRES, "firing", done=False, kill=True)
    query(hooked.place.state, f"UPDATE deliveries SET queued = queued - {HOUR}")
    (notice,) = hooked.follow(b"", "firing", done=False)
    assert notice == "the hook was not run for 1 alert of long ago"


@pytest.mark.parametrize(
    ("last", "state"),
    [
        pytest.param("5300:130 5301:1", "firing", id="it fires"),
        pytest.param("5300:1", "recovered", id="it is over"),
    ],
)
def test_a_gap_with_many_alerts_runs_the_hook_once_for_the_last_state(
    hooked: Hooked, last: str, state: str
) -> None:
    hooked.follow(log([0, 1]))
    bursts = [f"{n * 400}:130 {n * 400 + 200}:1" for n in range(1, 13)]
    hooked.place.append(log(traffic(" ".join([*bursts, last]))))
    assert hooked.follow(b"", state) == []
    (alert,) = hooked.alerts
    assert alert["seen_late"] is True


def test_a_hook_that_hangs_holds_up_nothing_but_hooks(hooked: Hooked) -> None:
    hooked.write("exec sleep 600")
    hooked.follow(FIRES + RECOVERS, "firing", done=False)
    assert hooked.waiting == 2
    alerts = [each["state"] for each in hooked.place.history() if "state" in each]
    assert alerts == ["recovered", "firing"]
