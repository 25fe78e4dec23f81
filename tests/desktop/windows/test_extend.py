"""The window that extends: it plans as it is told, and hands the frames over in their order."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from desktop.document.edits import place_image
from desktop.document.frame import Extension, Side, planned
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.windows.extend import ExtendWindow, PlanView, new_parts
from tests.quick import quick
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

AREA = Rect(0, 0, 96, 64)


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def opened(shell: Shell) -> ExtendWindow:
    shell.workbench.actions_by_verb["window.extend"].trigger()
    (window,) = shell.window.findChildren(ExtendWindow)
    return window


def place(shell: Shell) -> None:
    pixels = np.full((AREA.height, AREA.width, 3), 90, np.uint8)
    shell.studio.document.do(place_image(pixels, AREA, "photograph"))


def test_there_must_be_something_to_extend(shell: Shell) -> None:
    shell.workbench.actions_by_verb["window.extend"].trigger()
    assert "no picture to extend yet" in shell.window.messages.text
    assert not shell.window.findChildren(ExtendWindow)


def test_it_says_how_large_the_picture_becomes_and_in_how_many_frames(shell: Shell) -> None:
    place(shell)
    window = opened(shell)
    assert window.summary.text() == f"144 × 96 pixels, painted in {len(window.frames)} frames."
    for side in (Side.LEFT, Side.TOP, Side.BOTTOM):
        window.sides[side].setChecked(False)
    assert {rect.right for rect in window.frames} == {96 + 24}
    window.sides[Side.RIGHT].setChecked(False)
    assert not window.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    window.reject()


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_each_number_stands_where_its_frame_paints_anew_and_none_on_another(share: float) -> None:
    frames = planned(AREA, Extension(sides=frozenset(Side), share=share), Rect(0, 0, 64, 64))
    parts = new_parts(AREA, frames)
    assert len(parts) == len(frames) > 4
    for place, part in enumerate(parts):
        assert frames[place].holds(part)
        for other in (AREA, *parts[:place]):
            assert part.intersected(other).is_empty


@pytest.mark.parametrize(
    ("side", "share", "shown"), [(512, 0.25, 8), (2048, 0.25, 56), (4096, 1, 0)]
)
def test_a_number_is_drawn_where_it_has_room_and_lies_on_no_other(
    qtbot: QtBot, side: int, share: float, shown: int
) -> None:
    picture, wish = Rect(0, 0, side, side), Extension(sides=frozenset(Side), share=share)
    frames = planned(picture, wish, Rect(0, 0, 512, 512))
    view = PlanView(picture)
    qtbot.addWidget(view)
    font = view.font()
    font.setPixelSize(11)
    view.setFont(font)
    view.resize(396, 220)
    view.show_plan(wish.around(picture), frames)
    with quick(0.08):  # a thousand frames with their numbers took 0.13 s
        view.grab()
    plates = view.numbers()
    assert list(plates) == list(range(1, shown + 1))
    assert len(frames) == (shown or 968)
    centres = [plate.center() for plate in plates.values()]
    assert all(view.rect().contains(centre.toPoint()) for centre in centres)
    for one, other in combinations(centres, 2):
        assert max(abs(one.x() - other.x()), abs(one.y() - other.y())) > 14


def test_the_frames_are_painted_in_their_order(qtbot: QtBot, shell: Shell) -> None:
    place(shell)
    window = opened(shell)
    for side in (Side.TOP, Side.BOTTOM):
        window.sides[side].setChecked(False)
    expected = planned(AREA, window.wish, Rect(0, 0, 64, 64))
    assert window.frames == expected == [Rect(-24, 0, 64, 64), Rect(56, 0, 64, 64)]
    button = window.buttons.button(QDialogButtonBox.StandardButton.Ok)
    with qtbot.waitSignal(window.planned) as signal:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert signal.args == [expected]
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
