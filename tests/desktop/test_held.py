"""A held key is held through every way in which a window system repeats it."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from desktop.held import Held

LONG = 10_000


def release(*, marked: bool = False) -> QKeyEvent:
    """Letting go of Space; `marked` as what a repetition does."""
    plain = Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, plain, " ", marked)


@pytest.fixture
def parent(qapp: object) -> QObject:
    return QObject()


def test_a_release_with_a_press_right_behind_it_is_none(parent: QObject) -> None:
    told: list[bool] = []
    held = Held(parent, LONG)
    held.changed.connect(told.append)
    held.press()
    for _ in range(3):
        held.release(release())
        held.press()
    assert (bool(held), told) == (True, [True])


def test_a_release_that_qt_marks_as_repetition_is_none(qtbot: QtBot, parent: QObject) -> None:
    held = Held(parent, 1)
    held.press()
    held.release(release(marked=True))
    qtbot.wait(50)
    assert held


def test_a_release_alone_lets_go_after_the_grace(qtbot: QtBot, parent: QObject) -> None:
    held = Held(parent, 1)
    held.press()
    with qtbot.waitSignal(held.changed) as told:
        held.release(release())
    assert (bool(held), told.args) == (False, [False])


def test_who_loses_the_focus_lets_go_at_once(parent: QObject) -> None:
    held = Held(parent, LONG)
    held.press()
    held.release(release())
    held.let_go()
    assert not held
