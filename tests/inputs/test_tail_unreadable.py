"""A rotated file that cannot be read now is tried again, and is lost with a notice in the end."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.follower import Follower
from support.world import append, beside, nobody, rotate

from monitor.inputs.rotation import QUIET


@pytest.fixture
def log() -> Iterator[Path]:
    """Return the path of a log in a folder that is open to all users."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "access.log"
        path.write_text("old\n")
        yield path


def poll_as_nobody(follower: Follower, seconds: float = 0.2) -> list[str]:
    with nobody():
        return follower.poll(seconds)


def miss_one(log: Path) -> Path:
    """Rotate twice between two polls; return the file in between, which nobody may read."""
    rotate(log, "missed\n")
    rotate(log, "new\n")
    rotated = beside(log, ".1")
    rotated.chmod(0)
    return rotated


def test_a_missed_file_that_may_not_be_read_is_read_when_it_may(log: Path) -> None:
    follower = Follower(log)
    rotated = miss_one(log)
    assert poll_as_nobody(follower) == ["new"]
    append(log, "live\n")
    assert poll_as_nobody(follower) == ["live"]
    rotated.chmod(0o600)
    assert follower.poll() == ["missed"]
    assert follower.notices() == [f"{log} was rotated: following the new file"]


def test_a_missed_file_that_stays_unreadable_is_lost_with_one_notice(log: Path) -> None:
    follower = Follower(log)
    rotated = miss_one(log)
    for _ in range(3):
        poll_as_nobody(follower, QUIET + 1)
    _, reported = follower.notices()
    assert reported.startswith(f"cannot read {rotated}: permission denied; run as")
    assert reported.endswith(": 7 B of it are not counted")


def test_a_missed_file_that_stays_damaged_is_lost_with_one_notice(log: Path) -> None:
    follower = Follower(log)
    rotated = miss_one(log)
    rotated.unlink()
    damaged = beside(log, ".1.gz")
    damaged.write_bytes(gzip.compress(b"missed\n")[:20])
    for _ in range(3):
        follower.poll(QUIET + 1)
    _, reported = follower.notices()
    assert reported.startswith(f"cannot read {damaged}: Compressed file ended before")
    assert reported.endswith(": 20 B of it are not counted")


@pytest.fixture
def state(log: Path) -> dict[str, object]:
    """Return the state of a run after which the log was written to and rotated."""
    first = Follower(log, from_start=True)
    first.poll()
    state = first.save()
    append(log, "rest\n")
    rotate(log, "new\n")
    beside(log, ".1").chmod(0)
    return state


def test_the_rest_of_a_file_of_a_saved_state_is_read_when_it_may_be(
    log: Path, state: dict[str, object]
) -> None:
    second = Follower(log, state=state)
    assert poll_as_nobody(second) == ["new"]
    append(log, "live\n")
    assert poll_as_nobody(second) == ["live"]
    beside(log, ".1").chmod(0o600)
    assert second.poll() == ["rest"]
    assert second.notices() == []


def test_the_rest_of_a_file_of_a_saved_state_that_stays_unreadable_is_lost_with_one_notice(
    log: Path, state: dict[str, object]
) -> None:
    second = Follower(log, state=state)
    for _ in range(3):
        poll_as_nobody(second, QUIET + 1)
    (reported,) = second.notices()
    assert reported.endswith(": 5 B of it are not counted")
    beside(log, ".1").chmod(0o600)
    assert second.poll(QUIET + 1) == []


def test_a_copy_that_may_not_be_read_is_no_reason_to_drop_its_original(
    log: Path, state: dict[str, object]
) -> None:
    rotated, packed = beside(log, ".1"), beside(log, ".1.gz")
    packed.write_bytes(gzip.compress(rotated.read_bytes()))
    packed.chmod(0)
    rotated.unlink()
    second = Follower(log, state=state)
    assert poll_as_nobody(second) == ["new"]
    packed.chmod(0o600)
    assert second.poll() == ["rest"]


def test_a_run_of_once_leaves_a_file_that_may_not_be_read_to_the_next_run(
    log: Path, state: dict[str, object]
) -> None:
    second = Follower(log, state=state)
    with nobody():
        assert second.poll() + second.end() == ["new"]
    (reported,) = second.notices()
    assert reported.endswith(": 5 B of it are not counted yet")
    beside(log, ".1").chmod(0o600)
    third = Follower(log, state=second.save())
    assert third.poll() + third.end() == ["rest"]


def test_an_unreadable_file_that_has_the_inode_of_a_log_now_is_no_loss(
    log: Path,
) -> None:
    first = Follower(log, from_start=True)
    first.poll()
    other = log.with_name("of another program")
    log.rename(other)
    other.chmod(0)
    log.write_text("new\n")
    second = Follower(log, state=first.save())
    assert poll_as_nobody(second) == ["new"]
    poll_as_nobody(second, QUIET + 1)
    (reported,) = second.notices()
    assert "the file that was followed is gone" in reported
