"""Hits of several sources come in order of time; no line is lost, and none waits in vain."""

import random
import tracemalloc
from collections.abc import Hashable, Iterable, Iterator
from itertools import accumulate, chain, pairwise

import pytest

from monitor.formats.columns import FIELDS, Columns, Mark
from monitor.streamtime.merge import Merge
from monitor.streamtime.trust import FAR, JUMP, LONGEST_GAP

START = 1_795_474_080
DAY = 86400
WRONG = {"1970": 0, "2099": 4_070_908_800, "last year": START - 365 * DAY}

# A line of a source: its time, or None for one that is no hit; and its name.
Line = tuple[int | None, str]


def lines(source: str, epochs: Iterable[int | None]) -> list[Line]:
    return [(epoch, f"{source}{n}") for n, epoch in enumerate(epochs)]


def columns(some: Iterable[Line]) -> Columns:
    made = Columns()
    for epoch, name in some:
        if epoch is None:
            made.marks.append(Mark(len(made), "no time in it", name.encode()))
            continue
        made.epochs.append(epoch)
        for column in FIELDS:
            made[column].append(name.encode())
    return made


def lines_in(made: Columns) -> Iterator[Line]:
    """The lines of columns, in their order."""
    marks = list(made.marks)
    for index in range(len(made) + 1):
        while marks and marks[0][0] == index:
            yield None, marks.pop(0)[2].decode()
        if index < len(made):
            yield made.epochs[index], made["client"][index].decode()
    assert not marks


def taken(merge: Merge) -> list[Line]:
    return [line for made in merge.take() for line in lines_in(made)]


def epochs_of(some: Iterable[Line]) -> list[int]:
    return [epoch for epoch, _ in some if epoch is not None]


def names_of(some: Iterable[Line]) -> list[str]:
    return [name for _, name in some]


def pieces(some: list[Line], r: random.Random, longest: int) -> list[list[Line]]:
    cuts, start = [], 0
    while start < len(some):
        stop = start + r.randint(1, longest)
        cuts.append(some[start:stop])
        start = stop
    return cuts


def replayed(
    sources: dict[str, list[Line]],
    r: random.Random,
    longest: int = 5,
    begins: dict[str, int] | None = None,
) -> list[Line]:
    """Read finished sources as replay does: those that are wanted, piece by piece."""
    merge = Merge()
    unread = {name: pieces(some, r, longest) for name, some in sources.items()}
    for name in sources:
        merge.expect(name, begins[name] if begins else None)
    out: list[Line] = []
    while wanted := merge.wanted():
        for name in wanted:
            assert isinstance(name, str)
            if unread[name]:
                merge.push(name, columns(unread[name].pop(0)), more=True)
            else:
                merge.end(name)
        if r.random() < 0.8 or not merge.wanted():
            out += taken(merge)
    assert merge.is_empty
    assert not any(unread.values())
    return out


def sorted_epochs(r: random.Random, most: int, number: int) -> list[int]:
    return sorted(START + r.randrange(most) for _ in range(r.randrange(number)))


def check_sources_keep_their_order(
    out: list[Line], sources: dict[str, list[Line]], why: str
) -> None:
    for source, some in sources.items():
        names = [name for name in names_of(out) if name.startswith(source)]
        assert names == names_of(some), why
    assert len(out) == sum(map(len, sources.values())), why


# --- order ---


def test_any_interleaving_of_sorted_sources_is_sorted() -> None:
    for seed in range(50):
        r = random.Random(seed)
        most = r.choice((5, 100, 3 * DAY, 400 * DAY))
        sources = {
            name: lines(name, sorted_epochs(r, most, 25)) for name in "abcd"[: seed % 4]
        }
        out = replayed(sources, r, r.choice((1, 3, 30)))
        assert epochs_of(out) == sorted(epochs_of(chain(*sources.values())))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_late_lines_stay_where_they_are_in_their_source() -> None:
    for seed in range(25):
        r = random.Random(seed)
        sources: dict[str, list[Line]] = {}
        place: dict[str, int] = {}
        for name in "abc":
            late = [e - r.choice((0, 0, 3, 60)) for e in sorted_epochs(r, 500, 25)]
            sources[name] = lines(name, late)
            newest = accumulate(late, max)
            place.update(zip(names_of(sources[name]), newest, strict=True))
        out = replayed(sources, r)
        check_sources_keep_their_order(out, sources, f"seed {seed}")
        places = [place[name] for name in names_of(out)]
        assert places == sorted(places), f"seed {seed}"


