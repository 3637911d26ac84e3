"""Write a web access log as a busy server would, in whole lines and at a given pace.

Invariants:
- A write is a block of whole lines. If a disk takes only half of a block, that half is removed.
- The same seed and the same options make the same lines, for any cut into blocks and files.
- The lines (Traffic) and their number (Pace) know no clock, no file and no signal.

From top to bottom: settings, tables of what traffic looks like, pools of ready-made
pieces, pace, traffic, the file and its rotation, the two modes, the command line.
For tests and benchmarks `make_log()` returns the lines.
"""

import argparse
import bisect
import errno
import functools
import itertools
import math
import os
import random
import re
import shutil
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType
from typing import Any, NoReturn

BLOCK_LINES = 8192
TICK_SECONDS = 0.1
LONGEST_TICK_SECONDS = 1.0  # after a suspension: go on, do not catch up
STALLED_SECONDS = 0.5  # a reader gets this long to take the last lines
STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Settings:
    """The options of a run. Raises ValueError when two options contradict each other.

    The defaults make a monitor with a threshold of 10 hits/s over 120 s fire after
    about 83 s (60 * 5 + 23 * 40 > 1200) and recover after about 203 s.
    """

    file: str
    rate: float = 5.0  # lines per second outside bursts
    burst_every: float = 240.0  # seconds from burst to burst, 0: no bursts
    burst_length: float = 40.0  # seconds
    burst_rate: float = 40.0  # lines per second inside bursts
    format: str = "combined"  # a key of FORMATS
    malformed: float = 0.005  # share of the lines
    urls: int = 5000
    clients: int = 2000
    odd: float = 0.005  # share of the well-formed lines
    new: float = 0.0  # share of the lines: a query or a size that never came before
    scan: float = 0.0  # share of the lines: a path that never came before
    seed: int | None = None
    lines: int | None = None  # None: in real time, until stopped
    start: float | None = None  # epoch seconds of the first of `lines`, None: now
    utc: bool = False
    rotate_every: int = 0  # lines, 0: never
    rotate: str = "rename"  # or "copytruncate"
    keep: int = 5
    keep_writing: int = 0  # lines that follow a renamed file

    def __post_init__(self) -> None:
        for wrong, advice in contradictions(self):
            if wrong:
                raise ValueError(advice)


def contradictions(settings: Settings) -> list[tuple[bool, str]]:
    """Return a row for each rule: is it broken, and what to do then."""
    every, late = settings.rotate_every, settings.keep_writing
    return [
        (not settings.file, "FILE is empty: name a file, or - for standard output"),
        (not settings.rate > 0, "--rate must be above 0"),
        (
            settings.new + settings.scan > usual_share(settings),
            "--new, --scan, --odd and --malformed must not exceed 1 together",
        ),
        (
            settings.start is not None and settings.lines is None,
            "--start needs --lines: without it the log is written at the present time",
        ),
        (
            0 < settings.burst_every <= settings.burst_length,
            "--burst-length must be shorter than --burst-every",
        ),
        (
            every > 0 and settings.file == STANDARD_OUTPUT,
            "--rotate-every needs a file, standard output cannot be rotated",
        ),
        (
            late > 0 and settings.rotate != "rename",
            "--keep-writing needs --rotate rename",
        ),
        (late > 0 and late >= every, "--keep-writing must be less than --rotate-every"),
    ]


def usual_share(settings: Settings) -> float:
    """Return the share of the lines that are neither malformed nor odd."""
    return (1 - settings.malformed) * (1 - settings.odd)


# Each shape is a set of options. What they cost is in the table of tests/benchmark.py.
SHAPE_START = 1_795_420_800.0  # 2026-11-23 08:00 UTC
_STEADY = {"burst_every": 0.0, "utc": True}
SHAPES: dict[str, dict[str, Any]] = {
    "day": _STEADY | {"rate": 58.0, "clients": 30_000, "new": 0.2},
    "shop": _STEADY | {"rate": 250.0, "clients": 8000, "new": 0.88},
    "busy": _STEADY | {"rate": 2000.0, "clients": 5000, "urls": 200},
    "scan": _STEADY | {"rate": 100.0, "scan": 0.5, "odd": 0.1},
}


# --- what traffic looks like ---------------------------------------------------------

# https://httpd.apache.org/docs/2.4/mod/mod_log_config.html: before and after the time.
_CLF = '] "{request}" {status} {size}'
_COMBINED = _CLF + ' "{referrer}" "{agent}"'
FORMATS = {
    "common": ("{client} - {user} [", _CLF + "\n"),
    "combined": ("{client} - {user} [", _COMBINED + "\n"),
    "vhost_combined": ("{vhost} {client} - {user} [", _COMBINED + "\n"),
}


