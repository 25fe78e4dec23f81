"""A bank of painted places, each made when first asked for and kept.

A scene is painted from its own seed, so that variant 3 of a beach is the same in every run.
"""

import random

import numpy as np
from numpy.typing import NDArray

from engine.training.canvas import Canvas
from engine.training.drafts import Scenery
from engine.training.scene_brush import Brush
from engine.training.scene_painters import PAINTERS
from engine.training.shelf import Shelf
from engine.training.sprites import SpriteSet

VARIANTS = 5
ANY_STYLE = "any"
FULL_STYLES = (
    "3d",
    "cartoon",
    "flat",
    "gradient",
    "minimal",
    "glossy",
    "blob",
    "mozilla",
    "outlined",
    "clipart",
)


class SceneBank:
    """Sixteen scenes in the styles of the things that stand in them."""

    def __init__(self, shelf: Shelf, sprites: SpriteSet, side: int) -> None:
        self._shelf, self._sprites, self._side = shelf, sprites, side
        self._painted: dict[tuple[str, str, int], NDArray[np.uint8]] = {}

    def pixels(self, scenery: Scenery) -> NDArray[np.uint8]:
        """The scene, (side, side, 3) uint8; not to be written to."""
        key = scenery.scene, scenery.style, scenery.number
        if key not in self._painted:
            self._painted[key] = self._paint(*key)
        kept = self._painted[key]
        return kept[:, ::-1] if scenery.mirrored else kept

    def _paint(self, scene: str, style: str, number: int) -> NDArray[np.uint8]:
        rng = random.Random(f"{scene}/{style}/{number}")
        plants = "flat" if style == ANY_STYLE else style
        brush = Brush(Canvas(self._side), rng, self._shelf, self._sprites, plants)
        PAINTERS[scene](brush, rng)
        return brush.canvas.pixels
