"""The themes: whatever is read can be read, in every scheme, and the system is followed."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QGroupBox,
    QLabel,
    QMainWindow,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.theme import BY_SCHEME, CONTRAST, DARK, LIGHT, Colours, Theme, is_calm

READABLE = 4.5
"""WCAG 2.2, 1.4.3: text."""
STRONG = 7.0
"""1.4.6: text in high contrast."""
VISIBLE = 3.0
"""1.4.11: what is no text but must be seen, such as the outline of what has the keyboard."""


@pytest.fixture
def theme(qapp: QApplication, paths: Paths) -> Iterator[Theme]:
    theme = Theme(qapp, paths.resources)
    yield theme
    theme.heed(calm=False)
    theme.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def grounds(colours: Colours) -> tuple[str, ...]:
    """What text stands on."""
    return (colours.window, colours.panel, colours.base, colours.hover)


def weakest(colours: Colours) -> float:
    """The least contrast of any text with any ground that it stands on."""
    texts = (colours.text, colours.muted, colours.danger)
    pairs = [(text, ground) for text in texts for ground in grounds(colours)]
    pairs += [(colours.on_accent, each) for each in (colours.accent, colours.accent_hover)]
    return min(contrast(*pair) for pair in pairs)


@pytest.mark.parametrize("scheme", BY_SCHEME)
def test_text_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    assert weakest(BY_SCHEME[scheme]) >= (STRONG if scheme == "contrast" else READABLE)


def test_a_colour_that_is_too_faint_would_be_found() -> None:
    assert weakest(LIGHT._replace(muted="#8a8a94")) < READABLE
    assert weakest(CONTRAST._replace(danger="#ff5544")) < STRONG


@pytest.mark.parametrize("scheme", BY_SCHEME)
def test_the_outline_of_what_has_the_keyboard_can_be_seen(scheme: str) -> None:
    colours = BY_SCHEME[scheme]
    assert min(contrast(colours.focus, ground) for ground in grounds(colours)) >= VISIBLE


def test_in_high_contrast_every_border_can_be_seen() -> None:
    assert min(contrast(CONTRAST.border, ground) for ground in grounds(CONTRAST)) >= STRONG


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_palette_and_sheet_take_the_colours_of_the_scheme(
    theme: Theme, qapp: QApplication, scheme: str
) -> None:
    theme.apply(scheme)
    colours = BY_SCHEME[scheme]
    assert qapp.palette().window().color().name() == colours.window
    assert colours.focus in qapp.styleSheet()
    assert "$" not in qapp.styleSheet().replace("$icons", "")


def test_anything_else_follows_the_system(theme: Theme) -> None:
    theme.apply("plaid")
    assert theme.colours() in (LIGHT, DARK)


class Changes(QObject):
    """Counts how often a widget was given another style."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.StyleChange
        return False


def test_what_has_changed_its_colours_looks_as_if_it_had_begun_with_them(
    qtbot: QtBot, theme: Theme
) -> None:
    def made() -> QGroupBox:
        box = QGroupBox("Title")
        qtbot.addWidget(box)
        column = QVBoxLayout(box)
        for part in (QPushButton("Push"), QCheckBox("Check"), QSpinBox(), QLabel("Label")):
            part.setProperty("muted", isinstance(part, QLabel))
            column.addWidget(part)
        return box

    theme.apply("light")
    changed = made()
    before = changed.grab().toImage()
    for scheme in ("dark", "contrast", "light"):
        theme.apply(scheme)
        assert changed.grab().toImage() == made().grab().toImage(), scheme
        assert (changed.grab().toImage() == before) == (scheme == "light")


def test_colours_that_are_shown_already_give_nothing_another_style(
    qtbot: QtBot, theme: Theme
) -> None:
    theme.apply("light")
    label = QLabel("Label")
    qtbot.addWidget(label)
    label.ensurePolished()
    changes = Changes(label)
    theme.apply("light")
    assert changes.count == 0
    theme.apply("dark")
    assert changes.count > 0


def test_reduced_motion_stops_what_moves_by_itself_and_can_be_taken_back(
    theme: Theme, qapp: QApplication, qtbot: QtBot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    before = qapp.cursorFlashTime()
    theme.heed(calm=True)
    assert (is_calm(), window.isAnimated(), qapp.cursorFlashTime()) == (True, False, 0)
    theme.heed(calm=False)
    assert (is_calm(), window.isAnimated(), qapp.cursorFlashTime()) == (False, True, before)
