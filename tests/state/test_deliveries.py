"""The alerts that wait for their hook, as the state keeps them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.reports import AT, alerts_of
from support.states import LOGS, a_batch, a_state, full_disk, opened, query, stored

from monitor.core import NoData
from monitor.hooks.delivery import delivery_of
from monitor.outputs import Style
from monitor.state.checkpoint import Checkpointer
from monitor.state.store import Batch, Store

NO_DATA = NoData("began", "a.log", AT, AT + 10, "gone")
WAITING = [
    *(delivery_of(event, Style(), AT + 0.5) for event in (*alerts_of(3), NO_DATA)),
    delivery_of(NO_DATA, Style(), 7.0)._replace(tries=3),
]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A state in which some alerts wait."""
    path = tmp_path / "state.db"
    with closing(opened(path)) as store:
        store.save(Batch(a_state(), deliveries=WAITING))
    yield path


def test_deliveries_come_back_as_they_were_and_those_that_are_done_do_not(
    path: Path,
) -> None:
    with closing(opened(path)) as store:
        assert store.deliveries() == WAITING
        store.save(Batch(a_state(), deliveries=WAITING[1:]))
        assert store.deliveries() == WAITING[1:]


def test_a_run_without_a_hook_leaves_them_as_they_are(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        assert store.deliveries() == WAITING


def test_writing_them_alone_leaves_the_state_as_it_is(path: Path) -> None:
    with closing(opened(path)) as store:
        store.save(a_batch(1))
        store.save(Batch(None, deliveries=[]))
        assert store.deliveries() == []
        assert store.load() == a_state(1)
    assert stored(path) == ([1], [10])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("value = 'x'", id="no JSON"),
        pytest.param("value = '{}'", id="no alert"),
        pytest.param("value = replace(value, '\"rule\"', '\"x\"')", id="no rule"),
        pytest.param("tries = -1", id="tries"),
        pytest.param("at = 'x'", id="second"),
        pytest.param("queued = 'x'", id="beginning"),
    ],
)
def test_a_damaged_delivery_is_left_out(path: Path, change: str) -> None:
    query(path, f"UPDATE deliveries SET {change} WHERE id % 5 IN (0, 1)")
    with closing(opened(path)) as store:
        assert store.deliveries() == WAITING[1:-1]


def test_a_state_of_an_earlier_release_has_none(path: Path) -> None:
    query(path, "DROP TABLE deliveries")
    with closing(opened(path)) as store:
        assert store.deliveries() == []
        assert store.load() == a_state()


def test_a_checkpoint_writes_what_waits_with_each_batch_and_when_a_hook_has_ended(
    path: Path,
) -> None:
    store, waiting = Store(str(path), LOGS), WAITING[:2]
    checkpoint = Checkpointer(store, pytest.fail, 0.0)
    with closing(checkpoint):
        assert checkpoint.load_deliveries() == WAITING
        checkpoint.save_deliveries()
        assert store.deliveries() == WAITING
        checkpoint.deliveries = lambda: waiting
        checkpoint.save(a_state(), 0.0)
        assert store.deliveries() == waiting
        waiting = []
        checkpoint.save_deliveries()
        assert store.deliveries() == []


def test_what_cannot_be_written_is_written_with_the_next_batch(path: Path) -> None:
    store = Store(str(path), LOGS)
    checkpoint = Checkpointer(store, pytest.fail, 0.0)
    checkpoint.deliveries = list
    with closing(checkpoint):
        with full_disk():
            checkpoint.save_deliveries()
        assert store.deliveries() == WAITING
        checkpoint.save(a_state(), 0.0)
        assert store.deliveries() == []


def test_without_a_store_there_are_none() -> None:
    checkpoint = Checkpointer(None, pytest.fail, 0.0)
    checkpoint.deliveries = lambda: WAITING
    checkpoint.save_deliveries()
    assert checkpoint.load_deliveries() == []
