"""The one window: first a prompt to write in, then the workbench that is built around it.

It owns no state of the picture; what it remembers is its own geometry, in one QSettings file. It is
painted before numpy is there, and before the name `Qt`, which is slow to import (decision 14).
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING
from zlib import crc32

from PySide6 import QtGui
from PySide6.QtCore import QByteArray, QSettings, QSize, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from desktop.controls.prompt_edit import PromptEdit
from desktop.ideas import FIRST
from desktop.theme import SPACE, TIGHT, WIDE

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.canvas.view import CanvasView
    from desktop.panels.candidates import CandidatesPanel
    from desktop.panels.layers import LayersPanel
    from desktop.panels.messages import MessageBar
    from desktop.panels.progress import ProgressLine
    from desktop.panels.prompt import PromptPanel
    from desktop.windows.exchange import Exchange
    from desktop.windows.failure import FailureWindow
    from desktop.windows.workbench import Workbench

FIRST_SIZE = QSize(1200, 800)
SMALLEST = QSize(800, 560)
MENU_PADDING = 12
"""Of the menu bar in theme.qss, above and below the text."""


class MainWindow(QMainWindow):
    """Shows the prompt's box alone until `furnish` was called."""

    painted = Signal()
    """The window can be seen; emitted once, after its first paint."""

    canvas: "CanvasView"
    exchange: "Exchange"
    layers: "LayersPanel"
    messages: "MessageBar"
    progress: "ProgressLine"
    prompt: "PromptPanel"
    tray: "CandidatesPanel"
    workbench: "Workbench | None"

    def __init__(self, store: "Path") -> None:
        """`store` is the file that remembers the geometry."""
        super().__init__()
        self._store = QSettings(str(store), QSettings.Format.IniFormat)
        self._was_painted = False
        self.workbench = None
        self.edit = PromptEdit()
        self.setWindowTitle("Easel")
        self.setMinimumSize(SMALLEST)
        self._show_the_prompt_alone()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._recall("geometry", self.restoreGeometry)

    @cached_property
    def failure(self) -> "FailureWindow":
        """The window for faults of our own, made when it is needed."""
        from desktop.windows.failure import FailureWindow

        return FailureWindow(self)

    def report_bug(self, traceback: str) -> None:
        """Show a fault of our own."""
        self.failure.report(traceback)

    def furnish(self, workbench: "Workbench") -> None:
        """Have everything put around the prompt, which keeps what was typed."""
        self.workbench, parts = workbench, workbench.parts
        self.canvas, self.tray, self.layers = parts.canvas, parts.tray, parts.layers
        self.prompt, self.progress = parts.prompt, parts.progress
        self.messages, self.exchange = parts.messages, parts.exchange
        self.setUpdatesEnabled(False)  # docks without a place of their own fill the whole window
        try:
            workbench.build()
        except BaseException:
            self.setUpdatesEnabled(True)  # what there is of it can be seen, and closed
            raise
        # After the docks have taken their places: only then do sizes hold, and a panel that goes
        # behind another one passes the focus on to whatever comes next.
        QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        # First, or a panel that is made a window of its own now would never be drawn again; nothing
        # is drawn before this turn has ended.
        self.setUpdatesEnabled(True)
        self._recall("state", self.restoreState)
        if self.workbench is not None:
            self.workbench.begin()
        self.edit.setFocus()

    def paintEvent(self, event: "QtGui.QPaintEvent") -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: "QtGui.QCloseEvent") -> None:
        """Close unless the workbench has a question first; remember the geometry."""
        if self.workbench is not None:
            self.canvas.slow_edits.finish()
            if not self.workbench.may_close():
                event.ignore()
                return
            self.canvas.abandon()  # what floats over the picture goes before its window
        self.remember()
        super().closeEvent(event)

    def remember(self) -> None:
        """Have the next start show the window as it is."""
        if not self.isVisible():
            return  # it has been closed, and was remembered then
        self._store.setValue("geometry", sealed(self.saveGeometry()))
        if self.workbench is not None:
            self.workbench.put_panels_back()
            self._store.setValue("state", sealed(self.saveState()))
        self._store.sync()

    def come_to_the_front(self) -> None:
        """Be seen: somebody has started Easel again."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def _recall(self, name: str, restore: Callable[[QByteArray], bool]) -> None:
        """Give `restore` what was remembered under `name`, if anything was."""
        stored = self._store.value(name)
        if isinstance(stored, QByteArray) and (whole := unsealed(stored)) is not None:
            restore(whole)

    def _show_the_prompt_alone(self) -> None:
        """Put the box where the prompt bar will have it."""
        self.edit.setPlainText(FIRST)
        self.edit.selectAll()
        card = QFrame()
        card.setObjectName("prompt_card")
        row = QHBoxLayout(card)
        row.setContentsMargins(SPACE, TIGHT, TIGHT, TIGHT)
        row.addWidget(self.edit)
        centre = QWidget()
        column = QVBoxLayout(centre)
        menu_height = self.fontMetrics().height() + MENU_PADDING
        column.setContentsMargins(WIDE, menu_height + SPACE, WIDE, SPACE)
        column.addWidget(card)
        column.addStretch(1)
        self.setCentralWidget(centre)
        self.edit.setFocus()


def sealed(state: QByteArray) -> QByteArray:
    """Return `state` behind its sum: Qt ends the program over a state that was damaged."""
    return QByteArray(crc32(state.data()).to_bytes(4, "big") + state.data())


def unsealed(stored: QByteArray) -> QByteArray | None:
    """Return what was sealed; None where it is not what it was."""
    seal, state = stored.data()[:4], stored.data()[4:]
    return QByteArray(state) if seal == crc32(state).to_bytes(4, "big") else None
