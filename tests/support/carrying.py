"""Logs whose lines cannot be read without the lines before them."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from support.timelines import START, line

HEADERS = {
    "default": "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
    "few": "date time c-ip cs-method cs-uri-stem sc-status sc-bytes cs(User-Agent)",
    "same number": "time date cs-uri-stem cs-method c-ip sc-bytes sc-status cs(User-Agent)",
    "no date": "time c-ip cs-method cs-uri-stem sc-status",
}
_LINES = {
    "default": "{day} {time} 10.0.0.1 GET {path} - 443 - {client} agent/1.0 - {status} 0 0 187",
    "few": "{day} {time} {client} GET {path} {status} 10 {agent}",
    "same number": "{time} {day} {path} GET {client} 10 {status} {agent}",
    "no date": "{time} {client} GET {path} {status}",
}


def header(kind: str, second: int = 0) -> bytes:
    """Return the directives of a log, as a server writes them at a second after START."""
    stamp = _moment(second).strftime("%Y-%m-%d %H:%M:%S")
    software = "#Software: Microsoft Internet Information Services 10.0"
    lines = (software, "#Version: 1.0", f"#Date: {stamp}", f"#Fields: {HEADERS[kind]}")
    return "".join(f"{each}\r\n" for each in lines).encode()


def w3c_line(
    kind: str, second: int, path: str = "/", status: int = 200, agent: str = "a"
) -> bytes:
    """Return a hit at a second after START, under a header of a kind."""
    day, time = _stamps(second)
    text = _LINES[kind].format(
        day=day,
        time=time,
        path=path,
        status=status,
        client=f"192.0.2.{second % 7}",
        agent=agent,
    )
    return f"{text}\r\n".encode()


def in_parts(rng: random.Random, text: bytes) -> Iterator[bytes]:
    """Yield a line of a container in parts, with a line of another stream between them."""
    cut = rng.randrange(1, len(text) - 1)
    stamp = b"2026-11-23T22:48:00.123456789Z"
    yield b"%b stdout P %b\n" % (stamp, text[:cut])
    if rng.random() < 0.5:
        yield b"%b stderr F what?\n" % stamp
    yield b"%b stdout F %b" % (stamp, text[cut:])


def carrying_lines(rng: random.Random, seconds: Iterable[int]) -> list[bytes]:
    """Return a hit at each second. Directives change now and then, and some lines are in parts."""
    kind, lines = "default", [header("default")]
    for second in seconds:
        if rng.random() < 0.03:
            kind = rng.choice(list(HEADERS))
            lines.append(header(kind, second))
        path, status = f"/{rng.choice('abc')}/x", rng.choice((200, 200, 404, 500))
        if rng.random() < 0.1:
            lines += in_parts(rng, line(second, path, status))
        else:
            lines.append(w3c_line(kind, second, path, status))
    return b"".join(lines).splitlines(keepends=True)


@lru_cache(maxsize=4096)
def _stamps(second: int) -> tuple[str, str]:
    day, _, time = f"{_moment(second):%Y-%m-%d %H:%M:%S}".partition(" ")
    return day, time


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(START + second, UTC)
