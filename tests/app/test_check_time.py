"""A check that takes too long, or that a signal ends, goes on in the next check."""

import os
import re
import signal
from collections.abc import Iterator
from itertools import chain, count, pairwise, repeat
from tempfile import TemporaryFile

import pytest
from support.checks import BURST, QUIET, WORDS, Checked, told
from support.place import Place
from support.timelines import line, log, traffic

from monitor.app.arguments import read_settings
from monitor.app.check import check
from monitor.inputs.cursor import CHUNKS_A_POLL
from monitor.inputs.logfile import CHUNK
from monitor.outputs import Stop, Writer

ROUND = CHUNKS_A_POLL * CHUNK
"""Bytes of a log that are read in a round."""


def check_for(place: Place, seconds: Iterator[float], *more: str) -> Checked:
    """Check with a clock that shows some seconds, each once."""
    words = [*WORDS, "--state", str(place.state), *more, str(place.log)]
    stop = Stop()
    with TemporaryFile() as file:
        writer = Writer(file.fileno(), "ascii", stop)
        code = check(read_settings(words), writer, stop, seconds.__next__)
        return Checked(code, os.pread(file.fileno(), 1 << 20, 0).decode())


def long_log(text: str) -> bytes:
    """Return traffic in lines of almost a kilobyte."""
    return b"".join(line(second, "/" + "long" * 200) for second in traffic(text))


def late(rounds: int = 1) -> Iterator[float]:
    """Return a clock that passes the timeout in the round after some rounds."""
    return chain(repeat(0.0, 1 + rounds), repeat(10.0))


@pytest.mark.usefixtures("untraced")
def test_a_check_that_takes_too_long_goes_on_where_it_stopped(place: Place) -> None:
    others = ("1-9:30", "150-400:2")
    logs = {place.folder / f"{other}.log": log(traffic(other)) for other in others}
    logs[place.log] = long_log("1-20:8 60-600:4")
    for path in logs:
        path.write_bytes(line(0))
    more = [str(path) for path in logs if path != place.log]
    check_for(place, count(step=0.001), *more)
    for path, data in logs.items():
        with path.open("ab") as file:
            file.write(data)
    left = [sum(map(len, logs.values()))]
    for _ in range(len(logs[place.log]) // ROUND - 1):
        answer = check_for(place, late(), *more)
        assert answer.code == 3
        words = re.fullmatch(
            r"still catching up: (\S+) ([kM])B left to read", answer.text
        )
        assert words
        left.append(round(float(words[1]) * {"k": 1e3, "M": 1e6}[words[2]]))
    assert len(left) >= 2
    assert all(after < before for before, after in pairwise(left))
    answer = check_for(place, count(step=0.001), *more)
    lines = sum(data.count(b"\n") for data in logs.values())
    assert answer.numbers["hits"] == lines


def test_a_check_stops_reading_while_there_is_time_to_save(place: Place) -> None:
    place.append(line(0))
    check_for(place, count(step=0.001))
    place.append(line(1) * (5 * ROUND // len(line(1))))
    assert check_for(place, iter([0.0, 7.9, 8.0])).code == 3
    assert check_for(place, count(step=0.001)).numbers["hits"] > 0


def test_alerts_of_a_check_that_took_too_long_are_in_the_next_answer(
    place: Place,
) -> None:
    checked_at_first = told(place, QUIET)
    place.append(BURST + long_log("60-900:1"))
    assert checked_at_first == ["OK 1.00/s over 10 s"]
    assert check_for(place, late()).code == 3
    answer = check_for(place, count(step=0.001))
    assert answer.text.startswith("High traffic alert recovered at ")
    assert answer.numbers["alerts"] == 1


def test_alerts_before_the_first_check_are_in_no_answer_even_if_it_takes_too_long(
    place: Place,
) -> None:
    place.append(log(traffic("0:2000 15:900 26:900 37:900 48:900 59:900 69:900")))
    words = ("-t", "100")
    assert check_for(place, late(0), *words).code == 3
    answer = check_for(place, count(step=0.001), *words)
    assert (answer.code, answer.numbers["alerts"]) == (0, 0)


def test_a_signal_ends_a_check_with_unknown(place: Place) -> None:
    place.append(QUIET)
    settings = read_settings([*WORDS, "--state", str(place.state), str(place.log)])
    stop = Stop()
    stop.signal = signal.SIGTERM
    with TemporaryFile() as file:
        assert check(settings, Writer(file.fileno(), "ascii", stop), stop) == 3
        assert b"ended by a signal" in os.pread(file.fileno(), 1024, 0)
