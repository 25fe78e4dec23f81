"""What a person or a stranger's file says is shown letter by letter: it is never markup."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from tests.shell import PATIENCE, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

HOSTILE = "<img src='file:///etc/passwd'> <a href='//host/share/x.png'>a red apple</a>"
"""Qt takes this for markup wherever nobody says otherwise: it would open the file, ask the host."""


def taken_for_markup(root: QWidget) -> list[str]:
    """Widgets below `root` that would show, or hint at, the hostile text as markup."""
    found: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        name = f"{type(widget).__name__} “{widget.objectName()}”"
        if isinstance(widget, QLabel) and "<img" in widget.text():
            found += [name] if widget.textFormat() != Qt.TextFormat.PlainText else []
        if isinstance(widget, QTextEdit) and widget.acceptRichText():
            found.append(f"{name} takes rich text")
        if "<img" in widget.toolTip():
            found.append(f"tip of {name}")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            tips = all_tips(widget.model(), QModelIndex())
            found += [f"tip in {name}" for tip in tips if "<img" in tip]
    return found


def all_tips(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    """The hints at every row of a model."""
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        yield from all_tips(model, index)


def test_hostile_words_are_letters_in_every_widget(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        shell.window.prompt.edit.setPlainText(HOSTILE)
        shell.paint(qtbot)
        shell.studio.accept(0)
        shell.paint(qtbot)
        pixels = np.zeros((9, 9, 4), np.uint8)
        shell.studio.place_pixels(pixels, HOSTILE, notes={"prompt": HOSTILE})
        shell.studio.failed.emit(HOSTILE)
        shell.studio.noticed.emit(HOSTILE)
        shell.workbench.show_gallery()
        gallery = shell.workbench.pages.gallery
        qtbot.waitUntil(lambda: gallery.grid.model().rowCount() > 0, timeout=PATIENCE)
        gallery.grid.setCurrentIndex(gallery.grid.model().index(0, 0))
        qtbot.wait(200)
        shell.workbench.show_canvas()
        qtbot.wait(50)
        everything = QApplication.allWidgets()
        shown = [each for each in everything if isinstance(each, QLabel) and "<img" in each.text()]
        assert shown, "the words are nowhere to be seen, so this proves nothing"
        tops = QApplication.topLevelWidgets()
        assert [name for top in tops for name in taken_for_markup(top)] == []


def test_a_label_that_would_show_markup_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    label = QLabel(HOSTILE, root)
    label.setToolTip(HOSTILE)
    assert len(taken_for_markup(root)) == 2
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setToolTip("")
    assert taken_for_markup(root) == []
