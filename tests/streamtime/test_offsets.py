"""Far hits in a row of one log, while another log is on time, show the offset of its clock."""

from collections.abc import Sequence

import pytest
from support.timelines import DAY, HOUR, START

from monitor.streamtime.offsets import Offsets

Reads = Sequence[tuple[float, Sequence[int]]]
"""When hits are read, and how far each hit is from stream time."""


def each_half_second(distance: int, hits: int) -> Reads:
    return [(number / 2, [distance]) for number in range(hits)]


def compared(on_time: bool = True) -> Offsets:
    offsets = Offsets()
    if on_time:
        offsets.see("a", [START], START, START, 0)
    return offsets


def read(offsets: Offsets, reads: Reads, log: str = "b") -> list[tuple[str, int]]:
    """Let a log be read; return the offsets that are found."""
    found = []
    for mono, distances in reads:
        now = START + int(mono)
        epochs = [now + each - offsets.of(log) for each in distances]
        offsets.note_all_read(mono)
        far = offsets.far(log, epochs, now, mono)
        if any(far):
            offsets.see_far(log, epochs, now, mono)
        else:
            offsets.see(log, epochs, now, now, mono)
        found += [(each.log, each.seconds) for each in offsets.found()]
    return found


OFFSETS = [
    pytest.param(each_half_second(HOUR, 10), [HOUR], id="an hour ahead"),
    pytest.param(each_half_second(-HOUR, 10), [-HOUR], id="an hour behind"),
    pytest.param(each_half_second(400 * DAY, 10), [400 * DAY], id="a year ahead"),
    pytest.param(each_half_second(61, 10), [61], id="more than a minute"),
    pytest.param(each_half_second(60, 99), [], id="a minute"),
    pytest.param(each_half_second(HOUR, 9), [], id="nine hits"),
    pytest.param([(n / 4, [HOUR]) for n in range(12)], [], id="less than 3 s"),
    pytest.param([(0, [HOUR] * 99)], [], id="hits of one reading"),
    pytest.param([(0, [HOUR]), (900, [HOUR] * 9)], [HOUR], id="hits of a quiet log"),
    pytest.param(
        [(n, [-95 - n % 11]) for n in range(12)], [-95], id="some seconds late"
    ),
    pytest.param([(n, [-95 - 11 * (n % 2)]) for n in range(24)], [], id="too late"),
    pytest.param([(n, [-500 + 2 * n]) for n in range(99)], [], id="read in slowly"),
    pytest.param([(n, [-300, -280] * 9) for n in range(9)], [], id="buffers"),
    pytest.param(
        [*each_half_second(HOUR, 9), (5, [0]), (6, [HOUR])], [], id="a hit on time"
    ),
    pytest.param(
        [*each_half_second(-HOUR, 7), *[(4 + n, [HOUR]) for n in range(10)]],
        [HOUR],
        id="first behind, then ahead",
    ),
    pytest.param([(n, [HOUR + n % 3]) for n in range(10)], [HOUR], id="about a zone"),
    pytest.param([(n, [HOUR + 3]) for n in range(10)], [HOUR + 3], id="off a zone"),
    pytest.param([(n, [-HOUR + 2]) for n in range(10)], [-HOUR], id="zone behind"),
]


@pytest.mark.parametrize(("reads", "seconds"), OFFSETS)
def test_the_offset_of_a_log_beside_one_that_is_on_time(
    reads: Reads, seconds: list[int]
) -> None:
    assert read(compared(), reads) == [("b", each) for each in seconds]


def test_a_log_alone_has_no_offset() -> None:
    offsets = compared(on_time=False)
    assert read(offsets, each_half_second(HOUR, 99)) == []


def test_logs_that_are_all_far_have_no_offset() -> None:
    offsets = compared()
    found = read(offsets, [(0, [0])])
    for second in range(20):
        for log in ("a", "b"):
            hits = [(second / 4, [HOUR])]
            found += read(offsets, hits, log)
    assert found == []


def test_a_corrected_log_has_no_second_offset_until_its_clock_is_set_again() -> None:
    offsets = compared()
    assert read(offsets, each_half_second(HOUR + 1, 60)) == [("b", HOUR)]
    assert read(offsets, each_half_second(-5, 60)) == [("b", 0)]
    assert read(offsets, each_half_second(-7 * HOUR, 60)) == [("b", -7 * HOUR)]


def test_far_hits_from_before_stream_time_was_set_show_no_offset() -> None:
    offsets = compared()
    for log in ("b", "a"):
        assert read(offsets, each_half_second(HOUR, 9), log) == []
    offsets.see("a", [START + HOUR], START, START + HOUR, 9)
    assert read(offsets, [(9, [HOUR])], "b") == []
