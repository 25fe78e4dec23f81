"""The one window: prompt bar, canvas, tray, layers and status line put together.

It owns no state of the picture; what it remembers is its own geometry, in one QSettings file.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import add_menus, translated
from desktop.controls.prompt_edit import PromptEdit
from desktop.ideas import FIRST
from desktop.theme import SPACE, TIGHT, WIDE, Icons, Scheme, Theme
from desktop.windows.failure import FailureWindow

if TYPE_CHECKING:  # the panels load numpy, and the window is painted before that
    from PySide6.QtGui import QAction

    from desktop.canvas.view import CanvasView
    from desktop.panels.candidates import CandidatesPanel
    from desktop.panels.layers import LayersPanel
    from desktop.panels.messages import MessageBar
    from desktop.panels.progress import ProgressLine
    from desktop.panels.prompt import PromptPanel
    from desktop.studio import Studio
    from desktop.windows.exchange import Exchange
    from desktop.windows.parts import Parts

FIRST_SIZE = QSize(1200, 800)
SMALLEST = QSize(800, 560)
LAYERS_WIDTH = 224
MENU_PADDING = 12
"""Of the menu bar in theme.qss, above and below the text."""


class MainWindow(QMainWindow):
    """First a prompt to write in, then, once `furnish` was called, everything else around it."""

    painted = Signal()
    """The window can be seen; emitted once, after its first paint."""

    canvas: "CanvasView"
    exchange: "Exchange"
    layers: "LayersPanel"
    messages: "MessageBar"
    progress: "ProgressLine"
    prompt: "PromptPanel"
    tray: "CandidatesPanel"
    _studio: "Studio"

    def __init__(self, theme: Theme, icons: Icons, store: Path) -> None:
        """Show the prompt's box alone; `store` is the file that remembers the geometry."""
        super().__init__()
        self._theme, self._icons = theme, icons
        self._store = QSettings(str(store), QSettings.Format.IniFormat)
        self._was_painted = False
        self._furnished = False
        self._may_close = False
        self.edit = PromptEdit()
        self.failure = FailureWindow(self, icons)
        self.actions_by_verb: dict[str, QAction] = {}
        self.setWindowTitle("Easel")
        self.setWindowIcon(icons("easel"))
        self.setMinimumSize(SMALLEST)
        self._show_the_prompt_alone()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        self._recall("geometry", self.restoreGeometry)

    def furnish(self, parts: "Parts") -> None:
        """Put the panels around the prompt, which keeps what was typed, and connect them."""
        self._studio = parts.studio
        self.canvas, self.tray, self.layers = parts.canvas, parts.tray, parts.layers
        self.prompt, self.progress = parts.prompt, parts.progress
        self.messages, self.exchange = parts.messages, parts.exchange
        self._lay_out(parts.stage)
        self.setStatusBar(parts.status)
        objects = {
            "window": self,
            "studio": parts.studio,
            "exchange": parts.exchange,
            "canvas": parts.canvas,
            "prompt": parts.prompt,
            "tray": parts.tray,
            "candidates": parts.studio.candidates,
        }
        self.actions_by_verb = add_menus(self, self._icons, objects)
        self._dock_layers()
        self._connect()
        self._recall("state", self.restoreState)
        self._furnished = True
        self.edit.setFocus()

    def actual_size(self) -> None:
        """Show one pixel of the picture as one of the screen's logical pixels."""
        self.canvas.zoom_to(1.0)

    def light(self) -> None:
        """Use the light colours from now on."""
        self._choose_scheme("light")

    def dark(self) -> None:
        """Use the dark colours from now on."""
        self._choose_scheme("dark")

    def follow_system(self) -> None:
        """Use the colours of the system."""
        self._choose_scheme("system")

    def about(self) -> None:
        """Show version and licences."""
        from importlib.metadata import version  # seldom wanted, and slow to import

        from desktop.windows.about import AboutWindow

        licences = self._studio.paths.resources / "licences"
        AboutWindow(self, self._icons, version("easel"), licences).open()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once when there is a picture that was not exported; then remember the geometry."""
        if self._has_unsaved_work() and not self._may_close:
            event.ignore()
            self._ask_before_closing()
            return
        self._remember()
        super().closeEvent(event)

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

    def _lay_out(self, stage: QWidget) -> None:
        inner = QVBoxLayout(stage)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.canvas)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.prompt, 0), (stage, 1), (self.tray, 0)):
            column.addWidget(widget, stretch)
        self.setCentralWidget(centre)

    def _dock_layers(self) -> None:
        dock = QDockWidget(self.tr("Layers"), self)
        dock.setObjectName("layers")
        dock.setWidget(self.layers)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.resizeDocks([dock], [LAYERS_WIDTH], Qt.Orientation.Horizontal)
        for menu in self.menuBar().findChildren(QMenu):
            if self.actions_by_verb["canvas.fit"] in menu.actions():
                menu.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        studio, canvas = self._studio, self.canvas
        self.tray.overlay_changed.connect(canvas.set_overlay)
        self.tray.emptied.connect(canvas.setFocus)
        canvas.installEventFilter(self.tray)
        canvas.files_dropped.connect(self.exchange.take_files)
        canvas.image_dropped.connect(self.exchange.take_pixels)
        self.prompt.image_pasted.connect(self.exchange.paste)
        studio.bug_found.connect(self.failure.report)
        studio.busy_changed.connect(self._show_what_is_possible)
        studio.history_changed.connect(self._show_what_is_possible)
        studio.candidates.changed.connect(self._show_what_is_possible)
        self._show_what_is_possible()

    def _show_what_is_possible(self, _changed: object = None) -> None:
        """Enable what would do something now, and name what undo and redo would do."""
        document, candidates = self._studio.document, self._studio.candidates
        chosen, some = candidates.chosen is not None, bool(candidates.items)
        possible = {
            "studio.undo": document.can_undo,
            "studio.redo": document.can_redo,
            "studio.cancel": self._studio.busy,
            "prompt.generate": not self._studio.busy,
            "tray.accept": chosen,
            "tray.keep": chosen,
            "tray.discard": chosen,
            "tray.reject": some,
            "candidates.next": some,
            "candidates.previous": some,
        }
        for verb, enabled in possible.items():
            self.actions_by_verb[verb].setEnabled(enabled)
        for verb, text, name in (
            ("studio.undo", translated("&Undo"), document.undo_name),
            ("studio.redo", translated("&Redo"), document.redo_name),
        ):
            self.actions_by_verb[verb].setText(f"{text} {name.replace('&', '&&')}".strip())

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._theme.apply(scheme)
        self._studio.change_settings(replace(self._studio.settings, theme=scheme))

    def _has_unsaved_work(self) -> bool:
        if not self._furnished:
            return False
        picture = self._studio.document.picture
        return bool(picture.layers) and picture is not self.exchange.exported

    def _ask_before_closing(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle("Easel")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("This picture was not exported. Closing Easel throws it away."))
        export = box.addButton(self.tr("Export…"), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Close without it"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        for button in box.buttons():
            button.setAccessibleName(button.text())
        export.clicked.connect(self.exchange.export_png)
        leave.clicked.connect(self._close_without_asking)
        box.open()

    def _close_without_asking(self) -> None:
        self._may_close = True
        QTimer.singleShot(0, self.close)

    def _recall(self, name: str, restore: Callable[[QByteArray], bool]) -> None:
        stored = self._store.value(name)
        if isinstance(stored, QByteArray):
            restore(stored)

    def _remember(self) -> None:
        self._store.setValue("geometry", self.saveGeometry())
        if self._furnished:
            self._store.setValue("state", self.saveState())
