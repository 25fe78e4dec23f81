"""The real window over the real studio, with a fake engine: what tests of the shell begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.icons import Icons
from desktop.paths import Paths
from desktop.recording import Recording
from desktop.recovering import Recovering
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import Theme
from desktop.windows.main import MainWindow
from desktop.windows.parts import Model, make_parts
from desktop.windows.recovery_pages import RecoveryPages
from desktop.windows.workbench import Workbench
from tests.fakes import FakeEngine

PATIENCE = 10_000
"""Milliseconds; a machine that also trains is slow."""


@dataclass(frozen=True)
class Shell:
    """Everything a test of the window asks for."""

    window: MainWindow
    workbench: Workbench
    studio: Studio
    engine: FakeEngine
    theme: Theme
    failures: list[str]
    recording: Recording
    recovery: RecoveryPages

    def paint(self, qtbot: QtBot) -> None:
        """Run the prompt as it stands to the end."""
        self.window.prompt.generate()
        qtbot.waitUntil(lambda: not self.studio.busy, timeout=PATIENCE)


@contextmanager
def open_studio(
    paths: Paths, engine: FakeEngine, settings: Settings | None = None, family: str = "starter"
) -> Iterator[Studio]:
    """A studio over an empty picture of 64 px, closed at the end."""
    document = Document(Picture(Rect(0, 0, 64, 64)))
    studio = Studio(document, engine, paths, settings or Settings(), family)
    try:
        yield studio
    finally:
        studio.close()


@contextmanager
def open_shell(
    qtbot: QtBot,
    paths: Paths,
    engine: FakeEngine | None = None,
    settings: Settings | None = None,
    family: str = "starter",
) -> Iterator[Shell]:
    """Show the window and close all of it at the end, the application's looks included."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    engine = engine or FakeEngine()
    with open_studio(paths, engine, settings, family) as studio:
        theme = Theme(app, paths.resources)
        theme.apply("light")
        model = Model("Starter", "What it cannot do")
        window = MainWindow(paths.config / "window.ini")
        parts = make_parts(window, window.edit, studio, icons(paths), model)
        workbench = Workbench(window, parts, icons(paths), theme)
        window.furnish(workbench)
        recording = Recording(studio.document, studio.candidates, studio.files, paths.recovery)
        recovering = Recovering(recording, studio.files, paths.recovery)
        pages = RecoveryPages(window, recording, recovering)
        pages.serve(workbench)
        failures: list[str] = []
        studio.failed.connect(failures.append)
        window.show()
        qtbot.waitExposed(window).__enter__()
        try:
            yield Shell(window, workbench, studio, engine, theme, failures, recording, pages)
        finally:
            if recording.is_open:
                recording.close(discard=True)
            window.hide()
            for gone in (window, theme):
                gone.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            app.setStyleSheet("")
            app.setPalette(QPalette())


def icons(paths: Paths) -> Icons:
    """The icons of the application."""
    return Icons(Path(paths.resources) / "icons")
