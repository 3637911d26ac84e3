"""The protocol of an output. To add an output, write one file in this room."""

from typing import Protocol

from monitor.core import Event


class Output(Protocol):
    """A receiver of events: a terminal, a file, a program."""

    def emit(self, event: Event) -> None:
        """Show, send or store an event."""

    def close(self) -> None:
        """Finish, because no more events follow."""
