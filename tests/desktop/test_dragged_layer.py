"""A layer that is dragged: what other programs are offered, and that nothing is made before."""

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import dragged_layer
from desktop.canvas.drops import Zone, zone_at, zones_for
from desktop.canvas.pixmaps import pixels_from_image
from desktop.canvas.view import CanvasView
from desktop.controls.prompt_edit import PromptEdit
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.dragged_layer import KEPT_SECONDS, DraggedLayer, files_in, layer_in
from desktop.mime_types import LAYER_TYPE
from desktop.storage.images import open_picture
from engine.requests import Pixels

NO_KEY = Qt.KeyboardModifier.NoModifier

RED = np.full((6, 9, 4), (200, 30, 20, 255), np.uint8)
LAYER = Layer(7, "Red / boat", Raster.from_array(RED, -4, 3))


class Counted:
    """Packs pixels as ever, and says how often it did."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self._really = dragged_layer.png_bytes
        monkeypatch.setattr(dragged_layer, "png_bytes", self)

    def __call__(self, pixels: Pixels) -> bytes:
        self.times += 1
        return self._really(pixels)


def png_of(data: QMimeData) -> Pixels:
    """The picture that a painting program would take."""
    return np.array(Image.open(io.BytesIO(data.data("image/png").data())))


def test_other_programs_get_the_pixels_a_file_or_an_image(tmp_path: Path) -> None:
    data = DraggedLayer(LAYER, tmp_path / "dragged")
    assert np.array_equal(png_of(data), RED)
    (url,) = data.urls()
    file = Path(url.toLocalFile())
    assert (file.parent, file.name[:9], file.suffix) == (tmp_path / "dragged", "Red-boat-", ".png")
    assert np.array_equal(open_picture(Path(url.toLocalFile())).pixels, RED)
    image = data.imageData()
    assert isinstance(image, QImage)
    assert np.array_equal(pixels_from_image(image), RED)


def test_nothing_is_made_before_it_is_asked_for_and_then_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    data = DraggedLayer(LAYER, tmp_path / "dragged")
    assert data.hasImage()
    assert data.hasUrls()
    assert {LAYER_TYPE, "image/png", "text/uri-list"} <= set(data.formats())
    assert (layer_in(data), files_in(data)) == (7, [])
    assert zones_for(data) == (Zone.MIX, Zone.LIKE), "it is in the picture already"
    assert (counted.times, list(tmp_path.iterdir())) == (0, [])
    for _ in range(2):
        assert data.urls()
        assert data.data("image/png").size()
    assert counted.times == 1


def test_mask_and_opacity_go_along_and_a_hidden_layer_is_seen(tmp_path: Path) -> None:
    mask = Channel.of_rect(Rect(0, 0, 100, 100), 255)  # the left four columns lie outside
    layer = replace(LAYER, mask=mask, opacity=0.5, visible=False)
    alpha = png_of(DraggedLayer(layer, tmp_path))[..., 3]
    assert (alpha[:, :4].max(), alpha[:, 4:].min(), alpha[:, 4:].max()) == (0, 128, 128)


def test_a_group_is_dragged_as_what_is_in_it(tmp_path: Path) -> None:
    group = Layer.group(9, "both", (LAYER, replace(LAYER, id=8, raster=Raster.empty())))
    assert np.array_equal(png_of(DraggedLayer(group, tmp_path)), RED)


def test_an_empty_layer_and_one_beyond_all_bounds_are_for_the_list_alone(tmp_path: Path) -> None:
    dot = Raster.from_array(RED, 90_000, 90_000).filled((1, 2, 3, 255), Rect(0, 0, 9, 9))
    for raster in (Raster.empty(), dot):
        data = DraggedLayer(replace(LAYER, raster=raster), tmp_path)
        assert data.formats() == [LAYER_TYPE]
        assert data.data("image/png").isEmpty()


def test_a_file_that_cannot_be_written_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "no folder").write_bytes(b"")
    data = DraggedLayer(LAYER, tmp_path / "no folder")
    assert data.urls() == []
    assert np.array_equal(png_of(data), RED)


def test_files_of_long_ago_go_and_those_of_just_now_stay(tmp_path: Path) -> None:
    old, new = tmp_path / "old.png", tmp_path / "new.png"
    for path in (old, new):
        path.write_bytes(b"")
    long_ago = old.stat().st_mtime - KEPT_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    assert DraggedLayer(LAYER, tmp_path).urls()
    (made,) = (path for path in tmp_path.iterdir() if path != new)
    assert made.name.startswith("Red-boat-")


def test_the_layer_of_another_easel_is_a_picture_like_any_other(tmp_path: Path) -> None:
    theirs = QMimeData()
    theirs.setData(LAYER_TYPE, b"7")
    theirs.setUrls([QUrl.fromLocalFile(str(tmp_path / "Red-boat.png"))])
    assert (layer_in(theirs), files_in(theirs)) == (None, [tmp_path / "Red-boat.png"])
    assert Zone.LAYER in zones_for(theirs)


def test_two_layers_of_one_name_are_two_files(tmp_path: Path) -> None:
    first, second = (DraggedLayer(LAYER, tmp_path).urls() for _ in range(2))
    assert first != second
    assert len(list(tmp_path.iterdir())) == 2


def test_a_layer_that_comes_in_beside_the_cards_can_be_dropped_on_one(
    qtbot: QtBot, tmp_path: Path
) -> None:
    view = CanvasView(Document(Picture(Rect(0, 0, 64, 64))))
    qtbot.addWidget(view)
    view.resize(400, 300)
    dropped: list[Zone] = []
    view.idea_dropped.connect(lambda zone, _data: dropped.append(zone))
    data = DraggedLayer(LAYER, tmp_path)
    card = next(
        QPointF(x, y)
        for x in range(0, 400, 10)
        for y in range(0, 300, 10)
        if zone_at(view.rect(), zones_for(data), QPoint(x, y)) is Zone.MIX
    )
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NO_KEY)
    enter = QDragEnterEvent(QPointF(1, 1), *rest)
    enter.ignore()
    QApplication.sendEvent(view, enter)
    assert enter.isAccepted()  # else Qt tells of no move
    beside, above = QDragMoveEvent(QPointF(1, 1), *rest), QDragMoveEvent(card, *rest)
    for move in (beside, above):
        QApplication.sendEvent(view, move)
    assert (beside.isAccepted(), above.isAccepted()) == (False, True)
    QApplication.sendEvent(view, QDropEvent(card, *rest))
    assert dropped == [Zone.MIX]


def test_a_layer_says_nothing_to_the_prompt(qtbot: QtBot, tmp_path: Path) -> None:
    box, words = PromptEdit(), QMimeData()
    qtbot.addWidget(box)
    words.setText("a red boat")
    assert box.canInsertFromMimeData(words)
    assert not box.canInsertFromMimeData(DraggedLayer(LAYER, tmp_path))
    assert list(tmp_path.iterdir()) == []
