"""Scaling, turning and flipping of layers: an affine map, applied once, with antialiasing.

Maps that send pixels onto pixels (flips, quarter turns, whole shifts) are exact. Others first
reduce the layer where it gets smaller, by a filter as wide as the reduction, then interpolate with
the cubic of Catmull and Rom. Colours are weighted by alpha: nothing dark creeps in at rims.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, cos, floor, hypot, radians, sin
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop.document.edits import Edit, change_unlocked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.plane import Bytes, Plane, TileIndex, store, tile_rect, tiles_over
from desktop.document.raster import canonical
from desktop.document.tile import Tile

Kind = TypeVar("Kind", bound=Plane)
Floats: TypeAlias = NDArray[np.float32]

REACH = 2
"""Pixels on either side that the cubic looks at."""


@dataclass(frozen=True, slots=True)
class Affine:
    """(x, y) -> (a·x + c·y + e, b·x + d·y + f) in document coordinates, y downwards."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, after: "Affine") -> "Affine":
        """Return the map that does this one first and `after` second."""
        e, f = after.at(self.e, self.f)
        return Affine(
            after.a * self.a + after.c * self.b,
            after.b * self.a + after.d * self.b,
            after.a * self.c + after.c * self.d,
            after.b * self.c + after.d * self.d,
            e,
            f,
        )

    def inverse(self) -> "Affine":
        """Return the map back; ZeroDivisionError when this one flattens the plane."""
        size = self.a * self.d - self.b * self.c
        a, b, c, d = self.d / size, -self.b / size, -self.c / size, self.a / size
        return Affine(a, b, c, d, -(a * self.e + c * self.f), -(b * self.e + d * self.f))

    def box(self, rect: Rect) -> Rect:
        """Return the pixels that the image of a rectangle touches."""
        corners = [(x, y) for x in (rect.left, rect.right) for y in (rect.top, rect.bottom)]
        xs, ys = zip(*(self.at(x, y) for x, y in corners), strict=True)
        # Rounding in the last digit must not add a row of nothing.
        left, top = floor(min(xs) + 1e-6), floor(min(ys) + 1e-6)
        return Rect(left, top, ceil(max(xs) - 1e-6) - left, ceil(max(ys) - 1e-6) - top)


def translation(dx: float, dy: float) -> Affine:
    """Return a shift."""
    return Affine(e=dx, f=dy)


def scaling(x: float, y: float, about: tuple[float, float] = (0.0, 0.0)) -> Affine:
    """Return a scaling that leaves `about` in place; a factor of -1 is a flip."""
    return Affine(x, 0.0, 0.0, y, about[0] * (1 - x), about[1] * (1 - y))


def rotation(degrees: float, about: tuple[float, float] = (0.0, 0.0)) -> Affine:
    """Return a turn, clockwise on the screen, that leaves `about` in place."""
    quarters = degrees / 90
    if quarters == int(quarters):  # cosines of right angles, exactly
        cosine, sine = ((1, 0), (0, 1), (-1, 0), (0, -1))[int(quarters) % 4]
    else:
        cosine, sine = cos(radians(degrees)), sin(radians(degrees))
    x, y = about
    return Affine(cosine, sine, -sine, cosine, x - cosine * x + sine * y, y - sine * x - cosine * y)


def transform_layer(layer_id: int, affine: Affine, name: str = "Transform") -> Edit:
    """Apply a map to a layer with its mask, or to all that is in a group."""
    return change_unlocked(name, layer_id, lambda layer: transformed_layer(layer, affine))


def transformed_layer(layer: Layer, affine: Affine) -> Layer:
    """Return a layer under a map; what is locked in a group stays."""
    if affine == Affine():
        return layer
    mask = None if layer.mask is None else transformed(layer.mask, affine)
    if layer.children is not None:
        children = tuple(c if c.locked else transformed_layer(c, affine) for c in layer.children)
        return replace(layer, mask=mask, children=children)
    return replace(layer, mask=mask, raster=transformed(layer.raster, affine), result=None)


def transformed(plane: Kind, affine: Affine) -> Kind:
    """Return a raster or channel under a map."""
    if (back := _exact_inverse(affine)) is not None:
        if back.a == back.d == 1.0:
            return plane.translated(int(affine.e), int(affine.f))
        return _by_tile(plane, affine, lambda area: _rearranged(plane, back, area))
    if affine.b == 0.0 and affine.c == 0.0:
        back = affine.inverse()
        return _by_tile(plane, affine, lambda area: _scaled(plane, back, area))
    # Where the map shrinks an axis of the layer, shrink that first: then interpolating is enough.
    shrink_x, shrink_y = min(1.0, hypot(affine.a, affine.b)), min(1.0, hypot(affine.c, affine.d))
    small = (
        plane if shrink_x == shrink_y == 1.0 else transformed(plane, scaling(shrink_x, shrink_y))
    )
    rest = scaling(1 / shrink_x, 1 / shrink_y).then(affine)
    back = rest.inverse()
    return _by_tile(small, rest, lambda area: _interpolated(small, back, area))


