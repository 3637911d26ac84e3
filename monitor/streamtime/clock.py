"""Stream time: the log's own time, which no other clock can disturb.

It moves forward with the newest timestamp; followed, it goes on with the monotonic clock while
the log is silent. The wall clock is only where it starts. What one timestamp may do:

    up to JUMP ahead        the clock moves there at once
    farther ahead           waits for the next hit: if that one is nearer to it than to the
                            clock, it was a silent gap, else it is misdated; one that is at
                            neither (it took long) leaves that to the one after it. The last of
                            an input is believed up to LONGEST_GAP; a followed one that nothing
                            follows is misdated, unless the one before it was as far ahead
    behind, up to FAR       late, in its own second
    farther behind          misdated: counted at the present second
    all of them behind,     the log's clock was set back, or its zone changed: the clock
    over SPAN log seconds   follows it

Lines that come in late but one after the other, as from a buffer, are behind the clock and not
behind each other: they witness a clock set back only by the seconds that really pass meanwhile.

Everything here is decided hit by hit, so it does not depend on how the input is cut.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import ceil
from operator import sub
from typing import Any, NamedTuple

from monitor.formats import runs_of

JUMP = 600
"""Seconds ahead that a single timestamp is believed."""

FAR = 86400
"""Seconds behind that a hit may be late; more than any two time zones are apart."""

NEAR = 2
"""Seconds behind that are usual: a request that took a moment. A longer delay is usual, too."""

SPAN = 60
"""Seconds of log time that must have passed behind the clock for it to be set back."""

STEP = 10
"""Seconds of log time that one hit behind the clock can witness, so that a few odd ones cannot."""

_WITNESSES = 1 + SPAN // STEP  # that it takes: the first one only tells where they are

LONGEST_GAP = 364 * 86400
"""Seconds of silence that are believed after the first timestamp of an input, or before its last.

A wrong year is farther away than that.
"""

GRACE = 1.0
"""Seconds of silence before the clock goes on by itself: a line may be on its way."""


class Setback(NamedTuple):
    """The log's clock was set back at hit number `hit`, to `second`, by `shift` seconds."""

    hit: int
    second: int
    shift: int


class Placement:
    """Where some hits belong: the first `used` of them; the others wait for what comes next.

    `epochs` is the second each is counted in; `moves` are `(index, second)`: before hit `index`
    the clock moved to `second`; `misdated` are indexes; `leaps` are moves farther ahead than the
    silence explains, by index, in seconds; `in_order`: the epochs never fall.
    """

    def __init__(
        self,
        epochs: list[int],
        moves: list[tuple[int, int]] | None = None,
        used: int = 0,
        in_order: bool = False,
    ) -> None:
        self.epochs = epochs
        self.moves = moves or []
        self.misdated: list[int] = []
        self.leaps: dict[int, int] = {}
        self.setbacks: dict[int, Setback] = {}
        self.used = used
        self.in_order = in_order


def moves_of(
    epochs: list[int], now: int, near: int, far: int
) -> tuple[list[tuple[int, int]], bool] | None:
    """Give the moves of a clock at `now` by hits without a surprise, and whether they are sorted.

    None when one of them is farther ahead than JUMP or farther behind than `far` seconds, when
    those more than `near` seconds behind may be the log's new time, or when there is none. What
    comes out is what deciding hit by hit gives.
    """
    runs = runs_of(epochs)
    in_order = runs is not None
    if epochs and (runs is None or runs[0][0] < now - near):
        newest = list(accumulate(epochs, max, initial=now))[1:]
        if not _come_late(list(map(sub, newest, epochs)), near, far):
            return None
        in_order = epochs == newest
        runs = runs_of(newest) or list(Counter(newest).items())
    if not runs:
        return None
    moves: list[tuple[int, int]] = []
    index = 0
    for second, hits in runs:
        if second > now:
            if second - now > JUMP:
                return None
            moves.append((index, second))
            now = second
        index += hits
    return moves, in_order


def _come_late(seconds: list[int], near: int, far: int) -> bool:
    """Tell whether hits so many seconds behind only come late: as of requests that took long.

    One that is not behind must stand between the others so often that they cannot be the log's
    new time, and be the last: then whoever comes next need not know of them.
    """
    if max(seconds) <= near:
        return True
    if max(seconds) > far or seconds[-1] > near:
        return False
    behind = bytes(map(near.__lt__, seconds))
    return b"\1" * _WITNESSES not in behind


