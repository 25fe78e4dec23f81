"""Work done one step a turn."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.by_turns import ByTurns


def counted(done: list[int]) -> Iterator[int]:
    for step in range(4):
        done.append(step)
        yield step


def test_one_step_is_done_a_turn_and_others_come_between(qtbot: QtBot) -> None:
    done: list[int] = []
    between: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: between.append(len(done)))
    owner = QObject()
    work = ByTurns(counted(done), owner)
    assert done == [], "the turn that begins it does nothing of it"
    timer.start()
    qtbot.waitUntil(lambda: len(done) == 4)
    timer.stop()
    assert {1, 2, 3} <= set(between), "whoever else waits has a turn after each step"
    work.finish()
    assert done == [0, 1, 2, 3]


def test_what_is_left_can_be_had_at_once_or_given_up(qtbot: QtBot) -> None:
    done: list[int] = []
    given_up: list[int] = []
    owner = QObject()
    ByTurns(counted(done), owner).finish()
    assert done == [0, 1, 2, 3]
    ByTurns(counted(given_up), owner).stop()
    qtbot.wait(20)
    assert given_up == []


@pytest.mark.parametrize("turns", [0, 2])
def test_nothing_is_done_when_its_owner_is_gone(qtbot: QtBot, turns: int) -> None:
    done: list[int] = []
    owner = QObject()
    ByTurns(counted(done), owner)
    for _ in range(turns):
        QCoreApplication.processEvents()
    so_far = len(done)
    owner.deleteLater()
    qtbot.wait(20)
    assert len(done) <= so_far + 1
