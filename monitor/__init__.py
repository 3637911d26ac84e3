"""An access-log monitor. The map: data flows down the page, imports point up it.

A file may import the ground, the files above it in its own room, and the doors of the rooms above
its own. A door is the `__init__.py` of a room: it lists the files of the room in reading order.

-- ground: what every room may use --
errors.py        every way to give up, each with what to do next
options.py       the options of the command line, one row each
escape.py        bytes of a log -> text that a terminal can show
units.py         durations, sizes, shares and counts as text
-- pure core: values in, values out; no disk, no clock, no output --
formats/         bytes of a source -> columns of hits
stats/           columns -> counts that add up; questions put to them
streamtime/      hits of several sources -> one stream time
alerts/          seconds -> a window -> crossings of a threshold
core/            the door of the pure half: bytes and the time -> events
-- shell: effects, almost no decisions --
inputs/          logs -> arrivals of bytes
outputs/         events -> text and JSON; the terminal; signals
state/           what survives the program: positions, window, history
app/             the command line and the commands
"""

__version__ = "0.1.0"
