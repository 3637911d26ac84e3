"""The protocol of an output: one file of this room for each."""

from typing import Protocol

from monitor.core import Event


class Output(Protocol):
    """A place where events go: to a terminal, to a file, to a program."""

    def emit(self, event: Event) -> None:
        """Show, send or store an event."""

    def close(self) -> None:
        """Finish, because there are no more events."""
