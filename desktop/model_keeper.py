"""The verbs of the page of models: get, pause, verify, remove, use. Lives on the main thread.

One piece of work at a time, in a thread of its own. Nothing here opens a connection but `get`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.errors import DesktopError
from desktop.jobs import Job, Jobs
from desktop.model_choices import Added, ModelChoices
from desktop.model_shelf import Condition, Shelf
from desktop.model_work import (
    Inspect,
    Working,
    added_of,
    adding,
    fetching,
    removing,
    saving_space,
    verdicts_in,
    verifying,
)
from desktop.paths import Paths
from desktop.storage.verdicts import Verdict
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.errors import EngineError, WeightsDamaged
from engine.families import Family, Part
from engine.families.offers import OFFERS, Offer, offer
from engine.interface import Engine
from engine.weights.recognise import Recognised

if TYPE_CHECKING:  # what speaks to the network is imported when somebody wants it
    from engine.weights.network import Network, Route

PATIENCE = 15.0
"""Seconds that closing waits for a thread that was told to stop."""
FALLBACK = OFFERS[0].name


@dataclass(frozen=True, slots=True)
class InUse:
    """The model that paints: where its files are looked for, and what it is called."""

    name: str
    title: str
    family: Family
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Busy:
    """What is being worked on. verb: "get", "verify", … name: of the offer, or "" for a folder."""

    verb: str
    name: str
    working: Working


class ModelKeeper(QObject):
    """Knows every model, works on one of them at a time, and says which one paints."""

    changed = Signal()
    """Anything that the page shows."""
    worked = Signal(object)
    """Busy: how far the work is."""
    failed = Signal(str)
    """One sentence for a person."""
    noticed = Signal(str)
    bug_found = Signal(str)
    chosen = Signal(object)
    """InUse: another model is to paint."""

    def __init__(
        self,
        paths: Paths,
        inspect: Inspect,
        connect: "Callable[[Route], Network] | None" = None,
        parent: QObject | None = None,
    ) -> None:
        """Read what was decided before; start nothing. `connect` stands in for Network in tests."""
        super().__init__(parent)
        self._paths = paths
        self._inspect = inspect
        self._connect = connect
        self._file = paths.config / "models.json"
        self._known = verdicts_in(paths.data)
        self._worker = Worker("model worker", self)
        self._jobs = Jobs(self._worker, self)
        self._worker.reported.connect(self._let_go)
        self._job: Job | None = None
        self._network: Network | None = None
        self._inspecting: Engine | None = None
        self.choices = ModelChoices.load(self._file)
        self._opened = ""
        """Name of the model that an engine was opened for."""
        self.token = ""
        """Typed by a person, for as long as the program runs."""
        self.busy: Busy | None = None

    @property
    def shelf(self) -> Shelf:
        """What is where."""
        choices, paths = self.choices, self._paths
        return Shelf(paths.models, choices.folders, paths.resources, self._known)

    # Which model paints

    def in_use(self) -> InUse:
        """The model that was chosen, or the one that comes with Easel where that is not here."""
        if self.can_use(self.choices.chosen):
            return self._as_used(self.choices.chosen)
        return self._as_used(FALLBACK)

    def take_up(self) -> InUse:
        """What to open an engine for now, which paints from then on."""
        used = self.in_use()
        self._opened = used.name
        return used

    @property
    def painting(self) -> str:
        """Name of the model that paints, also when one of its files was found damaged since."""
        return self._opened or self.in_use().name

    def missed(self) -> str | None:
        """Title of the model that was chosen, where it is not here or not whole any more."""
        name = self.choices.chosen
        if self.can_use(name):
            return None
        if (added := self.added(name)) is not None:
            return added.title
        return next((each.title for each in OFFERS if each.name == name), None)

    def can_use(self, name: str) -> bool:
        """Whether a model of that name is here and whole."""
        if (added := self.added(name)) is not None:
            base = offer(added.family)
            return self.shelf.usable(added.as_family, base.repositories)
        found = next((each for each in OFFERS if each.name == name and not each.needs), None)
        return found is not None and self.shelf.standing(found).condition is Condition.READY

    def use(self, name: str) -> None:
        """Have another model paint from now on."""
        if not self.can_use(name):
            self.failed.emit("This model is not complete on this computer; get it first.")
            return
        self._opened = name
        self._decide(chosen=name)
        self.chosen.emit(self._as_used(name))

    def added(self, name: str) -> Added | None:
        """The model of a person's own with that name."""
        return next((each for each in self.choices.added if each.name == name), None)

    def damaged(self, added: Added) -> tuple[Path, ...]:
        """Files known to be damaged of what a model of a person's own is put together from."""
        return self.shelf.damaged(added.as_family, offer(added.family).repositories)

    def hear_damage(self, error: Exception) -> None:
        """Remember the file that reading found damaged, if `error` says so: its card tells at once.

        What comes with Easel is not remembered: installed again, it may have the same dates.
        """
        path = error.path if isinstance(error, WeightsDamaged) else None
        if path is not None and not path.is_relative_to(self._paths.resources):
            self._known.tell(path, Verdict.DAMAGED)
            self.changed.emit()

    # Work

    def accepted(self, wanted: Offer) -> bool:
        """Whether its licence was read and accepted."""
        return wanted.family.licence_file in self.choices.accepted

    def accept(self, wanted: Offer) -> None:
        """Remember that its licence was accepted."""
        if not self.accepted(wanted):
            self._decide(accepted=(*self.choices.accepted, wanted.family.licence_file))

    def get(self, wanted: Offer) -> None:
        """Fetch what is missing, or go on with it. Its licence must have been accepted."""
        assert self.accepted(wanted), "the page asks first"
        from engine.weights.network import Network, Route

        route = Route(self.choices.mirror, self.choices.proxy, self.token)
        try:
            self._network = network = (self._connect or Network)(route)
        except EngineError as error:
            self.failed.emit(str(error))
            return
        self._work("get", wanted, lambda: fetching(wanted, self.shelf, network, self._looks_into))

    def pause(self) -> None:
        """Stop what is going on; a download keeps what has arrived."""
        # Both are forgotten as soon as the job counts as ended.
        waited_for = (self._network, self._inspecting)
        if self._job is not None:
            self._job.cancel()
        for each in waited_for:
            if each is not None:
                each.interrupt()

    def verify(self, wanted: Offer) -> None:
        """Read every file again."""
        self._work("verify", wanted, lambda: verifying(wanted, self.shelf, self._looks_into))

    def save_space(self, wanted: Offer) -> None:
        """Keep copies in bfloat16 only."""
        self._work("save", wanted, lambda: saving_space(wanted, self.shelf))

    def remove(self, wanted: Offer) -> None:
        """Delete its files, and what has arrived of them, from Easel's own folder."""
        self.pause()
        if self._as_used(self.painting).family.name == wanted.family.name and not wanted.needs:
            self.use(FALLBACK)
        self._work("remove", wanted, lambda: removing(wanted, self.shelf))

    def take_folder(self, folder: Path) -> None:
        """Use models in a folder of a person's, in place."""
        start = partial(adding, folder, self.shelf, self._looks_into)
        self._work("add", None, start, partial(self._take, folder))

    def forget(self, name: str) -> None:
        """Leave a model or folder of a person's out from now on; its files are not touched."""
        if self.choices.chosen == name:
            self.use(FALLBACK)
        self._decide(
            added=tuple(each for each in self.choices.added if each.name != name),
            folders=tuple(each for each in self.choices.folders if str(each) != name),
        )

    def route(self, mirror: str, proxy: str, token: str, index: str = "") -> None:
        """How to reach the publisher from now on; the token is kept in memory alone.

        index: of Python packages, for the engine on an NVIDIA card.
        """
        self.token = token
        self._decide(mirror=mirror.strip(), proxy=proxy.strip(), index=index.strip())

    def close(self) -> None:
        """Stop all work; what has arrived is kept."""
        self.pause()
        self._jobs.cancel_all()
        self._worker.shutdown(PATIENCE)

    def _looks_into(self, folders: Sequence[Path], family: Family, parts: Sequence[Part]) -> Engine:
        """Make what reads files whole, and remember it: a large one may take a minute to answer."""
        self._inspecting = engine = self._inspect(folders, family, parts)
        return engine

    def _as_used(self, name: str) -> InUse:
        folders = self.shelf.folders
        if (added := self.added(name)) is not None:
            return InUse(name, added.title, added.as_family, folders)
        return InUse(name, offer(name).title, offer(name).family, folders)

    def _work(
        self,
        verb: str,
        wanted: Offer | None,
        start: Callable[[], Iterator[object]],
        take: Callable[[Recognised], None] = lambda _found: None,
    ) -> None:
        if self._job is not None:
            self.failed.emit("Easel is still busy with another model; wait for it or pause it.")
            return
        name = wanted.name if wanted else ""
        self.busy = Busy(verb, name, Working(""))
        self._job = self._jobs.submit(start, partial(self._hear, verb, name, take))
        self.changed.emit()

    def _hear(
        self,
        verb: str,
        name: str,
        take: Callable[[Recognised], None],
        _job: Job,
        report: object,
    ) -> None:
        match report:
            case Working():
                self.busy = Busy(verb, name, report)
                self.worked.emit(self.busy)
                if report.note:
                    self.noticed.emit(report.note)
            case Recognised():
                take(report)
            case Done() | Cancelled() | Failed():
                self._end(report)
            case _:
                raise AssertionError(report)

    def _let_go(self, _job_id: int, report: object) -> None:
        """Look again when the thread is done with what was paused: only then is all of it there."""
        if isinstance(report, Done | Cancelled | Failed):
            self.changed.emit()

    def _end(self, ending: Done | Cancelled | Failed) -> None:
        self._job = self.busy = self._network = self._inspecting = None
        self.changed.emit()
        if isinstance(ending, Failed):
            self.hear_damage(ending.error)
            if ending.expected:
                self.failed.emit(str(ending.error))
            else:
                self.bug_found.emit(ending.trace)

    def _take(self, folder: Path, found: Recognised) -> None:
        choices = self.choices
        if found.search is not None and found.search not in choices.folders:
            self._decide(folders=(*choices.folders, found.search))
        names = [each.name for each in choices.added]
        self._decide(added=(*choices.added, *added_of(folder, found, names)))
        parts = ", ".join(part.value for part in found.parts)
        self.noticed.emit(f"Found in {folder.name}: {parts}.")

    def _decide(self, **decided: object) -> None:
        self.choices = replace(self.choices, **decided)  # type: ignore[arg-type]
        try:
            self.choices.save(self._file)
        except DesktopError as error:
            self.failed.emit(str(error))
        self.changed.emit()
