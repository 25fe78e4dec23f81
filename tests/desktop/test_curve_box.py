"""The curve of pressure is drawn, bent by dragging it, and says the same as its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.controls.curve_box import CurveBox
from desktop.document.brush import bend_through, pressure_curve
from desktop.hand import Hand
from desktop.panels.tool_options import ToolOptionsPanel


@given(st.floats(-100, 100), st.floats(0.125, 0.875))
def test_a_curve_goes_through_the_point_it_was_bent_to(bend: float, pressure: float) -> None:
    pressure = round(pressure * 8) / 8  # where the curve is exact
    factor = pressure_curve(bend).at(pressure)
    again = bend_through(pressure, factor)
    assert pressure_curve(again).at(pressure) == pytest.approx(factor, abs=1e-6)


@pytest.mark.parametrize(("factor", "bend"), [(0.0, 100.0), (1.0, -100.0), (0.525, 0.0)])
def test_no_curve_bends_further_than_it_may(factor: float, bend: float) -> None:
    assert bend_through(0.5, factor) == pytest.approx(bend, abs=0.01)


@pytest.fixture
def panel(qtbot: QtBot) -> ToolOptionsPanel:
    hand = Hand()
    panel = ToolOptionsPanel(hand)
    qtbot.addWidget(panel)
    hand.take("brush")
    panel.resize(260, 600)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def drawing(panel: ToolOptionsPanel) -> CurveBox:
    assert panel.form is not None
    return panel.form.drawings["pressure_curve"]


def bend(panel: ToolOptionsPanel) -> float:
    return panel._hand.options_of("brush").pressure_curve  # noqa: SLF001


def test_dragging_the_curve_down_asks_for_a_heavy_hand(
    panel: ToolOptionsPanel, qtbot: QtBot
) -> None:
    box = drawing(panel)
    middle = box.rect().center()
    qtbot.mousePress(box, Qt.MouseButton.LeftButton, pos=middle)
    assert abs(bend(panel)) <= 8
    qtbot.mouseMove(box, middle + QPoint(0, 20))
    lower = bend(panel)
    assert lower > 20
    qtbot.mouseRelease(box, Qt.MouseButton.LeftButton, pos=middle + QPoint(0, 20))
    assert panel.form is not None
    row = panel.form.rows["pressure_curve"]
    assert row.box.value() == lower


def test_the_number_bends_the_curve_and_a_double_click_makes_it_straight(
    panel: ToolOptionsPanel, qtbot: QtBot
) -> None:
    box = drawing(panel)
    straight = box.grab().toImage()
    panel._hand.change("brush", pressure_curve=70.0)  # noqa: SLF001
    assert box.grab().toImage() != straight
    qtbot.mouseDClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert bend(panel) == 0.0
    assert box.grab().toImage() == straight
