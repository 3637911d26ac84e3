"""Which report a line belongs to: intervals of stream time, aligned to their length.

Every line is entered once, into the page that is open; a page that is over is closed, goes into
the total of the run, and becomes a report. While the ledger is held (the monitor was stopped and
catches up), the pages that end are added up, and told as one.
"""

from typing import Any, NamedTuple

from monitor.formats import Columns
from monitor.stats import Tally
from monitor.streamtime import Placement


def enter(
    tally: Tally,
    columns: Columns,
    placement: Placement,
    start: int,
    stop: int,
    begin: int,
) -> None:
    """Count the lines from hit `start` up to hit `stop` in the tally of a page.

    The page begins at the second `begin`.
    """
    if stop > start:
        tally.add_hits(columns.cut(start, stop))
        epochs = placement.epochs
        if not placement.in_order or epochs[start] < begin:
            tally.late += sum(map(begin.__gt__, epochs[start:stop]))
    for mark in columns.take_marks(stop):
        tally.add_mark(mark.reason, mark.sample)


class Page(NamedTuple):
    """The tally of `[start, end)`, seconds since 1970, and the rate of the page before.

    That is None when there is none, and when one of the two is not whole: whoever follows a log
    begins and ends in the middle of a page.
    """

    start: int
    end: int
    tally: Tally
    previous_rate: float | None
    is_whole: bool = True


class Ledger:
    """Keeps the open page, `[start, end)`, and the total of the run.

    `silent` says that intervals without a hit are pages too; `holding`, that pages which end are
    held back. The pages that were told lie between `first_start` and `last_end`.
    """

    def __init__(self, interval: int, *, silent: bool) -> None:
        self.start: int | None = None
        self.end: int | None = None
        self.tally = Tally()
        self.total = Tally()
        self.first_start: int | None = None
        self.last_end: int | None = None
        self._interval = interval
        self._silent = silent
        self._previous_rate: float | None = None
        self._opened_late = False
        self._held: Page | None = None
        self.holding = False

    def snapshot(self) -> dict[str, Any]:
        """Give the open page, and the one held back, as a value that JSON can hold."""
        held = self._held
        return {
            "start": self.start,
            "tally": self.tally.snapshot(),
            "previous_rate": self._previous_rate,
            "opened_late": self._opened_late,
            "held": held and [held.start, held.end, held.tally.snapshot()],
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go on with an open page, and hold it back: the monitor was away."""
        self.tally = Tally.restored(snapshot["tally"])
        self._previous_rate = snapshot["previous_rate"]
        if snapshot["held"]:
            start, end, tally = snapshot["held"]
            held = Tally.restored(tally)
            self._held = Page(start, end, held, self._previous_rate)
        if snapshot["start"] is not None:
            self.open_at(snapshot["start"])
            self._opened_late = snapshot["opened_late"]
        self.hold()

    def open_at(self, second: int) -> None:
        """Open the page that `second` lies in; what was entered before any page goes there."""
        self.start = second - second % self._interval
        self.end = self.start + self._interval
        self._opened_late = self._silent and second > self.start

    def turn_to(self, second: int) -> list[Page]:
        """Close the open page, and open the one that `second` lies in."""
        assert self.start is not None and self.end is not None
        end = self.end
        pages = self._close(self.start, end)
        self.open_at(second)
        self._opened_late = False
        if self._silent and self.start > end:
            pages += self._close(end, self.start)
        return pages

    def add(self, tally: Tally) -> None:
        """Enter what a tally has counted; it is the ledger's from now on."""
        if self.tally.lines:
            self.tally.add(tally)
        else:
            self.tally = tally

    def hold(self) -> None:
        """From now on, add up the pages that end, until they are released."""
        self.holding = True

    def release(self) -> list[Page]:
        """Give what was held as one page."""
        page, self._held, self.holding = self._held, None, False
        return [self._recorded(page)] if page else []

    def close_last(self) -> list[Page]:
        """Close the open page, which may not be over, if anything is in it."""
        if self.start is None or self.end is None:
            tally, self.tally = self.tally, Tally()
            self.total.add(tally)
            return []
        if self._silent:
            self._previous_rate = None
        return self._close(self.start, self.end) if self.tally.lines else []

    def _close(self, start: int, end: int) -> list[Page]:
        tally, self.tally = self.tally, Tally()
        self.total.add(tally)
        page = Page(start, end, tally, self._previous_rate, not self._opened_late)
        if self.holding:
            self._held = _joined(self._held, page) if self._held else page
            return []
        return [self._recorded(page)]

    def _recorded(self, page: Page) -> Page:
        first, last = self.first_start, self.last_end
        self.first_start = page.start if first is None else min(first, page.start)
        self.last_end = page.end if last is None else max(last, page.end)
        rate = page.tally.hits / (page.end - page.start)
        self._previous_rate = rate if page.is_whole else None
        return page


def _joined(first: Page, second: Page) -> Page:
    """Give two pages as one, in the tally of the first: a held page may grow large."""
    first.tally.add(second.tally)
    start, end = min(first.start, second.start), max(first.end, second.end)
    is_whole = first.is_whole and second.is_whole
    return Page(start, end, first.tally, first.previous_rate, is_whole)
