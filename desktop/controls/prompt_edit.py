"""The box for the prompt: it grows to six lines; Enter submits, Shift+Enter breaks the line.

It is part of the window's first paint, which must not wait for the name `Qt` (decision 14).
"""

from math import ceil

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy

from desktop.mime_types import LAYER_TYPE

MOST_LINES = 6
LARGER = 1.2
"""Than the text of the controls: the prompt is what the window is about."""


class PromptEdit(QPlainTextEdit):
    """Plain text that grows to six lines; Enter submits, Shift+Enter begins a new line."""

    submitted = Signal()
    image_pasted = Signal()
    focused = Signal(bool)
    older_wanted = Signal()
    newer_wanted = Signal()

    def __init__(self) -> None:
        """Make an empty box of one line."""
        super().__init__()
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * LARGER)
        self.setFont(font)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._grow)
        self._grow()

    def lines_shown(self) -> int:
        """Return how many lines of text the box has room for."""
        wanted = int(self.document().size().height())
        return max(1, min(MOST_LINES, wanted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Submit on Enter, walk through earlier prompts on Alt with an arrow, else type."""
        enter = event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        if enter and not event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        walks = {
            QtCore.Qt.Key.Key_Up: self.older_wanted,
            QtCore.Qt.Key.Key_Down: self.newer_wanted,
        }
        alone = event.modifiers() == QtCore.Qt.KeyboardModifier.AltModifier
        if alone and QtCore.Qt.Key(event.key()) in walks:
            walks[QtCore.Qt.Key(event.key())].emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave undo to the window where there is no typing to undo."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QtGui.QKeySequence.StandardKey.Undo)
            and not self.document().isUndoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Say yes to pictures too: they go to the canvas. A dragged layer has nothing to say."""
        if source.hasFormat(LAYER_TYPE):
            return False
        return source.hasImage() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert text; hand on a picture."""
        if source.hasImage() and not source.hasText():
            self.image_pasted.emit()
            return
        super().insertFromMimeData(source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrapping changes with the width, and so does the height."""
        super().resizeEvent(event)
        self._grow()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell the card around the box."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell the card around the box."""
        super().focusOutEvent(event)
        self.focused.emit(False)

    def _grow(self) -> None:
        margins = 2 * ceil(self.document().documentMargin()) + 2
        self.setFixedHeight(self.lines_shown() * self.fontMetrics().lineSpacing() + margins)
