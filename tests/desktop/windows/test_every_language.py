"""Every window in every language: no word of it is cut off."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ask import Meaning
from desktop.controls.elided_label import ElidedLabel
from desktop.language import LANGUAGES, Language
from desktop.limits import limit_of
from desktop.paths import Paths
from desktop.windows.key_sheet import KeySheet
from desktop.windows.models import ModelsWindow
from desktop.windows.pages import SwitchButton
from desktop.windows.settings import SettingsWindow
from tests.desktop.windows.test_every_window import of_ours, open_all, said
from tests.shell import PATIENCE, open_shell

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints|raise")]

LEAST = (1280, 720)
"""Logical pixels of a window in which all words have their room."""
LESS = 1
"""Logical pixels that rounding may take."""


def cut_off(root: QWidget) -> set[str]:
    """What is in view and has less room than its words need."""
    return {f"{said(each)}: {_words(each)!r}" for each in of_ours(root) if _is_cut(each)}


def _is_cut(widget: QWidget) -> bool:
    if not widget.isVisible():
        return False
    if isinstance(widget, QScrollArea):
        inner, never = widget.widget(), Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if inner is None or widget.horizontalScrollBarPolicy() != never:
            return False
        return inner.minimumSizeHint().width() > widget.viewport().width() + LESS
    if isinstance(widget, QTabBar):
        if isinstance(widget.parent(), QMainWindow):
            return False  # panels are as wide as a person makes them, and the tabs end in …
        return widget.sizeHint().width() > widget.width() + LESS
    plain = isinstance(widget, QAbstractButton | QLabel) and not isinstance(widget, ElidedLabel)
    icon_only = (
        isinstance(widget, QToolButton)
        and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    )
    if not plain or icon_only or not _words(widget):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + LESS
    return widget.sizeHint().width() > widget.width() + LESS


def _words(widget: QWidget) -> str:
    if isinstance(widget, QTabBar):
        return " ".join(widget.tabText(each) for each in range(widget.count()))
    return (
        widget.text() if isinstance(widget, QAbstractButton | QLabel) else widget.accessibleName()
    )


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest, paths: Paths) -> Iterator[str]:
    """A language that the windows speak; after it numbers are written as before."""
    before = QLocale()
    language = Language(request.param, paths.resources)
    yield request.param
    language.remove()
    QLocale.setDefault(before)


def test_no_word_is_cut_off(qtbot: QtBot, spoken: str, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.window.resize(*LEAST)
        open_all(qtbot, shell, paths)
        for sheet in shell.window.findChildren(KeySheet):
            assert sheet.parts  # which makes what is made one a turn
        for settings in shell.window.findChildren(SettingsWindow):
            assert settings.rows
        for models in shell.window.findChildren(ModelsWindow):
            assert models.cards
        qtbot.wait(50)
        pages = shell.workbench.pages
        gallery = pages.gallery
        qtbot.waitUntil(lambda: len(gallery.model.ids) == 4, timeout=PATIENCE)
        gallery.grid.select([int(gallery.model.ids[0])])
        qtbot.waitUntil(gallery.side.picture.isVisible, timeout=PATIENCE)
        QApplication.processEvents()
        found = cut_off(shell.window)
        pages.show_gallery(False)
        shell.workbench.actions_by_verb["window.reset_docks"].trigger()
        qtbot.wait(50)  # until the window has laid itself out and given out the widths
        for dock in shell.window.findChildren(QDockWidget):
            dock.raise_()
            QApplication.processEvents()
            found |= cut_off(shell.window)
        assert found == set(), spoken


def test_what_the_model_is_too_weak_for_is_said_whole(
    qtbot: QtBot, spoken: str, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.window.resize(*LEAST)
        shell.studio.place_pixels(np.full((256, 256, 4), 255, np.uint8), "a")
        qtbot.waitUntil(lambda: shell.studio.intent.meaning is Meaning.OVER, timeout=PATIENCE)
        label = shell.workbench.parts.status.limit
        assert label.text() == limit_of("starter", "over")
        for effect in ("over", "fill", "extend"):
            needed = label.fontMetrics().horizontalAdvance(limit_of("starter", effect))
            assert 0 < needed <= label.width(), (spoken, effect)


def test_the_pages_have_their_words_again_when_a_narrow_window_is_made_wide(
    qtbot: QtBot, paths: Paths
) -> None:
    with open_shell(qtbot, paths) as shell:
        buttons = shell.window.findChildren(SwitchButton)
        assert len(buttons) == 3
        for width in (1240, 900, 1240):
            shell.window.resize(width, 800)
            QApplication.processEvents()
            assert [each.width() for each in buttons] == [e.sizeHint().width() for e in buttons]


def test_what_is_cut_off_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    button, label, wrapped = QPushButton("a long word"), QLabel("another one"), QLabel("so " * 99)
    wrapped.setWordWrap(True)
    for each in (button, label, wrapped):
        row.addWidget(each)
    window.resize(900, 300)
    window.show()
    assert cut_off(window) == set()
    button.setMaximumWidth(20)
    label.setMaximumWidth(20)
    wrapped.setMaximumSize(100, 20)
    QApplication.processEvents()
    assert len(cut_off(window)) == 3
