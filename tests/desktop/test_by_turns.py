"""Work done one step a turn."""

import time
from collections.abc import Iterator
from math import inf

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop import by_turns
from desktop.by_turns import FULL, ByTurns, paint_by_turns


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


@pytest.mark.parametrize("full", [by_turns.FULL, inf])
def test_a_turn_in_which_others_did_much_is_let_pass_but_not_for_ever(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, full: float
) -> None:
    """The control: where no turn is ever full, there is a step in each of them."""
    monkeypatch.setattr(by_turns, "FULL", full)
    burned: list[int] = []
    done: list[int] = []

    def burn() -> None:
        until = time.thread_time() + 2 * FULL
        while time.thread_time() < until:
            pass
        burned.append(len(done))

    owner = QObject()
    others = QTimer(owner, interval=0)
    others.timeout.connect(burn)
    others.start()
    ByTurns(counted(done), owner)
    qtbot.waitUntil(lambda: len(done) == 4)
    others.stop()
    between = [burned.count(steps) for steps in (1, 2, 3)]
    assert min(between) >= (1 if full == inf else by_turns.MOST_WAITS)
    assert max(between) <= (2 if full == inf else by_turns.MOST_WAITS + 2)


def test_what_is_left_can_be_had_at_once_or_given_up(qtbot: QtBot) -> None:
    done: list[int] = []
    given_up: list[int] = []
    owner = QObject()
    ByTurns(counted(done), owner).finish()
    assert done == [0, 1, 2, 3]
    ByTurns(counted(given_up), owner).stop()
    qtbot.wait(20)
    assert given_up == []


def test_what_is_done_leaves_its_owner_and_can_still_be_asked_for_the_rest(qtbot: QtBot) -> None:
    owner = QObject()
    done: list[int] = []
    works = [ByTurns(counted(done), owner) for _ in range(3)]
    assert len(owner.children()) == 3
    works[0].finish()
    works[1].stop()
    qtbot.waitUntil(lambda: owner.children() == [])
    for work in works:
        work.finish()
        work.stop()
    assert done == [0, 1, 2, 3] * 2


class Part(QWidget):
    """Notes when it is painted."""

    def __init__(self, parent: QWidget, painted: list[str], name: str) -> None:
        super().__init__(parent)
        self._painted, self._name = painted, name
        self.setGeometry(10 * len(name), 0, 8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painted.append(self._name)


@pytest.mark.parametrize("apart", [True, False])
def test_parts_are_painted_each_in_a_turn_after_what_is_around_them(
    qtbot: QtBot, apart: bool
) -> None:
    """The control: otherwise all of them are painted in one turn."""
    window = QWidget()
    qtbot.addWidget(window)
    painted: list[str] = []
    parts = [Part(window, painted, name) for name in ("a", "bb", "ccc")]
    if apart:
        paint_by_turns(parts[1:], window)
    window.show()
    seen: list[int] = []

    def all_of_them() -> bool:
        seen.append(len(painted))
        return len(painted) == 3

    while not all_of_them():
        QCoreApplication.processEvents()
    assert painted == ["a", "bb", "ccc"]
    assert ({1, 2} <= set(seen)) is apart
    assert all(each.updatesEnabled() for each in parts)


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
