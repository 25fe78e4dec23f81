"""A fake engine that stops before its second picture, so that a test can act in mid-run."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.events import Event, Image
from engine.requests import Request
from tests.fakes import FakeEngine

SECONDS = 10.0
"""After which a test that forgot to release it fails."""


@dataclass
class HeldEngine(FakeEngine):
    """`reached` is set when the run waits; `release` lets it go on, as does `close`."""

    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    def _script(self, request: Request) -> Iterator[Event]:
        for event in super()._script(request):
            if isinstance(event, Image) and event.index == 1:
                self.reached.set()
                assert self.release.wait(SECONDS)
            yield event

    def close(self) -> None:
        super().close()
        self.release.set()
