"""The counts for metrics: of few names, and never lower than before."""

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from support.hits import MALFORMED_HEAD, Hit, columns_of, hit
from support.timelines import MONO, START, line, log, random_cut, traffic

from monitor.core.pipeline import Pipeline
from monitor.core.totals import BUCKETS, CODES, Totals
from monitor.only import choice_of
from monitor.settings import Settings

MEASURED = Settings(metrics_file="metrics.prom", threshold=Fraction(1))


def totals_of(*hits: Hit, listed: Sequence[bytes] = (), slots: int = 50) -> Any:
    totals = Totals(slots)
    totals.list_sections(listed)
    totals.add(columns_of(hits))
    return totals.snapshot()


NAMES = [
    pytest.param(hit(b"GET /"), "codes", {"200": 1}, id="a status"),
    pytest.param(hit(b"GET /", status=b"-"), "codes", {"none": 1}, id="no answer"),
    pytest.param(hit(b"GET /"), "methods", {"GET": 1}, id="a registered method"),
    pytest.param(hit(b"BREW /"), "methods", {"other": 1}, id="another method"),
    pytest.param(hit(MALFORMED_HEAD), "methods", {"none": 1}, id="no method"),
    pytest.param(
        hit(b"GET /a", size=7), "sections", {"(other)": [1, 0, 7]}, id="a section"
    ),
    pytest.param(
        hit(b"GET /a", status=b"404", size=7),
        "sections",
        {"(other)": [1, 1, 7]},
        id="an error",
    ),
    pytest.param(
        hit(b"GET /a", status=b"399"), "sections", {"(other)": [1, 0, 1]}, id="no error"
    ),
]


@pytest.mark.parametrize(("one", "kind", "counts"), NAMES)
def test_a_hit_is_counted_by_its_names(one: Hit, kind: str, counts: Any) -> None:
    assert totals_of(one)[kind] == counts


def test_statuses_beyond_the_first_ones_are_one_count() -> None:
    hits = [hit(b"GET /", status=b"%d" % status) for status in range(200, 300)]
    codes = totals_of(*hits)["codes"]
    assert len(codes) == CODES + 1
    assert codes["other"] == 100 - CODES
    assert codes["259"] == 1


LISTED = [
    pytest.param([b"/a"], 50, {"/a": 2, "(other)": 1}, id="a listed section"),
    pytest.param([b"/a", b"/b"], 1, {"/a": 2, "(other)": 1}, id="more than slots"),
    pytest.param([b"/a"], 0, {"(other)": 3}, id="no slot"),
    pytest.param([b"/b", b"/b"], 1, {"/b": 1, "(other)": 2}, id="twice"),
    pytest.param([b"/" + b"x" * 128], 50, {"(other)": 3}, id="a name that is too long"),
    pytest.param(
        [b"/" + b"x" * 127],
        50,
        {"(other)": 3, "/" + "x" * 127: 0},
        id="the longest name",
    ),
]


@pytest.mark.parametrize(("listed", "slots", "counts"), LISTED)
def test_a_section_has_a_count_of_its_own_from_its_listing_on(
    listed: list[bytes], slots: int, counts: dict[str, int]
) -> None:
    hits = [hit(b"GET /a"), hit(b"GET /b"), hit(b"GET /a")]
    sections = totals_of(*hits, listed=listed, slots=slots)["sections"]
    assert {name: hits for name, (hits, _, _) in sections.items()} == counts


def test_a_section_is_counted_on_though_there_are_fewer_slots_now() -> None:
    totals = Totals(0)
    totals.restore(totals_of(hit(b"GET /a"), listed=[b"/a", b"/b"]))
    totals.list_sections([b"/c"])
    totals.add(columns_of([hit(b"GET /a"), hit(b"GET /c")]))
    assert totals.snapshot()["sections"] == {
        "(other)": [1, 0, 1],
        "/a": [2, 0, 2],
        "/b": [0, 0, 0],
    }


