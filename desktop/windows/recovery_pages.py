"""What joins unsaved work to the window: the page that offers it, and the sentences about it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from desktop.file_dialog import open_soon
from desktop.recording import Recording
from desktop.recovering import Recovering
from desktop.remedies import WayOut
from desktop.settings import Settings
from desktop.storage.recovery import Found, Unsaved
from desktop.windows.beside import bring
from desktop.windows.main import MainWindow
from desktop.windows.workbench import Workbench
from engine.requests import Pixels

if TYPE_CHECKING:
    from desktop.windows.recovery import RecoveryWindow


class RecoveryPages(QObject):
    """Offers what windows that have ended left, and finds it again when it is asked for."""

    looked = Signal()
    """What windows that have ended left is known, and offered if there is any."""

    def __init__(self, window: MainWindow, recording: Recording, recovering: Recovering) -> None:
        """Look for nothing yet."""
        super().__init__(window)
        self._window, self._recording, self._recovering = window, recording, recovering
        self.page: RecoveryWindow | None = None
        self._unsaved: tuple[Found, ...] = ()
        self._asked = False

    def serve(self, workbench: Workbench) -> None:
        """Look for unsaved work now, and show the page whenever it is asked for."""
        parts, recovering = workbench.parts, self._recovering
        self._recording.prompt = lambda: parts.prompt.prompt
        for speaker in (self._recording, recovering):
            speaker.failed.connect(parts.messages.show_failure)
            speaker.noticed.connect(parts.messages.show_notice)
            speaker.bug_found.connect(self._window.report_bug)
        workbench.recovery_requested.connect(self.show)
        recovering.opened.connect(lambda _found: workbench.show_canvas())
        self._keep_where_wanted(workbench)
        recovering.looked.connect(self._hear_unsaved)
        recovering.thumbnail_made.connect(self._show_picture)
        recovering.look()

    def _keep_where_wanted(self, workbench: Workbench) -> None:
        """Keep the copy of unsaved work where the settings say, and offer another place in need."""
        parts, settings = workbench.parts, workbench.settings
        studio = parts.studio
        self._folder = studio.settings.unsaved_folder

        def hear(chosen: Settings) -> None:
            if chosen.unsaved_folder != self._folder:
                self._folder = chosen.unsaved_folder
                root = Path(self._folder) if self._folder else studio.paths.recovery
                self._recording.move(root)

        def take(folder: str) -> None:
            settings.change(replace(studio.settings, unsaved_folder=folder))

        def choose() -> None:
            dialog = QFileDialog(self._window, self.tr("A folder for the copy of unsaved work"))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.fileSelected.connect(take)
            open_soon(dialog)

        def offer(_sentence: str) -> None:
            save = WayOut(self.tr("Save the project…"), parts.exchange.save_project)
            parts.messages.offer((WayOut(self.tr("Another folder…"), choose), save))

        settings.changed.connect(hear)
        self._recording.failed.connect(offer)

    def show(self) -> None:
        """Show everything there is, also what was discarded."""
        self._asked = True
        self._recovering.look()

    def _hear_unsaved(self, unsaved: Unsaved) -> None:
        self._unsaved = unsaved.found
        if self._asked:
            self._asked = False
            self._recovering.look_for_discarded(self._show_all)
        elif unsaved.found:
            self._made().show_unsaved(unsaved.found)
            self._bring(unsaved.found)
        self.looked.emit()

    def _show_all(self, discarded: list[Found]) -> None:
        self._made().show_all(self._unsaved, discarded)
        self._bring((*self._unsaved, *discarded))

    def _bring(self, found: tuple[Found, ...]) -> None:
        for each in found:
            self._recovering.show(each)
        bring(self._made())

    def _made(self) -> "RecoveryWindow":
        if self.page is None:
            from desktop.windows.recovery import RecoveryWindow  # seldom wanted

            self.page = RecoveryWindow(self._window)
            self.page.open_requested.connect(self._recovering.open)
            self.page.discard_requested.connect(self._discard)
            self._recovering.opened.connect(self._close)
        return self.page

    def _show_picture(self, found: Found, pixels: Pixels | None) -> None:
        if self.page is not None:
            self.page.show_picture(found, pixels)

    def _discard(self, found: Found) -> None:
        self._recovering.discard(found)
        self._made().drop(found)

    def _close(self, _found: Found) -> None:
        """Show the picture that was opened; what else there is is offered at the next start."""
        self._made().close()