@dataclass(frozen=True)
class Kind:
    """The requests and answers of one kind of section."""

    paths: tuple[str, ...]
    queries: tuple[str, ...]
    methods: Mapping[str, int]  # name -> weight
    statuses: Mapping[str, int]  # code -> weight
    bytes: int  # median of a full answer


_BROWSED = {"GET": 90, "POST": 7, "HEAD": 3}
_CALLED = {"GET": 62, "POST": 25, "PUT": 6, "DELETE": 4, "PATCH": 2, "OPTIONS": 1}
_FETCHED = {"GET": 98, "HEAD": 2}
_PAGE = {"200": 80, "304": 8, "301": 4, "404": 5, "403": 1, "500": 1, "503": 1}
_API = {"200": 86, "304": 2, "404": 4, "403": 4, "500": 3, "503": 1}
_ASSET = {"200": 63, "304": 33, "404": 3, "206": 1}
_MEDIA = {"200": 58, "206": 32, "304": 8, "404": 2}
_REFUSED = {"404": 80, "403": 15, "301": 4, "200": 1}
_DEEPER = ("", "/", "/{n}", "/{a}", "/{a}/{n}", "/{a}-{b}-{n}", "/{a}/{b}/{n}/{m}")
_ASKED = ("", "", "", "?page={m}", "?q={a}+{b}", "?utm_source={a}&next=/{b}/{n}")
KINDS = {
    "home": Kind(("",), ("", *_ASKED), _BROWSED, _PAGE, 18_000),
    "page": Kind(_DEEPER, _ASKED, _BROWSED, _PAGE, 14_000),
    "api": Kind(
        ("", "/v1/{a}", "/v1/{a}/{n}", "/v2/{a}/{n}/{b}"),
        ("", "", "?limit={m}&offset={n}", "?fields={a},{b}"),
        _CALLED,
        _API,
        900,
    ),
    "asset": Kind(
        ("/{a}.{n}.js", "/{a}/{n}.png", "/{a}-{b}.css", "/{n}/{a}.svg"),
        ("", "", "", "?v={n}"),
        _FETCHED,
        _ASSET,
        22_000,
    ),
    "media": Kind(("/{a}-{n}.mp4", "/{a}/{n}.zip"), ("",), _FETCHED, _MEDIA, 900_000),
    "file": Kind(("",), ("",), _FETCHED, _ASSET, 1_400),
    "probe": Kind(("",), ("", "", "?{a}={n}"), _BROWSED, _REFUSED, 300),
}

# Section and kind, the most wanted first: the n-th gets about 1/n of the first's hits.
_SECTIONS = """
    /api:api /static:asset /:home /products:page /images:asset /search:page /blog:page
    /assets:asset /cart:page /graphql:api /account:page /login:page /media:media
    /categories:page /checkout:page /auth:api /favicon.ico:file /docs:page /health:file
    /videos:media /offers:page /wp-login.php:probe /help:page /events:api
    /downloads:media /robots.txt:file /news:page /orders:page /fonts:asset /reviews:page
    /forum:page /.env:probe /webhooks:api /about:page /sitemap.xml:file /jobs:page
    /admin:probe /contact:page /press:page /terms:page
    """
SECTIONS = [row.split(":") for row in _SECTIONS.split()]

_WORDS = """
    alpine amber anchor autumn basalt beacon birch bronze canvas cedar cobalt coral
    cotton delta dune ember fern flint garnet glacier harbor hazel indigo ivory jade
    juniper lagoon linen lunar maple meadow mint nova oak opal orchid pearl pine quartz
    river saffron sage sierra slate spruce summit tulip velvet willow zephyr
    """
WORDS = _WORDS.split()

# Read correctly these are ordinary hits: request, status.
ODD = (
    (r"GET /search?q=\"wool+socks\" HTTP/1.1", "200"),
    (r"GET /search/\"quoted\"/page HTTP/1.1", "404"),
    ("GET /downloads/annual report 2026.pdf HTTP/1.1", "200"),
    ("GET /a b c HTTP/1.1", "404"),
    (r"GET /caf\xc3\xa9/menu HTTP/1.1", "200"),
    ("GET http://my.site.com/pages/create HTTP/1.1", "200"),
    ("GET http://my.site.com HTTP/1.1", "301"),
    ("CONNECT example.com:443 HTTP/1.1", "403"),
    ("OPTIONS * HTTP/1.0", "200"),
    ("GET //cms//login.php HTTP/1.1", "404"),
    ("GET /index.html", "200"),
)

