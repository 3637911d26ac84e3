"""All formats of access logs by name."""

from monitor.logformats import FORMATS, RELATIVES
from monitor.specialformats import SPECIAL

ROWS = {row.name: row for row in (*FORMATS.values(), *RELATIVES, *SPECIAL)}
"""All formats by name."""


def string_named(text: str) -> str:
    """Return the string of the format with this name; any other text is a string itself."""
    row = ROWS.get(text)
    return row.string if row and row.strings else text


def format_list() -> str:
    """Return all formats by name, each with its strings and an example line."""
    rows = (
        "\n  ".join((row.name, *row.strings, row.example)) + "\n"
        for row in ROWS.values()
    )
    return "\n".join(rows)
