"""The schema fits what the rooms really save, and nothing else."""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from support.follower import Follower
from support.rulemodel import Hit, random_rules
from support.states import a_state, as_stored
from support.timelines import START, gone, line
from support.world import append, beside, rotate

from monitor.core.pipeline import Pipeline
from monitor.formats import Columns
from monitor.outputs import Json, Style
from monitor.outputs.text import Text
from monitor.settings import Settings
from monitor.state.kinds import misfit
from monitor.state.schema import Columns as StoredColumns
from monitor.state.schema import Core, State, check_state
from monitor.state.schema import Tally as StoredTally
from monitor.state.schema_parts import Log
from monitor.stats import Tally

UTC = Style(utc=True)
SETTINGS = Settings(window=10, threshold=Fraction(1), metrics_file="a.prom")


def fed(*seconds: int, more: bytes = b"", held: bool = False) -> Pipeline:
    """Return a pipeline that read hits of some seconds after START, and more."""
    pipeline = Pipeline(SETTINGS._replace(once=held), START, 0.0)
    for second in seconds:
        pipeline.intake.feed("log", line(second), more=False)
        list(pipeline.advance(0.0))
    pipeline.intake.feed("log", more, more=False)
    list(pipeline.advance(0.0))
    return pipeline


def without_log() -> Pipeline:
    pipeline = fed(0)
    list(pipeline.advance(1.0, gone("it is gone", 0.0), up_to_date=True))
    return pipeline


def blind() -> Pipeline:
    return fed(0, more=b"what?\n" * 20)


def filled() -> Pipeline:
    pipeline = Pipeline(SETTINGS, START, 0.0)
    pipeline.backfill({"log": (Counter({START - 1: 5}), Columns(), {})})
    return pipeline


def with_rules() -> Pipeline:
    """Return a pipeline whose alerts of all rules with a subject fire, and their last ones."""
    given = random_rules(random.Random(1))._replace(replay=False, for_=0)
    pipeline = Pipeline(given, START, 0.0)
    hits = [Hit(second, "192.0.2.1", "/api", 500, 9999, 900) for second in range(90)]
    pipeline.intake.feed("log", b"".join(hit.line for hit in hits * 4), more=False)
    list(pipeline.advance(0.0))
    return pipeline


FEWEST_FIELDS = {
    "client": [b"c"],
    "head": [b"GET /"],
    "rest": [b""],
    "status": [b"200"],
}
MOST_FIELDS = {
    **FEWEST_FIELDS,
    "size": [None],
    "seconds": [1.0],
    "host": [b"h"],
    "agent": [b"\xff"],
    "referrer": [b"-"],
}
SITUATIONS: dict[str, tuple[Callable[[], Pipeline], str]] = {
    "before the first hit": (fed, "intervals start"),
    "filled from the past": (filled, "backfill"),
    "a hit": (lambda: fed(0), "clock"),
    "an alert": (lambda: fed(*[0] * 30, 1), "alerts"),
    "hits that miss": (lambda: fed(0, more=b"what?\n"), "intervals tally sample"),
    "a report before": (lambda: fed(*range(31)), "intervals previous_rate"),
    "a report that is held back": (lambda: fed(0, 25, held=True), "intervals held"),
    "a clock that may be set back": (lambda: fed(0, -4000, -3999), "clock lag"),
    "a hit that waits": (lambda: fed(0, 3000), "waiting epochs"),
    "a line behind it": (lambda: fed(0, 3000, more=b"what?\n"), "waiting marks"),
    "all rules": (with_rules, "fired"),
    "a log that is gone": (without_log, "coverage gaps"),
    "a log that cannot be read": (blind, "coverage rows"),
}
"""How to make a pipeline, and the part of its snapshot that is there then."""