def _exact_inverse(affine: Affine) -> Affine | None:
    """Return the inverse if it sends pixels onto pixels."""
    parts = (affine.a, affine.b, affine.c, affine.d)
    turns = sorted(map(abs, parts)) == [0.0, 0.0, 1.0, 1.0] and affine.a * affine.b == 0.0
    if not turns or affine.e % 1 or affine.f % 1:
        return None
    return affine.inverse()


def _by_tile(plane: Kind, affine: Affine, make: Callable[[Rect], Bytes]) -> Kind:
    """Return a plane whose tiles are made one by one, wherever the map takes something."""
    tiles: dict[TileIndex, Tile] = {}
    for index in tiles_over(affine.box(plane.bounds()).grown(REACH)):
        area = tile_rect(index)
        if plane.has_tiles_in(affine.inverse().box(area).grown(REACH)):
            store(tiles, index, make(area), plane.default)
    return type(plane)(tiles, default=plane.default)


def _rearranged(plane: Plane, back: Affine, area: Rect) -> Bytes:
    values = plane.read(back.box(area))
    if plane.CHANNELS:  # four bytes go together: one by one takes five times as long
        values = values.view(np.uint32)[..., 0]
    if back.b:  # rows become columns
        values = values.swapaxes(0, 1)
    flip_y, flip_x = (back.c, back.b) if back.b else (back.d, back.a)
    turned = np.ascontiguousarray(values[:: int(flip_y), :: int(flip_x)])
    return turned.view(np.uint8).reshape(*turned.shape, *plane.CHANNELS)


def _scaled(plane: Plane, back: Affine, area: Rect) -> Bytes:
    """Scale along both axes: two products with matrices of weights."""
    left, across = _weights(back.a, back.e, area.left, area.width)
    top, down = _weights(back.d, back.f, area.top, area.height)
    source = Rect(left, top, across.shape[1], down.shape[1])
    rows = np.matmul(down, _to_planes(plane.read(source)))
    return _to_values(np.matmul(rows, across.T), plane)


def _weights(step: float, start: float, first: int, count: int) -> tuple[int, Floats]:
    """Return the first source pixel used and (count, used) weights that sum to 1 in each row.

    Output pixel i has its centre at step·(first + i + 1/2) + start of the source. The cubic is as
    wide as the reduction.
    """
    places = np.arange(first, first + count, dtype=np.float64) + 0.5
    centres = np.add(places * step, start)
    width = max(1.0, abs(step))
    begin = floor(centres.min() - REACH * width)
    end = ceil(centres.max() + REACH * width)
    sources = np.arange(begin, end, dtype=np.float64) + 0.5
    away: Floats = np.divide(sources[None, :] - centres[:, None], width).astype(np.float32)
    weights = _cubic(away)
    return begin, weights / weights.sum(axis=1, keepdims=True)


def _interpolated(plane: Plane, back: Affine, area: Rect) -> Bytes:
    """Sample between pixels: the sixteen around each place, weighted by the cubic."""
    source = back.box(area).grown(REACH + 1)
    planes = _to_planes(plane.read(source))
    x = np.arange(area.left, area.right, dtype=np.float32) + np.float32(0.5)
    y = np.arange(area.top, area.bottom, dtype=np.float32)[:, None] + np.float32(0.5)
    u = back.a * x + back.c * y + (back.e - source.left - 0.5)
    v = back.b * x + back.d * y + (back.f - source.top - 0.5)
    column, row = np.floor(u).astype(np.intp), np.floor(v).astype(np.intp)
    part_x, part_y = (u - column).astype(np.float32), (v - row).astype(np.float32)
    across = [_cubic(part_x - step) for step in range(-1, 3)]
    down = [_cubic(part_y - step) for step in range(-1, 3)]
    flat, pitch = planes.reshape(len(planes), -1), planes.shape[2]
    out = np.zeros((len(planes), *u.shape), np.float32)
    for j in range(4):
        for i in range(4):
            place = (row + (j - 1)) * pitch + column + (i - 1)
            out += flat[:, place] * (across[i] * down[j])
    return _to_values(out, plane)


def _cubic(away: Floats) -> Floats:
    """Catmull and Rom's kernel: Keys' with a = -1/2."""
    x = np.abs(away)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0)).astype(np.float32)


def _to_planes(values: Bytes) -> Floats:
    """Return (C, H, W): colours times alpha and alpha, or the one channel."""
    if values.ndim == 2:
        return values.astype(np.float32)[None]
    planes = values.transpose(2, 0, 1).astype(np.float32, order="C")
    planes[:3] *= planes[3] * np.float32(1 / 255)
    return planes


def _to_values(planes: Floats, plane: Plane) -> Bytes:
    if not plane.CHANNELS:
        return (np.clip(planes[0], 0, 255) + np.float32(0.5)).astype(np.uint8)
    # By the alpha as it is, overshoot and all: colours overshoot alike, and so keep their hue.
    alpha = planes[3]
    planes[:3] *= np.divide(255, alpha, out=np.zeros_like(alpha), where=alpha >= 0.5)
    out = (np.clip(planes, 0, 255) + np.float32(0.5)).astype(np.uint8)
    return canonical(out.transpose(1, 2, 0))
