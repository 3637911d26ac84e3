"""An access-log monitor. Reading order = data flow = import order; each imports from above only.

-- pure core: values in, values out; no disk, no clock, no output --
errors.py        every way to give up, each with what to do next
settings.py      the options, each with its one default
wording.py       how numbers, spans and hostile bytes are written
lines.py         bytes -> blocks of complete lines; holds back the partial one
rotation.py      what we opened, what is there now -> what happened
requests.py      a request line -> its method and section
timestamps.py    the time of a line -> seconds since 1970
answers.py       a request and its answer as text -> an answer; each text is read once
formats.py       log formats as data, compiled into patterns
parser.py        block -> columns; the only code that may be clever for speed
heavy.py         counts of many names in bounded memory: the heaviest stay right
distinct.py      how many different names, in bounded memory
tally.py         columns -> counts that add
window.py        seconds -> sums over the last N
clock.py         stream time: the log's own
stats.py         a tally -> named numbers: a table
alerts.py        rule + number + time -> state, perhaps an event: a table
events.py        what the core has to say
ledger.py        which report a line belongs to
digest.py        lines read elsewhere -> what they do to a pipeline
merge.py         several sources -> one, in order of time
notices.py       what is told of a log besides its traffic
backfill.py      the end of a log -> the window before the start, by bisection
pipeline.py      the core's one door: feed, drain, tick, finish -> events
progress.py      how far a long replay is, in words
report.py        events -> text or JSON
-- thin shell: effects, almost no decisions --
output.py        the only place that knows the terminal; signals
files.py         log files on a disk: plain, compressed, pipes; how far they were read
arrivals.py      what the readers of logs give
stdin.py         standard input as a log
upgrades.py      a state of an earlier release -> one of this
database.py      the tables of a state, version by version
store.py         the only SQL but for those: what survives, written and read
keeper.py        when to save, and what
history.py       the stored alerts and reports, for people
tail.py          the only reader of logs that are being written
tailer.py        several logs, followed at once
pool.py          processes that do tasks side by side
parts.py         a large file, read by several processes
replay.py        the only reader of finished logs
timer.py         the loops: poll, feed, tick, show, sleep
watch.py         a run over logs that go on being written, with its state
session.py       one run: the parts, wired for what was asked
usage.py         the words of the command line; help, at once
cli.py           arguments -> settings; errors -> one line
"""

__version__ = "0.1.0"
