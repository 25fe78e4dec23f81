"""Builds every object of the application once and hands each what it needs.

A window with the prompt in it is painted first; only then is the rest imported (numpy, the panels,
the studio) and the engine's process started. What is typed meanwhile is kept.
"""

import gc
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop.end_requests import EndRequests
from desktop.first_choices import first_choices
from desktop.language import Language
from desktop.paths import Paths
from desktop.refusal import refusal
from desktop.theme import Theme
from desktop.windows.main import MainWindow

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from PySide6.QtGui import QSessionManager

    from desktop.card_keeper import CardKeeper
    from desktop.model_keeper import InUse, ModelKeeper
    from desktop.one_window import OneWindow
    from desktop.recording import Recording
    from desktop.settings import Settings
    from desktop.studio import Studio
    from desktop.windows.workbench import Workbench
    from engine.families import Family, Part
    from engine.process import ProcessEngine

logger = logging.getLogger(__name__)


def main(argv: list[str]) -> int:
    """Open the window, and the files that are named; the exit code when it is closed.

    `--home DIR` keeps all in DIR. 2: a sentence on stderr says why there is no window.
    """
    from desktop.one_window import hand_over

    paths, files = _options(argv)
    if sys.stderr is not None and (sentence := refusal(files)):
        sys.stderr.write(f"{sentence}\n")
        return 2
    if hand_over(paths.data, files):
        return 0
    program = Program(argv)
    program.window.show()
    try:
        return program.app.exec()
    finally:
        program.close()


class Program:
    """Every object there is. Two steps: a window to look at and write in, then all behind it."""

    def __init__(self, argv: list[str]) -> None:
        """Make the window, not yet shown. Exits with 2 on a wrong option."""
        self.paths, self.files = _options(argv)
        first = first_choices(self.paths.settings_file)
        if first.scale_factor is not None:
            os.environ["QT_SCALE_FACTOR"] = first.scale_factor
        app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(app, QApplication)
        app.setApplicationName("Easel")
        app.setDesktopFileName("easel")
        self.app = app
        self.studio: Studio | None = None
        self.keeper: ModelKeeper | None = None
        self.recording: Recording | None = None
        self.one_window: OneWindow | None = None
        self.card: CardKeeper | None = None
        self.theme = Theme(app, self.paths.resources)
        self.theme.apply(first.theme)
        self.language = Language(first.language, self.paths.resources)
        self.window = MainWindow(self.paths.config / "window.ini")
        self.window.painted.connect(self.furnish)
        BugReporter(self.window).install()
        self._told_to_end = False
        self.end_requests = EndRequests()
        self.end_requests.came.connect(self.end)
        app.commitDataRequest.connect(self.keep_work)

    def furnish(self) -> None:
        """Make what the window needs to work and begin to load the engine."""
        from desktop import one_thread, reference_reserve

        one_thread.load_numpy()  # before anything else does
        from desktop.card_keeper import own_keeper
        from desktop.icons import Icons
        from desktop.limits import remark_on
        from desktop.one_window import OneWindow
        from desktop.settings import Settings
        from desktop.windows.beforehand import Beforehand
        from desktop.windows.model_pages import ModelPages
        from desktop.windows.pages import Page
        from desktop.windows.parts import Model, make_parts
        from desktop.windows.workbench import Workbench

        reference_reserve.lay_in()
        self.one_window = OneWindow(self.paths.data)
        if not self.one_window.open(self.files):
            self.app.quit()
            return
        _begin_log(self.paths)
        self.language.add_qt()
        settings = Settings.load(self.paths.settings_file)
        self.paths = self.paths.moved(settings.gallery_folder, settings.models_folder)
        self.keeper = keeper = _keeper(self.paths)
        self.card = card = own_keeper(self.paths)
        settings = settings.noting(keeper.choices.note)
        used = keeper.take_up()
        self.studio = studio = _studio(self.paths, settings, used, card)
        model = Model(used.title, remark_on(used.family))
        icons = Icons(self.paths.resources / "icons")
        parts = make_parts(self.window, self.window.edit, studio, icons, model)
        workbench = Workbench(self.window, parts, icons, self.theme)
        if not self.files:
            workbench.first_page = Page.CREATE
        self.window.furnish(workbench)
        ModelPages(
            self.window,
            studio,
            keeper,
            partial(_engine, self.paths, settings=lambda: studio.settings, card=card),
        ).serve(workbench, card)
        self.recording = _recording(self.window, studio, workbench)
        # Frozen, what lasts as long as the window is not searched for garbage again and again.
        Beforehand(studio, workbench.pages, parts.create, parts.options).finished.connect(gc.freeze)
        parts.exchange.take_files(self.files)
        self.one_window.files_came.connect(partial(_open, workbench))
        self.one_window.files_came.connect(self.window.come_to_the_front)
        studio.warm_up()

    def end(self) -> None:
        """End without a question; what is not saved is offered at the next start."""
        self._told_to_end = True
        self.app.exit(0)

    def close(self) -> None:
        """Keep unsaved work, end the engine and finish writing files; then there is no window."""
        self.window.remember()
        if self.recording is not None:
            self.recording.close(discard=not self._told_to_end)
            self.recording = None
        if self.card is not None:
            self.card.close()
            self.card = None
        if self.keeper is not None:
            self.keeper.close()
            self.keeper = None
        if self.studio is not None:
            self.studio.close()
            self.studio = None
        if self.one_window is not None:
            self.one_window.close()
            self.one_window = None
        self.end_requests.close()
        # Here, and not when the interpreter ends, in an order that nobody knows.
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def keep_work(self, _manager: "QSessionManager | None" = None) -> None:
        """Have the work on the disk before the session ends; nobody need be asked."""
        if self.recording is not None:
            self.recording.flush()


