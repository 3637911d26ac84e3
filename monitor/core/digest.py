"""What a reader of a part of a log sends home: counts, not lines. Tallies add, so readers do.

A digest says what some lines do to a pipeline whose clock stands where the reader supposed it:
which seconds come, the hits in each, and a tally for what falls into each report. It is made only
of lines without a surprise, as clock.py has it; whoever takes it checks the supposition, and reads
the lines themselves where it fails. So a digest is a shortcut, and never another answer.
"""

from collections.abc import Iterable, Sequence

from monitor.core.ledger import enter
from monitor.formats import Columns, Overlong, hits_of, parser_of
from monitor.options import Settings
from monitor.stats import Tally
from monitor.streamtime import FAR, NEAR, Placement, moves_of

MANY = 40_000
"""The weight of a digest that is sent home before it gets more: names are what takes memory."""

USUAL_LINE = 256
"""Bytes of a line whose names count once; those of lines twice as long count twice."""

Hits = list[tuple[int, int]]
"""Hits per second: `(second, number)`."""


class Leaf:
    """What falls into one report: `tally`, the `hits` before the clock moves, and its moves.

    A move is the second that it leads to, and the hits after it.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.hits: Hits = []
        self.moves: list[tuple[int, Hits]] = []


class Digest:
    """Some lines, for a clock that stands at `now`; None: anywhere up to the `first` hit.

    `newest` is where it stands afterwards. Both are None when there is no hit. The lines of a
    leaf after the first go into the report that its first move leads to. `reads` is how many of
    those that were given it is of.
    """

    def __init__(self, now: int | None) -> None:
        self.now = now
        self.first: int | None = None
        self.newest: int | None = None
        self.reads = 0
        self._lines = self._bytes = 0
        self.leaves = [Leaf()]
        self._names_before = 0  # the last leaf

    @property
    def names(self) -> int:
        """How many names it holds, about."""
        return self._names_before + self.leaves[-1].tally.names

    @property
    def weight(self) -> int:
        """Its names, counted several times where lines are long: the memory that it takes."""
        usual = USUAL_LINE * max(1, self._lines)
        return self.names * max(usual, self._bytes) // usual

    def see(self, columns: Columns, size: int) -> None:
        """Take note of so many bytes of lines, which tell how long names may be."""
        self._lines += len(columns) + len(columns.marks)
        self._bytes += size

    def begin_leaf(self) -> None:
        """Go on with what falls into the next report."""
        # Texts that wait count for more names than they are.
        self.leaves[-1].tally.add_up()
        self._names_before = self.names
        self.leaves.append(Leaf())

    def tallies_before(self, end: int) -> list[Tally]:
        """Give what goes into the report that is open, which ends at `end`."""
        leaves = self.leaves
        return [
            leaf.tally for leaf in leaves if not leaf.moves or leaf.moves[0][0] < end
        ]


class Digester:
    """Makes digests of the lines of a log, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._parser = parser_of(settings.format)
        self._interval = settings.interval
        self._near = max(NEAR, settings.delay)
        self._now: int | None = None

    def digest(self, reads: Iterable[Sequence[bytes | Overlong]]) -> Digest | None:
        """Make a digest of the first of some reads, each given as blocks of lines.

        It ends before a read that holds a surprise, and after one with which it gets many names.
        None when a name was dropped for the report that they go on with: that is not exact.
        """
        digest = Digest(self._now)
        first = digest.leaves[0].tally
        for blocks in reads:
            columns = self._parser.parse_all(blocks)
            digest.see(columns, sum(map(len, blocks)))
            if not self._add(digest, columns):
                self._now = None
                break
            if not first.is_exact:
                self._now = None
                return None
            digest.reads += 1
            digest.newest = self._now if digest.first is not None else None
            if digest.weight > MANY:
                break
        for leaf in digest.leaves:
            leaf.tally.add_up()  # sums are quicker to send than what they are of
        return digest

    def _add(self, digest: Digest, columns: Columns) -> bool:
        """Add lines to a digest; False when that cannot be done."""
        epochs = columns.epochs
        if not epochs:
            enter(digest.leaves[-1].tally, columns, Placement(epochs), 0, 0, 0)
            return True
        begins = self._now is None
        now = epochs[0] if self._now is None else self._now
        plain = moves_of(epochs, now, self._near, FAR)
        if plain is None:
            return False
        moves, in_order = plain
        if digest.first is None:
            digest.first = epochs[0]
        placement = Placement(epochs, [(0, now), *moves] if begins else moves)
        placement.in_order = in_order
        self._enter(digest, columns, now, placement, begins)
        return True

    def _enter(
        self,
        digest: Digest,
        columns: Columns,
        now: int,
        placement: Placement,
        begins: bool,
    ) -> None:
        """Enter lines leaf by leaf, and the hits between two moves second by second."""
        epochs, moves, entered = placement.epochs, placement.moves, 0
        start = now - now % self._interval
        stops = [index for index, _ in moves[1:]] + [len(epochs)]
        before = epochs[: moves[0][0]] if moves else epochs
        _later_hits(digest.leaves[-1]).extend(hits_of(before))
        for (index, second), stop in zip(moves, stops, strict=False):
            if second >= start + self._interval or begins:
                begins = False
                tally = digest.leaves[-1].tally
                enter(tally, columns, placement, entered, index, start)
                entered, start = index, second - second % self._interval
                digest.begin_leaf()
            hits = hits_of(epochs[index:stop], placement.in_order)
            digest.leaves[-1].moves.append((second, hits))
            self._now = second
        enter(digest.leaves[-1].tally, columns, placement, entered, len(epochs), start)


def _later_hits(leaf: Leaf) -> Hits:
    """Give the hits after the last move of a leaf."""
    return leaf.moves[-1][1] if leaf.moves else leaf.hits
