"""Verbs of the menu Layer that no other test goes through."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.hand import Hand
from desktop.picture_verbs import LayerVerbs

FRAME = Rect(0, 0, 64, 64)
AREA = Rect(-13, 7, 30, 21)


def noise() -> Raster:
    pixels = np.random.default_rng(1).integers(1, 256, (AREA.height, AREA.width, 4), dtype=np.uint8)
    return Raster.from_array(pixels, AREA.left, AREA.top)


def verbs_on(layer: Layer) -> tuple[LayerVerbs, Document, list[str]]:
    """The verbs, the document they change, and what they refuse."""
    document, hand, refused = Document(Picture(FRAME, (layer,))), Hand(), list[str]()
    hand.choose_layer(layer.id)
    verbs = LayerVerbs(document, hand)
    verbs.setProperty("hand", hand)
    verbs.refused.connect(refused.append)
    return verbs, document, refused


@pytest.mark.parametrize(("way", "axis"), [("across", 1), ("down", 0)])
def test_a_layer_is_flipped_in_its_place_bit_for_bit(qtbot: QtBot, way: str, axis: int) -> None:
    verbs, document, _ = verbs_on(Layer(1, "a", noise()))
    verbs.flip(way)
    assert document.undo_name == "Flip layer"
    flipped = document.picture.layers[0].raster
    assert flipped.bounds() == AREA
    assert np.array_equal(flipped.read(AREA), np.flip(noise().read(AREA), axis))
    verbs.flip(way)
    assert np.array_equal(document.picture.layers[0].raster.read(AREA), noise().read(AREA))


def test_a_locked_layer_is_not_flipped_and_it_is_said_why(qtbot: QtBot) -> None:
    verbs, document, refused = verbs_on(replace(Layer(1, "a", noise()), locked=True))
    verbs.flip("across")
    assert not document.can_undo
    assert len(refused) == 1
    assert "locked" in refused[0]
