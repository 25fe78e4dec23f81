"""What tests of tools start from: a canvas on the screen with one white layer at 100 %."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.canvas.view import CanvasView
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Layer, Picture
from desktop.document.raster import Raster
from tests.desktop.pointing import Mouse

FRAME = Rect(0, 0, 300, 200)


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    """A canvas of 500x400; the layer has the id 1 and is in use."""
    white = Raster.from_array(np.full((200, 300, 4), 255, np.uint8), 0, 0)
    view = CanvasView(Document(Picture(FRAME, (Layer(1, "white", white),))))
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)
    view.zoom_to(1.0)
    view.hand.choose_layer(1)
    return view


@pytest.fixture
def mouse(view: CanvasView) -> Mouse:
    return Mouse(view)
