"""The verbs for the engine on an NVIDIA card: look, get, pause, remove. Lives on the main thread.

One piece of work at a time, in a thread of its own. Nothing here opens a connection but `get`.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.card.building import Recipe, build, removing
from desktop.card.driver import Card, find_card
from desktop.card.place import Place, State
from desktop.card.uv import Uv, own_program
from desktop.errors import DesktopError
from desktop.jobs import Job, Jobs
from desktop.model_work import Working
from desktop.paths import Paths
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.child import ChildOptions, Interpreter

if TYPE_CHECKING:
    from engine.weights.network import Network

PATIENCE = 15.0
"""Seconds that closing waits for a thread that was told to stop."""

PINS = ("requirements.lock", "requirements-cuda.lock")


@dataclass(frozen=True, slots=True)
class Looked:
    """card: what the driver names. size: bytes of what was built; 0 where it is not whole."""

    card: Card | None
    size: int


Way: TypeAlias = tuple[str, str]
"""Index of packages and proxy, as typed by a person, or empty."""


class CardKeeper(QObject):
    """Knows whether there is a card and an engine for it, and makes or removes that engine."""

    changed = Signal()
    """Anything that the page shows."""
    worked = Signal(object)
    """Working: how far the work is."""
    failed = Signal(str)
    """One sentence for a person."""
    bug_found = Signal(str)
    settled = Signal()
    """Another Python is to paint from now on: there is an engine for the card, or none any more."""

    def __init__(
        self,
        place: Place,
        recipe: "Callable[[Way, Callable[[Network], None]], Recipe]",
        find: Callable[[], Card | None] = find_card,
        parent: QObject | None = None,
    ) -> None:
        """Look for nothing yet. `find` asks the driver; `recipe` says how to build."""
        super().__init__(parent)
        self.place = place
        self.card: Card | None = None
        self.looked = False
        """Whether the driver has been asked for the card."""
        self.size = 0
        """Bytes of what was built, as far as it is known."""
        self.working: Working | None = None
        self._recipe, self._find = recipe, find
        self._worker = Worker("card worker", self)
        self._jobs = Jobs(self._worker, self)
        self._worker.reported.connect(self._let_go)
        self._job: Job | None = None
        self._was_ready = False
        self._network: Network | None = None

    @property
    def state(self) -> State:
        """How far the engine is."""
        return self.place.state

    @property
    def interpreter(self) -> Interpreter | None:
        """The Python that has a torch for the card, where it is whole."""
        if self.state is not State.READY:
            return None
        return Interpreter(self.place.python, source_of_engine())

    def look(self) -> None:
        """Ask the driver once, in the thread."""
        if not self.looked and self._job is None:
            self._work(self._looking)

    def get(self, way: Way) -> None:
        """Build it, or go on with that."""
        self._network = None
        try:
            recipe = self._recipe(way, self._hold)
        except DesktopError as error:
            self.failed.emit(str(error))
            return
        self._work(lambda: self._and_look(build(recipe)))

    def pause(self) -> None:
        """Stop what is going on; what has arrived is kept."""
        network = self._network  # forgotten as soon as the job counts as ended
        if self._job is not None:
            self._job.cancel()
        if network is not None:
            network.interrupt()

    def remove(self) -> None:
        """Delete all of it; whoever paints with it is told first and lets go of it."""
        self.pause()
        was_ready = self.state is State.READY
        try:
            self.place.give_up()
        except OSError as error:
            self.failed.emit(f"{self.place.root} cannot be changed ({error.strerror}).")
            return
        if was_ready:
            self.settled.emit()
        self._work(lambda: self._and_look(removing(self.place)))

    def close(self) -> None:
        """Stop all work."""
        self.pause()
        self._jobs.cancel_all()
        self._worker.shutdown(PATIENCE)

    def _and_look(self, work: Iterator[Working]) -> Iterator[object]:
        yield from work
        yield from self._looking()

    def _looking(self) -> Iterator[Looked]:
        yield Looked(self._find(), self.place.size())

    def _hold(self, network: "Network") -> None:
        """Remember what waits for bytes in the thread, so that it can be freed."""
        self._network = network

    def _work(self, start: Callable[[], Iterator[object]]) -> None:
        if self._job is not None:
            self.failed.emit("Easel is still busy with the card; wait for it or pause it.")
            return
        self.working = Working("")
        self._was_ready = self.state is State.READY
        self._job = self._jobs.submit(start, self._hear)
        self.changed.emit()

    def _hear(self, _job: Job, report: object) -> None:
        match report:
            case Working():
                self.working = report
                self.worked.emit(report)
            case Looked():
                self.card, self.size, self.looked = report.card, report.size, True
            case Done() | Cancelled() | Failed():
                self._end(report)
            case _:
                raise AssertionError(report)

    def _let_go(self, _job_id: int, report: object) -> None:
        """Look again when the thread is done with what was paused: only then is all of it there."""
        if isinstance(report, Done | Cancelled | Failed):
            self.changed.emit()
        if isinstance(report, Cancelled | Failed):  # else the work has looked at its end
            self._jobs.submit(self._looking, self._hear_what_is_left)

    def _hear_what_is_left(self, _job: Job, report: object) -> None:
        if isinstance(report, Looked):
            self.card, self.size = report.card, report.size
            self.changed.emit()

    def _end(self, ending: Done | Cancelled | Failed) -> None:
        self._job = self.working = self._network = None
        self.changed.emit()
        if self._was_ready != (self.state is State.READY):
            self.settled.emit()
        if isinstance(ending, Failed):
            if ending.expected:
                self.failed.emit(str(ending.error))
            else:
                self.bug_found.emit(ending.trace)


def own_keeper(paths: Paths) -> CardKeeper:
    """The one of this person, who builds with the uv and the pins that came with Easel."""
    inside = paths.resources.parent
    pins = "".join((inside / name).read_text(encoding="utf-8") for name in PINS)
    place = Place(paths.data / "card-engine", pins)

    def recipe(way: Way, hold: "Callable[[Network], None]") -> Recipe:
        index, proxy = way
        uv = Uv(own_program(inside), place.root, index, proxy)
        return Recipe(place, uv, partial(_connected, proxy, hold), _painted_with, _free)

    return CardKeeper(place, recipe)


def source_of_engine() -> Path:
    """The folder that holds the modules of the engine as files that any Python can read."""
    from desktop.paths import RESOURCES

    packed = RESOURCES.parent / "engine-source"
    return packed if packed.is_dir() else RESOURCES.parent


def _connected(proxy: str, hold: "Callable[[Network], None]", origin: str) -> "Network":
    from engine.weights.network import Network, Route

    network = Network(Route(mirror=origin, proxy=proxy))
    hold(network)
    return network


def _painted_with(python: Path) -> str:
    from desktop.self_test import painted

    return painted(ChildOptions(interpreter=Interpreter(python, source_of_engine()))).device


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