def test_the_order_does_not_depend_on_how_the_sources_are_cut() -> None:
    for seed in range(25):
        r = random.Random(seed)
        epochs = r.sample(range(START, START + 9 * DAY, 3600), 40)
        sources = {
            name: lines(name, sorted(epochs[i::2])) for i, name in enumerate("ab")
        }
        expected = replayed(sources, r, longest=99)
        for longest in (1, 2, 7):
            assert replayed(sources, r, longest) == expected, f"seed {seed}"


def test_hits_of_one_second_come_in_the_order_of_the_sources_however_they_are_cut() -> (
    None
):
    for seed in range(30):
        r = random.Random(seed)
        sources = {name: lines(name, sorted_epochs(r, 9, 25)) for name in "abc"}
        ranked = [
            (epoch, name[0], int(name[1:]), name)
            for some in sources.values()
            for epoch, name in some
            if epoch is not None
        ]
        expected = [name for *_, name in sorted(ranked)]
        for longest in (1, 2, 7, 99):
            out = names_of(replayed(sources, r, longest))
            assert out == expected, f"seed {seed}, pieces of {longest}"


def test_lines_before_the_first_hit_of_a_source_wait_for_nobody() -> None:
    for together in (True, False):
        merge = Merge()
        merge.push("a", columns(lines("a", [START])), more=True)
        first, then = lines("b", [None, None]), lines("b", [START + 100, START + 101])
        for some in ([*first, *then],) if together else (first, then):
            merge.push("b", columns(some), more=True)
        assert names_of(taken(merge)) == ["b0", "b1"]


def test_a_line_that_is_no_hit_stays_between_its_neighbours() -> None:
    for seed in range(50):
        r = random.Random(seed)
        sources: dict[str, list[Line]] = {}
        for name in "abc":
            epochs: list[int | None] = list(sorted_epochs(r, 100, 20))
            for _ in range(r.randrange(9)):
                epochs.insert(r.randint(0, len(epochs)), None)
            sources[name] = lines(name, epochs)
        out = replayed(sources, r, r.choice((1, 3, 30)))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("longest", [1, 2, 3, 99])
def test_one_wrong_time_moves_nothing_but_itself(wrong: int, longest: int) -> None:
    right = [START + second for second in range(0, 40, 4)]
    others = lines("b", [START + second for second in range(2, 40, 4)])
    for index in range(len(right) + 1):
        some = lines("a", [*right[:index], wrong, *right[index:]])
        for seed in range(3):
            out = replayed({"a": some, "b": others}, random.Random(seed), longest)
            why = f"seed {seed}, index {index}"
            check_sources_keep_their_order(out, {"a": some, "b": others}, why)
            believed = [epoch for epoch in epochs_of(out) if epoch != wrong]
            assert believed == sorted(believed), why


@pytest.mark.parametrize("longest", [1, 2, 3, 99])
def test_a_gap_of_days_is_believed_wherever_it_is_cut(longest: int) -> None:
    gaps = lines("a", [START, START + 5 * DAY, START + 5 * DAY + 1, START + 9 * DAY])
    gaps.append((START + 9 * DAY + 1, "a4"))
    daily = lines("b", [START + day * DAY + 60 for day in range(12)])
    for seed in range(5):
        out = epochs_of(replayed({"a": gaps, "b": daily}, random.Random(seed), longest))
        assert out == sorted(out), f"seed {seed}"


