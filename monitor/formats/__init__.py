"""Bytes of a source -> columns of hits.

lines.py         bytes -> blocks of complete lines; holds back the partial line
requests.py      a request line -> its method and section
timestamps.py    the time of a line -> seconds since 1970
answers.py       a request and its answer as text -> what is counted of it
clf.py           the formats as rows of fields, compiled into patterns
parser.py        a block of lines -> columns of hits
"""

from monitor.formats.answers import Sums, sums
from monitor.formats.clf import FORMATS
from monitor.formats.lines import MAX_LINE, LineSplitter, Overlong
from monitor.formats.parser import (
    IGNORED,
    LONG,
    Columns,
    Parser,
    parser_of,
    volume_of,
)
from monitor.formats.requests import MALFORMED, METHODS, NO_METHOD, OTHER
from monitor.formats.timestamps import runs_of

__all__ = [
    "FORMATS",
    "IGNORED",
    "LONG",
    "MALFORMED",
    "MAX_LINE",
    "METHODS",
    "NO_METHOD",
    "OTHER",
    "Columns",
    "LineSplitter",
    "Overlong",
    "Parser",
    "Sums",
    "parser_of",
    "runs_of",
    "sums",
    "volume_of",
]
