"""How Easel looks: two palettes, one accent, an 8 px grid.

Nothing here knows a widget by name; `resources/theme.qss` holds the shapes and reads its colours
from the same tables. The window is painted with this, so what takes long to import is left out
(decision 14): dataclasses, and the name `Qt`, which costs as much as an empty window's first paint.
"""

from pathlib import Path
from string import Template
from typing import Literal, NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

Scheme = Literal["system", "light", "dark"]

TIGHT = 4
SPACE = 8
WIDE = 16

MIDDLE = 128
"""A ground less light than this is a dark one."""


class Colours(NamedTuple):
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
        self._icons = (resources / "icons").as_posix()
        self._scheme: Scheme = "system"
        app.setStyle("Fusion")
        # Before it has a palette of ours, Fusion's own says what the system wants.
        self._system_is_dark = app.palette().window().color().lightness() < MIDDLE
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def apply(self, scheme: str) -> None:
        """Show `scheme`: "light", "dark", or anything else for the system's."""
        self._scheme = "light" if scheme == "light" else "dark" if scheme == "dark" else "system"
        colours = self.colours()
        self._app.setPalette(palette(colours))
        self._app.setStyleSheet(self._sheet.substitute(colours._asdict(), icons=self._icons))

    def colours(self) -> Colours:
        """Colours now in use."""
        if self._scheme != "system":
            return DARK if self._scheme == "dark" else LIGHT
        return DARK if self._system_is_dark else LIGHT

    def _system_changed(self, scheme: "QtCore.Qt.ColorScheme") -> None:
        self._system_is_dark = scheme == QtCore.Qt.ColorScheme.Dark
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
