"""The special formats, each by itself, with all columns."""

from monitor.formats.header import Header
from monitor.formats.hits import LineFormat
from monitor.formats.json_lines import JsonLines
from monitor.formats.lineformats import StringFormat
from monitor.formats.ltsv import Ltsv
from monitor.formats.w3c import W3c
from monitor.specialformats import SPECIAL

OPTIONAL = frozenset(("seconds", "host", "agent", "referrer"))
"""The columns that a report uses when a line has them."""

FORMS: dict[str, LineFormat] = {
    **{row.name: StringFormat(row, OPTIONAL) for row in SPECIAL if row.strings},
    "ltsv": Ltsv(OPTIONAL),
    "json": JsonLines(OPTIONAL),
    "w3c": W3c(Header()),
}
"""The special formats by name."""