@pytest.mark.parametrize(("make", "part"), SITUATIONS.values(), ids=SITUATIONS)
def test_the_snapshot_of_a_pipeline_fits_and_survives(
    make: Callable[[], Pipeline], part: str
) -> None:
    snapshot = as_stored(make().snapshot())
    assert misfit(snapshot, Core, "core") is None
    inner = snapshot
    for name in part.split():
        inner = inner[name]
    assert inner
    again = Pipeline(SETTINGS, START, 0.0)
    again.restore(snapshot, away=0.0, mono=0.0)
    assert misfit(as_stored(again.snapshot()), Core, "core") is None


def a_rotated_log(folder: Path) -> tuple[Path, Any]:
    """Return a log and the snapshot of its files."""
    log = folder / "access.log"
    log.write_text("one\n" * 300)
    beside(log, ".9").write_text("old\n" * 300)
    follower = Follower(log)
    follower.poll()
    rotate(log, "two\n" * 300)
    append(log, "half")
    follower.poll()
    return log, as_stored(follower.logs.snapshot(lambda source: (0, None)))


def test_the_snapshot_of_the_logs_fits(tmp_path: Path) -> None:
    _, snapshot = a_rotated_log(tmp_path)
    assert misfit(snapshot, dict[str, Log], "files") is None
    (saved,) = snapshot.values()
    assert len(saved["files"]) == 2


def test_hits_with_all_fields_and_hits_with_the_fewest_fit() -> None:
    for fields in (FEWEST_FIELDS, MOST_FIELDS):
        columns = Columns([START], fields)
        tally = Tally()
        tally.add_hits(columns)
        assert misfit(as_stored(columns.snapshot()), StoredColumns, "columns") is None
        assert misfit(as_stored(tally.snapshot()), StoredTally, "tally") is None


@pytest.mark.parametrize("name", ["client", "status"])
def test_hits_without_a_field_that_each_format_has_do_not_fit(name: str) -> None:
    snapshot = as_stored(Columns().snapshot())
    del snapshot["fields"][name]
    assert misfit(snapshot, StoredColumns, "columns") == "columns.fields"


def test_a_tally_of_an_earlier_release_fits() -> None:
    snapshot = as_stored(Tally().snapshot())
    del snapshot["sketches"], snapshot["unsized"], snapshot["rankings"]["clients"]
    assert misfit(snapshot, StoredTally, "tally") is None
    tally = Tally()
    tally.restore(snapshot)
    assert tally.snapshot() == Tally().snapshot()


# --- what does not fit ---------------------------------------------------------------------


def whole_state() -> dict[str, Any]:
    return dict(json.loads(written_state()))


@cache
def written_state() -> str:
    state = a_state()
    pipeline = fed(*[0] * 12, 25, 3000, more=b"what?\n", held=True)
    state["core"] = as_stored(pipeline.snapshot())
    state["core"]["intervals"]["tally"]["sketches"] = timed()
    return json.dumps(state)


