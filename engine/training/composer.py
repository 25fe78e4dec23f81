"""Endless captioned pictures composed from the sprite set: what every network is trained on.

    composer = Composer(folder, seed=0)
    pair = composer.sample()      # pair.pixels (128, 128, 3) uint8, pair.caption, pair.boxes
    for pair in composer: ...

The same folder, seed, split, side and mix give the same pairs. Two processes use two seeds.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training import tables
from engine.training.canvas import Box, Canvas
from engine.training.captions import Row
from engine.training.colours import finished
from engine.training.drafts import (
    RGB,
    Backdrop,
    Background,
    Draft,
    Gradient,
    Placement,
    Plain,
    Scenery,
    Thing,
)
from engine.training.heldout import HeldOutRule
from engine.training.layouts import LAYOUTS
from engine.training.phrases import tidy
from engine.training.scenes import SceneBank
from engine.training.shelf import Shelf
from engine.training.sprites import SpriteSet

Split: TypeAlias = Literal["train", "held", "all"]
_ATTEMPTS = 200  # of one layout before another is tried
_GIVE_UP = 100_000


def _style_weights() -> Mapping[str, float]:
    return tables.styles()["style_weights"]


def _category_weights() -> Mapping[str, float]:
    return tables.styles()["category_weights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How often each layout, style and category is drawn; weights need not add up to anything.

    A style or category of weight 0 is left out; `replace(mix, categories={**mix.categories,
    "people": 0.3})` changes one. `familiar` is the power to which a thing's familiarity counts:
    at 0 none is drawn more often for it.
    """

    single: float = 60
    plain: float = 0
    scene: float = 16
    two: float = 15
    count: float = 6
    pattern: float = 3
    coloured: float = 0
    plain_scene: float = 0
    plain_two: float = 0
    plain_count: float = 0
    styles: Mapping[str, float] = field(default_factory=_style_weights)
    categories: Mapping[str, float] = field(default_factory=_category_weights)
    familiar: float = 0.0

    def layouts(self) -> dict[str, float]:
        """Weight by name of layout."""
        return {name: getattr(self, name) for name in LAYOUTS}


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A picture (side, side, 3 uint8 RGB), its caption, and the box of each thing in it."""

    pixels: NDArray[np.uint8]
    caption: str
    layout: str
    boxes: tuple[Box, ...]


class Composer:
    """Draws pairs from a sprite folder; see the module for use.

    split "train" never shows a held-out combination, "held" only those, "all" both. `side` is the
    size of the picture in pixels; above 128 the 256 px sprites are used. Raises
    FileNotFoundError where the folder lacks a pack, ValueError where a mix excludes everything.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        split: Split = "train",
        side: int = 128,
        mix: Mix | None = None,
    ) -> None:
        mix = mix or Mix()
        cv2.setNumThreads(1)  # one core a composer; its pictures are too small to share out
        self._rng = random.Random(seed)
        self._side, self._split = side, split
        self.rule = HeldOutRule()
        self._sprites = SpriteSet(folder, 128 if side <= 128 else 256)
        self._shelf = Shelf(self._allowed_rows(), mix.styles, mix.categories, mix.familiar)
        self._scenes = SceneBank(self._shelf, self._sprites, side)
        self._names, self._weights = list(mix.layouts()), list(mix.layouts().values())

    def _allowed_rows(self) -> list[Row]:
        rows = self._sprites.rows
        if self._split != "train":
            return rows
        return [row for row in rows if not self.rule.covers_style(row)]

    def __iter__(self) -> Iterator[Pair]:
        while True:
            yield self.sample()

    def sample(self) -> Pair:
        """Draw one pair."""
        return self.paint(self.draft())

    def draft(self) -> Draft:
        """Plan one picture of the split without painting it."""
        # Asking the same layout again keeps its share; combinations held out suit few layouts.
        attempts = 1 if self._split == "held" else _ATTEMPTS
        for _ in range(_GIVE_UP // attempts):
            layout = LAYOUTS[self._rng.choices(self._names, self._weights)[0]]
            for _ in range(attempts):
                draft = layout(self._shelf, self._rng)
                if draft is not None and self._allowed(draft):
                    return draft
        raise ValueError("The sprites in the folder allow no picture of this split and mix.")

    def _allowed(self, draft: Draft) -> bool:
        return self._split == "all" or self.rule.covers(draft) == (self._split == "held")

    def paint(self, draft: Draft) -> Pair:
        """Paint a planned picture."""
        canvas = Canvas(self._side)
        self._fill(canvas, draft.background)
        boxes = list(self._pasted(canvas, draft.placements))
        seen = tuple(box for box in boxes if box is not None)
        return Pair(canvas.pixels, tidy(draft.caption), draft.layout, seen)

    def _fill(self, canvas: Canvas, background: Background) -> None:
        match background:
            case Plain(rgb):
                canvas.fill(rgb)
            case Gradient(first, second, across):
                canvas.pixels[:] = _gradient(first, second, across, self._side)
            case Scenery():
                canvas.pixels[:] = self._scenes.pixels(background)
            case Backdrop(row):
                whole = self._sprites.pixels(row)[..., :3]
                size = (self._side, self._side)
                canvas.pixels[:] = cv2.resize(np.ascontiguousarray(whole), size)

    def _pasted(self, canvas: Canvas, placements: tuple[Placement, ...]) -> Iterator[Box | None]:
        thing, size, sprite = None, 0.0, None
        for placement in placements:
            stance = placement.stance
            if sprite is None or placement.thing is not thing or stance.size != size:
                thing, size = placement.thing, stance.size
                sprite = canvas.fitted(self._dressed(thing), stance)
            yield canvas.lay(sprite, stance)

    def _dressed(self, thing: Thing) -> NDArray[np.uint8]:
        row = thing.row
        return finished(self._sprites.pixels(row), thing.finish, shaded=row.shaded)


def _gradient(first: RGB, second: RGB, across: str, side: int) -> NDArray[np.uint8]:
    """(side, 1, 3), (1, side, 3) or (side, side, 3), from the first colour to the second."""
    t = np.linspace(0, 1, side, dtype=np.float32)
    match across:
        case "down":
            t = t[:, None]
        case "right":
            t = t[None]
        case _:
            t = np.clip(np.hypot(t[:, None] - 0.5, t[None] - 0.5) * 1.42, 0, 1)
    start, end = np.array(first, np.float32), np.array(second, np.float32)
    return (start + (end - start) * t[..., None]).astype(np.uint8)
