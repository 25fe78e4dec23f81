"""Files that are dropped on the gallery, wherever it is: on pictures, or where there are none."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop import dragged_layer
from desktop.gallery.model import IDS


class FileDrops(QObject):
    """Takes files of others that are dropped on one widget, and not our own pictures."""

    dropped = Signal(object)
    """A list of Paths."""

    def __init__(self, place: QWidget) -> None:
        """Let `place` take drops. Of a view it is the viewport, which Qt asks first."""
        super().__init__(place)
        place.setAcceptDrops(True)
        place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer what hovers, and hand on what was dropped."""
        if isinstance(event, QDragMoveEvent):  # entering is a move, too
            return self._answer(event)
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            paths = files_in(event)
            if self._answer(event) and paths:
                self.dropped.emit(paths)
            return True
        return False

    def _answer(self, event: QDropEvent) -> bool:
        if files_in(event):
            event.acceptProposedAction()
        else:
            event.ignore()
        return True


def files_in(event: QDropEvent) -> list[Path]:
    """The files that are dragged; none where they are pictures of the gallery itself."""
    data = event.mimeData()
    if data.hasFormat(IDS):
        return []
    return dragged_layer.files_in(data)
