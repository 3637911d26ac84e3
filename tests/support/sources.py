"""Lines of several sources, pushed into a merge and taken out again."""

import random
from collections.abc import Iterable, Iterator

from monitor.formats.columns import FIELDS, Columns, Mark
from monitor.streamtime.merge import Merge

START = 1_795_474_080


DAY = 86400


WRONG = {"1970": 0, "2099": 4_070_908_800, "last year": START - 365 * DAY}


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
    return [line for _, made in merge.take() for line in lines_in(made)]


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
