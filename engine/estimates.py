"""What a model asks of a machine, before it is there: memory, and seconds for a picture.

Estimates, and called so wherever they are shown: memory is the largest part at work in two bytes
for a number, time is what a picture costs over what this machine was seen to do.
"""

from dataclasses import dataclass

from engine.families import Part
from engine.families.offers import Offer
from engine.ways import Way, needs

PUBLISHED_WIDTH = 4
"""Bytes of a number in the published files."""

LARGE_IS_QUICKER = {"cpu": 3.0}
"""How many more operations in a second a device does in a large model than in the Starter.

By processor seconds with bfloat16: the Starter 0.11, Kandinsky's decoder 0.36 teraflop in each.
Cards have not been measured and count as 1, so for them the estimate is too long.
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """What a device did with the Starter: teraflop in a second."""

    device: str
    teraflops: float


def memory_needed(offer: Offer) -> int:
    """Bytes that the part at work needs at the model's own size, on the processor."""
    counts = {
        place.part: sum(
            (file.size or 0) // PUBLISHED_WIDTH
            for file in offer.family.files
            if file.repository == place.repository and file.path.startswith(f"{place.subfolder}/")
        )
        for place in offer.family.places
        if place.base and place.part in offer.parts
    }
    counts = {part: count for part, count in counts.items() if count} or {Part.DECODER: 0}
    return needs(Way("cpu", "bfloat16", keep=False), counts)


def speed_of(offer: Offer, count: int, seconds: float, device: str) -> Speed | None:
    """What painting `count` pictures of `offer` in `seconds` says about the device."""
    if seconds <= 0 or count < 1:
        return None
    return Speed(device, offer.work * count / seconds)


def seconds_per_picture(offer: Offer, speed: Speed) -> float:
    """Of the model's own size with its preset; right within a factor of two or three."""
    gain = LARGE_IS_QUICKER.get(speed.device, 1.0) if offer.work > 1 else 1.0
    return offer.work / (speed.teraflops * gain)