def _keeper(paths: Paths) -> "ModelKeeper":
    """What knows every model. It has files read in a process of their own, as the engine does."""
    from desktop.engine_choices import NICENESS
    from desktop.model_keeper import ModelKeeper
    from engine.child import ChildOptions
    from engine.process import inspect_in_process

    def inspect(
        folders: "Sequence[Path]", family: "Family", parts: "Sequence[Part]"
    ) -> "ProcessEngine":
        return inspect_in_process(folders, family, parts, ChildOptions(niceness=NICENESS))

    return ModelKeeper(paths, inspect)


def _begin_log(paths: Paths) -> None:
    """Log from now on; what comes before is only the window with the prompt in it."""
    from desktop.log import log_into

    log_into(paths.logs)


def _studio(paths: Paths, settings: "Settings", used: "InUse", card: "CardKeeper") -> "Studio":
    """Make an empty picture with the model's own size and the engine in its own process."""
    from desktop.document.document import Document
    from desktop.document.geometry import Rect
    from desktop.document.picture import Picture
    from desktop.log import Diary
    from desktop.studio import Studio

    native = used.family.native
    document = Document(Picture(Rect(0, 0, native, native)))
    engine = _engine(paths, used, lambda: settings, card)
    studio = Studio(document, engine, paths, settings, used.family)
    Diary(studio)
    return studio


def _recording(window: MainWindow, studio: "Studio", workbench: "Workbench") -> "Recording":
    """What keeps a copy of unsaved work, and offers what the last start left."""
    from desktop.recording import Recording
    from desktop.recovering import Recovering
    from desktop.windows.recovery_pages import RecoveryPages

    own = studio.paths.recovery
    chosen = studio.settings.unsaved_folder
    root = Path(chosen) if chosen else own
    recording = Recording(studio.document, studio.candidates, studio.files, root)
    recovering = Recovering(recording, studio.files, own, root)
    RecoveryPages(window, recording, recovering).serve(workbench)
    return recording


def _open(workbench: "Workbench", files: "Sequence[Path]") -> None:
    """Open the files of a start that came later."""
    if files:
        workbench.show_canvas()
    workbench.parts.exchange.take_files(list(files))


def _engine(
    paths: Paths, used: "InUse", settings: "Callable[[], Settings]", card: "CardKeeper"
) -> "ProcessEngine":
    """The engine that paints with a model, as the settings want it, in a process of its own."""
    from desktop.engine_choices import child_options, wishes
    from engine.process import open_process

    now = settings()
    options = child_options(now, card.interpreter)
    return open_process(used.folders, used.family, options, wishes(now), answers_in(paths))


def answers_in(paths: Paths) -> Path:
    """Where the engine keeps what networks answer always; without a window it does so too."""
    return paths.cache / "answers"


class BugReporter(QObject):
    """Catches what nobody caught, in any thread: logged with its traceback and shown."""

    found = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        """Report to the failure window of `window`."""
        super().__init__(window)
        self.found.connect(window.report_bug)

    def install(self) -> None:
        """Become the excepthook of this process."""
        import threading

        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def _thread_hook(self, hooked: "threading.ExceptHookArgs") -> None:
        if hooked.exc_value is not None:
            self._hook(hooked.exc_type, hooked.exc_value, hooked.exc_traceback)

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: "TracebackType | None"
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        import traceback

        logger.critical("uncaught", exc_info=(kind, error, trace))
        self.found.emit("".join(traceback.format_exception(kind, error, trace)))


WITHOUT_A_WINDOW = """Without a window: easel VERB; a VERB is generate, vary, mix, morph, reword,
inpaint, outpaint, guide, upscale, embed or models, and easel VERB --help explains it."""


def _options(argv: list[str]) -> tuple[Paths, list[Path]]:
    if not argv:
        return Paths.default(), []
    import argparse  # slow to import, and most starts have nothing to parse

    about = "Paint with words on your machine."
    parser = argparse.ArgumentParser(prog="easel", description=about, epilog=WITHOUT_A_WINDOW)
    parser.add_argument("--home", type=Path, metavar="DIR", help="keep everything in DIR")
    parser.add_argument("files", nargs="*", type=Path, help="a project, or pictures, to open")
    options = parser.parse_args(argv)
    home: Path | None = options.home
    files: list[Path] = options.files
    return Paths.default() if home is None else Paths.under(home), files
