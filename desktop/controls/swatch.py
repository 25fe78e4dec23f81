"""A small button that shows one colour."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton

SIDE = 22
RADIUS = 4


class Swatch(QAbstractButton):
    """A filled square with a quiet rim; a ring when it is focused."""

    def __init__(self, name: str, side: int = SIDE) -> None:
        """`name` is what a screen reader says before the colour."""
        super().__init__()
        self._name, self._side = name, side
        self._colour = QColor()
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)

    @property
    def colour(self) -> QColor:
        """The colour in view."""
        return self._colour

    def show_colour(self, colour: QColor) -> None:
        """Show another colour."""
        if colour != self._colour:
            self._colour = colour
            self.setAccessibleName(f"{self._name} {colour.name()}")
            self.setToolTip(self.accessibleName())
            self.update()

    def sizeHint(self) -> QSize:
        """Return its side twice."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the colour."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            role = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.Mid
            painter.setPen(QPen(self.palette().color(role), 2 if self.hasFocus() else 1))
            painter.setBrush(self._colour)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
