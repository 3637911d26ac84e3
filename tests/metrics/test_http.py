"""Requests of HTTP and their answers."""

import pytest

from monitor.metrics import Page, answer_to
from monitor.metrics.http import is_whole

PAGES = {"/metrics": Page("text/plain; version=0.0.4", "ä\n")}
OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
    b"Content-Length: 3\r\nConnection: close\r\n\r\n"
)
BODY = "ä\n".encode()

ANSWERS = [
    pytest.param(b"GET /metrics HTTP/1.1\r\n\r\n", OK + BODY, id="GET"),
    pytest.param(b"GET /metrics HTTP/1.0\n\n", OK + BODY, id="HTTP/1.0, bare newlines"),
    pytest.param(b"GET /metrics?a=/b HTTP/1.1\r\n\r\n", OK + BODY, id="a query"),
    pytest.param(
        b"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text\r\n\r\n",
        OK + BODY,
        id="whatever is accepted",
    ),
    pytest.param(b"HEAD /metrics HTTP/1.1\r\n\r\n", OK, id="HEAD"),
]


@pytest.mark.parametrize(("head", "answer"), ANSWERS)
def test_a_page_is_answered_whole(head: bytes, answer: bytes) -> None:
    assert is_whole(head)
    assert answer_to(head, PAGES.get) == answer


REFUSED = [
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", b"404 Not Found", id="an unknown path"),
    pytest.param(b"GET /metrics/ HTTP/1.1\r\n\r\n", b"404 Not Found", id="a folder"),
    pytest.param(b"HEAD /a HTTP/1.1\r\n\r\n", b"404 Not Found", id="HEAD of it"),
    pytest.param(
        b"POST /metrics HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", id="POST"
    ),
    pytest.param(
        b"get /metrics HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", id="small letters"
    ),
    pytest.param(b"GET /metrics\r\n\r\n", b"400 Bad Request", id="no version"),
    pytest.param(b"GET /metrics HTTP/2.0\r\n\r\n", b"400 Bad Request", id="HTTP/2"),
    pytest.param(b"\x16\x03\x01\x02\n\n", b"400 Bad Request", id="a TLS hello"),
]


@pytest.mark.parametrize(("head", "status"), REFUSED)
def test_everything_else_is_refused(head: bytes, status: bytes) -> None:
    answer = answer_to(head, PAGES.get)
    assert answer.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert (b"\r\nAllow: GET, HEAD\r\n" in answer) == status.startswith(b"405")
    body = answer.partition(b"\r\n\r\n")[2]
    assert bool(body) == (not head.startswith(b"HEAD"))


UNFINISHED = [b"", b"GET", b"GET /metrics HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA: b\r\n"]


@pytest.mark.parametrize("head", UNFINISHED, ids=ascii)
def test_a_head_is_whole_at_its_empty_line(head: bytes) -> None:
    assert not is_whole(head)
