"""The gallery seen from the main thread: results go in, questions and changes are queued.

One thread reads and writes; whoever asks hears the answer in the main thread.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop.document.geometry import Rect
from desktop.jobs import Job, Jobs
from desktop.runs import Runs
from desktop.storage import gallery_marks
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_entry import NewEntry
from desktop.storage.gallery_record import of_file, of_result
from desktop.worker import Cancelled, Done, Failed, Worker
from engine.events import Embedded, Image
from engine.picture_file import prompt_of
from engine.requests import Embed

Answer = TypeVar("Answer")
MOST_PROMPTS = 5_000
SECONDS_TO_FINISH = 60.0
"""That closing the window waits for pictures that are being written."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence of the desk for the person."""

    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A result of the run that goes on, once it is listed."""

    entry_id: int
    image: Image


class Keeping(QObject):
    """Keeps every finished picture and every prompt. Lives on the main thread."""

    changed = Signal()
    """Pictures were added, marked or discarded: whoever shows a list asks for it anew."""
    prompts_known = Signal(object)
    """A tuple of the prompts that were used, the latest first."""
    added = Signal(object)
    """The ids of pictures that were taken in from files."""
    agreement_known = Signal(object, float)
    """An Image of a run, and the cosine of the idea it was painted from and its prompt."""
    listed = Signal(object, int)
    """An Image of a run, and the id under which the gallery keeps it."""
    failed = Signal(str)
    bug_found = Signal(str)

    def __init__(self, folder: Path, cache: Path, runs: Runs, parent: QObject) -> None:
        """Nothing is opened yet; `runs` is whose pictures are kept."""
        super().__init__(parent)
        self._runs = runs
        self._desk = GalleryDesk(folder, cache)
        self._worker = Worker("gallery worker", self)
        self._jobs = Jobs(self._worker, self)
        self._reader = Worker("thumbnail worker", self)
        self.reading = Jobs(self._reader, self)
        """Jobs that read picture files; they need not wait for what is being written."""
        self._fresh: list[_Kept] = []
        self._closed = False
        runs.busy_changed.connect(self._ask_agreement_later)

    @property
    def folder(self) -> Path:
        """Where the pictures are kept."""
        return self._desk.folder

    def open(self) -> None:
        """Look for pictures that a crash has left unlisted, empty old trash, read the prompts."""
        self.ask_desk(lambda desk: list(desk.tidy(time.time())), self._hear_tidied)
        self._read_prompts()

    def keep(self, image: Image, frame: Rect | None = None) -> None:
        """Keep a finished picture; `frame` is where on the canvas it was made."""
        new = partial(of_result, image, time.time(), frame)

        def hear(entry_id: int | None) -> None:
            if entry_id is not None:
                self._fresh.append(_Kept(entry_id, image))
                self.listed.emit(image, entry_id)
                self.changed.emit()

        self.ask_desk(lambda desk: desk.keep(new()), hear)

    def note_prompt(self, text: str) -> None:
        """Remember a prompt that is being used."""
        if text.strip():
            self.ask(lambda gallery: gallery_marks.note_prompt(gallery, text), _nothing)
            self._read_prompts()

    def take_in(self, paths: Sequence[Path]) -> None:
        """Add picture files of anybody; how Easel made them comes along where they say so."""
        for path in paths:
            self.ask_desk(lambda _desk, path=path: of_file(path), self._hear_file)

    def ask(self, work: Callable[[Gallery], Answer], hear: Callable[[Answer], object]) -> Job:
        """Have `work` done with the gallery; `hear` gets what it returns, in the main thread."""
        return self.ask_desk(lambda desk: desk.do(work), hear)

    def ask_desk(
        self, work: Callable[[GalleryDesk], Answer], hear: Callable[[Answer], object]
    ) -> Job:
        """`ask` for work that needs more than the list."""

        def start() -> Iterator[object]:
            yield (work(self._desk),)
            yield from map(_Told, self._desk.sentences())

        return self._jobs.submit(start, partial(self._hear, hear))

    def ask_slowly(
        self,
        work: Callable[[GalleryDesk], Generator[None, None, Answer]],
        hear: Callable[[Answer], object],
    ) -> Job:
        """`ask_desk` for what takes long: whenever it pauses, whoever else has asked goes first."""

        def start() -> Iterator[object]:
            answer = yield from work(self._desk)
            yield (answer,)
            yield from map(_Told, self._desk.sentences())

        return self._jobs.submit(start, partial(self._hear, hear), gives_way=True)

    def change(self, work: Callable[[Gallery], object]) -> None:
        """Have the gallery changed, and tell everybody afterwards."""
        self.ask(work, lambda _answer: self.changed.emit())

    def close(self) -> None:
        """Finish writing and let go of the files; nobody hears of it any more."""
        self._closed = True
        self.reading.cancel_all()
        if self._reader.isRunning():
            self._reader.shutdown(SECONDS_TO_FINISH)
        if not self._worker.isRunning():
            return
        self._jobs.submit(self._closing, lambda _job, _report: None)
        self._worker.shutdown(SECONDS_TO_FINISH, finish=True)

    def _closing(self) -> Iterator[object]:
        self._desk.close()
        yield from ()

    def _hear(self, hear: Callable[..., object], _job: Job, report: object) -> None:
        if self._closed:
            return  # who asked may be gone
        match report:
            case (answer,):
                hear(answer)
            case _Told(sentence):
                self.failed.emit(sentence)
                self.changed.emit()
            case Failed():
                (self.failed if report.expected else self.bug_found).emit(
                    str(report.error) if report.expected else report.trace
                )
            case _:
                assert isinstance(report, Done | Cancelled), report

    def _read_prompts(self) -> None:
        self.ask(
            lambda gallery: tuple(gallery_marks.prompts(gallery, MOST_PROMPTS)),
            self.prompts_known.emit,
        )

    def _hear_tidied(self, added: list[int]) -> None:
        if added:
            self.changed.emit()

    def _hear_file(self, new: NewEntry) -> None:
        """Have the engine look at a picture that brings no embedding, then list it."""
        if new.embedding is not None or not self._runs.can(Embed):
            self._add(new)
            return
        looked: list[NewEntry] = []

        def hear(_job: Job, report: object) -> None:
            match report:
                case Embedded():
                    said = new.notes | {"model": report.model}
                    looked.append(replace(new, embedding=report.images[0], notes=said))
                case Done() | Failed() | Cancelled():
                    self._add(looked[0] if looked else new)
                case _:
                    pass

        self._runs.ask(Embed(images=(new.pixels,)), hear)

    def _add(self, new: NewEntry) -> None:
        def hear(entry_id: int | None) -> None:
            self.changed.emit()
            if entry_id is not None:
                self.added.emit((entry_id,))

        self.ask_desk(lambda desk: desk.keep(new), hear)

    def _ask_agreement_later(self, busy: bool) -> None:
        """Ask once the run is over and its pictures are listed: one question for all of them."""
        if not busy:
            self.ask_desk(lambda _desk: None, self._ask_agreement)

    def _ask_agreement(self, _answer: object) -> None:
        """Ask the engine, when it rests, how well fresh pictures agree with their prompts."""
        if self._runs.busy:
            return
        fresh, self._fresh = self._fresh, []
        if not self._runs.can(Embed):
            return  # nobody will ever ask, so that the pictures must not wait in memory
        for prompt in {prompt_of(kept.image.request) for kept in fresh} - {""}:
            mine = [kept for kept in fresh if prompt_of(kept.image.request) == prompt]
            self._runs.ask(Embed(texts=(prompt,)), partial(self._hear_agreement, mine))

    def _hear_agreement(self, fresh: list[_Kept], _job: Job, report: object) -> None:
        if not isinstance(report, Embedded):
            return
        text = report.texts[0].astype(np.float32)
        alike = [
            kept
            for kept in fresh
            if kept.image.model == report.model and kept.image.embedding.shape == text.shape
        ]
        shares = [cosine(kept.image.embedding.astype(np.float32), text) for kept in alike]
        pairs = [(kept.entry_id, share) for kept, share in zip(alike, shares, strict=True)]
        self.change(lambda gallery: gallery_marks.note_agreement(gallery, pairs))
        for kept, share in zip(alike, shares, strict=True):
            self.agreement_known.emit(kept.image, share)


def cosine(a: "np.typing.NDArray[np.float32]", b: "np.typing.NDArray[np.float32]") -> float:
    """Return the cosine of the angle between two vectors, 0 where one of them is nothing."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 0 else 0.0


def _nothing(_answer: object) -> None:
    pass
