"""The icons of Easel: SVG files that take the colour of the text, drawn crisp at every scale.

Apart from `desktop.theme`, because the window is painted before any icon is needed.
"""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer

ICON = QSize(18, 18)
"""Of an icon on a button, in logical pixels."""


class SvgIcon(QIconEngine):
    """An SVG drawn in a colour of the palette when it is painted: crisp at every scale."""

    def __init__(self, source: str, role: QPalette.ColorRole) -> None:
        """`source` is SVG text that says currentColor where the colour belongs."""
        super().__init__()
        self._source, self._role = source, role
        self._drawings: dict[str, QSvgRenderer] = {}
        """By colour: reading the SVG takes longer than drawing it."""
        self._pixmaps: dict[tuple[int, int, str], QPixmap] = {}
        """By size and colour with alpha: drawing takes longer than copying."""

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into `rect`; a disabled icon takes the disabled text's colour."""
        colour = self._colour(mode, state)
        painter.save()
        painter.setOpacity(painter.opacity() * colour.alphaF())
        self._drawing(colour.name()).render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon in `size` device pixels on a transparent ground, drawn once."""
        colour = self._colour(mode, state).name(QColor.NameFormat.HexArgb)
        key = (size.width(), size.height(), colour)
        known = self._pixmaps.get(key)
        if known is None:
            known = self._pixmaps[key] = self._draw(size, mode, state)
        return QPixmap(known)  # whose pixels are shared until somebody changes them

    def _draw(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        disabled = mode == QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
        # What is switched on lies on the accent (theme.qss).
        role = QPalette.ColorRole.HighlightedText if state == QIcon.State.On else self._role
        return QGuiApplication.palette().color(group, role)

    def _drawing(self, colour: str) -> QSvgRenderer:
        """Return the SVG in a colour, read once."""
        known = self._drawings.get(colour)
        if known is None:
            source = self._source.replace("currentColor", colour)
            known = self._drawings[colour] = QSvgRenderer(QByteArray(source.encode()))
        return known

    def clone(self) -> QIconEngine:
        """Return an equal engine, as QIcon asks for when it is copied and changed."""
        equal = SvgIcon(self._source, self._role)
        # PySide does not hand it over: unless kept, it is deleted while a QIcon draws with it.
        _CLONES.append(equal)
        return equal


_CLONES: list[SvgIcon] = []


@cache
def _icon(file: Path, role: QPalette.ColorRole) -> QIcon:
    """Return the one QIcon of a file and colour, kept until the program ends.

    Python's collector takes an engine for garbage as soon as the QIcon that it was handed to is
    (PySide lets it see a reference that is not counted), though buttons still draw with it.
    """
    return QIcon(SvgIcon(file.read_text(encoding="utf-8"), role))


class Icons:
    """The icons of one folder by name; the same name gives the same QIcon."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the SVG files."""
        self._folder = folder

    def __call__(
        self, name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText
    ) -> QIcon:
        """Return the icon in the colour of `role`; an unknown name is a bug and raises OSError."""
        return _icon(self._folder / f"{name}.svg", role)
