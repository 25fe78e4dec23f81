"""What a person wants of this machine where the fastest way is not what they want. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.ways import Device, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Each may be left open.

    device: "cuda", "mps", "cpu", or empty for the fastest. precision: "full" for float32, "half"
    for a 16-bit format, or empty for what the model needs. memory: bytes that may be used at most.
    previews: whether unfinished pictures are shown. thrifty: whether the way that needs least is
    taken in place of the fastest.
    """

    device: str = ""
    precision: str = ""
    memory: int | None = None
    previews: bool = True
    thrifty: bool = False


def as_wished(devices: Sequence[Device], wishes: Wishes) -> tuple[Device, ...]:
    """Return what is left of the devices; a device that is not here leaves the processor."""
    wanted = [each for each in devices if wishes.device in ("", each.kind)]
    return tuple(_limited(each, wishes) for each in wanted or devices[-1:])


def of_ways(found: Sequence[Way], wishes: Wishes) -> tuple[Way, ...]:
    """Return the ways to try, the first of them first; of `found` the last needs least."""
    left = found[-1:] if wishes.thrifty else found
    return tuple(replace(way, previews=wishes.previews) for way in left)


def _limited(device: Device, wishes: Wishes) -> Device:
    only = {"full": "float32", "half": device.short or device.narrow}.get(wishes.precision)
    return replace(device, only=only, most=wishes.memory)
