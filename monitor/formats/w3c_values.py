"""A line of a W3C Extended log -> its values.

Source: W3C Working Draft WD-logfile-960323. Values are parted by single spaces, by runs of spaces or by
tabs. In a line with a tab only tabs part them. A value in quotes may hold spaces, and two quotes for
one.
"""

import re

_token = re.compile(rb'"(?:[^"]++|"")*+"(?![^ ])|[^ ]++')


def tokens_of(line: bytes, number: int = 0) -> list[bytes]:
    """Return the values of a line, with their quotes.

    Quotes count only if the line has not `number` values without them, because an unquoted value
    may hold a quote, too.
    """
    if b"\t" in line:
        return line.split(b"\t")
    tokens = list(filter(None, line.split(b" ")))
    return tokens if len(tokens) == number or b'"' not in line else _token.findall(line)


def values_of(line: bytes, number: int = 0) -> list[bytes]:
    """Return the values of a line without their quotes."""
    tokens = tokens_of(line, number)
    return list(map(_bare, tokens)) if b'"' in line else tokens


def _bare(value: bytes) -> bytes:
    if len(value) > 1 and value[:1] == value[-1:] == b'"':
        return value[1:-1].replace(b'""', b'"')
    return value
