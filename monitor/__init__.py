"""An access-log monitor. The map: data flows down the page, imports point up it.

A room is a folder. Its door is its `__init__.py`, which lists the files of the room in reading
order. A file may import the ground, the files above it in its own room, and the doors of the rooms
above its own room.

-- ground: what every room may use --
errors.py        every error that ends the program, with what to do next
escape.py        bytes of a log -> text that a terminal can show
units.py         durations, sizes, shares and counts as text
periods.py       moments of the command line -> the seconds of a period
logformats.py    a format of access logs as a row, and the relatives of the Common Log Format
specialformats.py  the formats whose lines begin like no others, one row each
formatnames.py   all formats by name
keys.py          the keys by which hits are grouped and chosen
only.py          the filter of hits that are counted
parsers.py       texts of the command line -> values of options
rulevalues.py    texts of the command line -> values of the options of the alert rules
settings.py      the values of the options, with their types and defaults
optionrow.py     an option of the command line, as a row
ruleoptions.py   the options of the alert rules, one row each
options.py       the options of the command line, one row each
usual.py         the usual rate of an hour of the day
compressions.py  the compression of a file, by its first bytes
-- pure core: values in, values out; no disk, no clock, no output --
formats/         bytes of a source -> columns of hits
stats/           columns -> counts that add up -> the values of a report
streamtime/      hits of several sources -> one stream time
alerts/          counts by the second -> a window -> crossings of a limit by each rule
thresholds/      sums of the window -> how often each threshold would have fired
core/            bytes and the time -> events; the door of the pure half
-- shell: effects, almost no decisions --
inputs/          logs -> arrivals: bytes of a source, its end, notices
outputs/         events -> text and JSON; the terminal; signals
hooks/           alerts -> runs of a program of the user
state/           what survives the program: positions, window, history
metrics/         counts and the present state -> metrics for Prometheus
app/             the command line and the commands
"""

__version__ = "0.1.0"