def test_a_wrong_time_before_a_gap_is_not_believed() -> None:
    wrong = WRONG["2099"]
    gap = lines("a", [START, wrong, START + 3 * DAY, START + 3 * DAY + 1])
    daily = lines("b", [START + day * DAY + 60 for day in range(6)])
    for longest in (1, 2, 99):
        out = epochs_of(
            replayed({"a": gap, "b": daily}, random.Random(longest), longest)
        )
        out.remove(wrong)
        assert out == sorted(out), f"pieces of {longest}"


@pytest.mark.parametrize(("after", "believed"), [(4, False), (5, False), (6, True)])
def test_a_time_far_ahead_is_believed_when_the_next_is_nearer_to_it_than_to_the_last(
    after: int, believed: bool
) -> None:
    days = [0, 10, after, after]
    some = lines("a", [START + day * DAY for day in days])
    others = lines("b", [START + day * DAY + 1 for day in range(12)])
    names = names_of(replayed({"a": some, "b": others}, random.Random(0)))
    assert (names.index("a1") > names.index("b9")) == believed
    assert (names.index("a2") > names.index("b9")) == believed


@pytest.mark.parametrize(
    ("ahead", "believed"), [(LONGEST_GAP, True), (LONGEST_GAP + 1, False)]
)
def test_the_last_time_of_a_source_is_believed_up_to_the_longest_gap(
    ahead: int, believed: bool
) -> None:
    sources = {
        "a": lines("a", [START, START + ahead]),
        "b": lines("b", [START + 1, START + 2]),
    }
    names = names_of(replayed(sources, random.Random(0)))
    assert names == (["a0", "b0", "b1", "a1"] if believed else ["a0", "a1", "b0", "b1"])


@pytest.mark.parametrize(
    ("first", "ahead", "believed"),
    [
        pytest.param(False, FAR, True, id="a day"),
        pytest.param(False, FAR + 1, False, id="more than a day"),
        pytest.param(True, JUMP, True, id="the first, ten minutes"),
        pytest.param(True, JUMP + 1, False, id="the first, more than ten minutes"),
    ],
)
def test_a_time_that_the_next_ones_contradict_is_trusted_up_to_a_bound(
    first: bool, ahead: int, believed: bool
) -> None:
    far = START + ahead
    epochs = [far, START, START + 1] if first else [START, far, START + 1]
    sources = {"a": lines("a", epochs), "b": lines("b", [START + 2, START + 3])}
    names = names_of(replayed(sources, random.Random(0), longest=99))
    assert (names[-1] == "a2") is believed


def test_hits_that_are_counted_at_once_come_before_the_first_second_of_others() -> None:
    merge = Merge()
    merge.expect("other", START + 5)
    merge.expect("parts", START)
    assert merge.lets_pass("parts", START + 4)
    assert not merge.lets_pass("parts", START + 5)


def test_a_single_time_far_ahead_is_not_believed_while_a_log_is_followed() -> None:
    merge = Merge()
    for name, epochs in (("b", [START]), ("a", [START]), ("a", [START + 99 * DAY])):
        merge.push(name, columns(lines(name, epochs)), more=False)
        taken(merge)
    merge.push("a", columns(lines("a", [START + 1, START + 3])), more=False)
    merge.push("b", columns(lines("b", [START + 2])), more=False)
    assert names_of(taken(merge)) == ["a0", "b0", "a1"]


def test_a_wrong_time_at_the_end_does_not_wait_for_the_others() -> None:
    some = lines("a", [START, WRONG["2099"]])
    others = lines("b", [START + 1, START + 2])
    out = replayed({"a": some, "b": others}, random.Random(0))
    assert names_of(out) == ["a0", "a1", "b0", "b1"]


# --- what must be read, and when ---


