"""The one door to an engine, whether it works in this process or in a child."""

from collections.abc import Iterator
from typing import Protocol

from engine.events import Event
from engine.requests import Request


class Engine(Protocol):
    """Requests in, events out. To cancel, stop iterating and call `close()` on the iterator."""

    def run(self, request: Request) -> Iterator[Event]:
        """Yield the events of one run. Raises EngineError children; anything else is a bug."""
        ...

    def supports(self, request: type[Request]) -> bool:
        """Whether the loaded family can do this kind of request."""
        ...

    def warm_up(self) -> Iterator[Event]:
        """Import and load what the first run needs, reporting Loading; harmless to repeat."""
        ...

    def give_up(self, request: Request) -> None:
        """Let a run of this very request end soon, from another thread; its iterator then ends.

        Does nothing where another run goes on, or where the engine works in this process.
        """
        ...

    def interrupt(self) -> None:
        """Free a thread that hangs in a run, from another thread; the engine stays usable.

        Does nothing where the engine works in this process: there the run ends at its next event.
        """
        ...

    def close(self) -> None:
        """Release memory and processes; the engine is not used afterwards."""
        ...