# No method and target can be read from these, as servers log them: request, status.
MALFORMED = (
    ("-", "408"),
    ("", "400"),
    (r"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x8fG\xb2\xd0\"\x9a", "400"),
    (r"\x16\x03\x01\x00\xee\x01\x00\x00\xea\x03\x03>\x1c\xe5 \x7f\\\x02", "400"),
    (r"\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr", "400"),
    (r"\n", "400"),
    ("GET", "400"),
    ("SSH-2.0-Go", "400"),
    ("MGLNDD_203.0.113.9_443", "400"),
    ("PRI * HTTP/2.0", "400"),
    ("t3 12.2.1", "400"),
    (r"GET \"/admin\" HTTP/1.1", "400"),
)

# What a scanner asks for: {n} is a number that never came before.
PROBES = (
    "/{a}{n:x}.php",
    "/{a}-{n:x}/",
    "/backup-{n}.zip",
    "/.git{n}/config",
    "/wp-content/plugins/{a}-{n:x}/readme.txt",
    "/cgi-bin/{a}/{n}.cgi?cmd=id",
)
# New queries, as browsers encode them.
QUERIES = (
    "?q={a}+{b}&t={n:x}",
    "?name={a}-{n}.jpg&wh=200x200",
    "?filter=b{n}%2Cp{m}%7C%D8%B3%D9%81%DB%8C%D8%AF%20%D8%A8%D9%86%D9%81%D8%B4",
    "?utm_source={a}&utm_campaign={b}&click={n:016x}",
)

PROTOCOLS = {"HTTP/1.1": 84, "HTTP/2.0": 15, "HTTP/1.0": 1}
VHOSTS = {"www.example.com:443": 80, "shop.example.com:443": 15, "example.org:80": 5}
USERS = ("frank", "jane doe", "deploy", "alice@example.com")
USER_OF_EVERY = 25  # every 25th client logs in
REFERRERS = {
    "-": 45,
    "https://www.example.com/": 20,
    "https://www.example.com/{a}/{n}": 20,
    "https://www.google.com/": 8,
    "https://duckduckgo.com/": 3,
    "https://news.example.net/{a}-{b}?id={n}": 4,
}
_MOZILLA = "Mozilla/5.0 "
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) "
AGENTS = {
    f"{_MOZILLA}(Windows NT 10.0; Win64; x64) {_WEBKIT}Chrome/131.0.0.0"
    " Safari/537.36": 30,
    f"{_MOZILLA}(Linux; Android 10; K) {_WEBKIT}Chrome/131.0.0.0 Mobile"
    " Safari/537.36": 20,
    f"{_MOZILLA}(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
    " like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": 18,
    f"{_MOZILLA}(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.1 Safari/605.1.15": 8,
    f"{_MOZILLA}(X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0": 7,
    f"{_MOZILLA}(Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101"
    " Firefox/133.0": 5,
    f"{_MOZILLA}(compatible; Googlebot/2.1; +http://www.google.com/bot.html)": 4,
    f"{_MOZILLA}(compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)": 3,
    "curl/8.11.0": 2,
    "python-requests/2.32.3": 1,
    "Go-http-client/1.1": 1,
    "-": 1,
}


# --- pools of ready-made pieces ------------------------------------------------------


@dataclass(frozen=True)
class Pool:
    """Pieces of lines, and for each piece the share of lines up to it; the last share is 1."""

    pieces: list[bytes]
    cumulated: list[float]

    def draw(self, rng: random.Random, count: int) -> list[bytes]:
        """Return `count` pieces; two draws in a row are one draw of both counts.

        Does the same as random.choices(), faster because the loop is in C.
        """
        draws = [rng.random() for _ in range(count)]
        places = map(bisect.bisect, itertools.repeat(self.cumulated), draws)
        return list(map(self.pieces.__getitem__, places))


def make_pool(shares: Mapping[bytes, float]) -> Pool:
    """Return the pool that draws each piece as often as its share, of 1 in all."""
    drawn = {piece: share for piece, share in shares.items() if share > 0}
    cumulated = list(itertools.accumulate(drawn.values()))
    return Pool(list(drawn), [*cumulated[:-1], 1.0])


def zipf(count: int, exponent: float) -> list[float]:
    """Return weights that fall with the rank and add up to 1."""
    weights = [(rank + 1) ** -exponent for rank in range(count)]
    total = sum(weights)
    return [weight / total for weight in weights]


def pick(rng: random.Random, weights: Mapping[str, int]) -> str:
    """Return one key, the heavier the likelier."""
    return rng.choices(list(weights), list(weights.values()))[0]


def fill(rng: random.Random, template: str) -> str:
    """Return a template with words for {a} and {b}, numbers for {n} and {m}."""
    a, b = rng.choices(WORDS, k=2)
    return template.format(a=a, b=b, n=rng.randrange(1, 10_000), m=rng.randrange(1, 50))


