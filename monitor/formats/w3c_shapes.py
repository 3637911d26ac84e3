"""The shapes of the lines of a W3C Extended log: whole blocks -> tables."""

from collections.abc import Callable, Collection

from monitor.formats.directives import ISO
from monitor.formats.header import Header
from monitor.formats.hits import Shape, Table
from monitor.formats.shapes import PatternShape
from monitor.formats.times import time_format
from monitor.formats.timestamps import TimeCache
from monitor.formats.w3c_names import Order
from monitor.formats.w3c_patterns import PatternMaker, Style


class W3cShape:
    """Parses the lines of a shape, as long as the directives of their source stay the same."""

    def __init__(self, shape: PatternShape, header: Header) -> None:
        self._shape = shape
        self._header = header
        self._directives = header.order, header.ahead

    def parse(self, block: bytes) -> Table | None:
        """Parse a block; None if the directives are others since the shape was made."""
        if self._directives != (self._header.order, self._header.ahead):
            return None
        return self._shape.parse(block)


class W3cShapes:
    """Makes the shapes of one source, with the `wanted` optional columns, and remembers them."""

    def __init__(self, header: Header, wanted: Collection[str]) -> None:
        self._header = header
        self._wanted = wanted
        self._made: dict[tuple[int, Style], Shape | None] = {}
        self._directives: tuple[Order | None, int] = (None, 0)

    def shape_of(self, order: Order, style: Style) -> Shape | None:
        """Return the shape of the lines of an order and a style; None if they have none."""
        directives = self._header.order, self._header.ahead
        if self._directives != directives:
            self._directives, self._made = directives, {}
        key = order.number, style
        if key not in self._made:
            self._made[key] = self._make(order, style)
        return self._made[key]

    def _make(self, order: Order, style: Style) -> Shape | None:
        pattern = PatternMaker(order, style, self._wanted).pattern()
        if pattern is None:
            return None
        ahead = 0 if order.is_utc else self._header.ahead
        times = TimeCache(int if "epoch" in order.places else _parser_of(ahead))
        return W3cShape(PatternShape(pattern, times), self._header)


def _parser_of(ahead: int) -> Callable[[bytes], int | None]:
    """Return a parser of a date and a time with any bytes between them.

    The time is ahead of UTC by some seconds.
    """
    epochs = time_format(ISO).epochs

    def parse(text: bytes) -> int | None:
        epoch = epochs[b"%b %b" % (text[:10], text[-8:])]
        return None if epoch is None else epoch - ahead

    return parse
