"""Lists of the gallery: by filters, by words, and by meaning with the engine's help."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from desktop.ask import writable
from desktop.jobs import Job
from desktop.keeping import Keeping
from desktop.runs import Runs
from desktop.storage.gallery_desk import GalleryDesk
from desktop.storage.gallery_entry import Wanted
from desktop.storage.gallery_meaning import direction, embeddings_of
from desktop.storage.gallery_stacks import Stacks, leaders_of, stacks_of
from desktop.worker import Failed
from engine.events import Embedded
from engine.requests import Embed

MOST = 500
"""Pictures that a search by meaning lists."""
FEW = 5
"""Pictures that are shown where words find nothing."""

Ids = NDArray[np.int64]
Vector = NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for: `wanted` filters; the rest, if any, sorts by meaning.

    text: a description. likes, unlikes: ids of pictures to be near to, and away from.
    stacked: near duplicates are to be one.
    """

    wanted: Wanted = field(default_factory=Wanted)
    text: str = ""
    likes: tuple[int, ...] = ()
    unlikes: tuple[int, ...] = ()
    stacked: bool = False

    @property
    def by_meaning(self) -> bool:
        """Whether the engine's embeddings decide the order."""
        return bool(self.text.strip() or self.likes)


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The answer: ids in order. nearest: it shows what is close because no words were found.

    stacks: by its first id each stack of near duplicates, of which only that one is in `ids`.
    """

    question: Question
    ids: Ids
    nearest: bool = False
    stacks: Stacks = field(default_factory=dict)


class Finding(QObject):
    """Answers one question at a time; a new one takes the place of the one before."""

    found = Signal(object)
    """A Listing."""
    refused = Signal(str)
    """Why there is no answer, in a sentence."""

    def __init__(self, keeping: Keeping, runs: Runs, parent: QObject) -> None:
        """Ask nothing yet."""
        super().__init__(parent)
        self._keeping, self._runs = keeping, runs
        self._jobs: list[Job] = []

    def search(self, question: Question) -> None:
        """Answer by `found` or `refused`; what was asked before is not answered any more."""
        self.stop()
        if question.text.strip():
            self._read(question, MOST)
        elif question.likes:
            self._rank(question, None, MOST, question)
        else:
            self._later(
                self._keeping.ask(
                    lambda gallery: gallery.ids(question.wanted), partial(self._hear_ids, question)
                )
            )

    def stop(self) -> None:
        """Answer nothing any more."""
        for job in self._jobs:
            job.cancel()
        self._jobs = []

    def _hear_ids(self, question: Question, ids: Ids) -> None:
        """Pass on what was found; where words find nothing, what comes nearest to them."""
        words = question.wanted.words.strip()
        if not len(ids) and words and self._runs.can(Embed):
            close = Question(wanted=replace(question.wanted, words=""), text=words)
            self._read(close, FEW, question)
        else:
            self._give(Listing(question, ids))

    def _read(self, question: Question, most: int, instead_of: Question | None = None) -> None:
        """Ask the engine where the text of the question points to."""
        if not self._runs.can(Embed):
            self.refused.emit(
                "This model cannot compare pictures with words; search by words instead."
            )
            return
        asked = instead_of or question

        def hear(_job: Job, report: object) -> None:
            match report:
                case Embedded():
                    text = (report.model, report.texts[0])
                    self._rank(question, text, most, asked)
                case Failed():
                    if instead_of is not None:
                        self.found.emit(Listing(instead_of, np.zeros(0, np.int64)))
                    elif report.expected:
                        self.refused.emit(str(report.error))
                    else:
                        self._keeping.bug_found.emit(report.trace)
                case _:
                    pass

        self._later(self._runs.ask(Embed(texts=(writable(question.text.strip()),)), hear))

    def _rank(
        self, question: Question, text: tuple[str, Vector] | None, most: int, asked: Question
    ) -> None:
        """Answer the question `asked` by what is nearest to `text` and the likes of `question`."""

        def hear(ids: Ids) -> None:
            self._give(Listing(asked, ids, nearest=asked is not question))

        self._later(self._keeping.ask_desk(partial(ranked, question, text, most), hear))

    def _give(self, listing: Listing) -> None:
        """Emit what was found, in stacks where that is asked for."""
        if not listing.question.stacked or len(listing.ids) < 2:
            self.found.emit(listing)
            return

        def hear(stacks: Stacks) -> None:
            self.found.emit(replace(listing, ids=leaders_of(listing.ids, stacks), stacks=stacks))

        self._later(self._keeping.ask_slowly(partial(stacks_of, listing.ids), hear))

    def _later(self, job: Job) -> None:
        self._jobs = [*(old for old in self._jobs if old.active), job]


def ranked(
    question: Question, text: tuple[str, Vector] | None, most: int, desk: GalleryDesk
) -> Ids:
    """The ids that fit the filters of `question`, nearest in meaning first.

    Only pictures of one model can be compared: that of the text, or of the first picture liked.
    """
    known = desk.do(lambda g: embeddings_of(g, [*question.likes, *question.unlikes]))
    liked = [known[i] for i in question.likes if i in known]
    first = text or next(iter(liked), None)
    if first is None:
        return np.zeros(0, np.int64)
    model, dimensions = first[0], len(first[1])

    def comparable(vectors: list[tuple[str, Vector]]) -> list[Vector]:
        return [each for name, each in vectors if name == model and len(each) == dimensions]

    unliked = [known[i] for i in question.unlikes if i in known]
    where = direction(comparable([first, *liked] if text else liked), comparable(unliked))
    among = desk.do(lambda gallery: gallery.ids(question.wanted))
    return desk.meaning(model, dimensions).nearest(where, among, most)[0]
