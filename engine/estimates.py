"""What a model asks of a machine, before it is there: memory, and seconds for a picture.

Estimates, and called so wherever they are shown: memory is the largest part at work in two bytes
for a number, time is what a picture costs over what this machine was seen to do.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.families import Family, Part, Place
from engine.families.offers import Offer
from engine.ways import LATENTS_AT_ONCE, Way, needs

WIDTH = 2
"""Bytes of a number in the narrowest way."""

SMALLEST_SIDE = 128
"""Pixels of a side below which a picture is not worth offering."""

LARGE_IS_QUICKER = {"cpu": 4.0}
"""How many more operations in a second a device does in a large model than in the Starter.

Measured on two kinds of processor with two cores. With bfloat16 a large model does 5 to 9 times as
many, as four pictures of the Starter or one are painted in a run; without, 1.4 to 2.5: it then
computes in float32, as the Starter does. This is between the two. Cards have not been measured and
count as 1, so for them the estimate is too long.
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a device did with the Starter: teraflop in a second."""

    device: str
    teraflops: float


def numbers_of(offer: Offer) -> dict[Part, int]:
    """How many numbers each part has, by the sizes of its files; empty where those are unknown."""
    sizes = {(file.repository, file.path): file.size or 0 for file in offer.family.files}
    parts = offer.parts
    counts = {
        place.part: sizes.get((place.repository, weights_of(place)), 0) // place.width
        for place in offer.family.places
        if place.base and place.part in parts
    }
    return {part: count for part, count in counts.items() if count}


def weights_of(place: Place) -> str:
    """The path of a part's published weights in its repository."""
    return (PurePosixPath(place.subfolder) / f"{place.base}.safetensors").as_posix()


def memory_needed(offer: Offer) -> int:
    """Bytes that the part at work needs at the model's own size, on the processor."""
    counts = numbers_of(offer) or {Part.DECODER: 0}
    return needs(Way("cpu", "bfloat16", keep=False), counts)


def memory_of_picture(width: int, height: int, family: Family) -> int:
    """Bytes beside the weights that one picture takes in the narrowest way on the processor."""
    cell = family.enlargement * family.latent_pixel
    return _bytes_of_latents((width // cell) * (height // cell))


def side_for(free: int, family: Family) -> int:
    """Side of the largest square picture for which `free` bytes beside the weights should do.

    0 where not even a small one fits.
    """
    many = _bytes_of_latents(LATENTS_AT_ONCE)
    latents = max(free, 0) * LATENTS_AT_ONCE / many
    side = int(latents**0.5) * family.enlargement * family.latent_pixel
    side -= side % 64
    return side if side >= SMALLEST_SIDE else 0


def speed_of(offer: Offer, count: int, seconds: float, device: str) -> Speed | None:
    """What painting `count` pictures of `offer` in `seconds` says about the device."""
    if seconds <= 0 or count < 1:
        return None
    return Speed(device, offer.work * count / seconds)


def seconds_per_picture(offer: Offer, speed: Speed) -> float:
    """Of the model's own size with its preset; right within a factor of two or three."""
    gain = LARGE_IS_QUICKER.get(speed.device, 1.0) if offer.work > 1 else 1.0
    return offer.work / (speed.teraflops * gain)


def _bytes_of_latents(count: int) -> int:
    return needs(Way("cpu", "bfloat16", keep=False, latents=count, apart=True), {})
