"""What a person or a stranger's file says is shown letter by letter: it is never markup."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QMessageBox,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.document.channel import Channel
from desktop.document.edits import rename_layer
from desktop.document.geometry import Rect
from desktop.document.selection_edits import save_selection, select
from desktop.paths import Paths
from desktop.windows.questions import ask
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


REVERSING = "invoice\u202egnp.exe"
"""Shown as it is, it looks like "invoiceexe.png"."""


def hidden_in(root: QWidget) -> list[str]:
    """Widgets below `root` that show, or hint at, letters which turn others round."""
    found: list[str] = []
    for widget in (root, *root.findChildren(QWidget)):
        texts = [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
        if isinstance(widget, QLabel | QAbstractButton | QMessageBox):
            texts.append(widget.text())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            texts += all_texts(widget.model(), QModelIndex())
        texts += [action.text() for action in widget.actions()]
        if any("\u202e" in text for text in texts):
            found.append(f"{type(widget).__name__} “{widget.objectName()}”")
    return found


ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def all_texts(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    """What every row of a model shows and tells."""
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        yield from (str(index.data(role) or "") for role in ROLES)
        yield from all_texts(model, index)


def test_no_name_can_turn_its_letters_round(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths) as shell:
        pixels = np.full((9, 9, 4), 255, np.uint8)
        shell.studio.place_pixels(pixels, REVERSING)
        shell.paint(qtbot)
        shell.studio.accept(0)
        (layer, _) = shell.studio.document.picture.layers
        shell.studio.document.do(rename_layer(layer.id, f"2 {REVERSING}"))
        shell.studio.document.do(select(Channel.of_rect(Rect(0, 0, 9, 9))))
        shell.studio.document.do(save_selection(REVERSING))
        shell.studio.failed.emit(f"“{REVERSING}” is not a picture.")
        ask(shell.window, f"Save over “{REVERSING}”?", [], "No")
        shell.workbench.actions_by_verb["window.models"].trigger()
        shell.workbench.actions_by_verb["window.selections"].trigger()
        qtbot.wait(200)
        shown = "invoice‹U+202E›gnp.exe"
        labels = [each for each in QApplication.allWidgets() if isinstance(each, QLabel)]
        assert any(shown in each.text() for each in labels), "it is nowhere to be seen"
        tops = QApplication.topLevelWidgets()
        assert [name for top in tops for name in hidden_in(top)] == []


def test_a_label_that_would_turn_letters_round_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    QLabel(REVERSING, root)
    assert len(hidden_in(root)) == 1


def test_a_label_that_would_show_markup_is_found(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    label = QLabel(HOSTILE, root)
    label.setToolTip(HOSTILE)
    assert len(taken_for_markup(root)) == 2
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setToolTip("")
    assert taken_for_markup(root) == []
