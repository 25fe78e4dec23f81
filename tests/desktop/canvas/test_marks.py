"""The frame is drawn by parts as it is drawn at once."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPalette

from desktop.canvas.frame_label import Label
from desktop.canvas.marks import draw_frame
from desktop.canvas.scene import Scene
from desktop.canvas.viewport import Viewport
from desktop.document.geometry import Rect
from desktop.document.picture import Picture

SIDE = 300
FRAME = Rect(0, 0, 100, 80)
WHOLE = QRect(0, 0, SIDE, SIDE)
AREAS = [
    QRect(x, y, width, height)
    for x, y in ((0, 0), (47, 97), (48, 98), (50, 100), (52, 102), (150, 178), (198, 258), (203, 1))
    for width, height in ((3, 3), (1, 120), (160, 2), (200, 200))
]


def drawn(area: QRect) -> QImage:
    """What lies in `area` of the frame, at twice its size and no label."""
    scene = Scene(Picture(FRAME), Rect(0, 0, 0, 0), Viewport(2.0, 50, 100), 1.0)
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setClipRect(area)
        draw_frame(painter, scene, area, QPalette(), lambda: Label("", ""))
    return image.copy(area)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.usefixtures("qapp")
def test_what_lies_in_a_part_of_the_view_is_all_drawn(area: QRect) -> None:
    assert drawn(area) == drawn(WHOLE).copy(area)


@pytest.mark.usefixtures("qapp")
def test_some_of_the_parts_hold_something_and_some_do_not() -> None:
    """The control."""
    images = [drawn(area) for area in AREAS]  # held, as their bits are
    held = [any(bytes(image.constBits())) for image in images]
    assert 5 < sum(held) < len(AREAS) - 5
