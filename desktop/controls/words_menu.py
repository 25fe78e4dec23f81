"""The words that lie nearest to a picture, as a menu: each can be added to the mix or taken off."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from desktop.studio import Studio
from desktop.visible import visible
from engine.events import Embedded, Word
from engine.requests import Embed, Pixels

MOST = 8
"""Words that are offered."""
SHARE = 50
"""Per cent with which a word goes into the mix, or leads away."""
SIDE = 512
"""Pixels of the longer side of what is looked at: more than any image tower sees."""


class WordsMenu(QMenu):
    """Fills itself once the engine has answered; what is chosen comes by `chosen`."""

    chosen = Signal(str, int)
    """A word and its weight in per cent: below 0 it leads away."""

    def __init__(self, studio: Studio, pixels: Pixels, parent: QWidget) -> None:
        """Ask about a picture, HxWx3 or HxWx4. The answer finds the menu open, or nobody."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Words near this picture"))
        self.aboutToHide.connect(self.deleteLater)
        self._waiting = self.addAction(self.tr("Looking for words…"))
        self._waiting.setEnabled(False)
        step = max(1, max(pixels.shape[:2]) // SIDE)
        question = Embed(images=(pixels[::step, ::step].copy(),), words=MOST)
        if not studio.embed(question, self._hear):
            self._waiting.setText(self.tr("This model cannot compare pictures with words"))

    def _hear(self, embedded: Embedded) -> None:
        if isValid(self):  # who has closed it does not want to know any more
            self._show(embedded.words[0])

    def _show(self, words: tuple[Word, ...]) -> None:
        self.removeAction(self._waiting)
        for word in words:
            name = visible(word.word).replace("&", "&&")
            one = self.addMenu(f"{name}  {word.agreement:.2f}")
            one.addAction(self.tr("&Add to the mix"), partial(self.chosen.emit, word.word, SHARE))
            one.addAction(
                self.tr("&Lead away from it"), partial(self.chosen.emit, word.word, -SHARE)
            )
        self.adjustSize()