def heads(settings: Settings, rng: random.Random) -> Pool:
    """Return the pool of different clients, each with the part of a line before its time."""
    clients: dict[str, None] = {}
    while len(clients) < settings.clients:
        clients[address(rng)] = None
    template = FORMATS[settings.format][0]
    line = template.format
    pieces = [
        line(client=client, user=user_of(rank), vhost=pick(rng, VHOSTS)).encode()
        for rank, client in enumerate(clients)
    ]
    return make_pool(dict(zip(pieces, zipf(len(pieces), 0.7), strict=True)))


def address(rng: random.Random) -> str:
    """Return an address nobody owns: benchmarks, carriers' NAT, documentation."""
    if rng.random() < 0.2:
        subnet, host = rng.randrange(1, 1 << 16), rng.randrange(1, 1 << 16)
        return f"2001:db8:{subnet:x}:{rng.randrange(1, 256):x}::{host:x}"
    low, third = rng.randrange(1, 255), rng.randrange(256)
    if rng.random() < 0.5:
        return f"198.{rng.randrange(18, 20)}.{third}.{low}"
    return f"100.{rng.randrange(64, 128)}.{third}.{low}"


def user_of(rank: int) -> str:
    """Return the user name of the client of that rank, mostly none."""
    turn, rest = divmod(rank, USER_OF_EVERY)
    return USERS[turn % len(USERS)] if rest == USER_OF_EVERY // 2 else "-"


@dataclass(frozen=True)
class Tails:
    """The part of a line after its time."""

    pool: Pool
    usual: frozenset[bytes]
    malformed: frozenset[bytes]


def tails(settings: Settings, rng: random.Random) -> Tails:
    """Return the pool of the parts of lines after the time, and the kinds of its pieces."""
    template = FORMATS[settings.format][1]
    usual: dict[bytes, None] = {}
    popularity = zipf(len(SECTIONS), 1.0)
    while len(usual) < settings.urls:
        section, kind = rng.choices(SECTIONS, popularity)[0]
        usual[usual_tail(rng, template, section, KINDS[kind])] = None
    odd = [odd_tail(rng, template, *row) for row in ODD]
    malformed = [odd_tail(rng, template, *row) for row in MALFORMED]
    ordinary, well_formed = usual_share(settings), 1 - settings.malformed
    shares = zip(usual, zipf(len(usual), 0.7), strict=True)
    all_tails = {tail: share * ordinary for tail, share in shares}
    all_tails |= dict.fromkeys(odd, well_formed * settings.odd / len(odd))
    all_tails |= dict.fromkeys(malformed, settings.malformed / len(malformed))
    return Tails(make_pool(all_tails), frozenset(usual), frozenset(malformed))


def usual_tail(rng: random.Random, template: str, section: str, kind: Kind) -> bytes:
    """Return a request to a section, with its answer, referrer and agent."""
    url = section + fill(rng, rng.choice(kind.paths) + rng.choice(kind.queries))
    method = pick(rng, kind.methods)
    status = pick(rng, kind.statuses)
    if method not in ("GET", "HEAD") and status in ("206", "304"):
        status = "200"
    return template.format(
        request=f"{method} {url} {pick(rng, PROTOCOLS)}",
        status=status,
        size=size(rng, status, kind.bytes),
        referrer=fill(rng, pick(rng, REFERRERS)),
        agent=pick(rng, AGENTS),
    ).encode()


def odd_tail(rng: random.Random, template: str, request: str, status: str) -> bytes:
    """Return a request as a scanner without referrer and user agent sends it."""
    answer = size(rng, status, 400)
    return template.format(
        request=request, status=status, size=answer, referrer="-", agent="-"
    ).encode()


def size(rng: random.Random, status: str, median: int) -> str:
    """Return the bytes of an answer: log-normal, short for errors, - for none."""
    if status in ("304", "408"):
        return "-"
    middle = median if status in ("200", "206") else 350
    return str(int(rng.lognormvariate(math.log(middle), 0.9)))


# --- pace ----------------------------------------------------------------------------


def rate_at(settings: Settings, elapsed: float) -> float:
    """Return the lines per second wanted `elapsed` seconds after the beginning.

    The first burst comes after a quarter of `burst_every`.
    """
    every = settings.burst_every
    if every and (elapsed - every / 4) % every < settings.burst_length:
        return settings.burst_rate
    return settings.rate


