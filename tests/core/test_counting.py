"""One walk turns columns and steps into values: seconds for the window, lines for the reports."""

import pytest
from support.timelines import line

from monitor.core.causes import Stretch
from monitor.core.counting import Lines, Seconds, Walk
from monitor.core.intervals import Grid
from monitor.formats import Columns, reader_of
from monitor.streamtime import Advance, Hits, SetBack, Start, Step

BEGIN = 1_795_474_080


def columns_of(*seconds: int) -> Columns:
    return reader_of("auto").read(b"".join(map(line, seconds)))


def drawn(columns: Columns, steps: list[Step], now: int, end: int | None) -> str:
    """Draw values: hits by second, `>` the clock, lines with late and misdated ones."""
    words: list[str] = []
    for value in Walk(columns, now, end, Grid(10)).counted(steps):
        match value:
            case Seconds(_, counts):
                words += [f"{second - BEGIN}:{number}" for second, number in counts]
            case Lines(hits, late, misdated):
                words.append(f"[{len(hits)} late {late} misdated {misdated}]")
            case Stretch():
                continue
            case _:
                words.append(f">{value.second - BEGIN}")
    return " ".join(words)


@pytest.mark.parametrize(
    ("seconds", "steps", "values"),
    [
        pytest.param([], [], "[0 late 0 misdated 0]", id="nothing"),
        pytest.param(
            [3, 4, 4, 6],
            [Hits(0, 1), Advance(4), Hits(1, 3), Advance(6), Hits(3, 4)],
            "3:1 4:2 6:1 >6 [4 late 0 misdated 0]",
            id="hits in order are counted before the clock moves on to them",
        ),
        pytest.param(
            [4, 1, 6],
            [Advance(4), Hits(0, 2), Advance(6), Hits(2, 3)],
            ">4 4:1 1:1 6:1 >6 [3 late 0 misdated 0]",
            id="a late hit is counted when the clock is where it came",
        ),
        pytest.param(
            [9, 12, 8],
            [Advance(9), Hits(0, 1), Advance(12), Hits(1, 3)],
            "9:1 >9 [1 late 0 misdated 0] >12 12:1 8:1 [2 late 1 misdated 0]",
            id="an interval ends with its lines",
        ),
        pytest.param(
            [4, 4000, 5],
            [Advance(4), Hits(0, 1), Hits(1, 2, True), Advance(5), Hits(2, 3)],
            "4:1 4:1 5:1 >5 [3 late 0 misdated 1]",
            id="a misdated hit is counted at the present second",
        ),
    ],
)
def test_values_come_in_the_order_of_time(
    seconds: list[int], steps: list[Step], values: str
) -> None:
    moved = [
        step._replace(second=BEGIN + step.second) if isinstance(step, Advance) else step
        for step in steps
    ]
    assert drawn(columns_of(*seconds), moved, BEGIN + 3, BEGIN + 10) == values


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Start(BEGIN + 5), id="the first hit"),
        pytest.param(SetBack(BEGIN + 5, 60), id="a set-back"),
        pytest.param(Advance(BEGIN + 5, leap=700), id="a leap"),
    ],
)
def test_all_other_steps_are_handed_on(step: Step) -> None:
    columns = columns_of(5)
    values = list(
        Walk(columns, BEGIN + 3, BEGIN + 10, Grid(10)).counted([step, Hits(0, 1)])
    )
    assert step in values


def test_an_advance_opens_the_first_interval() -> None:
    steps: list[Step] = [Advance(BEGIN + 5), Hits(0, 2)]
    values = drawn(columns_of(5, 4), steps, BEGIN + 5, None)
    assert values == "[0 late 0 misdated 0] >5 5:1 4:1 [2 late 0 misdated 0]"
