"""Bytes of a source -> columns of hits.

-- pieces of any line --
lines.py         bytes -> blocks of complete lines; holds back the partial line
columns.py       the hits of a block, as one list for each named column
hits.py          one line -> a hit; many lines -> a table of hits
requests.py      a request line -> its method and section
memo.py          results that are remembered, because values repeat
numbers.py       a size and a request time as text -> numbers
timestamps.py    the time of a line -> seconds since 1970
directives.py    the directives of LogFormat and log_format, one row each
times.py         how a log writes its time -> a pattern and a parser
addresses.py     IPv4 and IPv6 addresses, their ports, lists of them
wrappers.py      what another program wrote around a line; the parts of a long line
-- lines of a string: LogFormat and log_format --
fields.py        a field of a line: its role and its directive
notations.py     a string in a notation -> its fields and the texts between them
pasted.py        a value of --format, perhaps a line of a configuration -> its string
strings.py       a string of a format -> its layout: the fields of a line
spans.py         a layout -> the loose patterns of its fields
patterns.py      a layout -> the strict pattern of its lines
tails.py         what follows the size of a line -> the headers and the request time
walk.py          one line of any other format, parsed field by field
shapes.py        whole blocks of lines -> tables, by a strict pattern
-- relatives of the Common Log Format --
clients.py       what stands before the time of a line -> the client
answers.py       what follows the time of a line -> the request, the status and the size
tolerant.py      one line of a CLF format, parsed with all its oddities
lineformats.py   the formats of strings, and the relatives of CLF
-- lines that name their values: LTSV, W3C, JSON --
ltsv.py          one line of LTSV, parsed by its labels
w3c_names.py     the names of `#Fields` -> the places of the values in a line
w3c_values.py    a line of a W3C Extended log -> its values
header.py        the last `#` directives of a source
w3c_patterns.py  one line of a W3C Extended log -> the strict pattern of the lines like it
w3c_shapes.py    the shapes of the lines of a W3C Extended log
w3c.py           one line of a W3C Extended log, parsed by the directives of its source
json_names.py    the names under which JSON objects hold the fields of a hit
json_values.py   values of JSON objects -> times, statuses, sizes and seconds
json_repair.py   a line that is almost JSON -> JSON
json_objects.py  a line -> the JSON object in it, or why there is none
json_writers.py  the programs that write JSON lines: their units, and their other lines
json_plans.py    the keys of a JSON object -> where its fields are
json_hits.py     a JSON object -> the fields of a hit
json_flat.py     many JSON lines with the same keys -> columns
json_shape.py    blocks of JSON lines -> tables
json_lines.py    lines of JSON objects: hits, tables and envelopes
-- the lines of a source --
carried.py       what a source carries from its lines to the lines after them
detect.py        which format a line has: the first one that takes it
wrongfiles.py    the kinds of files that are no access log, one row each
closest.py       why a line cannot be parsed: the kind of its file, or the closest format
reader.py        a block of lines -> columns of hits

    LineSplitter.feed(data)  -> blocks of complete lines
    reader_of(form)          -> a Reader for one source
    Reader.read(block)       -> Columns
"""

from monitor.formats.columns import LONGEST_NAME, Columns, Mark
from monitor.formats.lines import MAX_LINE, LineSplitter, Overlong
from monitor.formats.reader import Reader, reader_of
from monitor.formats.requests import MALFORMED, METHODS, OTHER
from monitor.formats.timestamps import runs_of

__all__ = [
    "LONGEST_NAME",
    "MALFORMED",
    "MAX_LINE",
    "METHODS",
    "OTHER",
    "Columns",
    "LineSplitter",
    "Mark",
    "Overlong",
    "Reader",
    "reader_of",
    "runs_of",
]
