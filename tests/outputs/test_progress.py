"""Progress is said after a while, at times, and never more often."""

import pytest

from monitor.outputs.progress import EVERY, FIRST, Progress

MB = 1_000_000


def test_nothing_is_said_of_a_short_replay() -> None:
    progress = Progress(began=100.0)
    assert progress.tell(5, 10, now=100.0 + FIRST - 0.01) is None


def test_share_speed_and_time_left_are_said_at_times() -> None:
    progress = Progress(began=100.0)
    said = [progress.tell(50 * MB * n, 1000 * MB, now=100.0 + n) for n in range(1, 8)]
    assert said == [
        None,
        "10% of 1.0 GB read, 50.0 MB/s, 18s left",
        None,
        "20% of 1.0 GB read, 50.0 MB/s, 16s left",
        None,
        "30% of 1.0 GB read, 50.0 MB/s, 14s left",
        None,
    ]
    assert EVERY == 2


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (30 * MB, None, "30.0 MB read, 10.0 MB/s"),
        (0, 30 * MB, "0 B read, 0 B/s"),
        (60 * MB, 30 * MB, "100% of 30.0 MB read, 20.0 MB/s, 0s left"),
    ],
    ids=["a pipe", "nothing yet", "a file that grew"],
)
def test_what_is_not_known_is_not_said(
    done: int, total: int | None, words: str
) -> None:
    assert Progress(began=0.0).tell(done, total, now=3.0) == words
