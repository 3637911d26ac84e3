"""The history of a state that this user may only read."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.states import a_batch, filled, opened, stored

from monitor.errors import StoreError

OTHER = 1001


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user can reach, other than those of pytest."""
    with TemporaryDirectory() as name:
        yield Path(name)
        Path(name).chmod(0o700)


def by_another_user(read: Callable[[], object]) -> object:
    """Read with the rights of another user; for an ordinary user, of this one."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            if not os.getuid():
                os.setgroups([])
                os.setuid(OTHER)
            os.write(theirs, repr(read()).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    with os.fdopen(ours, "rb") as pipe:
        return pipe.read().decode()


def test_a_history_that_may_not_be_read_is_not_taken_for_a_missing_one(
    folder: Path,
) -> None:
    path = folder / "state.db"
    filled(path)
    folder.chmod(0)

    def refused() -> str:
        with pytest.raises(StoreError) as caught:
            stored(path)
        return str(caught.value)

    words = f"cannot use the state in {path}: Permission denied"
    assert by_another_user(refused) == repr(words)


SITUATIONS = [
    pytest.param(False, id="at rest"),
    pytest.param(True, id="under a running monitor"),
]


@pytest.mark.parametrize("runs", SITUATIONS)
def test_a_history_is_read_in_a_folder_that_cannot_be_written(
    folder: Path, runs: bool
) -> None:
    path = folder / "state.db"
    store = opened(path)
    store.save(a_batch(1))
    with closing(store) if runs else nullcontext(store.close()):
        for each in folder.iterdir():
            each.chmod(0o644)
        folder.chmod(0o555)
        there = sorted(folder.iterdir())
        assert by_another_user(lambda: stored(path)) == repr(([1], [10]))
        assert sorted(folder.iterdir()) == there
