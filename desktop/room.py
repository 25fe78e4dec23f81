"""Whether a picture will fit into the processor's memory, estimated before it is begun. Pure.

The estimate is that of `engine.ways`. A card's memory is not asked here: what runs out there is
caught, and told with the same ways out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.estimates import WIDTH, memory_of_picture, side_for
from engine.families import Family, Part
from engine.requests import Inpaint, Painting, Upscale


@dataclass(frozen=True, slots=True)
class Shortage:
    """needed, free: bytes. side: of a square picture that would fit, 0 for none.

    parts: whether loading the model in parts would make room.
    """

    needed: int
    free: int
    side: int
    parts: bool


@dataclass(frozen=True, slots=True)
class Room:
    """What there is: `free` bytes beside a model whose parts hold `parameters` numbers.

    loaded: it is in memory already, all of it unless `thrifty`.
    """

    free: int
    parameters: Mapping[Part, int]
    loaded: bool
    thrifty: bool

    def shortage(self, request: Painting, family: Family) -> Shortage | None:
        """What is missing for `request`; None where it should fit."""
        weights = 0 if self.loaded else max(self.parameters.values(), default=0) * WIDTH
        wanted = size_of(request, family)
        needed = weights + memory_of_picture(*wanted, family)
        if needed <= self.free:
            return None
        kept = sum(self.parameters.values()) - max(self.parameters.values(), default=0)
        freed = kept * WIDTH if self.loaded and not self.thrifty else 0
        side = side_for(self.free - weights, family)
        smaller = side if can_shrink(request) and side * side < wanted[0] * wanted[1] else 0
        return Shortage(needed, self.free, smaller, needed <= self.free + freed)


def size_of(request: Painting, family: Family) -> tuple[int, int]:
    """Width and height that the decoder paints for `request`, in pixels of the picture."""
    if isinstance(request, Upscale | Inpaint):
        return family.native, family.native  # in tiles, and at the size that the model knows
    return request.width or family.native, request.height or family.native


def can_shrink(request: Painting) -> bool:
    """Whether a smaller picture can be asked for instead."""
    return not isinstance(request, Upscale | Inpaint)
