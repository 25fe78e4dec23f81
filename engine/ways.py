"""The ways in which a family could run on a machine, fastest first. Pure: facts in, a list out.

What a way needs is estimated from the bytes of the weights and from measured activations; the
estimate only orders and skips, and running out of memory in spite of it leads to the next way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.families import Part

SMALL = 500_000_000
"""Parameters; a model with fewer computes in float32, so that a seed is the same everywhere."""

LATENTS_AT_ONCE = 64 * 64
"""Latent pixels that the decoder works on together: sixteen Starter pictures or one of 512 px."""

LATENTS_IN_A_STEP = 2 * 16 * 16
"""The same for a small model: two Starter pictures, so that a step ends soon on any machine."""

ACTIVATIONS = 400_000_000
"""Bytes of activations and caches of a guided float32 step at LATENTS_AT_ONCE (Kandinsky)."""

SPARE = {"cuda": 0.9, "mps": 0.6, "cpu": 0.6}
"""Share of the free memory that a way may need; other programs live in the same but for CUDA."""


@dataclass(frozen=True, slots=True)
class Device:
    """What a device offers. free: bytes. short: the name of a 16-bit format it is fast in, or none.

    kind: "cuda", "mps" or "cpu". narrow: a 16-bit format it can compute in at all. only: the one
    format that is wanted, where one is. most: bytes that a way may need in any case.
    """

    kind: str
    free: int
    short: str | None = None
    narrow: str | None = None
    only: str | None = None
    most: int | None = None

    @property
    def room(self) -> float:
        """Bytes that a way may need."""
        spared = self.free * SPARE[self.kind]
        return spared if self.most is None else min(spared, self.most)


@dataclass(frozen=True, slots=True)
class Way:
    """How a family runs.

    keep: all parts stay in memory; else only the one at work. latents: latent pixels that are
    painted together. apart: guidance asks the decoder twice, for half the activations. streamed:
    weights stay in the processor's memory and visit the device layer by layer. previews: unfinished
    pictures are shown.
    """

    device: str
    dtype: str
    keep: bool
    latents: int = LATENTS_AT_ONCE
    apart: bool = False
    streamed: bool = False
    previews: bool = True

    @property
    def width(self) -> int:
        """Bytes of a number."""
        return 4 if self.dtype == "float32" else 2


def ways(devices: Sequence[Device], parameters: Mapping[Part, int]) -> tuple[Way, ...]:
    """Every way that fits, fastest first; if none does, the one that needs least.

    devices: fastest first, the processor last.
    """
    small = sum(parameters.values()) < SMALL
    every = [way for device in devices for way in _on(device, small)]
    free = {device.kind: device.room for device in devices}
    fitting: list[Way] = []
    for way in every:
        amounts = [needs(other, parameters) for other in fitting if other.device == way.device]
        # A slower way is worth trying only if it needs less than the faster ones.
        if needs(way, parameters) < min([*amounts, free[way.device] + 1]):
            fitting.append(way)
    return tuple(fitting) or (min(every, key=lambda way: needs(way, parameters)),)


def needs(way: Way, parameters: Mapping[Part, int]) -> int:
    """Bytes on the way's device, estimated."""
    counts = parameters.values() or (0,)
    weights = 0 if way.streamed else (sum if way.keep else max)(counts) * way.width
    activations = ACTIVATIONS * way.width // 4 * way.latents // LATENTS_AT_ONCE
    return weights + (activations // 2 if way.apart else activations)


def side_that_fits(way: Way, free: int, parameters: Mapping[Part, int], downscale: int) -> int:
    """Side in pixels of the largest square picture for which `free` bytes should do; 0 for none.

    downscale: picture pixels per latent pixel.
    """
    bare = needs(replace(way, latents=0), parameters)
    one = needs(replace(way, latents=LATENTS_AT_ONCE), parameters) - bare
    latents = max(0.0, free * SPARE[way.device] - bare) * LATENTS_AT_ONCE / max(one, 1)
    side = int(latents**0.5) * downscale
    return side - side % 64


def _on(device: Device, small: bool) -> list[Way]:
    """The ways on one device: roomier ones first, then a narrower format."""
    latents = LATENTS_IN_A_STEP if small else LATENTS_AT_ONCE
    formats = _formats(device, small)
    found: list[Way] = []
    for dtype in formats:
        found += [
            Way(device.kind, dtype, keep=True, latents=latents),
            Way(device.kind, dtype, keep=False, latents=latents),
            Way(device.kind, dtype, keep=False, latents=1, apart=True),
        ]
        if device.kind == "cuda":
            found.append(Way("cuda", dtype, keep=False, latents=1, apart=True, streamed=True))
    return found


def _formats(device: Device, small: bool) -> list[str]:
    """The number formats to try, the fastest first."""
    if device.only is not None:
        return [device.only]
    first = "float32" if small or device.short is None else device.short
    return [first, *([device.narrow] if device.narrow and device.narrow != first else [])]