class _Behind:
    """A run of hits all behind the clock, which may turn out to be the log's new time."""

    def __init__(self, shift: int, first: int, mono: float) -> None:
        self.shift = shift
        self.newest = first
        self.witnessed = 0
        self._moved_at = self.began_at = mono

    def snapshot(self) -> dict[str, Any]:
        """Give the run as a value that JSON can hold."""
        return {
            "shift": self.shift,
            "newest": self.newest,
            "witnessed": self.witnessed,
        }

    @classmethod
    def restored(cls, snapshot: dict[str, Any], mono: float) -> "_Behind":
        """Make a run from a snapshot."""
        behind = cls(snapshot["shift"], snapshot["newest"], mono)
        behind.witnessed = snapshot["witnessed"]
        return behind

    def see(self, epoch: int, mono: float, most: int) -> None:
        """Take a hit that can witness up to `most` seconds."""
        if epoch > self.newest:
            self.witnessed += min(epoch - self.newest, most)
            self.newest = epoch
            self._moved_at = mono

    def passed(self, mono: float) -> int:
        """Give the seconds that really passed since a hit was newer than all before it."""
        return ceil(mono - self._moved_at)


class Clock:
    """Tells stream time. `now` is the present second of the log, None before it is known.

    A clock that follows is given `start`, the machine's time as seconds since 1970, once. `delay`
    says how many seconds late lines usually are.
    """

    def __init__(
        self, start: float | None = None, mono: float = 0.0, delay: int = 0
    ) -> None:
        self.now: int | None = None if start is None else int(start)
        self.is_set = False
        self._near = max(NEAR, delay)
        self._newest = 0  # the timestamp that the clock moved to
        self._start = start
        self._start_mono = mono
        self._heard_at = mono
        self._base = 0.0 if start is None else start
        self._behind: _Behind | None = None
        self._before: int | None = None  # the newest second before the start
        self._doubted: int | None = None  # the last hit, far ahead and not believed

    def come_after(self, second: int) -> None:
        """Learn the newest second of what was in the log before; the first hit comes after it."""
        self._before = second

    # --- what survives ---

    def snapshot(self, mono: float) -> dict[str, Any] | None:
        """Give the time as a value that JSON can hold; None before the first hit has set it."""
        if not self.is_set:
            return None
        behind = self._behind and self._behind.snapshot()
        return {
            "now": self.now,
            "reading": self.reading(mono),
            "newest": self._newest,
            "behind": behind,
            "doubted": self._doubted,
        }

    def resume(self, snapshot: dict[str, Any], away: float, mono: float) -> None:
        """Go on from a snapshot, which was taken `away` seconds ago."""
        self.now, self.is_set = int(snapshot["now"]), True
        self._newest = snapshot["newest"]
        self._base, self._heard_at = snapshot["reading"] + away, mono
        doubted = snapshot["doubted"]
        self._doubted = None if doubted is None else int(doubted)
        if snapshot["behind"]:
            self._behind = _Behind.restored(snapshot["behind"], mono)

    # --- by timestamps ---

    def place(
        self, epochs: list[int], mono: float, believe: int | None = None
    ) -> Placement:
        """Say where hits belong that are read at `mono`, and move forward with them.

        A hit that needs the next one to be judged waits, unless `believe` says how many seconds
        ahead is to be believed without.
        """
        placement = self._place_plain(epochs) or self._place_each(epochs, mono, believe)
        if placement.moves and self.now == self.reading(mono):
            self._anchor(mono)
        return placement

    def _anchor(self, mono: float) -> None:
        """Let silence be counted from here on."""
        assert self.now is not None
        self._base, self._heard_at = float(self.now), mono

    def _place_plain(self, epochs: list[int]) -> Placement | None:
        """Place hits without a surprise, which most blocks are; else None."""
        if not self.is_set or self.now is None:
            return None
        if self._behind and epochs and epochs[0] < self.now - self._near:
            return None
        # With the clock ahead of all hits, those behind it tell how far the log is.
        far = FAR if self._newest == self.now else self._near
        plain = moves_of(epochs, self.now, self._near, far)
        if plain is None:
            return None
        moves, in_order = plain
        self.follow(moves[-1][1] if moves else self.now)
        return Placement(epochs, moves, used=len(epochs), in_order=in_order)

    def follow(self, second: int) -> None:
        """Go along with hits that were placed without a surprise, the newest at `second`."""
        if second != self.now:
            self.now = self._newest = second
        self._behind = self._doubted = None

    def _place_each(
        self, epochs: list[int], mono: float, believe: int | None
    ) -> Placement:
        placement = Placement(list(epochs))
        for index, epoch in enumerate(epochs):
            if not self.is_set:
                first = self._choose_first(epochs[index : index + 3], believe)
                if first is None:
                    break
                self._set(first, mono)
                placement.moves.append((index, first))
            assert self.now is not None
            ahead = epoch - self.now
            leap = epoch - (self.reading(mono) or self.now)
            if leap > JUMP:
                real = self._is_gap(epoch, epochs[index + 1 : index + 3], believe)
                if real is None:
                    break
                if not real:
                    self._doubted = epoch
                    self._misdate(index, placement)
                    placement.used = index + 1
                    continue
                placement.leaps[index] = leap
            self._doubted = None
            if ahead > 0:
                self.now = self._newest = epoch
                placement.moves.append((index, epoch))
            if ahead >= -self._near:
                self._behind = None
            else:
                self._fall_behind(index, epoch, mono, placement)
            placement.used = index + 1
        return placement

    def _choose_first(self, epochs: Sequence[int], believe: int | None) -> int | None:
        """Choose the time to begin with, of the first hits; None when it takes more to tell."""
        first, *after = epochs
        if self._is_near_start(first):
            return first
        if believe is not None:
            if self._before is None or self._comes_after(first, self._before):
                return first
            passed = 0 if self._start is None else (self.now or 0) - int(self._start)
            return self._before + passed
        if not after:
            return None
        if self._is_near_start(after[0]):
            return after[0]
        if -JUMP <= after[0] - first <= LONGEST_GAP:
            return first
        if len(after) < 2:
            return None
        agree = abs(after[1] - after[0]) < abs(after[1] - first)
        return after[0] if agree else first

    def _is_near_start(self, epoch: int) -> bool:
        """Tell whether a first hit is of the machine's time; of a log that is, as near as any."""
        if self._start is None or self.now is None:
            return False
        return -FAR <= epoch - self.now <= (JUMP if self._is_right else FAR)

    def _comes_after(self, epoch: int, before: int) -> bool:
        """Tell whether a first hit may come after what was in the log before."""
        return -FAR <= epoch - before <= (JUMP if self._is_right else LONGEST_GAP)

    @property
    def _is_right(self) -> bool:
        """Whether the log went by the machine's time before the start."""
        if self._start is None or self._before is None:
            return False
        return abs(self._start - self._before) <= JUMP

    def _set(self, second: int, mono: float) -> None:
        self.now = self._newest = second
        self.is_set = True
        self._anchor(mono)

    def _is_gap(
        self, epoch: int, after: Sequence[int], believe: int | None
    ) -> bool | None:
        """Tell a silent gap from a wrong timestamp by the next hits; None: it takes more to tell.

        When there are none, it is believed up to `believe` seconds ahead, and if the one before was
        as far ahead.
        """
        assert self.now is not None
        ahead = epoch - self.now
        for place, each in enumerate(after):
            if 2 * (each - self.now) > ahead and (
                not place or abs(each - epoch) <= JUMP
            ):
                return True
            if abs(each - self.now) <= self._near:
                return False
        if len(after) > 1 or (after and believe is not None):
            return False
        if believe is None:
            return None
        agrees = self._doubted is not None and 0 <= epoch - self._doubted <= JUMP
        return agrees or ahead <= believe

    def _misdate(self, index: int, placement: Placement) -> None:
        assert self.now is not None
        placement.misdated.append(index)
        placement.epochs[index] = self.now

    def _fall_behind(
        self, index: int, epoch: int, mono: float, placement: Placement
    ) -> None:
        assert self.now is not None
        shift = self.now + 1 - epoch  # with which the hit is in the next second
        behind = self._behind = self._behind or _Behind(shift, epoch, mono)
        most = STEP
        if self._newest < epoch:
            self._newest = epoch
            behind.shift = min(behind.shift, shift)
            most = min(most, behind.passed(mono))
        behind.see(epoch, mono, most)
        if behind.witnessed >= SPAN:
            self._set_back(index, behind, placement)
            self._anchor(mono)
            return
        if epoch < self.now - FAR:
            self._misdate(index, placement)

    def _set_back(self, index: int, behind: _Behind, placement: Placement) -> None:
        self._behind = None
        self.now = self._newest = behind.newest
        placement.moves.append((index, behind.newest))
        placement.setbacks[index] = Setback(index, behind.newest, behind.shift)

    # --- by silence ---

    def reading(self, mono: float) -> int | None:
        """Give the present second at `mono`, by the monotonic clock; None before it is known."""
        if self._start is None:
            return self.now
        grace = GRACE if self.is_set else 0.0
        reading = int(self._base + max(0.0, mono - self._heard_at - grace))
        return reading if self.now is None else max(self.now, reading)

    def go_on(self, mono: float) -> int | None:
        """Move to the present second at `mono`: the log is silent."""
        self.now = self.reading(mono)
        return self.now

    def is_in_doubt(self, mono: float) -> bool:
        """Tell whether hits come in one after the other that may be of a clock set back."""
        behind = self._behind
        if behind is None or behind.witnessed < STEP:
            return False
        return behind.passed(mono) <= STEP and mono - behind.began_at <= 2 * SPAN

    def skew(self, mono: float) -> float:
        """Give how many seconds the log's clock is ahead of the machine's at the start."""
        if self._start is None or not self.is_set:
            return 0.0
        log = self._base + mono - self._heard_at
        return log - (self._start + mono - self._start_mono)
