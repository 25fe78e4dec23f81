"""Windows that stand beside the picture: painting goes on while they are open."""

from PySide6.QtCore import QMargins, Qt, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from desktop.theme import SPACE

TITLE = 36
"""Logical pixels that the desktop's own title of a window takes, or a little less."""


def show_beside(window: QDialog) -> None:
    """Show a window that stops nothing; an older one of its kind is closed, as one is enough."""
    owner = window.parent()
    older = _windows_of(owner, type(window)) if isinstance(owner, QWidget) else []
    for other in older:
        if other is not window:
            other.close() if other.isVisible() else other.deleteLater()  # asked for twice in a turn
    window.setModal(False)
    window.finished.connect(window.deleteLater)
    show_soon(window)


def show_soon(window: QDialog) -> None:
    """Show a new window in the next turn: to make it has taken long enough for this one."""
    QTimer.singleShot(0, window, lambda: _show_whole(window))


def stand_at_the_right(window: QDialog, canvas: QWidget) -> None:
    """Move a window over the panels at the right, where the least of the picture is hidden."""
    around = canvas.window().frameGeometry()
    top = canvas.mapToGlobal(canvas.rect().topLeft()).y()
    window.move(around.right() - window.width() - SPACE, top)


def bring(window: QDialog) -> None:
    """Bring a window that is kept to the front; where it is not in view, in the next turn."""
    if not window.isVisible():
        show_soon(window)  # which puts it in front
        return
    window.raise_()
    window.activateWindow()


def _show_whole(window: QDialog) -> None:
    """Show a window no larger than its screen with the room for the title that it will get."""
    room = window.screen().availableSize().shrunkBy(QMargins(0, TITLE, 0, 0))
    # One that nobody gave a size yet takes its own as it is shown.
    resized = window.testAttribute(Qt.WidgetAttribute.WA_Resized)
    size = window.size() if resized else window.sizeHint()
    if size.boundedTo(room) != size:
        window.resize(size.boundedTo(room))
    window.show()


def _windows_of(owner: QWidget, kind: type[QDialog]) -> list[QDialog]:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return owner.findChildren(kind, options=direct)
