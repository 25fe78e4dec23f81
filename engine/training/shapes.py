"""Plain shapes drawn by formula: filled, outlined, and four shaded solids.

Each is a white or grey sprite to be tinted, so that colour and shape words are learnt apart.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.captions import Row
from engine.training.words import words_of

Field = NDArray[np.float64]
Pixels = NDArray[np.uint8]
_FINE = 512  # drawn large, then averaged down: smooth edges
_OUTLINE = 17


def shapes(side: int, first: int) -> Iterator[tuple[Row, Pixels]]:
    """Yield (row, (side, side, 4) sprite) for every shape; rows are numbered from `first`."""
    number = first
    for name, rgb, alpha, outline in _drawn():
        sprite = np.dstack([_reduced(rgb, side), _reduced(alpha, side)])
        yield _row(number, name, outline=outline), sprite
        number += 1


def _row(number: int, name: str, *, outline: bool) -> Row:
    return Row(
        number=number,
        id=f"shape:{name}{':outline' if outline else ''}",
        source="procedural",
        style="shape",
        category="shapes",
        group=f"shape-{name}",
        names=(name,),
        words=frozenset(words_of(name)),
        mono=True,
        shaded=True,
        outline=outline,
    )


def _reduced(image: Pixels, side: int) -> Pixels:
    return cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _drawn() -> Iterator[tuple[str, Pixels, Pixels, bool]]:
    white = np.full((_FINE, _FINE, 3), 255, np.uint8)
    for name, alpha in {**_by_formula(), **_by_corners()}.items():
        inner = cv2.erode(alpha, np.ones((_OUTLINE, _OUTLINE), np.uint8))
        yield name, white, alpha, False
        yield name, white, cv2.subtract(alpha, inner).astype(np.uint8), True
    solids: dict[str, Callable[[], tuple[Pixels, Pixels]]] = {
        "sphere": _sphere,
        "cube": _cube,
        "cylinder": _cylinder,
        "cone": _cone,
    }
    for name, draw in solids.items():
        yield name, *draw(), False


def _plane() -> tuple[Field, Field]:
    """Return x and y of each pixel, from -0.5 to 0.5."""
    y, x = np.mgrid[0:_FINE, 0:_FINE] / _FINE - 0.5
    return x, y


def _by_formula() -> dict[str, Pixels]:
    x, y = _plane()
    r2 = x**2 + y**2
    inside = {
        "circle": r2 < 0.47**2,
        "square": (abs(x) < 0.44) & (abs(y) < 0.44),
        "rectangle": (abs(x) < 0.47) & (abs(y) < 0.28),
        "oval": (x / 0.47) ** 2 + (y / 0.3) ** 2 < 1,
        "ring": (r2 < 0.47**2) & (r2 > 0.29**2),
        "cross": ((abs(x) < 0.15) & (abs(y) < 0.46)) | ((abs(y) < 0.15) & (abs(x) < 0.46)),
        "crescent": (r2 < 0.46**2) & ((x - 0.17) ** 2 + (y + 0.05) ** 2 > 0.38**2),
        "semicircle": (x**2 + (y - 0.2) ** 2 < 0.46**2) & (y < 0.2),
    }
    return {name: _opaque(mask) for name, mask in inside.items()}


def _opaque(mask: NDArray[np.bool_]) -> Pixels:
    return mask.astype(np.uint8) * np.uint8(255)


def _by_corners() -> dict[str, Pixels]:
    return {
        "triangle": _filled(_corners(3) + np.array([0, 0.1])),
        "diamond": _filled(_corners(4)),
        "pentagon": _filled(_corners(5)),
        "hexagon": _filled(_corners(6, 0)),
        "octagon": _filled(_corners(8, 22.5)),
        "star": _filled(_corners(5, inner=0.42)),
        "six-pointed star": _filled(_corners(6, inner=0.55)),
        "heart": _filled(_heart()),
    }


def _corners(count: int, start: float = -90, inner: float | None = None) -> Field:
    """Corners of a regular polygon, or of a star whose notches lie at `inner` of the radius."""
    steps = count * (1 if inner is None else 2)
    angle = np.deg2rad(start + np.arange(steps) * 360 / steps)
    radius = np.full(steps, 0.47)
    if inner is not None:
        radius[1::2] *= inner
    return np.stack([0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)], 1)


def _heart() -> Field:
    t = np.linspace(0, 2 * np.pi, 200)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.stack([0.5 + x / 36, 0.48 + y / 36], 1)


def _filled(points: Field) -> Pixels:
    mask = np.zeros((_FINE, _FINE), np.uint8)
    cv2.fillPoly(mask, [np.round(points * _FINE).astype(np.int32)], (255,))
    return mask


def _grey(light: Field) -> Pixels:
    return np.repeat((np.clip(light, 0, 1) * 255).astype(np.uint8)[..., None], 3, 2)


def _sphere() -> tuple[Pixels, Pixels]:
    x, y = _plane()
    depth = np.sqrt(np.clip(0.46**2 - x**2 - y**2, 0, None)) / 0.46
    light = np.clip((-x * 0.5 - y * 0.6) / 0.46 * 0.8 + depth * 0.75, 0, 1)
    return _grey(0.25 + 0.75 * light), _opaque(x**2 + y**2 < 0.46**2)


def _cube() -> tuple[Pixels, Pixels]:
    light, alpha = np.zeros((_FINE, _FINE), np.uint8), np.zeros((_FINE, _FINE), np.uint8)
    centre = np.array([0.5, 0.5])
    corner = list(_corners(6))
    faces = (
        ([corner[0], corner[1], centre, corner[5]], 255),
        ([corner[5], centre, corner[3], corner[4]], 200),
        ([centre, corner[1], corner[2], corner[3]], 140),
    )
    for points, value in faces:
        at = np.round(np.array(points) * _FINE).astype(np.int32)
        cv2.fillPoly(light, [at], (value,))
        cv2.fillPoly(alpha, [at], (255,))
    return np.repeat(light[..., None], 3, 2), alpha


def _cylinder() -> tuple[Pixels, Pixels]:
    x, y = _plane()
    lid = (x / 0.3) ** 2 + ((y + 0.34) / 0.1) ** 2 < 1
    foot = (x / 0.3) ** 2 + ((y - 0.34) / 0.1) ** 2 < 1
    light = np.where(lid, 1.0, np.clip(1 - (x + 0.12) ** 2 / 0.12, 0.35, 1) * 0.92)
    return _grey(light), _opaque(((abs(x) < 0.3) & (abs(y) < 0.34)) | foot | lid)


def _cone() -> tuple[Pixels, Pixels]:
    x, y = _plane()
    width = 0.36 * (y + 0.46) / 0.82
    light = np.clip(1 - (x / np.maximum(width, 1e-3) + 0.35) ** 2 * 0.35, 0.35, 1) * 0.96
    side = (abs(x) < width) & (y < 0.36) & (y > -0.46)
    return _grey(light), _opaque(side | ((x / 0.36) ** 2 + ((y - 0.36) / 0.09) ** 2 < 1))
