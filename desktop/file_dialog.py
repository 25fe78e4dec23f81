"""Dialogs that ask for a file or a folder are opened here, none of which stops the loop.

Qt's own dialog takes 11 ms to be made and as much to be shown; a desktop's own shows itself.
"""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget


def open_soon(dialog: QFileDialog) -> None:
    """Open a new dialog in the next turn: to make it has taken long enough for this one.

    It is deleted when it is done. Whoever asks twice in a turn is asked once; whoever is closed
    before it opens, not at all: a dialog alone would keep the program running.
    """
    dialog.finished.connect(dialog.deleteLater)
    owner, direct = dialog.parent(), Qt.FindChildOption.FindDirectChildrenOnly
    assert isinstance(owner, QWidget)
    was_seen = owner.isVisible()
    for other in owner.findChildren(QFileDialog, options=direct):
        if other is not dialog and not other.isVisible():
            other.deleteLater()

    def begin() -> None:
        if was_seen and not owner.isVisible():
            dialog.deleteLater()
        else:
            dialog.open()

    QTimer.singleShot(0, dialog, begin)
