"""Clocks that read hits, and drawings of their steps. START is 0.

Hits are drawn as the seconds they are counted in: `!7` is misdated and counted at 7, `<7` is
where the clock was set back, `?7` waits for the next hit.
"""

from collections.abc import Iterable, Sequence

from support.timelines import MONO, START

from monitor.streamtime.clock import Clock
from monitor.streamtime.steps import Hits, SetBack, Step, counted_by
from monitor.streamtime.trust import LONGEST_GAP

IN_1970 = -START


IN_2099 = 4_070_908_800 - START


def followed(wall: float = 0, delay: int = 0) -> Clock:
    return Clock(START + wall, MONO, delay)


def stepped(
    clock: Clock,
    seconds: Iterable[int],
    mono: float = 0,
    trust: int | None = None,
) -> list[Step]:
    return clock.advance([START + second for second in seconds], MONO + mono, trust)


def drawn(steps: list[Step], seconds: Sequence[int], now: int = 0) -> str:
    """Draw steps; `now` is where the clock stands before them."""
    words: list[str] = []
    mark = ""
    for step in steps:
        match step:
            case Hits(start, stop, misdated):
                hits = [now] * (stop - start) if misdated else seconds[start:stop]
                drawn = [f"{'!' if misdated else ''}{second}" for second in hits]
                words += [mark + drawn[0], *drawn[1:]]
                mark = ""
            case _:
                now = step.second - START
                mark = "<" if isinstance(step, SetBack) else mark
    return " ".join(words + [f"?{second}" for second in seconds[counted_by(steps) :]])


def placed(steps: list[Step]) -> list[tuple[int, Step]]:
    """Return the steps of the clock, each with the number of hits before it."""
    places: list[tuple[int, Step]] = []
    index = 0
    for step in steps:
        if isinstance(step, Hits):
            index = step.stop
        else:
            places.append((index, step))
    return places


def setbacks_in(steps: list[Step]) -> list[SetBack]:
    return [step for step in steps if isinstance(step, SetBack)]


def misdated_in(steps: list[Step]) -> int:
    hits = [step for step in steps if isinstance(step, Hits) and step.misdated]
    return sum(step.stop - step.start for step in hits)


def after(clock: Clock, *seconds: int, mono: float = 0) -> Clock:
    """Return a clock that has read some hits in a row."""
    for second in seconds:
        stepped(clock, [second], mono, trust=LONGEST_GAP)
    return clock


def run_of(first: int, last: int, step: int = 1) -> list[int]:
    return list(range(first, last + 1, step))


def shown(clock: Clock, pieces: Iterable[Sequence[int]], mono: float) -> object:
    """Place hits that come in pieces; return all that came of it, by the number of the hit."""
    waiting: list[int] = []
    done = 0
    words: list[str] = []
    moves: list[tuple[int, Step]] = []
    for piece, trust in [*((piece, None) for piece in pieces), ([], LONGEST_GAP)]:
        hits = waiting + list(piece)
        now = (clock.now or START) - START
        steps = stepped(clock, hits, mono, trust)
        waiting = hits[counted_by(steps) :]
        words += drawn(steps, hits[: counted_by(steps)], now).split()
        moves += [(done + index, step) for index, step in placed(steps)]
        done += counted_by(steps)
    return words, moves, clock.now, clock.reading(MONO + mono + 10)
