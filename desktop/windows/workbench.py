"""What stands around the prompt once the window is painted: canvas, tray, docks, menus, status.

It joins the panels to each other and to the studio; none of them knows another.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMenu, QMessageBox, QVBoxLayout, QWidget

from desktop.actions import add_menus, translated
from desktop.icons import Icons
from desktop.theme import Scheme, Theme
from desktop.windows.main import MainWindow
from desktop.windows.parts import Parts

LAYERS_WIDTH = 224


class Workbench(QObject):
    """Builds `parts` around the prompt of `window` and answers the verbs that are the window's."""

    def __init__(self, window: MainWindow, parts: Parts, icons: Icons, theme: Theme) -> None:
        """Connect nothing yet: the window calls `build`."""
        super().__init__(window)
        self._window, self._icons, self._theme = window, icons, theme
        self._may_close = False
        self.parts = parts
        self.actions_by_verb: dict[str, QAction] = {}

    def build(self) -> None:
        """Put everything in its place and connect it."""
        window, parts = self._window, self.parts
        window.setWindowIcon(self._icons("easel"))
        self._lay_out(parts.stage)
        window.setStatusBar(parts.status)
        objects = {
            "window": self,
            "studio": parts.studio,
            "exchange": parts.exchange,
            "canvas": parts.canvas,
            "prompt": parts.prompt,
            "tray": parts.tray,
            "candidates": parts.studio.candidates,
        }
        self.actions_by_verb = add_menus(window, self._icons, objects)
        self._dock_layers()
        self._connect()

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    def actual_size(self) -> None:
        """Show one pixel of the picture as one of the screen's logical pixels."""
        self.parts.canvas.zoom_to(1.0)

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

        licences = self.parts.studio.paths.resources / "licences"
        AboutWindow(self._window, self._icons, version("easel"), licences).open()

    def may_close(self) -> bool:
        """Whether nothing would be lost, or the person said that it may be; otherwise ask."""
        picture = self.parts.studio.document.picture
        unsaved = bool(picture.layers) and picture is not self.parts.exchange.exported
        if unsaved and not self._may_close:
            self._ask_before_closing()
            return False
        return True

    def _lay_out(self, stage: QWidget) -> None:
        parts = self.parts
        inner = QVBoxLayout(stage)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(parts.canvas)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((parts.prompt, 0), (stage, 1), (parts.tray, 0)):
            column.addWidget(widget, stretch)
        self._window.setCentralWidget(centre)

    def _dock_layers(self) -> None:
        window = self._window
        dock = QDockWidget(self.tr("Layers"), window)
        dock.setObjectName("layers")
        dock.setWidget(self.parts.layers)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        window.resizeDocks([dock], [LAYERS_WIDTH], Qt.Orientation.Horizontal)
        for menu in window.menuBar().findChildren(QMenu):
            if self.actions_by_verb["canvas.fit"] in menu.actions():
                menu.addAction(dock.toggleViewAction())

    def _connect(self) -> None:
        parts, studio, canvas = self.parts, self.parts.studio, self.parts.canvas
        parts.tray.overlay_changed.connect(canvas.set_overlay)
        parts.tray.emptied.connect(canvas.setFocus)
        canvas.installEventFilter(parts.tray)
        canvas.files_dropped.connect(parts.exchange.take_files)
        canvas.image_dropped.connect(parts.exchange.take_pixels)
        parts.prompt.image_pasted.connect(parts.exchange.paste)
        studio.bug_found.connect(self._window.report_bug)
        studio.busy_changed.connect(self._show_what_is_possible)
        studio.history_changed.connect(self._show_what_is_possible)
        studio.candidates.changed.connect(self._show_what_is_possible)
        self._show_what_is_possible()

    def _show_what_is_possible(self, _changed: object = None) -> None:
        """Enable what would do something now, and name what undo and redo would do."""
        studio = self.parts.studio
        document, candidates = studio.document, studio.candidates
        chosen, some = candidates.chosen is not None, bool(candidates.items)
        possible = {
            "studio.undo": document.can_undo,
            "studio.redo": document.can_redo,
            "studio.cancel": studio.busy,
            "prompt.generate": not studio.busy,
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
        studio = self.parts.studio
        self._theme.apply(scheme)
        studio.change_settings(replace(studio.settings, theme=scheme))

    def _ask_before_closing(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("Easel")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("This picture was not exported. Closing Easel throws it away."))
        export = box.addButton(self.tr("Export…"), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(self.tr("Close without it"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        for button in box.buttons():
            button.setAccessibleName(button.text())
        export.clicked.connect(self.parts.exchange.export_png)
        leave.clicked.connect(self._close_without_asking)
        box.open()

    def _close_without_asking(self) -> None:
        self._may_close = True
        QTimer.singleShot(0, self._window.close)
