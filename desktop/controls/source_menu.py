"""The ways to put a picture into an idea, as a menu: what drag and drop does, for the keyboard."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.file_dialog import open_soon
from desktop.source import Source
from desktop.sources import Sources
from desktop.storage.images import ENDINGS


class SourceMenu(QMenu):
    """Gives every chosen Source to `take`."""

    def __init__(
        self, sources: Sources, take: Callable[[Source], None], parent: QWidget | None = None
    ) -> None:
        """List the places that `sources` knows."""
        super().__init__(parent)
        self._sources, self._take = sources, take
        self.addAction(self.tr("What the &frame shows"), partial(sources.frame, take))
        self.addAction(self.tr("The &layer in use"), partial(sources.layer, take))
        self.addAction(self.tr("The picture &chosen in the tray"), partial(sources.chosen, take))
        self.addAction(self.tr("From the cli&pboard"), partial(sources.clipboard, take))
        self.addSeparator()
        self.addAction(self.tr("Picture fil&e…"), self._ask_for_file)

    def _ask_for_file(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        endings = " ".join(f"*{ending}" for ending in ENDINGS)
        dialog = QFileDialog(self.window(), self.tr("Choose a picture"), folder)
        dialog.setNameFilter(self.tr("Pictures") + f" ({endings})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read)
        open_soon(dialog)

    def _read(self, file: str) -> None:
        self._sources.file(Path(file), self._take)
