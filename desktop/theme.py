"""How Easel looks: three palettes, one accent each, an 8 px grid.

Nothing here knows a widget by name; `resources/theme.qss` holds the shapes and reads its colours
from the same tables. The window is painted with this, so what takes long to import is left out
(decision 14): dataclasses, and the name `Qt`, which costs as much as an empty window's first paint.
"""

from pathlib import Path
from string import Template
from typing import NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QWidget

TIGHT = 4
SPACE = 8
WIDE = 16

CALM = "calm"
"""Property of the application: whether as little as possible moves."""

MIDDLE = 128
"""A ground less light than this is a dark one."""


class Colours(NamedTuple):
    """The colours of one scheme as #rrggbb.

    muted: text of second rank. focus: the outline of what has the keyboard.
    """

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
    focus: str
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
    focus="#5650d0",
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
    focus="#9a95ff",
    danger="#ff8a80",
)
CONTRAST = Colours(
    window="#000000",
    panel="#000000",
    base="#000000",
    hover="#2b2b2b",
    border="#ffffff",
    text="#ffffff",
    muted="#e6e6e6",
    accent="#ffe14d",
    accent_hover="#fff0a0",
    on_accent="#000000",
    focus="#ffe14d",
    danger="#ffb3ab",
)
BY_SCHEME = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


class Theme(QObject):
    """Keeps the application in the wanted scheme, also when the system changes its own."""

    def __init__(self, app: QApplication, resources: Path) -> None:
        """Take over style and palette of `app`; `resources` holds theme.qss and icons/."""
        super().__init__(app)
        self._app = app
        self._sheet = Template((resources / "theme.qss").read_text(encoding="utf-8"))
        self._outlines = resources / "contrast.qss"
        self._icons = (resources / "icons").as_posix()
        self._scheme: str = "system"
        self._system_wants_contrast = False
        app.setStyle("Fusion")
        # Before it has a palette of ours, Fusion's own says what the system wants.
        self._system_is_dark = app.palette().window().color().lightness() < MIDDLE
        self._flash_time = app.cursorFlashTime()
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def apply(self, scheme: str) -> None:
        """Show `scheme`: "light", "dark", "contrast", or anything else for the system's."""
        self._scheme = scheme if scheme in BY_SCHEME else "system"
        colours = self.colours()
        self._app.setPalette(palette(colours))
        sheet, check, tone = self._sheet, "check", "grey"
        if colours is CONTRAST:
            outlines = self._outlines.read_text(encoding="utf-8")
            sheet, check, tone = Template(sheet.template + outlines), "check-black", "white"
        names = {"icons": self._icons, "check": check, "tone": tone}
        wanted, before = sheet.substitute(colours._asdict(), **names), self._app.styleSheet()
        if wanted == before:
            return
        if before:
            # To replace a sheet takes Qt three times as long as to take it off and put one on.
            self._app.setStyleSheet("")
        self._app.setStyleSheet(wanted)

    def colours(self) -> Colours:
        """Colours now in use."""
        if self._scheme != "system":
            return BY_SCHEME[self._scheme]
        if self._system_wants_contrast:
            return CONTRAST
        return DARK if self._system_is_dark else LIGHT

    def heed(self, calm: bool) -> None:
        """Show less motion if `calm` or if the system asks for it, and its wish for contrast.

        Not before the window is painted: asking the system loads the name `Qt`.
        """
        hints = self._app.styleHints()  # must outlive what it answers with
        asked = hints.accessibility()
        calm = calm or asked.motionPreference() == QtCore.Qt.MotionPreference.ReducedMotion
        self._app.setProperty(CALM, calm)
        self._app.setCursorFlashTime(0 if calm else self._flash_time)
        if calm:
            self._app.setEffectEnabled(QtCore.Qt.UIEffect.UI_General, False)
        for window in self._app.topLevelWidgets():
            if isinstance(window, QMainWindow):
                window.setAnimated(not calm)
        high = QtCore.Qt.ContrastPreference.HighContrast
        self._system_wants_contrast = asked.contrastPreference() == high
        if self._system_wants_contrast and self._scheme == "system":
            self.apply(self._scheme)

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


def is_calm() -> bool:
    """Whether nothing is to move that need not."""
    app = QApplication.instance()
    return app is not None and bool(app.property(CALM))


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at the properties of `widget` again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark_primary(button: QPushButton, primary: bool) -> None:
    """Fill the button with the accent: at most one in view, for what most people want next."""
    if bool(button.property("primary")) != primary:
        button.setProperty("primary", primary)
        restyle(button)
