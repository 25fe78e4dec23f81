"""A square to paint on, measured in units of 128 to a side whatever its size in pixels.

Colours are RGB 0–255. Points are (x, y) from the top left. Drawing is smoothed at edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.drafts import RGB, UNITS, Stance

_ALPHA_SEEN = 60


@dataclass(frozen=True, slots=True)
class Box:
    """Half-open rectangle of pixels that a thing covers, inside the picture."""

    left: int
    top: int
    right: int
    bottom: int


class Canvas:
    """The pixels (side, side, 3 uint8 RGB) and strokes on them."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.scale = side / UNITS
        self.pixels = np.full((side, side, 3), 255, np.uint8)

    def _px(self, value: float) -> int:
        return round(value * self.scale)

    def fill(self, rgb: RGB) -> None:
        """One colour all over."""
        cv2.rectangle(self.pixels, (0, 0), (self.side, self.side), rgb, -1)

    def fade(self, top: RGB, bottom: RGB, end: float = UNITS) -> None:
        """From `top` at the upper edge to `bottom` at height `end` and below."""
        t = np.clip(np.arange(self.side) / max(1, self._px(end)), 0, 1)[:, None, None]
        first, second = np.array(top, np.float32), np.array(bottom, np.float32)
        self.pixels[:] = first + (second - first) * t  # (side, 1, 3) spread over the width

    def band(self, top: float, bottom: float, rgb: RGB) -> None:
        """A stripe over the whole width."""
        self.pixels[self._px(top) : self._px(bottom)] = rgb

    def box(self, x: float, y: float, width: float, height: float, rgb: RGB) -> None:
        """A filled rectangle with its corner at (x, y)."""
        corner = self._px(x), self._px(y)
        cv2.rectangle(self.pixels, corner, (self._px(x + width), self._px(y + height)), rgb, -1)

    def disc(self, x: float, y: float, radius: float, rgb: RGB) -> None:
        """A filled circle."""
        centre = self._px(x), self._px(y)
        cv2.circle(self.pixels, centre, self._px(radius), rgb, -1, cv2.LINE_AA)

    def ring(self, x: float, y: float, radius: float, rgb: RGB) -> None:
        """A circle one unit thick."""
        centre, thickness = (self._px(x), self._px(y)), self._px(1)
        cv2.circle(self.pixels, centre, self._px(radius), rgb, thickness, cv2.LINE_AA)

    def oval(self, x: float, y: float, width: float, height: float, rgb: RGB) -> None:
        """A filled ellipse around (x, y) with these half axes."""
        centre, axes = (self._px(x), self._px(y)), (self._px(width), self._px(height))
        cv2.ellipse(self.pixels, centre, axes, 0, 0, 360, rgb, -1, cv2.LINE_AA)

    def polygon(self, points: Sequence[tuple[float, float]], rgb: RGB) -> None:
        """A filled polygon."""
        cv2.fillPoly(self.pixels, [self._points(points)], rgb, cv2.LINE_AA)

    def stroke(self, points: Sequence[tuple[float, float]], rgb: RGB, width: float = 1) -> None:
        """A line through the points."""
        thickness = max(1, self._px(width))
        cv2.polylines(self.pixels, [self._points(points)], False, rgb, thickness, cv2.LINE_AA)

    def _points(self, points: Sequence[tuple[float, float]]) -> NDArray[np.int32]:
        return np.round(np.array(points) * self.scale).astype(np.int32)

    def paste(self, rgba: NDArray[np.uint8], stance: Stance) -> Box | None:
        """Lay a square sprite (s, s, 4 straight alpha) over the picture.

        Returns the pixels it covers, or None where nothing of it is visible.
        """
        return self.lay(self.fitted(rgba, stance), stance)

    def fitted(self, rgba: NDArray[np.uint8], stance: Stance) -> NDArray[np.uint8]:
        """The sprite as `lay` wants it: premultiplied, mirrored, turned and resized."""
        return _fitted(rgba, max(1, self._px(stance.size)), stance)

    def lay(self, sprite: NDArray[np.uint8], stance: Stance) -> Box | None:
        """Lay a fitted sprite over the picture; returns as `paste` does."""
        size = sprite.shape[0]
        left, top, width, height = cv2.boundingRect(_seen(sprite))
        if not width:
            return None
        x = round(stance.x * self.scale - size / 2)
        y = round(stance.y * self.scale - size / 2)
        if stance.foot is not None:
            y = self._px(stance.foot) - (top + height - 1)
        self._blend(sprite, x, y)
        return self._clipped(x + left, y + top, width, height)

    def _blend(self, sprite: NDArray[np.uint8], x: int, y: int) -> None:
        height, width = sprite.shape[:2]
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(self.side, x + width), min(self.side, y + height)
        if x1 <= x0 or y1 <= y0:
            return
        over = sprite[y0 - y : y1 - y, x0 - x : x1 - x]
        under = self.pixels[y0:y1, x0:x1]
        kept = under.astype(np.uint16) * (255 - over[..., 3:])
        under[:] = over[..., :3] + ((kept + 127) // 255).astype(np.uint8)

    def _clipped(self, x: int, y: int, width: int, height: int) -> Box | None:
        box = Box(max(0, x), max(0, y), min(self.side, x + width), min(self.side, y + height))
        return box if box.left < box.right and box.top < box.bottom else None


def _fitted(rgba: NDArray[np.uint8], size: int, stance: Stance) -> NDArray[np.uint8]:
    # Premultiplied before resizing: straight alpha leaves dark fringes.
    sprite = cv2.cvtColor(rgba, cv2.COLOR_RGBA2mRGBA)
    side = sprite.shape[0]
    if stance.flip:
        sprite = cv2.flip(sprite, 1)
    if stance.angle:
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), stance.angle, 0.94)
        sprite = cv2.warpAffine(sprite, turn, (side, side), flags=cv2.INTER_LINEAR)
    if size != side:
        way = cv2.INTER_AREA if size < side else cv2.INTER_LINEAR
        sprite = cv2.resize(sprite, (size, size), interpolation=way)
    return cast("NDArray[np.uint8]", sprite)


def _seen(sprite: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return (sprite[..., 3] > _ALPHA_SEEN).astype(np.uint8)
