"""No part of a window stands on the screen as a window of its own, not even for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)")


class Watch(QObject):
    """Notes every widget that is shown without a parent and is no kind of window."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        super().__init__()
        self.strays: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See what is shown; nothing is kept from anybody."""
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and not isinstance(watched, QMainWindow | QDialog | QMenu):
            self.strays.append(f"{type(watched).__name__} {watched.windowType().name}")
        return False


@contextmanager
def watching() -> Iterator[list[str]]:
    """What is shown as a window meanwhile and is none."""
    app, watch = QApplication.instance(), Watch()
    assert app is not None
    app.installEventFilter(watch)
    try:
        yield watch.strays
    finally:
        app.removeEventFilter(watch)


def visit_everything(shell: Shell) -> None:
    """Every page, and every action that opens something."""
    bench = shell.workbench
    for open_ in (
        bench.show_gallery,
        bench.show_create,
        bench.show_canvas,
        bench.show_keys,
        bench.change_keys,
        bench.show_guide,
        bench.selections,
        bench.models,
        bench.recover,
        bench.about,
        bench.extend,
        bench.canvas_only,
        bench.reset_docks,
    ):
        open_()
        QApplication.processEvents()


def test_no_part_of_the_window_is_shown_as_one(qtbot: QtBot, paths: Paths) -> None:
    with watching() as strays, open_shell(qtbot, paths) as shell:
        shell.paint(qtbot)
        visit_everything(shell)
        qtbot.wait(500)  # what is made while nobody waits
    assert strays == []


def test_a_part_that_is_shown_too_early_is_seen(qtbot: QtBot) -> None:
    label = QLabel("early")
    qtbot.addWidget(label)
    with watching() as strays:
        label.setVisible(True)
    assert strays == ["QLabel Window"]