def timed() -> Any:
    """Return the sketches of a hit that took a second."""
    tally = Tally()
    tally.add_hits(Columns([START], MOST_FIELDS))
    return as_stored(tally.snapshot()["sketches"])


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where the values in a state are."""
    inner = value.items() if isinstance(value, dict) else ()
    for name, each in enumerate(value) if isinstance(value, list) else inner:
        yield (*place, name)
        yield from places_in(each, (*place, name))


@contextmanager
def changed(state: Any, place: tuple[Any, ...], value: Any) -> Iterator[None]:
    """Let another value be in a place of a state for a while."""
    outer, name = inside(state, place[:-1]), place[-1]
    before, outer[name] = outer[name], value
    try:
        yield
    finally:
        outer[name] = before


def inside(state: Any, place: tuple[Any, ...]) -> Any:
    for name in place:
        state = state[name]
    return state


OTHERS: dict[type, Any] = {int: "1", float: "1", str: 1, bool: 0, list: {}, dict: []}


@pytest.mark.usefixtures("untraced")
def test_a_value_of_another_type_does_not_fit() -> None:
    whole = whole_state()
    places = list(places_in(whole))
    assert len(places) > 100
    for place in places:
        other = OTHERS.get(type(inside(whole, place)), [{}])
        with changed(whole, place, other):
            assert misfit(whole, State, "state") is not None, place


@pytest.mark.usefixtures("untraced")
def test_a_key_that_the_schema_does_not_name_does_not_fit() -> None:
    whole = whole_state()
    for place in [(), *places_in(whole)]:
        if isinstance(inner := inside(whole, place), dict):
            inner["new"] = None
            assert misfit(whole, State, "state") is not None, place
            del inner["new"]


MISSING = [
    pytest.param(("core",), "state", id="the core"),
    pytest.param(("core", "clock"), "state.core", id="the clock"),
    pytest.param(("core", "clock", "now"), "state.core.clock", id="the time"),
    pytest.param(
        ("core", "window", "counts", 0, 1), "state.core.window.counts.0", id="hits"
    ),
    pytest.param(
        ("core", "intervals", "tally", "hits"), "state.core.intervals.tally", id="a sum"
    ),
    pytest.param(("moment", "boot"), "state.moment", id="the boot"),
]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("place", "named"), MISSING)
def test_a_state_that_lacks_something_is_refused_with_the_place(
    place: tuple[Any, ...], named: str
) -> None:
    state = whole_state()
    check_state(state)
    del inside(state, place[:-1])[place[-1]]
    with pytest.raises(sqlite3.DatabaseError, match=f"^{named} does not fit$"):
        check_state(state)


CORE = "core"
TALLY = ("core", "intervals", "tally")
STATUS = (*TALLY, "rankings", "status")
SECTIONS = (*TALLY, "rankings", "sections")
IMPOSSIBLE = [
    pytest.param((CORE, "clock", "now"), 10**20, id="a time that no calendar has"),
    pytest.param((CORE, "clock", "now"), -(10**12), id="a time before the calendar"),
    pytest.param((CORE, "clock", "reading"), float("nan"), id="no number"),
    pytest.param((CORE, "clock", "reading"), float("inf"), id="infinity"),
    pytest.param(("moment", "wall"), -1e300, id="a moment that was never"),
    pytest.param((*TALLY, "unparsed"), -1, id="a negative number of lines"),
    pytest.param((*TALLY, "hits"), 7, id="hits without a status"),
    pytest.param((*TALLY, "rankings"), {}, id="no rankings"),
    pytest.param((*STATUS, "hits", "counts"), {"2xx": 1}, id="a status of letters"),
    pytest.param((*SECTIONS, "also"), [], id="no further numbers"),
    pytest.param((*SECTIONS, "also", 0), {"\u0100": 1}, id="a name that is no bytes"),
    pytest.param((*STATUS, "dropped", "limit"), "0", id="a limit of nothing"),
    pytest.param((*STATUS, "dropped", "limit"), "9" * 30, id="a far too large limit"),
    pytest.param((*STATUS, "dropped", "hashes"), "A", id="no base64"),
    pytest.param((CORE, "window", "counts", 0), [1], id="a second without counts"),
    pytest.param((CORE, "window", "counts", 0, 1), {"hits": -1}, id="negative hits"),
    pytest.param((CORE, "alerts", 0, "rule", 0), "speed", id="an unknown rule"),
    pytest.param((CORE, "alerts", 0, "rule", 1), "1/0", id="a division by zero"),
    pytest.param((CORE, "alerts", 0, "rule", 1), "1e999999999", id="a huge fraction"),
    pytest.param((CORE, "alerts", 0, "rule", 2), 0, id="a window of no seconds"),
    pytest.param((CORE, "rules", "traffic", "state"), "maybe", id="an unknown state"),
    pytest.param((CORE, "waiting", "epochs"), [0] * 9, id="too many times"),
    pytest.param((CORE, "waiting", "fields", "size"), [], id="too few sizes"),
    pytest.param((CORE, "waiting", "marks", 0, 0), 2, id="a line behind the last hit"),
    pytest.param((CORE, "intervals", "held", 1), 0, id="an end before the start"),
    pytest.param((CORE, "alert_count"), 1 << 101, id="a number without an end"),
    pytest.param(("moment", "boot"), "\ud800", id="a text that cannot be written"),
    pytest.param(("files",), {"\ud800": {}}, id="a path that cannot be written"),
]


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(("place", "value"), IMPOSSIBLE)
def test_an_impossible_value_does_not_fit(place: tuple[Any, ...], value: Any) -> None:
    state = whole_state()
    inside(state, place[:-1])[place[-1]] = value
    with pytest.raises(sqlite3.DatabaseError, match=" does not fit$"):
        check_state(state)


def test_a_place_of_any_length_is_shown_shortened() -> None:
    with pytest.raises(sqlite3.DatabaseError) as caught:
        check_state({**whole_state(), "files": {"/x" * 9999: 5}})
    assert len(str(caught.value)) < 200


EXTREMES: dict[type, list[Any]] = {
    int: [-62_000_000_000, -(10**10), 0, 1, 10**10, 250_000_000_000, 2**63 - 1, 2**100],
    float: [-62_000_000_000.0, 0, 1e-300, 250_000_000_000.0, 2.0**100],
    str: ["", "x" * 5000, "\xff\xfe", "\udcff", "9" * 20, "AAAA", "1/3", "firing"],
    bool: [True, False],
    list: [[]],
    dict: [{}],
}
"""Values of which some fit in each place, and the largest and smallest that do."""


def go_on_from(core: dict[str, Any], settings: Settings) -> None:
    """Restore the state of a pipeline, go on, and print all that follows."""
    pipeline = Pipeline(settings, None if settings.once else START, 0.0)
    pipeline.restore(core, away=0.0 if settings.once else 1.8e9, mono=0.0)
    pipeline.intake.feed("log", line(3) * 3 + b"what?\n" + line(4), more=False)
    events = [*pipeline.advance(1.0, up_to_date=True), *pipeline.finish(30.0)]
    for event in events:
        for output in (Json(UTC), Text(UTC)):
            output.render(event)
    pipeline.snapshot()


def states_that_fit(whole: Any, kind: Any) -> Iterator[Any]:
    """Yield a state again and again, with another extreme value each time.

    Of the items of a list only the first is changed. Of the numbers that fit in a place only the
    smallest and the largest are used.
    """
    for place in places_in(whole):
        if any(isinstance(name, int) and name for name in place):
            continue
        stored = type(inside(whole, place))
        values = EXTREMES.get(stored, [])
        if stored in (int, float):
            yield from islice(states_with(values, whole, kind, place), 1)
            yield from islice(states_with(reversed(values), whole, kind, place), 1)
        else:
            yield from states_with(values, whole, kind, place)


def states_with(
    values: Iterable[Any], whole: Any, kind: Any, place: tuple[Any, ...]
) -> Iterator[Any]:
    """Yield a state with each of some values in a place, if it fits."""
    for value in values:
        with changed(whole, place, value):
            if not misfit(whole, kind, "state"):
                yield as_stored(whole)


@pytest.mark.usefixtures("untraced")
def test_a_run_goes_on_from_any_state_that_fits() -> None:
    states = list(states_that_fit(whole_state()["core"], Core))
    assert len(states) > 100
    once = Settings(once=True, window=600, interval=1)
    for state, settings in zip(states, cycle((SETTINGS, once)), strict=False):
        go_on_from(state, settings)


@pytest.mark.usefixtures("untraced")
def test_the_logs_are_read_on_from_any_files_that_fit(tmp_path: Path) -> None:
    log, snapshot = a_rotated_log(tmp_path)
    states = list(states_that_fit(snapshot, dict[str, Log]))
    assert len(states) > 30
    for files in states:
        follower = Follower(log)
        follower.logs.resume(files, 0.0)
        follower.poll()
        follower.logs.snapshot(lambda source: (0, None))


FLOATS = [
    pytest.param(1.5, True, id="a float"),
    pytest.param(2, True, id="a whole number"),
    pytest.param(True, False, id="a truth"),
    pytest.param("2", False, id="a text"),
]


@pytest.mark.parametrize(("value", "fits"), FLOATS)
def test_a_float_may_be_a_whole_number(value: object, fits: bool) -> None:
    assert (misfit(value, float, "x") is None) is fits
