"""Three sentences, each told once, when what they are about is first met; and one offer."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QSettings

from desktop.ask import Meaning
from desktop.by_turns import ByTurns
from desktop.hand import Target
from desktop.windows.parts import Parts
from desktop.windows.tries import Tries

CONTEXT = "Hints"

HINTS: dict[str, object] = {
    "mask": QT_TRANSLATE_NOOP(
        "Hints",
        "You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.",
    ),
    "frame": QT_TRANSLATE_NOOP(
        "Hints",
        "The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough "
        "overlap, so that the model sees what to continue.",
    ),
    "mix": QT_TRANSLATE_NOOP(
        "Hints",
        "Put pictures and words into the wells, then move the sliders or the point on the pad; the "
        "preview follows.",
    ),
}
OFFER = "offer"
"""The bar that offers a larger model, once it was closed."""


class Hints(QObject):
    """Tells what was not told before. What was told is remembered in a file."""

    def __init__(self, parts: Parts, tries: Tries, store: Path) -> None:
        """Watch `parts`; `store` is the file. What `tries` tells stays in view."""
        super().__init__(parts.stage)
        self._parts, self._tries = parts, tries
        self._store = QSettings(str(store), QSettings.Format.IniFormat)
        parts.hand.target_changed.connect(self._hear_target)
        parts.studio.intent.changed.connect(self._hear_meaning)
        parts.ideas.wanted.connect(self._hear_ideas)
        parts.offer.closed.connect(lambda: self._store.setValue(OFFER, True))
        parts.offer.allow(not self.knows(OFFER))

    def knows(self, name: str) -> bool:
        """Whether that was told before."""
        return self._store.contains(name)

    def tell(self, name: str) -> None:
        """Tell it, unless it was told before; another time, where something else has to be read."""
        if self.knows(name) or self._tries.telling:
            return
        if self._parts.messages.show_hint(_sentence(name)):
            self._store.setValue(name, True)

    def put_away(self) -> None:
        """Hide what is told: the panel that it is about went out of view."""
        for name in HINTS:
            self._parts.messages.take_back(_sentence(name))

    def _hear_target(self) -> None:
        self._tell_while("mask", lambda: self._parts.hand.target is Target.MASK)

    def _hear_meaning(self) -> None:
        self._tell_while("frame", lambda: self._parts.studio.intent.meaning is Meaning.EXTEND)

    def _hear_ideas(self) -> None:
        mix = self._parts.ideas.mix
        if mix.isVisibleTo(self._parts.ideas):
            self._tell_soon("mix", mix.isVisible)

    def _tell_while(self, name: str, true: Callable[[], bool]) -> None:
        if true():
            self._tell_soon(name, true)
        else:
            self._parts.messages.take_back(_sentence(name))

    def _tell_soon(self, name: str, true: Callable[[], bool]) -> None:
        if not self.knows(name):
            ByTurns(self._tell_later(name, true), self)

    def _tell_later(self, name: str, true: Callable[[], bool]) -> Iterator[None]:
        yield  # to bring into view what it is about, and to paint that, takes long enough
        yield
        if true():
            self.tell(name)


def _sentence(name: str) -> str:
    return QCoreApplication.translate(CONTEXT, str(HINTS[name]))
