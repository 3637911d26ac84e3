"""The hooks of the README, run by the real program against receivers on loopback."""

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.program import ENVIRON, START, UTF8, Ended, line_at, ran
from support.stories import README

SCRIPTS = [
    re.sub("(?m)^    ", "", text)
    for text in re.findall(r"(?m)^    #!/bin/sh\n(?:(?:    .*)?\n)+", README)
]
LOG = b"".join(line_at(START + second) for second in [*[0] * 30, 40, 41, 42])


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
def receiving(status: int = 200) -> Iterator[Receiver]:
    with Receiver(status) as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.05,))
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


def hook(folder: Path, text: str) -> Path:
    path = folder / "alert"
    path.write_text(text)
    path.chmod(0o700)
    return path


def posting(folder: Path, word: str, receiver: Receiver) -> Path:
    text, number = re.subn(r"https://\S+", receiver.url, recipe(word))
    assert number == 1
    return hook(folder, text)


def tried(path: Path) -> Ended:
    return ran("--exec", path, "--exec-test")


def incident(folder: Path, path: Path) -> Ended:
    """Run once on a log with an alert and its recovery."""
    log = folder / "access.log"
    log.write_bytes(LOG)
    words = ("--once", "-q", "-w", "10", "-t", "2", "--utc")
    return ran(*words, "--state", folder / "state.db", "--exec", path, log)


def test_there_are_recipes() -> None:
    assert len(SCRIPTS) == 4


def test_the_chat_gets_the_message(tmp_path: Path) -> None:
    with receiving() as receiver:
        run = incident(tmp_path, posting(tmp_path, "chat.example", receiver))
    assert (run.code, run.err) == (0, "")
    texts = [each["text"].partition(": ")[2] for each in receiver.posted]
    assert texts == run.out.splitlines()
    assert len(texts) == 2


def test_pagerduty_opens_an_incident_and_resolves_it(tmp_path: Path) -> None:
    with receiving(202) as receiver:
        run = incident(tmp_path, posting(tmp_path, "pagerduty", receiver))
    assert (run.code, run.err) == (0, "")
    opened, resolved = receiver.posted
    assert [each["event_action"] for each in receiver.posted] == ["trigger", "resolve"]
    assert opened["dedup_key"] == resolved["dedup_key"]
    assert opened["dedup_key"].startswith(f"{os.uname().nodename} ")
    assert opened["payload"]["severity"] == "critical"
    summaries = [each["payload"]["summary"] for each in receiver.posted]
    assert [each.partition(": ")[2] for each in summaries] == run.out.splitlines()


@pytest.mark.parametrize("word", ["chat.example", "pagerduty"])
def test_a_receiver_that_is_down_is_worth_another_try(
    tmp_path: Path, word: str
) -> None:
    with receiving(503) as receiver:
        run = tried(posting(tmp_path, word, receiver))
    assert run.code == 1
    assert "hook: curl: (22) " in run.err
    assert "exit code 75: curl: (22) " in run.err
    assert len(receiver.posted) == 1


def test_the_system_log_gets_the_message(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        there = f"logger -n 127.0.0.1 -d -P {receiver.getsockname()[1]} "
        text = recipe("logger").replace("logger ", there)
        assert tried(hook(tmp_path, text)).code == 0
        received = receiver.recv(4096).decode()
    assert received.startswith("<28>1 ")  # daemon.warning, RFC 5424
    assert " access-log " in received
    assert received.endswith(": This is a test of the hook")


def test_sendmail_gets_the_message(tmp_path: Path) -> None:
    sendmail = tmp_path / "sendmail"
    sendmail.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/words; cat > {tmp_path}/mail\n'
    )
    sendmail.chmod(0o755)
    text = recipe("sendmail").replace("/usr/sbin/sendmail", str(sendmail))
    run = incident(tmp_path, hook(tmp_path, text))
    assert (run.code, run.err) == (0, "")
    assert (tmp_path / "words").read_text() == "-t\n"
    head, _, body = (tmp_path / "mail").read_text().partition("\n\n")
    assert re.fullmatch(
        r"To: admin@example.org\nSubject: traffic recovered on \S+", head
    )
    assert body == run.out.splitlines()[1] + "\n"


def test_a_message_is_no_command(tmp_path: Path) -> None:
    """What a client sends is in the message as a cause, and no shell runs it."""
    with receiving() as receiver:
        path = posting(tmp_path, "chat.example", receiver)
        log = tmp_path / "access.log"
        hostile = f"/$(touch {tmp_path}/run)`touch {tmp_path}/run`"
        log.write_bytes(line_at(START, hostile.replace("/run", "%2frun")) * 30)
        state = ("--state", tmp_path / "state.db")
        env = {**ENVIRON, **UTF8}
        run = ran(
            "--once", "-q", "-w", "10", "-t", "2", *state, "--exec", path, log, env=env
        )
    assert run.code == 0
    assert "/$(touch " in receiver.posted[0]["text"]
    assert not (tmp_path / "run").exists()
