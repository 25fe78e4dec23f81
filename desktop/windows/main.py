"""The one window: prompt bar, canvas, tray, layers and status line put together.

It owns no state of the picture; what it remembers is its own geometry, in one QSettings file.
"""

from dataclasses import dataclass, replace
from importlib.metadata import version

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QMessageBox, QVBoxLayout, QWidget

from desktop.actions import add_menus, translated
from desktop.canvas.view import CanvasView
from desktop.panels.candidates import CandidatesPanel
from desktop.panels.layers import LayersPanel
from desktop.panels.messages import MessageBar
from desktop.panels.progress import ProgressLine
from desktop.panels.prompt import PromptPanel
from desktop.studio import Studio
from desktop.theme import Icons, Scheme, Theme
from desktop.windows.about import AboutWindow
from desktop.windows.exchange import Exchange
from desktop.windows.failure import FailureWindow
from desktop.windows.status import StatusLine

FIRST_SIZE = QSize(1200, 800)
SMALLEST = QSize(800, 560)
LAYERS_WIDTH = 224


@dataclass(frozen=True, slots=True)
class Model:
    """What the window says about the model in use."""

    name: str
    limits: str


class MainWindow(QMainWindow):
    """Puts the panels together and connects them; `painted` is emitted after the first paint."""

    painted = Signal()

    def __init__(self, studio: Studio, theme: Theme, icons: Icons, model: Model) -> None:
        """Everything is made elsewhere and handed in; the theme is applied here."""
        super().__init__()
        self._studio, self._theme, self._icons = studio, theme, icons
        self._was_painted = False
        self._may_close = False
        self.stage = QWidget()
        self.canvas = CanvasView(studio.document)
        self.progress = ProgressLine(studio, model.limits)
        self.prompt = PromptPanel(studio, icons, self.progress)
        self.tray = CandidatesPanel(studio, icons)
        self.messages = MessageBar(self.stage, studio, icons)
        self.layers = LayersPanel(studio.document)
        self.exchange = Exchange(self, studio, self.prompt, self.messages)
        self.failure = FailureWindow(self, icons)
        self._lay_out()
        self.setStatusBar(StatusLine(studio, self.canvas, model.name))
        self.actions_by_verb = add_menus(
            self,
            icons,
            {
                "window": self,
                "studio": studio,
                "exchange": self.exchange,
                "canvas": self.canvas,
                "prompt": self.prompt,
                "tray": self.tray,
                "candidates": studio.candidates,
            },
        )
        self._dock_layers()
        self._connect()
        self._restore()
        self.prompt.write()

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

    def _lay_out(self) -> None:
        self.setWindowTitle("Easel")
        self.setWindowIcon(self._icons("easel"))
        self.setMinimumSize(SMALLEST)
        inner = QVBoxLayout(self.stage)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.canvas)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.prompt, 0), (self.stage, 1), (self.tray, 0)):
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

    def _store(self) -> QSettings:
        return QSettings(str(self._studio.paths.config / "window.ini"), QSettings.Format.IniFormat)

    def _restore(self) -> None:
        store = self._store()
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        for name, restore in (("geometry", self.restoreGeometry), ("state", self.restoreState)):
            stored = store.value(name)
            if isinstance(stored, QByteArray):
                restore(stored)

    def _remember(self) -> None:
        store = self._store()
        store.setValue("geometry", self.saveGeometry())
        store.setValue("state", self.saveState())