class Pace:
    """Computes how many lines are due. Remembers the fraction of a line that is still due."""

    def __init__(self, settings: Settings, rng: random.Random) -> None:
        self._settings = settings
        self._rng = rng
        self._owed = 1.0  # so that the first line comes at once

    def due(self, elapsed: float, passed: float) -> int:
        """Return the lines due for `passed` seconds that began at `elapsed`."""
        unevenness = self._rng.uniform(0.5, 1.5)
        self._owed += rate_at(self._settings, elapsed) * passed * unevenness
        count = int(self._owed)
        self._owed -= count
        return count


_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"  # in any locale


def stamp(second: int, utc: bool) -> bytes:
    """Return an epoch second as in %t, in UTC or in the machine's zone."""
    at = time.gmtime(second) if utc else time.localtime(second)
    month = _MONTHS[3 * at.tm_mon - 3 : 3 * at.tm_mon]
    hours, minutes = divmod(abs(at.tm_gmtoff) // 60, 60)
    sign = "-" if at.tm_gmtoff < 0 else "+"
    return (
        f"{at.tm_mday:02}/{month}/{at.tm_year:04}:{at.tm_hour:02}"
        f":{at.tm_min:02}:{at.tm_sec:02} {sign}{hours:02}{minutes:02}"
    ).encode()


def stamps(settings: Settings, pace: Pace, start: float) -> Iterator[bytes]:
    """Return the times of all lines, the first at `start` (epoch seconds)."""

    def seconds() -> Iterator[Iterator[bytes]]:
        for elapsed in itertools.count():
            if lines := pace.due(elapsed, 1.0):
                yield itertools.repeat(stamp(int(start) + elapsed, settings.utc), lines)

    return itertools.islice(itertools.chain.from_iterable(seconds()), settings.lines)


# --- traffic -------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A block of whole lines, and facts about its lines."""

    data: bytes
    malformed: list[bool]  # for each line


class Novelty:
    """Replaces a share of the usual tails by tails that never came before."""

    def __init__(
        self, settings: Settings, usual: frozenset[bytes], rng: random.Random
    ) -> None:
        share = usual_share(settings) or 1.0
        self._scan = settings.scan / share
        self._all = self._scan + settings.new / share
        self._chance = rng.random
        self._number = 0
        self._usual = usual

    def renew(self, drawn: list[bytes]) -> list[bytes]:
        """Return the tails, some replaced; two calls in a row are one of both lists."""
        if not self._all:
            return drawn
        return [
            self._renewed(tail, chance) if chance < self._all else tail
            for tail in drawn
            for chance in (self._chance() if tail in self._usual else 1.0,)
        ]

    def _renewed(self, tail: bytes, chance: float) -> bytes:
        method, path, query, answer, status, end = cut(tail)
        if chance < self._scan:
            method, path, query, status = "GET ", self._fill(PROBES), "", "404"
        elif self._chance() < 0.5:
            query = self._fill(QUERIES)
        size = 100 + int(100_000 * self._chance())
        return f'] "{method}{path}{query}{answer}{status} {size}{end}'.encode()

    def _fill(self, templates: Sequence[str]) -> str:
        self._number += 1
        chance = int(self._chance() * (1 << 30))
        words, place = divmod(chance, len(templates))
        one, two = divmod(words, len(WORDS))
        return templates[place].format(
            a=WORDS[one % len(WORDS)], b=WORDS[two], n=self._number, m=chance % 50
        )


_TAIL = re.compile(r'\] "(\S+ )([^ ?]+)(\S*)( \S+" )(\d+) \S+(.*\n)')


@functools.lru_cache(maxsize=1 << 20)
def cut(tail: bytes) -> tuple[str, ...]:
    """Return the parts of a usual tail that stay when its query and size change."""
    match = _TAIL.fullmatch(tail.decode())
    assert match
    method, path, query, answer, status, end = match.groups()
    return method, path, query, answer, "200" if status == "304" else status, end


class Traffic:
    """Makes lines for given times. Remembers the positions of its random streams.

    Clients, requests and pace draw from a stream each, all seeded by one: that is why
    the lines do not depend on how they are cut into blocks.
    """

    def __init__(self, settings: Settings) -> None:
        rng = random.Random(settings.seed)
        self.pace = Pace(settings, random.Random(rng.getrandbits(64)))
        self._head_rng = random.Random(rng.getrandbits(64))
        self._tail_rng = random.Random(rng.getrandbits(64))
        self._heads = heads(settings, rng)
        self._tails = tails(settings, rng)
        seed = rng.getrandbits(64)
        self._novelty = Novelty(settings, self._tails.usual, random.Random(seed))

    def block(self, times: Sequence[bytes]) -> Block:
        """Return one line for each time (see stamp())."""
        count = len(times)
        drawn = self._tails.pool.draw(self._tail_rng, count)
        pieces = [b""] * (3 * count)
        pieces[0::3] = self._heads.draw(self._head_rng, count)
        pieces[1::3] = times
        pieces[2::3] = self._novelty.renew(drawn)
        malformed = list(map(self._tails.malformed.__contains__, drawn))
        return Block(b"".join(pieces), malformed)


# --- the file and its rotation -------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """The numbers of lines and rotations of a run."""

    lines: int
    malformed: int
    rotations: int


class Log:
    """The file that is written. Takes blocks and rotates after every N lines."""

    def __init__(self, settings: Settings) -> None:
        """Open the file to append; raises OSError."""
        self._settings = settings
        self._lines = self._malformed = self._rotations = 0
        self.fd = open_to_append(settings.file)
        self._renamed: int | None = None  # the old file while it is still written to
        if settings.rotate_every and not is_regular(self.fd):
            self.close()
            raise OSError(errno.EINVAL, "only a regular file can be rotated")

    @property
    def written(self) -> Written:
        """What was written so far."""
        return Written(self._lines, self._malformed, self._rotations)

    @property
    def room(self) -> int:
        """The most lines that the next block may have."""
        every = self._settings.rotate_every
        if not every:
            return BLOCK_LINES
        end = every if self._renamed is None else self._settings.keep_writing
        return min(BLOCK_LINES, end - self._lines % every)

    def write(self, block: Block) -> None:
        """Write a block of at most `room` lines, then rotates if it is time."""
        self._put(self.fd if self._renamed is None else self._renamed, block)
        if not self._settings.rotate_every:
            return
        since_rotation = self._lines % self._settings.rotate_every
        if since_rotation == self._settings.keep_writing:
            self._leave_renamed()
        if since_rotation == 0:
            self._rotate()

    def _put(self, fd: int, block: Block) -> None:
        data, done = memoryview(block.data), 0
        try:
            while done < len(data):
                done += os.write(fd, data[done:])
        except OSError:
            done = take_back(fd, done)
            raise
        finally:
            lines = block.data.count(b"\n", 0, done)
            self._lines += lines
            self._malformed += sum(block.malformed[:lines])

    def close(self) -> None:
        """Closes what was opened."""
        self._leave_renamed()
        if self._settings.file != STANDARD_OUTPUT:
            os.close(self.fd)

    def _leave_renamed(self) -> None:
        if self._renamed is not None:
            os.close(self._renamed)
            self._renamed = None

    def _rotate(self) -> None:
        path = self._settings.file
        for number in range(self._settings.keep - 1, 0, -1):
            with suppress(FileNotFoundError):
                os.replace(f"{path}.{number}", f"{path}.{number + 1}")
        if self._settings.rotate == "copytruncate":
            shutil.copyfile(path, f"{path}.1")
            os.ftruncate(self.fd, 0)
        else:
            os.replace(path, f"{path}.1")
            self._renamed, self.fd = self.fd, open_to_append(path)
            if not self._settings.keep_writing:
                self._leave_renamed()
        self._rotations += 1


def open_to_append(path: str) -> int:
    """Return a descriptor whose writes always go to the end; raises OSError."""
    if path == STANDARD_OUTPUT:
        return 1
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def is_regular(fd: int) -> bool:
    """Return whether a descriptor is a file on a disk, and no pipe, terminal or device."""
    return stat.S_ISREG(os.fstat(fd).st_mode)


def take_back(fd: int, count: int) -> int:
    """Cut the last `count` bytes off a file on a disk; returns how many are left.

    A full disk takes a part of a block before it refuses the rest.
    """
    if count and is_regular(fd):
        os.ftruncate(fd, os.fstat(fd).st_size - count)
        return 0
    return count


# --- the two modes -------------------------------------------------------------------


class Stop:
    """Remembers that a signal asked for the end. The writer checks it between two writes."""

    def __init__(self) -> None:
        self.requested = False
        self.output: int | None = None  # the descriptor once it is open

    def listen(self) -> None:
        """Make SIGINT, SIGTERM and SIGHUP ask for the end; nohup still works."""
        signal.signal(signal.SIGALRM, self._wait_no_longer)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            under_nohup = signal.getsignal(number) == signal.SIG_IGN
            if number != signal.SIGHUP or not under_nohup:
                signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            return
        self.requested = True
        if self.output is None:
            raise InterruptedError  # opening a named pipe waits for its reader
        signal.setitimer(signal.ITIMER_REAL, STALLED_SECONDS)

    def _wait_no_longer(self, number: int, frame: FrameType | None) -> None:
        """End a write that a stalled reader holds up: it then raises OSError."""
        if self.output is not None:
            with suppress(OSError):
                os.set_blocking(self.output, False)

    def release(self) -> None:
        """Restore the output, because a terminal is shared with the shell."""
        if self.requested and self.output is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            with suppress(OSError):
                os.set_blocking(self.output, True)


def pour(traffic: Traffic, times: Iterator[bytes], log: Log, stop: Stop) -> None:
    """Write a line for each time, in as few blocks as the rotation allows."""
    while not stop.requested:
        block = list(itertools.islice(times, log.room))
        if not block:
            return
        log.write(traffic.block(block))


def live(
    settings: Settings,
    log: Log,
    stop: Stop,
    clock: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write in real time, several times a second, until asked to stop."""
    traffic = Traffic(settings)
    elapsed, last = 0.0, monotonic()
    while not stop.requested:
        now = monotonic()
        passed = min(now - last, LONGEST_TICK_SECONDS)
        due = traffic.pace.due(elapsed, passed)
        if due:
            second = stamp(int(clock()), settings.utc)
            pour(traffic, itertools.repeat(second, due), log, stop)
        elapsed, last = elapsed + passed, now
        sleep(TICK_SECONDS)


def generate(settings: Settings, log: Log, stop: Stop) -> None:
    """Write the lines of some settings; raises OSError."""
    if settings.lines is None:
        live(settings, log, stop)
        return
    traffic = Traffic(settings)
    start = time.time() if settings.start is None else settings.start
    pour(traffic, stamps(settings, traffic.pace, start), log, stop)


def make_log(*, lines: int, start: float, **options: Any) -> bytes:
    """Return the lines that `--lines` and `--start` write, without touching a disk."""
    settings = Settings(file=STANDARD_OUTPUT, lines=lines, start=start, **options)
    traffic = Traffic(settings)
    times = stamps(settings, traffic.pace, start)
    return traffic.block(list(times)).data


# --- the command line ----------------------------------------------------------------

EXAMPLES = """\
examples:
  python log/loggenerator.py access.log
      a quiet site with a burst now and then, in real time, until Ctrl-C
  python log/loggenerator.py --rate 200 --no-bursts - | python main.py -
      a busy site, straight into the monitor
  python log/loggenerator.py --rotate-every 300 --rotate copytruncate access.log
      with log rotation
  python log/loggenerator.py --lines 1000000 --seed 1 --start 2026-11-23 big.log
      a million lines at once, the same ones every time
"""

REMEDIES = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EISDIR: "name a file in it",
    errno.EACCES: "choose a FILE you may write",
}


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {one_line(message)} (see --help)\n")


Reader = Callable[[str], object]


def number(low: float, high: float, kind: type[int] | type[float] = float) -> Reader:
    """Return a reader of numbers from `low` to `high`."""

    def read(text: str) -> object:
        with suppress(ValueError):
            if low <= (value := kind(text)) <= high:
                return value
        what = "whole number" if kind is int else "number"
        raise argparse.ArgumentTypeError(
            f"{text!r}: give a {what} from {low:,} to {high:,}"
        )

    return read


def one_of(*names: str) -> Reader:
    """Return a reader of one of these names."""

    def read(text: str) -> object:
        if text in names:
            return text
        raise argparse.ArgumentTypeError(f"{text!r}: give {' or '.join(names)}")

    return read


def moment(text: str) -> object:
    """Read a time in ISO 8601."""
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a time like 2026-11-23T22:48:03Z")


_RATE = number(0.01, 1_000_000)
_SECONDS = number(1, 86_400)
_SHARE = number(0, 1)
_COUNT = number(1, 10**12, int)
_POOL = number(1, 1_000_000, int)
_FROM_0 = number(0, 10**12, int)
# Option, the word for its value, reader, help; the default comes from Settings.
OPTIONS: tuple[tuple[str, str, Reader, str], ...] = (
    ("--rate", "N", _RATE, "lines per second"),
    ("--burst-every", "SECONDS", _SECONDS, "from burst to burst, first after 1/4"),
    ("--burst-length", "SECONDS", _SECONDS, "how long a burst lasts"),
    ("--burst-rate", "N", _RATE, "lines per second in a burst"),
    ("--format", "NAME", one_of(*FORMATS), ", ".join(FORMATS)),
    ("--malformed", "SHARE", _SHARE, "share of malformed requests, 0 to 1"),
    ("--odd", "SHARE", _SHARE, "share of valid requests with spaces or quotes"),
    ("--new", "SHARE", _SHARE, "share with a query or a size never seen before"),
    ("--scan", "SHARE", _SHARE, "share of a scanner, each for a path of its own"),
    ("--urls", "N", _POOL, "distinct requests"),
    ("--clients", "N", _POOL, "distinct clients"),
    ("--seed", "N", _FROM_0, "same seed, same options, same lines"),
    ("--lines", "N", _FROM_0, "write N lines at full speed and end"),
    ("--start", "TIME", moment, "time of the first of --lines, ISO 8601 (now)"),
    ("--rotate-every", "N", _COUNT, "rotate after N lines (never)"),
    ("--rotate", "HOW", one_of("rename", "copytruncate"), "rename or copytruncate"),
    ("--keep", "N", number(1, 10_000, int), "FILE.1 to FILE.N are kept"),
    ("--keep-writing", "N", _FROM_0, "after a rename: N more lines to FILE.1 (0)"),
)


def make_parser() -> Parser:
    """Return the parser; options not given are left out of its result."""
    parser = Parser(
        prog="loggenerator",
        usage="python log/loggenerator.py [OPTIONS] FILE",
        description="Writes a realistic web access log, until stopped.",
        epilog=EXAMPLES,
        formatter_class=functools.partial(
            argparse.RawDescriptionHelpFormatter, width=78, max_help_position=26
        ),
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", metavar="FILE", help="where to; - is standard output")
    for flag, metavar, reader, text in OPTIONS:
        default = getattr(Settings, flag[2:].replace("-", "_"))
        shown = f" ({default})".replace(".0)", ")") if default else ""
        add(flag, type=reader, metavar=metavar, help=text + shown)
    add(
        "--no-bursts",
        action="store_const",
        const=0.0,
        dest="burst_every",
        help="the same rate all the time",
    )
    add(
        "--shape",
        type=one_of(*SHAPES),
        metavar="NAME",
        help=f"a set of options: {', '.join(SHAPES)}; others overrule it",
    )
    add("--utc", action="store_true", help="times in UTC, not in the machine's zone")
    return parser


def read_arguments(arguments: Sequence[str]) -> Settings:
    """Return the settings, or ends the program with one line (exit code 2)."""
    parser = make_parser()
    given = vars(parser.parse_args(arguments))
    try:
        if "start" in given:
            given["start"] = epoch(given["start"], given.get("utc", False))
        return Settings(**options_of(given.pop("shape", None), given))
    except ValueError as error:
        parser.error(str(error))


def options_of(shape: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a shape, overruled by the given ones."""
    if shape is None:
        return dict(given)
    start = {"start": SHAPE_START} if given.get("lines") is not None else {}
    return {**SHAPES[shape], **start, **given}


def epoch(at: datetime, utc: bool) -> float:
    """Return epoch seconds; a time without offset is in the zone that is printed."""
    if at.tzinfo is None and utc:
        at = at.replace(tzinfo=UTC)
    try:
        return at.timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"--start {at}: give a time after 1970") from None


def closing_line(settings: Settings, written: Written) -> str:
    """Return how much was written."""
    line = f"wrote {counted(written.lines, 'line')} ({written.malformed:,} malformed)"
    if settings.rotate_every:
        line += f", {counted(written.rotations, 'rotation')}"
    return line


def counted(number: int, thing: str) -> str:
    """Return a number with its noun, as in 12,345 lines."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def complaint(settings: Settings, error: OSError) -> str:
    """Return why the file cannot be written, and what to do."""
    folder = os.path.dirname(settings.file)
    if error.errno == errno.ENOENT and folder and not os.path.isdir(folder):
        return f"there is no folder {folder}: create it, or choose another FILE"
    remedy = REMEDIES.get(error.errno or 0, "choose another FILE")
    return f"cannot write {settings.file}: {error.strerror}: {remedy}"


def say(line: str) -> None:
    """Print one line on stderr, if there still is one."""
    if sys.stderr is not None:  # descriptor 2 may be the log if it was closed
        with suppress(OSError):
            os.write(2, os.fsencode(f"loggenerator: {one_line(line)}\n"))


def one_line(text: str) -> str:
    """Return a text with its control characters escaped, so that it stays one line."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def run(settings: Settings, stop: Stop) -> int:
    """Open, writes, closes, says how much; returns the exit code."""
    trouble = ""
    written = Written(0, 0, 0)
    try:
        stop.listen()
        log = Log(settings)
        stop.output = log.fd
        try:
            generate(settings, log, stop)
        finally:
            stop.release()
            log.close()
            written = log.written
    except OSError as error:
        if not stop.requested and not isinstance(error, BrokenPipeError):
            trouble = complaint(settings, error)
    if trouble and not written.lines:
        say(trouble)
    else:
        say("; ".join(filter(None, [closing_line(settings, written), trouble])))
    return 1 if trouble else 0


def main(arguments: Sequence[str]) -> int:
    """Run the program; returns the exit code."""
    return run(read_arguments(arguments), Stop())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
