"""The hooks of the README, run by the real program against receivers on loopback."""

import json
import os
import re
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.program import START, Ended, line_at, ran
from support.stories import README, beforehand

SCRIPTS = [
    re.sub("(?m)^    ", "", text)
    for text in re.findall(r"(?m)^    #!/bin/sh\n(?:(?:    .*)?\n)+", README)
]
HOSTILE = "/$(touch run)`touch run`"
LOG = [line_at(START, HOSTILE) * 30, *map(line_at, range(START + 40, START + 43))]


def recipe(word: str) -> str:
    """Return the script of the README with a word."""
    (found,) = [each for each in SCRIPTS if word in each]
    return found


class Receiver(HTTPServer):
    """Takes what is posted to it on loopback, and answers with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.posted: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        self.server.posted.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def receiving(status: int) -> Iterator[Receiver]:
    with Receiver(status) as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.05,))
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


def posting(word: str, receiver: Receiver) -> str:
    text, number = re.subn(r"https://\S+", receiver.url, recipe(word))
    assert number == 1
    return text


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o700)
    return path


def hook_of_all(folder: Path, recipes: dict[str, str]) -> Path:
    """Make a hook that runs some recipes and prints the exit codes of those that fail."""
    lines = ["#!/bin/sh", "object=$(cat)"]
    for name, text in recipes.items():
        path = program(folder / name, text)
        lines.append(f'echo "$object" | {path} || echo {name} $?')
    return program(folder / "alert", "\n".join([*lines, ""]))


@dataclass
class Incident:
    """An alert and its recovery, and what each receiver got of them."""

    run: Ended
    chat: list[Any]
    pagerduty: list[Any]
    down: list[Any]
    logged: list[str]
    mails: list[str]
    files: set[str]

    @property
    def messages(self) -> list[str]:
        return self.run.out.splitlines()


@beforehand
def incident(folder: Path) -> Incident:
    """Run once on a log, with all recipes, and with two whose receiver is down."""
    log, mail = folder / "access.log", folder / "mail"
    log.write_bytes(b"".join(LOG))
    sendmail = program(folder / "sendmail", f'#!/bin/sh\n(echo "$@"; cat) >> {mail}\n')
    words = ("--once", "-q", "-w", "10", "-t", "2", "--utc")
    with ExitStack() as stack:
        chat, pagerduty, down = (
            stack.enter_context(receiving(status)) for status in (200, 202, 503)
        )
        system_log = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stack.enter_context(system_log)
        system_log.bind(("127.0.0.1", 0))
        system_log.settimeout(10)
        there = f"logger -n 127.0.0.1 -d -P {system_log.getsockname()[1]} "
        recipes = {
            "chat": posting("chat.example", chat),
            "pagerduty": posting("pagerduty", pagerduty),
            "chat-that-is-down": posting("chat.example", down),
            "pagerduty-that-is-down": posting("pagerduty", down),
            "logger": recipe("logger").replace("logger ", there),
            "mail": recipe("sendmail").replace("/usr/sbin/sendmail", str(sendmail)),
        }
        hook = hook_of_all(folder, recipes)
        state = ("--state", folder / "state.db")
        run = ran(*words, *state, "--exec", hook, log, cwd=folder)
        logged = [system_log.recv(4096).decode() for _ in range(2)]
    mails = mail.read_text().split("-t\n")[1:]
    files = {path.name for path in folder.iterdir()}
    received = (chat.posted, pagerduty.posted, down.posted, logged, mails)
    return Incident(run, *received, files)


@pytest.fixture
def seen(stories: dict[object, Future[Incident]]) -> Incident:
    return stories[incident].result()


def test_there_are_recipes() -> None:
    assert len(SCRIPTS) == 4


def test_the_chat_gets_the_message(seen: Incident) -> None:
    texts = [each["text"].partition(": ")[2] for each in seen.chat]
    assert texts == seen.messages
    assert len(texts) == 2


def test_pagerduty_opens_an_incident_and_resolves_it(seen: Incident) -> None:
    opened, resolved = seen.pagerduty
    assert [each["event_action"] for each in seen.pagerduty] == ["trigger", "resolve"]
    assert opened["dedup_key"] == resolved["dedup_key"]
    assert opened["dedup_key"].startswith(f"{os.uname().nodename} ")
    assert opened["payload"]["severity"] == "critical"
    summaries = [each["payload"]["summary"] for each in seen.pagerduty]
    assert [each.partition(": ")[2] for each in summaries] == seen.messages


def test_a_receiver_that_is_down_is_worth_another_try(seen: Incident) -> None:
    """Exit code 75 asks for it. No other recipe fails."""
    curl, chat, *_ = lines = seen.run.err.splitlines()
    assert curl.startswith("hook: curl: (22) ")
    assert chat == "hook: chat-that-is-down 75"
    assert lines == [curl, chat, curl, "hook: pagerduty-that-is-down 75"] * 2
    assert (seen.run.code, len(seen.down)) == (0, 4)


def test_the_system_log_gets_the_message(seen: Incident) -> None:
    for received, message in zip(seen.logged, seen.messages, strict=True):
        assert received.startswith("<28>1 ")  # daemon.warning, RFC 5424
        assert " access-log " in received
        assert received.endswith(f": {message}")


def test_sendmail_gets_the_message(seen: Incident) -> None:
    heads, bodies = zip(*(each.split("\n\n") for each in seen.mails), strict=True)
    assert [body.rstrip("\n") for body in bodies] == seen.messages
    for state, head in zip(("firing", "recovered"), heads, strict=True):
        assert re.fullmatch(
            rf"To: admin@example.org\nSubject: traffic {state} on \S+", head
        )


def test_a_message_is_no_command(seen: Incident) -> None:
    """What a client sends is in the message as a cause, and no shell runs it."""
    assert HOSTILE in seen.chat[0]["text"]
    assert "run" not in seen.files