TIMES = [
    pytest.param([0.0, 0.005], {"0.005": 2}, 0.005, id="at the bound"),
    pytest.param([0.006, 10.0], {"0.01": 1, "10.0": 1}, 10.006, id="between bounds"),
    pytest.param([11.0, None], {"+Inf": 1}, 11.0, id="above all, and none"),
    pytest.param([None], {}, 0.0, id="none at all"),
]


@pytest.mark.parametrize(("seconds", "counts", "total"), TIMES)
def test_request_times_are_counted_in_buckets(
    seconds: list[float | None], counts: dict[str, int], total: float
) -> None:
    columns = columns_of([hit(b"GET /")] * len(seconds))
    columns.fields["seconds"] = seconds
    totals = Totals(50)
    totals.add(columns)
    snapshot = totals.snapshot()
    assert {k: n for k, n in snapshot["buckets"].items() if n} == counts
    assert list(snapshot["buckets"]) in ([], list(BUCKETS))
    assert snapshot["seconds"] == pytest.approx(total)


# --- the totals of a pipeline ---


def fed(pieces: list[bytes], settings: Settings = MEASURED) -> list[Any]:
    """Follow a log; return the totals after each piece."""
    pipeline, seen = Pipeline(settings, START, MONO), []
    for piece in pieces:
        pipeline.intake.feed("log", piece, more=False)
        list(pipeline.advance(MONO))
        seen.append(pipeline.snapshot()["totals"])
    return seen


DATA = (
    log(traffic("0-9:2 10-19:30"))
    + b"# a comment\nwhat?\n"
    + line(3)
    + b"".join(line(second, "/two", 500) for second in range(20, 31))
    + line(32)
)


def test_all_lines_are_counted() -> None:
    totals = fed([DATA])[-1]
    assert totals["numbers"] == {
        "hits": 20 + 300 + 1 + 11 + 1,
        "unparsed": 1,
        "ignored": 1,
        "late": 1,
        "misdated": 0,
    }
    assert totals["alerts"] == {"traffic": {"firing": 1}}


def test_hits_that_are_not_chosen_are_ignored_lines() -> None:
    only = MEASURED._replace(only=(choice_of("section=/two"),))
    numbers = fed([DATA], only)[-1]["numbers"]
    assert (numbers["hits"], numbers["ignored"]) == (11, 20 + 300 + 1 + 1 + 1)


def test_a_section_of_a_report_is_counted_by_itself_from_the_next_report_on() -> None:
    sections = fed([DATA])[-1]["sections"]
    assert sections["/"][0] == 300 + 1 + 1
    assert sections["/two"] == [1, 1, 10]
    assert sections["(other)"][0] == 20 + 10


def test_only_as_many_sections_as_a_report_shows_are_listed() -> None:
    data = line(0, "/a") * 3 + line(0, "/b") * 2 + line(11)
    sections = fed([data], MEASURED._replace(top=1))[-1]["sections"]
    assert sorted(sections) == ["(other)", "/a"]


@pytest.mark.parametrize("seed", range(5))
def test_the_totals_do_not_depend_on_the_reads_and_never_go_down(seed: int) -> None:
    rng = random.Random(seed)
    seen = fed(random_cut(rng, DATA))
    assert seen[-1] == fed([DATA])[-1]
    for before, after in pairwise(seen):
        for name, sums in before["sections"].items():
            now = after["sections"][name]
            assert all(b <= n for b, n in zip(sums, now, strict=True)), seed
    for each in seen:
        hits = sum(each[0] for each in each["sections"].values())
        assert hits == each["numbers"]["hits"] == sum(each["codes"].values()), seed
        assert hits == sum(each["methods"].values()), seed


def test_without_metrics_only_alerts_are_counted_and_the_totals_are_kept() -> None:
    before = fed([DATA])[-1]
    snapshot = Pipeline(MEASURED, START, MONO).snapshot()
    without = Pipeline(Settings(), START, MONO)
    without.restore({**snapshot, "totals": before}, away=0.0, mono=MONO)
    without.intake.feed("log", line(40), more=False)
    list(without.advance(MONO))
    assert without.snapshot()["totals"] == before