def test_a_source_is_read_only_when_its_time_comes() -> None:
    for seed in range(25):
        r = random.Random(seed)
        begins = {name: START + 100 * n for n, name in enumerate("abcde")}
        sources = {
            name: lines(name, sorted(begin + r.randrange(150) for _ in range(9)))
            for name, begin in begins.items()
        }
        for name, begin in begins.items():
            sources[name].insert(0, (begin, f"{name}-first"))
        names = list(sources)
        r.shuffle(names)
        shuffled = {name: sources[name] for name in names}
        out = replayed(shuffled, r, 4, begins)
        assert epochs_of(out) == sorted(epochs_of(out)), f"seed {seed}"
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_only_the_source_that_is_next_is_wanted() -> None:
    merge = Merge()
    merge.expect("late", START + 100)
    merge.expect("early", START)
    merge.expect("later", START + 200)
    assert merge.wanted() == ["early"]
    merge.push("early", columns(lines("a", [START, START + 50])), more=True)
    assert merge.wanted() == []
    assert epochs_of(taken(merge)) == [START, START + 50]
    assert merge.wanted() == ["early"]
    merge.push("early", columns(lines("a", [START + 150])), more=True)
    assert merge.wanted() == ["late"]
    assert taken(merge) == []
    merge.push("late", columns(lines("b", [START + 100, START + 160])), more=True)
    assert epochs_of(taken(merge)) == [START + 100, START + 150]
    merge.end("early")
    assert epochs_of(taken(merge)) == [START + 160]
    assert merge.wanted() == ["late"]
    merge.end("late")
    assert merge.wanted() == ["later"]
    merge.end("later")
    assert merge.wanted() == []


def test_without_a_known_beginning_every_source_is_wanted_at_once() -> None:
    merge = Merge()
    for name in "abc":
        merge.expect(name)
    assert merge.wanted() == ["a", "b", "c"]
    merge.push("b", columns(lines("b", [START, START])), more=True)
    assert merge.wanted() == ["a", "c"]
    assert taken(merge) == []


def test_a_source_that_follows_on_is_waited_for() -> None:
    merge = Merge()
    merge.push("a", columns(lines("a", [START + 9])), more=True)
    merge.push("b", columns(lines("b", [START])), more=True)
    taken(merge)
    merge.push("a", columns(lines("a", [START + 19])), more=True)
    assert START + 19 not in epochs_of(taken(merge))
    assert merge.wanted() == ["b"]
    assert not merge.is_empty


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_nothing_waits_for_a_source_that_has_nothing_to_give(order: str) -> None:
    merge = Merge()
    some = {"a": [START + 1, START + 5], "b": [START + 2, START + 6]}
    for name in order:
        merge.push(name, columns(lines(name, some[name])), more=False)
    assert epochs_of(taken(merge)) == [START + 1, START + 2, START + 5, START + 6]
    assert merge.is_empty
    merge.push("a", columns(lines("a", [START + 7])), more=False)
    assert epochs_of(taken(merge)) == [START + 7]
    merge.push("b", columns(lines("b", [START + 4])), more=False)
    assert epochs_of(taken(merge)) == [START + 4]


def test_a_doubtful_time_does_not_wait_when_nothing_follows() -> None:
    merge = Merge()
    for name, epoch in (("a", START), ("b", START), ("a", START + 9 * DAY), ("b", 0)):
        merge.push(name, columns(lines(name, [epoch])), more=False)
        assert epochs_of(taken(merge)) == [epoch]
    assert merge.is_empty


def test_logs_that_are_followed_lose_nothing_and_hold_nothing() -> None:
    for seed in range(25):
        r = random.Random(seed)
        merge, out = Merge(), []
        sources: dict[str, list[Line]] = {name: [] for name in "abc"}
        now = START
        for _ in range(r.randrange(20)):
            poll: list[Line] = []
            for name in r.sample("abc", r.randint(1, 3)):
                epochs = [now + r.randrange(9) for _ in range(r.randrange(4))]
                none: list[int | None] = [None] * r.randrange(2)
                more = [(epoch, f"{name}{len(out)}-{i}") for i, epoch in
                        enumerate([*none, *sorted(epochs), *none])]  # fmt: skip
                for each in pieces(more, r, 2):
                    merge.push(name, columns(each), more=True)
                merge.push(name, Columns(), more=False)
                sources[name] += more
                poll += more
            new = taken(merge)
            assert sorted(names_of(new)) == sorted(names_of(poll)), f"seed {seed}"
            assert epochs_of(new) == sorted(epochs_of(poll)), f"seed {seed}"
            assert merge.is_empty, f"seed {seed}"
            out += new
            now += r.choice((9, 100, 10_000))
        check_sources_keep_their_order(out, sources, f"seed {seed}")


