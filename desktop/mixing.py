"""The mixing desk as a value: wells with weights, what of them is heard, and the pad's corners.

Pure; a change gives another desk. The panel shows it, `mix` asks the engine for what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.ask import request_size
from desktop.asked import Asked
from desktop.document.picture import Picture
from desktop.questions import Choices
from desktop.source import Source
from engine.errors import InvalidRequest
from engine.requests import Blending, Ingredient, Mix

FULL = 100
"""Weights are per cent, -FULL..FULL: whole numbers are easier to say and to set again."""
CORNERS = 4
THIRDS = (0.0, 0.5, 1.0)
"""Across and down the pad, where a contact sheet looks."""
NOTHING = "Nothing is in the mix yet; put in a picture or write a text."
NOTHING_LEFT = (
    "Nothing would be left of this mix; give a picture or text a weight above 0, and look whether "
    "it is muted."
)
NO_STYLE_LEFT = (
    "No style would be left of this mix; give the style of a picture or text a weight above 0."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Well:
    """A source with its weight in per cent. A muted one is not heard, with a solo no other is.

    style: the weight of its style, where the desk weighs it apart; `weight` is its subject's then.
    """

    id: int
    source: Source
    weight: int = FULL
    style: int = FULL
    muted: bool = False
    solo: bool = False

    def __post_init__(self) -> None:
        """State what the program guarantees."""
        assert -FULL <= self.weight <= FULL, self.weight
        assert -FULL <= self.style <= FULL, self.style


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """All wells, in their order. apart: style and subject of each are weighed apart."""

    wells: tuple[Well, ...] = ()
    blending: Blending = Blending.SPHERICAL
    apart: bool = False

    def added(self, source: Source) -> "Desk":
        """Put a source into a well of its own, at the end."""
        well = Well(id=1 + max((well.id for well in self.wells), default=0), source=source)
        return replace(self, wells=(*self.wells, well))

    def without(self, well_id: int) -> "Desk":
        """Take a well away."""
        return replace(self, wells=tuple(w for w in self.wells if w.id != well_id))

    def changed(self, well_id: int, **values: object) -> "Desk":
        """Change weight, style, muted or solo of a well, or what is in it."""
        wells = tuple(
            replace(well, **values) if well.id == well_id else well  # type: ignore[arg-type]
            for well in self.wells
        )
        return replace(self, wells=wells)

    def parted(self, apart: bool) -> "Desk":
        """Weigh style and subject apart, at first alike; or together again, by the subject."""
        wells = tuple(replace(well, style=well.weight) for well in self.wells)
        return replace(self, wells=wells, apart=apart)

    @property
    def heard(self) -> tuple[Well, ...]:
        """The wells that count: none that is muted, and where there are solos only those."""
        open_wells = tuple(well for well in self.wells if not well.muted)
        alone = tuple(well for well in open_wells if well.solo)
        return alone or open_wells

    @property
    def corners(self) -> tuple[Well, ...]:
        """The wells that the pad weighs: the first four that are heard."""
        return self.heard[:CORNERS]

    def moved_to(self, x: float, y: float) -> "Desk":
        """Weigh the corners as the point (x, y) of the pad says, 0..1 from the upper left.

        Where style is apart, that is left as it is.
        """
        desk = self
        corners = self.corners
        for well, share in zip(corners, shares_at(x, y, len(corners)), strict=True):
            desk = desk.changed(well.id, weight=round(FULL * share))
        return desk


def shares_at(x: float, y: float, count: int) -> tuple[float, ...]:
    """How much each of `count` corners has at a point of the pad; together 1.

    Four share it bilinearly: upper left, upper right, lower left, lower right. With three the last
    has the whole lower edge, with two they share it from left to right.
    """
    assert 0 <= count <= CORNERS, count
    if count < 2:
        return (1.0,) * count
    if count == 2:
        return (1 - x, x)
    upper = ((1 - x) * (1 - y), x * (1 - y))
    return (*upper, y) if count == 3 else (*upper, (1 - x) * y, x * y)


def sheet_points(count: int) -> tuple[tuple[float, float], ...]:
    """Where on the pad a contact sheet looks, row by row: three rows of three, none of them twice.

    With three corners the lower edge is one mix, with two every row is the same; below two there
    is nothing between which to look.
    """
    if count < 2:
        return ()
    if count == 2:
        return tuple((x, 0.5) for x in THIRDS)
    nine = tuple((x, y) for y in THIRDS for x in THIRDS)
    return nine if count == CORNERS else (*nine[:6], (0.5, 1.0))


def point_of(weights: Sequence[float], count: int) -> tuple[float, float]:
    """The point of the pad that comes nearest to these weights; negative ones count as none."""
    shares = [max(0.0, weight) for weight in weights[:count]]
    total = sum(shares)
    if count < 2 or not total:
        return 0.5, 0.5
    shares = [share / total for share in shares] + [0.0] * (CORNERS - count)
    if count == 3:  # its corner is the whole edge, so it says nothing about left and right
        left, right, below = shares[:3]
        return (right / (left + right) if left + right else 0.5), below
    return shares[1] + shares[3], (shares[2] + shares[3] if count == CORNERS else 0.5)


def ingredients(desk: Desk, model: str) -> tuple[Ingredient, ...]:
    """What is heard with its share: what leads towards something adds up to 1.

    So a mix is as strong with one picture as with five, linear or spherical, and a negative weight
    says how much of that to lead away. Styles add up likewise, where they are apart. Raises
    InvalidRequest where nothing is left.
    """
    if not desk.wells:
        raise InvalidRequest(NOTHING)
    heard = [well for well in desk.heard if well.weight or (desk.apart and well.style)]
    subjects = _shares([well.weight for well in heard], NOTHING_LEFT)
    styles = _shares([well.style for well in heard], NO_STYLE_LEFT) if desk.apart else None
    return tuple(
        Ingredient(
            idea=well.source.idea(model),
            weight=subjects[place],
            style=None if styles is None else styles[place],
        )
        for place, well in enumerate(heard)
    )


def _shares(weights: Sequence[int], refusal: str) -> list[float]:
    """Divide the weights by the sum of those above 0; InvalidRequest where there is none."""
    total = sum(weight for weight in weights if weight > 0)
    if not total:
        raise InvalidRequest(refusal)
    return [weight / total for weight in weights]


def mix(desk: Desk, now: Picture, choices: Choices) -> Asked:
    """Ask for the mix, in the frame. Raises InvalidRequest."""
    return mix_of(ingredients(desk, choices.family.name), desk.blending, now, choices)


def mix_of(
    parts: tuple[Ingredient, ...], blending: Blending, now: Picture, choices: Choices
) -> Asked:
    """Ask for a mix of these parts, in the frame. Raises InvalidRequest."""
    width, height = request_size(now.frame.size, choices.family)
    request = Mix(
        ingredients=parts,
        blending=blending,
        count=choices.count,
        width=width,
        height=height,
        sampling=choices.sampling,
    )
    return Asked(request, now, now.frame)
