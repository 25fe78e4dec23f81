"""A picture of the training set before it is painted: plain values, in units of 128 to a side.

Layouts make a `Draft`; the held-out rule judges it; only then is it painted.
"""

from dataclasses import dataclass
from typing import TypeAlias

from engine.training.captions import Row

UNITS = 128
RGB: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Tint:
    """Paint a one-coloured sprite in `rgb`; a shaded one keeps its light and dark."""

    rgb: RGB


@dataclass(frozen=True, slots=True)
class HueTurn:
    """Turn the hue by `amount` (OpenCV units, 180 to a circle); `lift` brightens the result."""

    amount: int
    lift: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A sprite, how it is coloured, and the words for it.

    `colour` is the colour it shows, as far as known; `said` the colour word that must be said
    because the sprite was given that colour; `phrase` the noun phrase without article.
    """

    row: Row
    finish: Tint | HueTurn | None
    colour: str | None
    said: str | None
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """Where a sprite is pasted: centre and size of its square; `foot` puts its lowest pixel there.

    `flip` mirrors it; `angle` turns it, in degrees against the clock.
    """

    x: float
    y: float = UNITS / 2
    size: float
    flip: bool = False
    angle: float = 0.0
    foot: float | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """A thing and where it stands."""

    thing: Thing
    stance: Stance


@dataclass(frozen=True, slots=True)
class Plain:
    """One colour all over."""

    rgb: RGB


@dataclass(frozen=True, slots=True)
class Gradient:
    """Two colours: `across` is "down", "right" or "out" (from the centre)."""

    first: RGB
    second: RGB
    across: str


@dataclass(frozen=True, slots=True)
class Scenery:
    """Variant `number` of a painted scene with its plants in `style`."""

    scene: str
    style: str
    number: int
    mirrored: bool


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A picture of the set that fills the whole square."""

    row: Row


Background: TypeAlias = Plain | Gradient | Scenery | Backdrop


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A planned picture with its caption; `place` holds the words of where it is."""

    layout: str
    background: Background
    placements: tuple[Placement, ...]
    caption: str
    place: frozenset[str] = frozenset()
