"""The heaviest names are right to a bound, whatever comes; below the bounds every count is exact."""

import json
import pickle
import random
import tracemalloc
from collections import Counter

import pytest

from monitor.core.pipeline import Pipeline
from monitor.formats.parser import Columns
from monitor.options import Settings
from monitor.outputs.report import Json, Style
from monitor.stats.heavy import KEPT, MOST, VOLUME, Heavy, add_counts
from monitor.stats.tally import LOOK, Tally


def table_of(names: list[bytes], step: int = LOOK) -> Heavy:
    """Fills a table, and looks at it after so many names."""
    table = Heavy()
    for start in range(0, len(names), step):
        table.counts.update(names[start : start + step])
        if table.is_full(None):
            table.prune()
    return table


def many_names(r: random.Random, number: int) -> list[bytes]:
    """Names of which few are frequent and most come once, in any order."""
    names = [b"f%d" % each for each in r.choices(range(40), k=number // 5)]
    names += [b"n%d" % each for each in r.choices(range(20 * number), k=number)]
    r.shuffle(names)
    return names


def check(table: Heavy, exact: Counter[bytes], kept: int = KEPT) -> None:
    """The promises of the module."""
    assert table.short <= exact.total() / (kept + 1)
    for name, hits in table.counts.items():
        assert hits <= exact[name] <= hits + table.short_of(name)
        assert table.short_of(name) <= table.short
    for name, hits in exact.items():
        assert name in table.counts or hits <= table.short


def test_few_names_are_counted_exactly() -> None:
    names = [b"%d" % (n % MOST) for n in range(3 * MOST)]
    table = table_of(names)
    assert table.counts == Counter(names)
    assert table.short == 0


def test_the_heaviest_names_are_right_to_the_bound() -> None:
    for seed in range(2):
        r = random.Random(seed)
        names = many_names(r, 40_000)
        table = table_of(names)
        assert 0 < table.short < 20, f"seed {seed}"
        check(table, Counter(names))
        exact = Counter(name for name in names if name.startswith(b"f"))
        assert {name: table.counts[name] for name in exact} == exact, f"seed {seed}"


def test_a_name_that_hides_between_prunings_is_found() -> None:
    loud = [b"loud%d" % (n % KEPT) for n in range(4 * KEPT)]
    names = loud + [
        name
        for turn in range(12)
        for name in [b"hiding"] * 3 + [b"%d.%d" % (turn, n) for n in range(2 * KEPT)]
    ]
    table = table_of(names)
    check(table, Counter(names))


def test_dropped_names_carry_their_counts() -> None:
    table = Heavy()
    table.counts.update({b"%d" % n: 1 + n % 3 for n in range(MOST + 1)})
    before = Counter(table.counts)
    dropped = table.prune()
    assert len(table.counts) <= KEPT
    assert table.counts + Counter(dropped) == before
    assert not table.counts.keys() & dropped.keys()


def test_tables_add_within_the_bound() -> None:
    for seed in range(2):
        r = random.Random(seed)
        parts = [
            many_names(r, number) for number in (15_000, 3_000, 40_000)
        ]  # the last was pruned
        total = Heavy()
        for part in parts:
            total.add(table_of(part))
            if total.is_full(None):
                total.prune()
        check(total, Counter(name for part in parts for name in part))


def test_below_the_bounds_the_sum_of_tables_is_the_table_of_the_sum() -> None:
    for seed in range(50):
        r = random.Random(seed)
        first, second = ([b"%d" % r.randrange(9) for _ in range(50)] for _ in "ab")
        both = table_of(first)
        both.add(table_of(second))
        assert both == table_of(first + second), f"seed {seed}"


def test_long_names_are_bounded_in_bytes_and_the_heaviest_stay() -> None:
    size = 1 << 15
    long = [b"%d" % n + b"x" * size for n in range(4 * VOLUME // size)]
    names = [name for each in long for name in (each, b"/a", b"/b")]
    table = table_of(names, step=30)
    assert len(b"".join(table.counts)) <= VOLUME + 12 * size
    assert (table.counts[b"/a"], table.counts[b"/b"]) == (len(long), len(long))
    check(table, Counter(names), kept=VOLUME // 2 // size - 2)


def test_a_name_too_long_to_be_kept_is_dropped() -> None:
    table = Heavy()
    table.counts.update({b"x" * (VOLUME + 1): 3, b"y": 1})
    assert table.is_full(None)
    assert sum(table.prune().values()) == 4


@pytest.mark.parametrize("number", [10, 25_000])
def test_a_table_comes_back_from_its_snapshot_and_from_another_process(
    number: int,
) -> None:
    table = table_of(many_names(random.Random(1), number))
    assert Heavy.restored(json.loads(json.dumps(table.snapshot()))) == table
    assert pickle.loads(pickle.dumps(table)) == table


def test_memory_is_bounded_however_many_names_come() -> None:
    tracemalloc.start()
    tally = Tally()
    for block in range(15):
        names = [b"/section/%d.%d" % (block, n) for n in range(3000)]
        texts = [b'GET %b HTTP/1.1" 404 5' % name for name in names]
        tally.add_hits(Columns([0] * 3000, names, texts))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 << 20
    tables = tally.sections, tally.clients, tally.failing
    assert max(map(len, tables)) <= MOST + 3000


def test_memory_is_bounded_however_long_the_names_are() -> None:
    tracemalloc.start()
    tally = Tally()
    for number in range(100):
        client = b"%d" % number + b"c" * 500_000
        text = b"GET /%d" % number + b"s" * 500_000 + b' HTTP/1.1" 404 5'
        tally.add_hits(Columns([0], [client], [text], long=[0]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tally.hits == tally.sections.total() == 100
    assert peak < 80 << 20


def test_a_crowded_log_gives_the_same_reports_however_it_is_cut_into_reads() -> None:
    r = random.Random(3)
    line = '%s - - [10/Oct/2000:13:%02d:%02d +0000] "GET /%d/x HTTP/1.1" %s 9\n'
    names = zip(*(r.choices(range(10**6), k=20_000) for _ in "ab"), strict=True)
    data = "".join(
        line % (client, n // 3000, n // 50 % 60, section, (200, 404)[n % 7 == 0])
        for n, (client, section) in enumerate(names)
    ).encode()

    def told(size: int) -> list[str]:
        pipeline, show = (
            Pipeline(Settings(interval=600)),
            Json(Style(utc=True, top=None)),
        )
        lines = []
        for start in range(0, len(data), size):
            pipeline.intake.feed(0, data[start : start + size], more=True)
            lines += [show.render(event) for event in pipeline.advance()]
        pipeline.intake.end(0)
        return lines + [show.render(event) for event in pipeline.finish()]

    whole = told(len(data))
    assert any('"(other)"' in line for line in whole)
    assert told(70_001) == whole
    assert told(1 << 18) == whole


@pytest.mark.parametrize("known", [0, 1, 600, 2000])
@pytest.mark.parametrize("others", [0, 5000])
def test_counts_are_added_however_many_of_the_names_are_known(
    known: int, others: int
) -> None:
    more = {b"%d" % number: number + 1 for number in range(2000)}
    before = {b"%d" % number: 7 for number in range(-others, known)}
    counts = Counter(before)
    add_counts(counts, more)
    assert counts == {
        name: before.get(name, 0) + more.get(name, 0) for name in {**before, **more}
    }
