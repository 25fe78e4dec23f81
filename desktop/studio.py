"""The verbs of the application: what joins the document, the tray, the engine and files.

Widgets know the studio; the studio knows no widget. Slow verbs return at once and report by signal.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from desktop.adjusting import Adjusting
from desktop.ask import sampling_of, writable
from desktop.asked import Asked, frame_like
from desktop.candidates import Candidate, Candidates
from desktop.document.document import Document
from desktop.document.geometry import Point, Rect
from desktop.document.picture import Picture
from desktop.errors import DesktopError
from desktop.extending import Extending
from desktop.filing import Filing, once
from desktop.finding import Finding
from desktop.intent import Intent
from desktop.jobs import Job, Jobs
from desktop.keeping import Keeping
from desktop.marking import Marking
from desktop.paths import Paths
from desktop.placing import Placing
from desktop.progress import Progress
from desktop.prompting import Question, runs_of
from desktop.questions import Choices
from desktop.ready_layer import ReadyLayer
from desktop.remedies import Remedies
from desktop.runs import Runs
from desktop.settings import Settings
from desktop.sketching import Sketching
from desktop.testing_device import try_device
from desktop.tidying import Tidying
from desktop.waiting import Waiting
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.errors import InvalidRequest
from engine.events import Embedded, Image
from engine.families import Family, find
from engine.interface import Engine
from engine.requests import Embed, Painting, Pixels

__all__ = ["Progress", "Studio"]

Result = TypeVar("Result")

LATER = "This is painted after what is being painted now."
NOTHING_MISSING = (
    "Nothing is empty or marked in these frames; choose a side, or erase what is to be painted."
)
FRESH_SEEDS = 2**31
"""Seeds are drawn below this, so that they are short enough to read out."""

EXPORT_PATIENCE = 60.0
"""Seconds that closing the window waits for files that are being written."""


class Studio(QObject):
    """One window's worth of work. Lives on the main thread; `close` it before it goes."""

    busy_changed = Signal(bool)
    queue_changed = Signal(int)
    """How many runs wait behind the one that goes on, each frame of a plan counted."""
    progressed = Signal(object)
    """Progress of the run."""
    failed = Signal(str)
    """One sentence for a person."""
    bug_found = Signal(str)
    """The traceback of something nobody foresaw."""
    noticed = Signal(str)
    """Short good news."""
    document_changed = Signal(object)
    """The Rect outside which nothing looks different; empty for frame, names and history."""
    history_changed = Signal()
    """Undo and redo may be possible or not, or have other names."""
    device_known = Signal(str)
    """Where the engine computes, in its own word ("cpu")."""
    engine_state_changed = Signal(str)
    """Starting, ready or stopped."""
    painted = Signal(object)
    """An Image, as the engine reported it."""
    model_changed = Signal(object)
    """The Family that paints from now on."""

    def __init__(
        self,
        document: Document,
        engine: Engine,
        paths: Paths,
        settings: Settings,
        family: Family | str = "starter",
    ) -> None:
        """Nothing starts before the first verb; `family` is the model that `engine` runs."""
        super().__init__()
        self.document = document
        self.candidates = Candidates(self)
        self.settings = settings
        self.paths = paths
        self.last_seed = settings.seed
        self._family = find(family) if isinstance(family, str) else family
        self.placing = Placing(document)
        self._runs = Runs(engine, self.candidates, self)
        self.keeping = Keeping(paths.gallery, paths.cache / "gallery", self._runs, self)
        self.finding = Finding(self.keeping, self._runs, self)
        Marking(self.keeping, self.candidates, self)
        self._file_worker = Worker("file worker", self)
        self._files = Jobs(self._file_worker, self)
        self.files = Filing(document, self.candidates, self.placing, self._files, self)
        self.tidying = Tidying(document, self._files, self)
        self.extending = Extending(document, self._runs, self.placing, self)
        self.intent = Intent(document, self)
        self.adjusting = Adjusting(document, self)
        ReadyLayer(self.candidates, self.placing, self.adjusting.jobs, self)
        self._closed = False
        self._connect()
        self.remedies = Remedies(self._runs, lambda: self.settings, lambda: self._family, self)
        self.remedies.told.connect(self.failed)
        self.remedies.noticed.connect(self.noticed)

    @property
    def busy(self) -> bool:
        """Whether a run is going on, or waits for the engine to be ready for it."""
        return self._runs.busy

    @property
    def model(self) -> str:
        """The name of the model's family, as pictures say it."""
        return self._family.name

    @property
    def engine_state(self) -> str:
        """Starting, ready or stopped."""
        return self._runs.engine_state

    @property
    def device(self) -> str:
        """Where the engine computes ("cpu"), empty until it has said so."""
        return self._runs.device

    # Generating

    def warm_up(self) -> None:
        """Load the model in the background. Call it once the window is painted."""
        if self.settings.note:
            self.failed.emit(self.settings.note)
        self._runs.warm_up()
        self.keeping.open()

    @property
    def family(self) -> Family:
        """The model that paints."""
        return self._family

    def use_model(self, engine: Engine, family: Family) -> None:
        """Paint with another model from now on; a run is cancelled, the picture stays as it is."""
        self._family = family
        self._runs.change_engine(engine)
        self.model_changed.emit(family)

    def generate(self, prompt: str, count: int, seed: int | None, *, negative: str = "") -> None:
        """Paint `count` candidates for the frame, behind what is painted already.

        A seed of None draws a fresh one.
        Of choices like {red|blue} in the prompt every candidate gets its own, by its seed.
        """
        seed = secrets.randbelow(FRESH_SEEDS) if seed is None else seed
        try:
            runs = runs_of(
                self._question(seed, count), writable(prompt), writable(negative.strip())
            )
        except InvalidRequest as error:
            self.failed.emit(str(error))
            return
        self.last_seed = seed
        self.settings = replace(self.settings, count=count, seed=seed)
        self.keeping.note_prompt(writable(prompt))
        if self.busy:
            self.noticed.emit(LATER)
        for asked in runs:
            self._runs.start(replace(asked, adds=True) if self.busy else asked)

    def paint(self, request: Painting) -> None:
        """Run a request that was made elsewhere: a variation, a mix, a picture made again."""
        if not self._runs.can(type(request)):
            self.failed.emit(
                f"The model {self._family.title} cannot do this; choose another model for it."
            )
        else:
            picture = self.document.picture
            frame = frame_like(picture.frame, request)
            self._runs.start(Asked(request, picture, frame, adds=self.busy))

    def choices(self, count: int) -> Choices:
        """Return what a person chose beforehand, with a fresh seed."""
        sampling = sampling_of(self.settings, secrets.randbelow(FRESH_SEEDS))
        return Choices(count, sampling, self.settings, self._family)

    def sketching(self) -> Sketching:
        """Return somebody who draws quick pictures while no run goes on."""
        made = Sketching(self._runs, self)
        made.bug_found.connect(self.bug_found)
        return made

    def embed(self, question: Embed, hear: Callable[[Embedded], object]) -> bool:
        """Have pictures and texts placed in CLIP's space; False where the model has no CLIP."""

        def listen(_job: Job, report: object) -> None:
            if isinstance(report, Embedded):
                hear(report)
            elif isinstance(report, Failed):
                self.tell(report)

        if not self._runs.can(Embed):
            return False
        self._runs.ask(question, listen)
        return True

    def test_device(self, hear: Callable[[str, bool], object]) -> Job:
        """Have a small picture painted for nobody; `hear` gets a sentence, and if it works."""
        return try_device(self._runs, hear)

    def on_disk(self, work: Callable[[], Result], hear: Callable[[Result], object]) -> Job:
        """Have `work` done in the thread for files; `hear` gets what it returns, in this one."""

        def listen(_job: Job, report: object) -> None:
            if isinstance(report, Failed):
                self.tell(report)
            elif not isinstance(report, Done | Cancelled):
                hear(report)  # type: ignore[arg-type]

        return self._files.submit(partial(once, work), listen)

    def ask(self, question: Callable[[Choices], Asked], count: int | None = None) -> None:
        """Have `count` pictures painted (as many as chosen), behind what is painted already."""
        try:
            asked = question(self.choices(count or self.settings.count))
        except (InvalidRequest, DesktopError) as error:
            self.failed.emit(str(error))
            return
        self._runs.start(asked)

    def extend(self, frames: Sequence[Rect], prompt: str) -> None:
        """Paint one frame after the other, each as a layer, behind what is painted already.

        Cancel stops; what was painted stays. Frames in which nothing is empty or marked are left
        out.
        """
        first = secrets.randbelow(FRESH_SEEDS)
        self.last_seed = first

        def build(picture: Picture, number: int) -> Asked:
            return replace(self._question(first + number, 1), picture=picture).asked(prompt)

        was_busy = self.busy
        try:
            begun = self.extending.start(frames, build)
        except InvalidRequest as error:
            self.failed.emit(str(error))
            return
        if not begun:
            self.failed.emit(NOTHING_MISSING)
        elif was_busy:
            self.noticed.emit(LATER)

    def cancel(self) -> None:
        """Stop the run, if any; its finished pictures stay in the tray."""
        self._runs.cancel()

    @property
    def waiting(self) -> Waiting:
        """The runs that wait."""
        return self._runs.waiting

    def accept(self, index: int | None = None) -> None:
        """Place a candidate (the chosen one) as a layer.

        What else there is for its frame goes: other candidates, and what still runs or waits.
        """
        if (placed := self._place(index, "Accept picture", done=True)) is not None:
            self._runs.drop(lambda asked: asked.frame == placed.frame)
            self.candidates.clear(placed.frame)

    def keep_as_layer(self, index: int | None = None) -> None:
        """Place a candidate (the chosen one) as a layer and leave the tray as it is."""
        self._place(index, "Keep as layer", done=False)

    def discard(self, index: int) -> None:
        """Take one candidate out of the tray."""
        self.candidates.discard(index)

    def reject(self) -> None:
        """Empty the tray; the document stays as it is."""
        self.candidates.clear()

    # The document

    def place_pixels(
        self,
        pixels: Pixels,
        name: str,
        *,
        corner: Point | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Put HxWx3 or HxWx4 pixels into the document as a layer (paste, drop).

        corner: where their first pixel goes; None puts their middle on the frame's. notes: how
        they were made, if that is known.
        """
        self.placing.loose(pixels, name, "Paste picture", corner, notes)

    def undo(self) -> None:
        """Go back by one edit."""
        self.document.undo()

    def redo(self) -> None:
        """Go forth by one undone edit."""
        self.document.redo()

    def change_settings(self, settings: Settings) -> None:
        """Use and save other settings."""
        self.settings = settings
        self._save_settings()

    def close(self) -> None:
        """End all work for good, once; files that are being written are finished first."""
        if self._closed:
            return
        self._closed = True
        self.document.listeners.remove(self._hear_document)
        self.tidying.close()
        self.finding.stop()
        self.intent.close()
        self.adjusting.close()
        self._save_settings()
        for each in self.findChildren(Sketching):
            each.stop()
        self._runs.close()
        self.keeping.close()
        self._file_worker.shutdown(EXPORT_PATIENCE, finish=True)

    def _connect(self) -> None:
        self._runs.busy_changed.connect(self.busy_changed)
        self._runs.progressed.connect(self.progressed)
        self._runs.engine_state_changed.connect(self.engine_state_changed)
        self._runs.device_known.connect(self.device_known)
        self._runs.ended_badly.connect(self.tell)
        self._runs.painted.connect(self._keep)
        self.keeping.failed.connect(self.failed)
        self.keeping.bug_found.connect(self.bug_found)
        self.keeping.agreement_known.connect(self.candidates.rate_image)
        self.keeping.listed.connect(self.candidates.list_as)
        self.finding.refused.connect(self.failed)
        self.adjusting.failed.connect(self.tell)
        self.files.failed.connect(self.tell)
        self.files.noticed.connect(self.noticed)
        self._runs.queue_changed.connect(self.queue_changed)
        self.document.listeners.append(self._hear_document)

    def _question(self, seed: int, count: int) -> Question:
        intent = self.intent
        return Question(intent.picture, count, seed, self.settings, self._family, intent.example)

    def _place(self, index: int | None, verb: str, *, done: bool) -> Candidate | None:
        index = self.candidates.chosen if index is None else index
        if index is None:
            self.failed.emit("No picture is chosen; click one in the tray first.")
            return None
        chosen = self.candidates.items[index]
        self.placing.candidate(chosen, verb, done=done)
        return chosen

    def _save_settings(self) -> None:
        try:
            self.settings.save(self.paths.settings_file)
        except DesktopError as error:
            self.failed.emit(str(error))

    def _keep(self, asked: Asked, image: Image) -> None:
        self.keeping.keep(image, asked.frame)
        self.painted.emit(image)

    def _hear_document(self, dirty: Rect) -> None:
        if dirty.is_empty or not self.document.previewing:  # a stroke must not wait for panels
            self.document_changed.emit(dirty)
            self.history_changed.emit()

    @Slot(object)
    def tell(self, failure: Failed) -> None:
        """Say what went wrong: a sentence, or the traceback of a bug."""
        if failure.expected:
            self.failed.emit(str(failure.error))
        else:
            self.bug_found.emit(failure.trace)
