"""What a brush is: size, softness, how much it lays down, what pressure does to it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, log2

import numpy as np
from numpy.typing import NDArray

SMALLEST, LARGEST = 0.5, 4096.0
"""Diameters in pixels."""

CURVE_POINTS = 9
LEAST_PRESSURE = 0.05
"""Of size or opacity, under the lightest touch."""

MOST_BENT = 100.0
"""How far a curve of pressure bends, to either side."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Pressure 0..1 to a factor 0..1, linear between points that are ordered by pressure."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert len(self.points) >= 2, self.points
        pressures = [pressure for pressure, _ in self.points]
        assert pressures == sorted(pressures), self.points
        assert all(0.0 <= part <= 1.0 for point in self.points for part in point), self.points

    def at(self, pressure: float) -> float:
        """Return the factor for a pressure, which is held within the first and last point."""
        if pressure >= self.points[-1][0]:
            return self.points[-1][1]
        pressures = [point[0] for point in self.points]
        place = min(max(bisect_right(pressures, pressure), 1), len(self.points) - 1)
        (left, low), (right, high) = self.points[place - 1], self.points[place]
        share = 1.0 if right == left else (pressure - left) / (right - left)
        return low + (high - low) * min(max(share, 0.0), 1.0)


FLAT = Curve(((0.0, 1.0), (1.0, 1.0)))
"""Pressure changes nothing."""
LINEAR = Curve(((0.0, 0.0), (1.0, 1.0)))


@lru_cache(maxsize=64)
def pressure_curve(bend: float) -> Curve:
    """Return a curve that is straight for a bend of 0; -100 helps a light hand, 100 a heavy one."""
    exponent = 2.0 ** (bend / 50.0)
    pressures = (n / (CURVE_POINTS - 1) for n in range(CURVE_POINTS))
    return Curve(tuple((p, LEAST_PRESSURE + (1 - LEAST_PRESSURE) * p**exponent) for p in pressures))


def bend_through(pressure: float, factor: float) -> float:
    """Return the bend of the curve that comes nearest to a point, both parts in 0..1."""
    pressure = min(max(pressure, 0.01), 0.99)
    share = min(max((factor - LEAST_PRESSURE) / (1 - LEAST_PRESSURE), 1e-6), 1 - 1e-6)
    bend = 50.0 * log2(log(share) / log(pressure))
    return min(max(bend, -MOST_BENT), MOST_BENT)


@dataclass(frozen=True, slots=True, eq=False)
class Tip:
    """A textured tip: `grain` is NxN, 0..1, stretched over the square around the brush."""

    name: str
    grain: NDArray[np.float32]

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert self.grain.ndim == 2, self.grain.shape
        assert self.grain.shape[0] == self.grain.shape[1], self.grain.shape


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Brush:
    """size: diameter in pixels. hardness: 0 is soft from the middle on, 1 has a sharp rim.

    opacity: what a whole stroke reaches at most. flow: what one dab adds of that. spacing: between
    dabs, as a part of the diameter. smoothing: 0 follows the hand, towards 1 it lags and calms.
    tip: a texture; None is round.
    """

    size: float = 32.0
    hardness: float = 0.8
    opacity: float = 1.0
    flow: float = 1.0
    spacing: float = 0.1
    smoothing: float = 0.0
    size_curve: Curve = FLAT
    opacity_curve: Curve = FLAT
    tip: Tip | None = None

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert SMALLEST <= self.size <= LARGEST, self.size
        for part in (self.hardness, self.opacity, self.flow):
            assert 0.0 <= part <= 1.0, part
        assert 0.0 < self.spacing <= 10.0, self.spacing
        assert 0.0 <= self.smoothing < 1.0, self.smoothing

    def diameter(self, pressure: float) -> float:
        """Return the diameter in pixels under a pressure of 0..1."""
        return max(SMALLEST, self.size * self.size_curve.at(pressure))

    def cap(self, pressure: float) -> float:
        """Return what a dab's coverage tends to under a pressure of 0..1."""
        return self.opacity_curve.at(pressure)


def speckled(name: str, side: int, seed: int, density: float = 0.5) -> Tip:
    """Return a round tip of random grains, the same for the same seed: chalk, charcoal."""
    generator = np.random.default_rng(seed)
    places = (np.arange(side) + 0.5) / side * 2 - 1
    inside = places[:, None] ** 2 + places[None, :] ** 2 <= 1
    grain = (generator.random((side, side)) < density) * generator.random((side, side))
    return Tip(name, (grain * inside).astype(np.float32))


def tips() -> Sequence[Tip]:
    """Return the textured tips that come with the program."""
    return (speckled("Chalk", 64, 1, 0.7), speckled("Charcoal", 96, 2, 0.4))
