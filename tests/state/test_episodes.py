"""Alerts and recoveries become episodes, and so do the times without data of each log."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support.states import a_state
from support.timelines import START, clock_of

from monitor.errors import StoreError
from monitor.outputs import Style
from monitor.periods import Period
from monitor.settings import Settings
from monitor.state.episodes import episodes_of, is_in
from monitor.state.history import histories_in, read_history
from monitor.state.store import Batch, Store


def fires(at: int) -> dict[str, Any]:
    causes = {"status": ["401", 0.84]}
    return alert(state="firing", at=clock_of(at), causes=causes)


def recovers(at: int, since: int) -> dict[str, Any]:
    return alert(state="recovered", at=clock_of(at), since=clock_of(since), peak=15.2)


def alert(**fields: Any) -> dict[str, Any]:
    return {"type": "alert", "rule": "traffic", **fields}


def no_data(file: str, state: str, since: int, at: int) -> dict[str, Any]:
    times = {"since": clock_of(since), "at": clock_of(at)}
    return {"type": "no_data", "file": file, "state": state, **times}


def drawn(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return the log or the rule of each episode, its begin and its end; None for the present."""
    return [
        (
            each.get("rule") or each["file"],
            (each.get("since") or each["at"])[11:19],
            "" if each["state"] in ("firing", "began") else each["at"][11:19],
        )
        for each in episodes_of(rows)
    ]


@pytest.mark.parametrize(
    ("rows", "episodes"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(
            [fires(0), recovers(9, since=0), fires(20)],
            [("traffic", "22:48:20", ""), ("traffic", "22:48:00", "22:48:09")],
            id="the last one is firing",
        ),
        pytest.param(
            [recovers(9, since=0)],
            [("traffic", "22:48:00", "22:48:09")],
            id="its begin was lost",
        ),
        pytest.param(
            [fires(0), recovers(3609, since=3600)],
            [("traffic", "23:48:00", "23:48:09")],
            id="the clock of the log was set in between",
        ),
        pytest.param(
            [
                no_data("a.log", "began", 0, 10),
                fires(15),
                no_data("b.log", "began", 5, 20),
                no_data("a.log", "ended", 0, 30),
                recovers(40, since=15),
            ],
            [
                ("traffic", "22:48:15", "22:48:40"),
                ("b.log", "22:48:05", ""),
                ("a.log", "22:48:00", "22:48:30"),
            ],
            id="several at the same time",
        ),
    ],
)
def test_an_alert_and_its_recovery_are_one_episode(
    rows: list[dict[str, Any]], episodes: list[tuple[str, str, str]]
) -> None:
    assert drawn(rows) == episodes


def test_an_episode_has_the_causes_of_its_begin_and_the_peak_of_its_end() -> None:
    (episode,) = episodes_of([fires(0), recovers(9, since=0)])
    assert episode["causes"] == {"status": ["401", 0.84]}
    assert episode["peak"] == 15.2


@pytest.mark.parametrize(
    ("since", "until", "lies_in", "goes_on_in"),
    [
        pytest.param(None, None, True, True, id="no bounds"),
        pytest.param(21, None, False, True, id="after its end"),
        pytest.param(20, None, True, True, id="from its end"),
        pytest.param(12, 13, True, True, id="within it"),
        pytest.param(None, 11, True, True, id="until its begin"),
        pytest.param(None, 10, False, False, id="before its begin"),
    ],
)
def test_an_episode_lies_in_a_period_that_it_reaches_into(
    since: int | None, until: int | None, lies_in: bool, goes_on_in: bool
) -> None:
    bounds = (None if each is None else START + each for each in (since, until))
    period = Period(*bounds)
    (over,) = episodes_of([fires(10), recovers(20, since=10)])
    assert is_in(over, period) == lies_in
    assert is_in(fires(10), period) == goes_on_in


def test_the_histories_of_a_folder_are_named_by_their_logs(tmp_path: Path) -> None:
    logs = [["/var/log/b.log", "/var/log/my log"], ["/var/log/a.log"]]
    for number, files in enumerate(logs):
        with closing(Store(str(tmp_path / f"{number}.db"), files)) as store:
            store.save(Batch(a_state(0, files)))
    (tmp_path / "empty.db").touch()
    (tmp_path / "damaged.db").write_bytes(b"SQLite format 3\0" + b"damaged" * 99)
    (tmp_path / "folder.db").mkdir()
    names = ["/var/log/a.log", "/var/log/b.log '/var/log/my log'"]
    assert histories_in(str(tmp_path)) == names
    assert histories_in(str(tmp_path / "missing")) == []


def test_the_history_of_a_filter_is_named_with_its_filter(tmp_path: Path) -> None:
    state = a_state(0, ["/access.log"])
    state["core"]["only"] = ["method!=GET", "status=5xx"]
    with closing(Store(str(tmp_path / "0.db"), ["/access.log"])) as store:
        store.save(Batch(state))
    named = "'--only=method!=GET' --only=status=5xx /access.log"
    assert histories_in(str(tmp_path)) == [named]


def test_a_log_without_a_history_is_answered_with_the_histories_there_are(
    tmp_path: Path,
) -> None:
    settings, path = Settings(history=True, files=("a b",)), str(tmp_path / "a b.db")
    with pytest.raises(StoreError, match="no history yet: .* does not exist"):
        list(read_history(settings, path, 0.0, Style(), pytest.fail))
    with closing(Store(str(tmp_path / "0.db"), ["/access.log"])) as store:
        store.save(Batch(a_state(0, ["/access.log"])))
    with pytest.raises(StoreError) as failure:
        list(read_history(settings, path, 0.0, Style(), pytest.fail))
    words, *histories = failure.value.args
    assert words.startswith("no history of '/") and "a b'; it is made" in words
    assert histories == ["/access.log"]
