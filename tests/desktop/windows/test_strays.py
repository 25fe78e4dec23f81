"""No part of a window stands on the screen as a window of its own, not even for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.runs import READY
from desktop.windows.beforehand import Beforehand
from tests.desktop.windows.test_every_window import open_all
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")


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


def visit_everything(qtbot: QtBot, shell: Shell, paths: Paths) -> None:
    """Every window, page and panel, and what is made while nobody waits."""
    workbench = shell.workbench
    beforehand = Beforehand(shell.studio, workbench.pages, workbench.parts.create)
    shell.studio.engine_state_changed.emit(READY)
    open_all(qtbot, shell, paths)
    verbs = shell.workbench.actions_by_verb
    for name in [each for each in verbs if each.startswith("ideas.show_")]:
        verbs[name].trigger()
        QApplication.processEvents()
    for show in (shell.workbench.show_create, shell.workbench.show_canvas):
        show()
        QApplication.processEvents()
    qtbot.waitUntil(lambda: beforehand.done, timeout=PATIENCE)


def test_no_part_of_the_window_is_shown_as_one(qtbot: QtBot, paths: Paths) -> None:
    with watching() as strays, open_shell(qtbot, paths) as shell:
        visit_everything(qtbot, shell, paths)
    assert strays == []


def test_a_part_that_is_shown_too_early_is_seen(qtbot: QtBot) -> None:
    label = QLabel("early")
    qtbot.addWidget(label)
    with watching() as strays:
        label.setVisible(True)
    assert strays == ["QLabel Window"]
