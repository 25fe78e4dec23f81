"""Builds every object of the application once and hands each what it needs.

The window is up before the engine's process is started: nothing imported here loads torch.
"""

import argparse
import logging
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import Icons, Theme
from desktop.windows.main import MainWindow, Model
from engine import families
from engine.child import ChildOptions
from engine.process import open_process

logger = logging.getLogger(__name__)

NICENESS = 5
"""The engine steps back this far, so that the window stays fluid on two cores."""

LOG_BYTES = 2**20
LOG_FILES = 3


@dataclass(frozen=True, slots=True)
class Program:
    """What `main` runs: the application, its window and the studio behind it."""

    app: QApplication
    window: MainWindow
    studio: Studio


def main(argv: list[str]) -> int:
    """Open the window and return the exit code when it is closed. `--home DIR` keeps all in DIR."""
    program = build(argv)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    program.window.show()
    try:
        return program.app.exec()
    finally:
        program.studio.close()


def build(argv: list[str]) -> Program:
    """Make every object; nothing is shown or started yet. Exits with 2 on a wrong option."""
    paths = _paths(argv)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Easel")
    app.setDesktopFileName("easel")
    log_into(paths.logs)
    family = families.find("starter")
    settings = Settings.load(paths.settings_file)
    document = Document(Picture(Rect(0, 0, family.native, family.native)))
    engine = open_process([paths.models, paths.resources], family, ChildOptions(niceness=NICENESS))
    studio = Studio(document, engine, paths, settings)
    theme, icons = Theme(app, paths.resources), Icons(paths.resources / "icons")
    theme.apply(settings.theme)
    limits = app.translate(
        "Model", "Starter draws emoji-like pictures; it cannot do photographs or text"
    )
    window = MainWindow(studio, theme, icons, Model(family.title, limits))
    window.painted.connect(studio.warm_up)
    BugReporter(window).install()
    return Program(app, window, studio)


class BugReporter(QObject):
    """Catches what nobody caught, in any thread: logged with its traceback and shown."""

    found = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        """Report to the failure window of `window`."""
        super().__init__(window)
        self.found.connect(window.failure.report)

    def install(self) -> None:
        """Become the excepthook of this process."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def _thread_hook(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None:
            self._hook(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        logger.critical("uncaught", exc_info=(kind, error, trace))
        self.found.emit("".join(traceback.format_exception(kind, error, trace)))


def _paths(argv: list[str]) -> Paths:
    parser = argparse.ArgumentParser(prog="easel", description="Paint with words on your machine.")
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep everything in DIR")
    home: Path | None = parser.parse_args(argv).home
    return Paths.default() if home is None else Paths.under(home)


def log_into(folder: Path) -> None:
    """Log into `folder`; to the terminal where that cannot be written."""
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "easel.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
