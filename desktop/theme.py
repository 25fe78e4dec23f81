"""How Easel looks: two palettes, one accent, an 8 px grid, and icons that take the text's colour.

Nothing here knows a widget by name; `resources/theme.qss` holds the shapes and reads its colours
from the same tables.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

Scheme = Literal["system", "light", "dark"]

TIGHT = 4
SPACE = 8
WIDE = 16
ICON = QSize(18, 18)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one scheme as #rrggbb; `muted` is text of second rank."""

    window: str
    panel: str
    base: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    danger: str


LIGHT = Colours(
    window="#f3f3f6",
    panel="#fafafc",
    base="#ffffff",
    hover="#e9e9ef",
    border="#d6d6de",
    text="#1c1c22",
    muted="#63636e",
    accent="#5650d0",
    accent_hover="#4741bb",
    on_accent="#ffffff",
    danger="#b3261e",
)
DARK = Colours(
    window="#1a1a1e",
    panel="#212126",
    base="#29292f",
    hover="#34343b",
    border="#3b3b43",
    text="#ececf1",
    muted="#a2a2ae",
    accent="#645edb",
    accent_hover="#6c66e2",
    on_accent="#ffffff",
    danger="#ff8a80",
)


class Theme(QObject):
    """Keeps the application in the wanted scheme, also when the system changes its own."""

    def __init__(self, app: QApplication, resources: Path) -> None:
        """Take over style and palette of `app`; `resources` holds theme.qss and icons/."""
        super().__init__(app)
        self._app = app
        self._sheet = Template((resources / "theme.qss").read_text(encoding="utf-8"))
        self._scheme: Scheme = "system"
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def apply(self, scheme: str) -> None:
        """Show `scheme`: "light", "dark", or anything else for the system's."""
        self._scheme = "light" if scheme == "light" else "dark" if scheme == "dark" else "system"
        colours = self.colours()
        self._app.setPalette(palette(colours))
        self._app.setStyleSheet(self._sheet.substitute(asdict(colours)))

    def colours(self) -> Colours:
        """Colours now in use."""
        if self._scheme != "system":
            return DARK if self._scheme == "dark" else LIGHT
        return DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _system_changed(self) -> None:
        self.apply(self._scheme)


def palette(colours: Colours) -> QPalette:
    """Every role of Qt's palette, for widgets that paint themselves."""
    role = QPalette.ColorRole
    made = QPalette()
    for names, colour in (
        ((role.Window, role.ToolTipBase), colours.window),
        ((role.Base,), colours.base),
        ((role.AlternateBase, role.Button, role.Light), colours.panel),
        ((role.Midlight,), colours.hover),
        ((role.Mid, role.Dark, role.Shadow), colours.border),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), colours.text),
        ((role.BrightText,), colours.danger),
        ((role.PlaceholderText,), colours.muted),
        ((role.Highlight, role.Link, role.Accent), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
    ):
        for name in names:
            made.setColor(name, QColor(colour))
    faint = QColor(colours.muted)
    faint.setAlphaF(0.6)
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return made


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at the properties of `widget` again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark_primary(button: QPushButton, primary: bool) -> None:
    """Fill the button with the accent: at most one in view, for what most people want next."""
    button.setProperty("primary", primary)
    restyle(button)


class SvgIcon(QIconEngine):
    """An SVG drawn in a colour of the palette when it is painted: crisp at every scale."""

    def __init__(self, source: str, role: QPalette.ColorRole) -> None:
        """`source` is SVG text that says currentColor where the colour belongs."""
        super().__init__()
        self._source, self._role = source, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into `rect`; a disabled icon takes the disabled text's colour."""
        disabled = mode == QIcon.Mode.Disabled
        group = QPalette.ColorGroup.Disabled if disabled else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, self._role)
        painter.save()
        painter.setOpacity(painter.opacity() * colour.alphaF())
        drawing = self._source.replace("currentColor", colour.name())
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon in `size` device pixels on a transparent ground."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Return an equal engine, as QIcon asks for when it is copied and changed."""
        return SvgIcon(self._source, self._role)


class Icons:
    """The icons of one folder by name; the same name gives the same QIcon."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the SVG files."""
        self._folder = folder
        self._read = lru_cache(maxsize=None)(self._make)

    def __call__(
        self, name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText
    ) -> QIcon:
        """Return the icon in the colour of `role`; an unknown name is a bug and raises OSError."""
        return self._read(name, role)

    def _make(self, name: str, role: QPalette.ColorRole) -> QIcon:
        source = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        return QIcon(SvgIcon(source, role))
