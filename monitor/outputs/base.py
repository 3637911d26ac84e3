"""What an output and a renderer do. To add an output, write one file in this room."""

from typing import Protocol

from monitor.core import Event


class Renderer(Protocol):
    """Turns events into text."""

    def render(self, event: Event) -> str:
        """Return the lines of an event, each with its newline."""


class Output:
    """A receiver of events: a terminal, a file, a program. Its methods do nothing by default."""

    def emit(self, event: Event) -> None:
        """Show, send or store an event."""

    def tick(self, now: float) -> None:
        """Do what is due at the end of a round of following, first when the logs are open.

        `now` is in seconds of the monotonic clock. There are two rounds a second or more.
        """

    def close(self) -> None:
        """Finish, because no more events follow."""
