"""A tile of the tray as it is drawn."""

import numpy as np
import pytest
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from desktop.canvas.pixmaps import pixels_from_image
from desktop.controls import tile
from desktop.controls.tile import Tile, rounded


def coloured(shown: Tile) -> tuple[int, int, int]:
    """The colour in the middle of what is drawn."""
    red, green, blue, _ = shown.grab().toImage().pixelColor(44, 44).getRgb()  # pyright: ignore[reportGeneralTypeIssues]
    return red, green, blue


def picture(red: int, green: int, blue: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A large picture of one colour."""
    return np.full((512, 512, 3), (red, green, blue), np.uint8)


def test_a_picture_is_reduced_once_for_all_repaints(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[QPixmap] = []

    def counted(shown: QPixmap, radius: float) -> QPixmap:
        made.append(rounded(shown, radius))
        return made[-1]

    monkeypatch.setattr(tile, "rounded", counted)
    shown = Tile()
    qtbot.addWidget(shown)
    shown.show_picture("1", picture(200, 30, 20), "red")
    for _ in range(3):
        assert coloured(shown) == (200, 30, 20)
    assert len(made) == 1
    shown.show_picture("1", picture(20, 30, 200), "blue")
    assert coloured(shown) == (20, 30, 200)
    assert len(made) == 2


def test_an_unfinished_picture_is_paler_and_the_corners_are_round(qtbot: QtBot) -> None:
    shown = Tile()
    qtbot.addWidget(shown)
    black = picture(0, 0, 0)
    shown.show_picture("", black, "black")
    whole = shown.grab().toImage()
    shown.show_place("", black, "black, not finished")
    pale = shown.grab().toImage()
    assert pale.pixelColor(44, 60).lightness() > whole.pixelColor(44, 60).lightness() + 30
    assert whole.pixelColor(4, 4).lightness() > whole.pixelColor(44, 60).lightness() + 30


def test_a_tall_picture_is_shown_whole_or_the_square_in_its_middle(qtbot: QtBot) -> None:
    tall = np.zeros((300, 100, 3), np.uint8)
    tall[:100], tall[100:200], tall[200:] = (200, 0, 0), (0, 200, 0), (0, 0, 200)
    square, whole = Tile(96), Tile(96, whole=True)
    for each in (square, whole):
        qtbot.addWidget(each)
        each.show_picture("", tall, "tall")
    cut, all_of_it = square.grab().toImage(), whole.grab().toImage()
    rows = (30, 48, 76)
    assert [cut.pixelColor(48, y).green() for y in rows] == [200, 200, 200]
    assert all_of_it.pixelColor(48, rows[0]).red() == 200
    assert all_of_it.pixelColor(48, rows[1]).green() == 200
    assert all_of_it.pixelColor(48, rows[2]).blue() == 200
    assert all_of_it.pixelColor(20, 48) == all_of_it.pixelColor(2, 48), "beside it is nothing"


def test_a_drag_carries_every_pixel(qtbot: QtBot) -> None:
    shown = Tile()
    qtbot.addWidget(shown)
    noise = np.random.default_rng(3).integers(0, 256, (70, 50, 3), np.uint8)
    shown.show_picture("2", noise, "noise")
    data = shown.dragged()
    assert (pixels_from_image(data.imageData())[..., :3] == noise).all()
    shown.show_place("2", None, "nothing yet")
    assert not shown.dragged().hasImage()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1)])
def test_a_picture_of_one_row_or_column_has_a_pixel_to_show(
    qtbot: QtBot, shape: tuple[int, int]
) -> None:
    shown = Tile(whole=True)
    qtbot.addWidget(shown)
    shown.show_picture("", np.full((*shape, 3), (200, 0, 0), np.uint8), "a line")
    found = shown.grab().toImage()
    shades = [found.pixelColor(x, y) for x in range(42, 47) for y in range(42, 47)]
    assert any(each.red() > each.green() for each in shades)
