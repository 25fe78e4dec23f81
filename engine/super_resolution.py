"""Enlarging by diffusion: one network for all steps but the last, which a second one takes.

Saharia et al. 2021 (arXiv 2104.07636), as Karlo does it: the network sees the noisy large picture
and beside it the small one, enlarged. Nothing else steers it, and it is not guided.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from engine.diffusion.noise import NoiseSource
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import Sample, ddpm
from engine.events import Event, Stage, Step
from engine.families import Part
from engine.finite import check_finite
from engine.images import from_signed
from engine.model import Model
from engine.networks.condition import Condition
from engine.networks.unet import UNet

Done: TypeAlias = Callable[[int, Tensor], Event]
"""(index of the picture, (1,3,H,W) in [0,1]) -> the event that it is finished."""


def super_resolved(
    model: Model, small: Tensor, noise: Sequence[NoiseSource], done: Done
) -> Generator[Event, None, None]:
    """Enlarge pictures (B,3,h,w) in [-1,1], each with its own noise; `done` makes their events.

    One network after the other for all pictures, because a machine may hold only one of them.
    Raises NotFinite.
    """
    guides = [bicubic(small[i : i + 1], model.family.enlargement) for i in range(len(small))]
    timesteps = _timesteps(model)
    nearly = yield from _all_but_the_last_step(model, guides, timesteps, noise)
    network = yield from model.super_resolution(Part.SUPER_LAST)
    total = len(timesteps) * len(guides)
    for index, (x, guide, source) in enumerate(zip(nearly, guides, noise, strict=True)):
        (last,) = _walk(model, beside(network, guide), x, timesteps[-1:], source)
        yield Step(Stage.UPSCALER, total - len(guides) + index + 1, total)
        yield done(index, from_signed(last.x))


def _all_but_the_last_step(
    model: Model, guides: Sequence[Tensor], timesteps: tuple[int, ...], noise: Sequence[NoiseSource]
) -> Generator[Event, None, list[Tensor]]:
    """Pictures (1,3,H,W) before their last step; the network is let go of with this frame."""
    network = yield from model.super_resolution(Part.SUPER_FIRST)
    steps, total = len(timesteps) - 1, len(timesteps) * len(guides)
    nearly: list[Tensor] = []
    for guide, source in zip(guides, noise, strict=True):
        x = source.draw(tuple(guide.shape[1:]))
        for sample in islice(_walk(model, beside(network, guide), x, timesteps, source), steps):
            x = sample.x
            yield Step(Stage.UPSCALER, steps * len(nearly) + sample.index, total)
        nearly.append(x)
    return nearly


def bicubic(small: Tensor, scale: int) -> Tensor:
    """(B,3,h,w) in [-1,1], values outside clamped -> (B,3,scale·h,scale·w), a little outside again.

    On the processor: Apple's cards have no such interpolation.
    """
    size = [side * scale for side in small.shape[2:]]
    clamped = small.float().clamp(-1, 1).cpu()
    large = functional.interpolate(
        clamped, size=size, mode="bicubic", align_corners=False, antialias=True
    )
    return large.to(small.device)


def beside(network: UNet, guide: Tensor) -> Network:
    """The network as a function of x and t, the enlarged picture in its further channels."""
    prepared = network.prepared(Condition())

    def predict(x: Tensor, t: int) -> Tensor:
        return network.step(torch.cat([x, guide], dim=1), t, prepared)

    return predict


def _walk(
    model: Model, predict: Network, x: Tensor, timesteps: tuple[int, ...], noise: NoiseSource
) -> Iterator[Sample]:
    schedule = model.super_schedule
    for sample in ddpm(denoiser(predict, schedule), x, schedule, timesteps, noise):
        check_finite(sample.x)
        yield sample


def _timesteps(model: Model) -> tuple[int, ...]:
    spec = model.family.super_resolution
    assert spec is not None, "this family does not enlarge by diffusion"
    return model.super_schedule.timesteps(spec.steps)
