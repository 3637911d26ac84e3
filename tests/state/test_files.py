"""Whose the files of a state must be. In a shared folder anybody may have made them first."""

import os
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.states import a_batch, filled, opened, stored

from monitor.errors import StoreError
from monitor.state.files import ROOT, SUFFIXES, Facts, facts_at, objection

ME, OTHER = 1000, 1001
FILE, FOLDER, LINK = stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK

FACTS = [
    pytest.param(Facts(FILE | 0o600, ME), None, id="mine"),
    pytest.param(Facts(FILE | 0o644, ME), None, id="others may read"),
    pytest.param(Facts(FILE | 0o660, ME), "can be written", id="a group may write"),
    pytest.param(Facts(FILE | 0o602, ME), "can be written", id="others may write"),
    pytest.param(Facts(FILE | 0o600, OTHER), "another user", id="of another user"),
    pytest.param(Facts(FILE | 0o600, ROOT), "another user", id="of root"),
    pytest.param(Facts(FILE | 0o600, ME, ME), None, id="behind my link"),
    pytest.param(Facts(FILE | 0o600, ME, ROOT), None, id="behind a link of root"),
    pytest.param(
        Facts(FILE | 0o600, ME, OTHER), "a link of another user", id="behind their link"
    ),
    pytest.param(Facts(FILE | 0o600, OTHER, ME), "belongs to", id="theirs, my link"),
    pytest.param(Facts(LINK | 0o777, ME, ME), "does not exist", id="a dangling link"),
    pytest.param(Facts(FOLDER | 0o700, ME), "is a directory", id="a folder"),
    pytest.param(Facts(stat.S_IFIFO | 0o600, ME), "no regular file", id="a pipe"),
]


@pytest.mark.parametrize(("facts", "why"), FACTS)
def test_a_state_is_in_files_that_only_its_user_can_write(
    facts: Facts, why: str | None
) -> None:
    reason = objection(facts, ME)
    assert (reason is None) is (why is None)
    assert (why or "") in (reason or "")


def test_the_facts_of_a_link_are_those_of_its_file(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to(path)
    assert facts_at(str(path)) is None
    assert facts_at(str(link)) == Facts(link.lstat().st_mode, os.getuid(), os.getuid())
    path.touch(0o600)
    assert facts_at(str(link)) == Facts(FILE | 0o600, os.getuid(), os.getuid())
    assert facts_at(str(path)) == Facts(FILE | 0o600, os.getuid())


def give_away(path: Path) -> None:
    """Make a file that another user could use, too."""
    path.touch()
    path.chmod(0o666)
    if not os.getuid():
        os.chown(path, OTHER, -1)
        path.chmod(0o644)


def dangle(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("spoil", [give_away, dangle])
@pytest.mark.parametrize("suffix", SUFFIXES, ids=lambda suffix: suffix or "database")
def test_a_file_that_somebody_else_made_first_is_refused_and_left_as_it_is(
    tmp_path: Path, suffix: str, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "state.db"
    spoilt = tmp_path / f"{path.name}{suffix}"
    spoil(spoilt)
    before = spoilt.lstat()
    with pytest.raises(StoreError, match=f"^{spoilt} .* cannot hold the state: give"):
        opened(path)
    assert spoilt.lstat() == before
    assert os.listdir(tmp_path) == [spoilt.name]


def test_a_state_may_be_behind_a_link_of_its_user(tmp_path: Path) -> None:
    path, link = tmp_path / "state.db", tmp_path / "link.db"
    filled(path)
    link.symlink_to(path)
    with closing(opened(link)) as store:
        store.save(a_batch(9))
    assert stored(path) == ([0, 1, 2, 9], [0, 10, 20, 90])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(":memory:", id="memory"),
        pytest.param("file:state.db?mode=memory", id="a URI"),
        pytest.param("file:state.db", id="a short URI"),
    ],
)
def test_a_name_that_means_something_to_sqlite_is_a_file(
    tmp_path: Path, name: str
) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    try:
        filled(Path(name))
        assert sorted(os.listdir()) == [name, f"{name}.lock"]
        assert stored(Path(name))[0] == [0, 1, 2]
    finally:
        os.fchdir(here)
        os.close(here)
