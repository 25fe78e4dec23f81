"""Windows that stand beside the picture: painting goes on while they are open."""

from PySide6.QtWidgets import QDialog, QWidget


def show_beside(window: QDialog) -> None:
    """Show a window that stops nothing; an older one of its kind is closed, as one is enough."""
    owner = window.parent()
    older = owner.findChildren(type(window)) if isinstance(owner, QWidget) else []
    for other in older:
        if other is not window and other.isVisible():
            other.close()
    window.setModal(False)
    window.finished.connect(window.deleteLater)
    window.show()