def test_columns_of_a_single_source_come_out_as_they_went_in() -> None:
    merge = Merge()
    some = lines("a", [START, None, START - 9, WRONG["2099"], None, START + 1, None])
    for cut in range(len(some) + 1):
        merge.push("a", columns(some[:cut]), more=True)
        merge.push("a", columns(some[cut:]), more=False)
        assert taken(merge) == some, f"cut {cut}"


@pytest.mark.parametrize("sources", [["a"], ["a", "b"]], ids=["alone", "of two"])
def test_lines_that_are_no_hits_are_not_lost(sources: list[str]) -> None:
    merge = Merge()
    for name in sources:
        merge.push(name, columns(lines(name, [None, None])), more=True)
        merge.push(name, Columns(), more=True)
        merge.push(name, columns([(START, "hit")]), more=True)
        merge.push(name, columns([(None, "last")]), more=False)
    names = names_of(taken(merge))
    assert sorted(names) == sorted(
        [f"{name}{n}" for name in sources for n in (0, 1)]
        + ["hit", "last"] * len(sources)
    )


def test_lines_that_are_no_hits_do_not_wait_for_other_sources() -> None:
    merge = Merge()
    merge.expect("b")
    merge.push("a", columns(lines("a", [None, None])), more=True)
    assert not merge.is_empty
    assert names_of(taken(merge)) == ["a0", "a1"]
    assert merge.is_empty


# --- the end ---


def test_a_source_that_ended_gives_what_it_has() -> None:
    merge = Merge()
    merge.expect("b", START + 10)
    merge.push("a", columns(lines("a", [START, START + 20, None])), more=True)
    merge.end("a")
    assert epochs_of(taken(merge)) == [START]
    assert not merge.is_empty
    merge.end("b")
    assert taken(merge) == [(START + 20, "a1"), (None, "a2")]
    assert merge.is_empty


def test_the_end_of_an_unknown_source_is_nothing() -> None:
    merge = Merge()
    merge.end("a")
    assert merge.wanted() == []
    assert taken(merge) == []


def test_sources_that_ended_are_forgotten() -> None:
    merge = Merge()
    merge.push("stays", Columns(), more=False)
    tracemalloc.start()
    try:
        for number in range(1000):
            name: Hashable = f"log.{number}"
            merge.push(name, columns(lines("a", [START + number, None])), more=True)
            merge.end(name)
            assert len(taken(merge)) == 2
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 100_000
    assert merge.wanted() == []


def test_a_name_may_be_used_again() -> None:
    merge = Merge()
    for first, second in pairwise((START, START + 9, START - 9 * DAY)):
        merge.push("a", columns(lines("a", [first])), more=True)
        merge.end("a")
        assert epochs_of(taken(merge)) == [first]
        merge.push("a", columns(lines("a", [second])), more=False)
        assert epochs_of(taken(merge)) == [second]


@pytest.mark.parametrize("passed", [[START], [START, START - 60], [START - 60, START]])
def test_a_wrong_time_behind_what_was_taken_at_once_goes_before_no_other(
    passed: list[int],
) -> None:
    merge = Merge()
    merge.expect("parts", START - 60)
    merge.expect("other", START - 60)
    for newest in passed:
        merge.pass_by("parts", newest)
    merge.push("parts", columns(lines("p", [0, START + 9])), more=False)
    merge.push("other", columns(lines("o", [START - 1, START + 5])), more=False)
    assert names_of(taken(merge)) == ["o0", "p0", "o1", "p1"]
