"""What painted scenes have in common: sky, ground, clouds, stars, plants.

All lengths are in units of 128 to a side.
"""

import math
import random

from engine.training import colours
from engine.training.canvas import Canvas
from engine.training.drafts import RGB, UNITS, Stance
from engine.training.shelf import Shelf
from engine.training.sprites import SpriteSet

_OTHER_STYLES = ("cartoon", "flat")


class Brush:
    """A canvas, a horizon by chance, and sprites in `style` to plant on it."""

    def __init__(
        self,
        canvas: Canvas,
        rng: random.Random,
        shelf: Shelf,
        sprites: SpriteSet,
        style: str,
    ) -> None:
        self.canvas, self._rng, self._shelf, self._sprites = canvas, rng, shelf, sprites
        self._styles = (style, *_OTHER_STYLES)
        self.horizon = rng.randint(76, 92)

    def near(self, rgb: RGB, spread: int = 10) -> RGB:
        """A colour close to this one."""
        return colours.jitter(rgb, self._rng, spread)

    def fade(self, top: RGB, bottom: RGB, end: float = 90) -> None:
        """From one colour at the top to another at height `end`."""
        self.canvas.fade(self.near(top), self.near(bottom), end)

    def sky(self, clouds: int) -> None:
        """A blue sky with up to so many clouds."""
        self.fade((120, 190, 245), (205, 232, 252))
        self.clouds(self._rng.randint(0, clouds))

    def ground(self, rgb: RGB, swell: float = 3, top: float | None = None) -> None:
        """A rolling ground line at the horizon or at `top`, filled to the bottom."""
        top = self.horizon if top is None else top
        edge = [
            (x, top + swell * math.sin(x / 17 + self._rng.random())) for x in range(0, UNITS + 8, 8)
        ]
        self.canvas.polygon([(0, UNITS), *edge, (UNITS, UNITS)], self.near(rgb))

    def clouds(self, count: int, low: int = 6, high: int = 44) -> None:
        """So many clouds, their middles between two heights."""
        for _ in range(count):
            x, y = self._rng.randint(0, UNITS), self._rng.randint(low, high)
            width, grey = self._rng.randint(9, 17), self._rng.randint(236, 255)
            for dx, dy, part in ((-1, 2, 0.7), (0, 0, 1), (1, 3, 0.65), (0.5, -4, 0.7)):
                radius = width * part * 0.8
                self.canvas.disc(x + dx * width, y + dy, radius, (grey, grey, grey))

    def stars(self, count: int, lowest: int = UNITS) -> None:
        """So many stars above a height."""
        for _ in range(count):
            x, y = self._rng.randint(0, UNITS - 1), self._rng.randint(0, lowest - 1)
            light = self._rng.randint(170, 255)
            rgb = (light, light, min(255, light + 10))
            self.canvas.disc(x, y, self._rng.choice((0, 0, 1)), rgb)

    def sun(self, rgb: RGB, low: int, high: int) -> None:
        """A sun or moon, its middle between two heights."""
        x, y = self._rng.randint(14, 114), self._rng.randint(low, high)
        self.canvas.disc(x, y, self._rng.randint(8, 12), rgb)

    def plant(self, word: str, x: float, size: float, foot: float) -> None:
        """A plant by its name, if the sprite set has one, standing at `foot`."""
        row = self._shelf.named(word, self._styles, self._rng)
        if row is not None:
            stance = Stance(x=x, size=size, foot=foot)
            self.canvas.paste(self._sprites.pixels(row), stance)

    def at_the_side(self, width: int) -> int:
        """An x near the left or the right edge, out of the way of what stands in front."""
        left = self._rng.randint(4, width)
        return self._rng.choice((left, UNITS - left))
