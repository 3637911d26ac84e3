"""The head of a request of HTTP -> the answer. Source: RFC 9112, as much as two pages need.

A library is no help here: `http.server` of the standard library blocks while it reads.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

LARGEST = 8192
"""Bytes of the largest head of a request."""

_head_end = re.compile(rb"\r?\n\r?\n")
_request_line = re.compile(rb"([!-~]+) ([!-~]+) HTTP/1\.[01]\r?\n")


class Page(NamedTuple):
    """The type of a page and its text."""

    kind: str
    text: str


PLAIN = "text/plain; charset=utf-8"

Pages = Callable[[str], Page | None]
"""Returns the page of a path; None if there is none."""


def is_whole(head: bytes) -> bool:
    """Return whether the head of a request has ended."""
    return _head_end.search(head) is not None


def answer_to(head: bytes, pages: Pages) -> bytes:
    """Return the answer to a request: its head, and its body unless the method is HEAD."""
    match = _request_line.match(head)
    if match is None:
        return _answer(
            "400 Bad Request", Page(PLAIN, "this is no request of HTTP/1.1\n")
        )
    method, target = match[1].decode(), match[2].decode()
    if method not in ("GET", "HEAD"):
        allowed = Page(PLAIN, "only GET and HEAD\n")
        return _answer("405 Method Not Allowed", allowed, "Allow: GET, HEAD\r\n")
    page, status = pages(target.partition("?")[0]), "200 OK"
    if page is None:
        page, status = Page(PLAIN, "try /metrics or /healthz\n"), "404 Not Found"
    return _answer(status, page, has_body=method == "GET")


def _answer(status: str, page: Page, more: str = "", *, has_body: bool = True) -> bytes:
    body = page.text.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {page.kind}\r\n"
        f"Content-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + (body if has_body else b"")
