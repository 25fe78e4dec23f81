"""A part of a window that scrolls up and down where it is too high, and never sideways."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class UprightArea(QScrollArea):
    """As wide as what is in it needs, for there is no bar that would lead to the rest."""

    def minimumSizeHint(self) -> QSize:
        """The least width of what is in it beside the bar; any height will do."""
        least, inner = super().minimumSizeHint(), self.widget()
        if inner is None:
            return least
        width = inner.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(max(width, least.width()), least.height())


def leave_ground(area: QScrollArea) -> None:
    """Let what is around `area` be its ground, so that what comes into view is painted once.

    Where an area has a ground of its own, as Qt gives it one, Qt paints all that is in it when it
    is shown, and then each part once more. The price is that all of it is painted as it scrolls.
    """
    for each in filter(None, (area.widget(), area.viewport())):
        each.setAutoFillBackground(False)


def scrolling(page: QWidget, name: str, *, gives_way: bool = False) -> QScrollArea:
    """Return an area without a frame around `page`; `name` is read out in its place.

    The keyboard goes to what lies in it, not to the area. gives_way: `page` takes whatever width
    there is, and lays itself out anew.
    """
    area = QScrollArea() if gives_way else UprightArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    leave_ground(area)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    return area
