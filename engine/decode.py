"""Plan -> pixels: the decoder's loop, the autoencoder, the upscaler.

Latents are (B,Z,h,w); of a family without an autoencoder they are pixels, (B,3,h,w) in [-1,1]. A
picture is made on the family's grid and cropped to what was asked for.
"""

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from engine.asking import Asking, Told
from engine.autoencoding import picture_of, rgb_of
from engine.diffusion.guidance import guided
from engine.diffusion.keeping import Known, keeping, kept_at_the_end, shown
from engine.diffusion.noise import NoiseSource
from engine.diffusion.prediction import Network, denoiser
from engine.diffusion.samplers import SAMPLERS, Sample
from engine.diffusion.schedules import Schedule
from engine.events import Event, Image, Stage, Step
from engine.families import Family
from engine.finite import check_finite
from engine.images import from_signed, to_pixels
from engine.model import Model
from engine.networks.condition import Condition
from engine.networks.movq import MoVQ
from engine.networks.unet import UNet
from engine.requests import Pixels
from engine.super_resolution import Done, super_resolved
from engine.tasks.plan import Keep, Plan, Settings, Start, Together
from engine.telling import condition_of, told_beforehand
from engine.ways import LATENTS_AT_ONCE

PREVIEW_SIDE = 16
"""Longest side of the latents that a preview is made of."""

PREVIEW_SECONDS = 0.25
"""Least time between two previews."""

PREVIEW_SHARE = 9
"""A preview waits at least this many times as long as the one before took: a tenth of the time."""

Painter: TypeAlias = Callable[[Tensor], Tensor]
"""Clean latents (B,Z,h,w) -> pictures (B,3,H,W) in [0,1]."""

Finish: TypeAlias = Callable[[int, Pixels], Image]
"""(index of the picture, its pixels) -> the event."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What is painted together: embeddings (B,D), and the size (height, width) of the latents.

    guidance, start and keep: as in the plan. beforehand: what the decoder is told, if it does not
    make that of the embeddings itself; 2B rows, [against, towards].
    """

    embedding: Tensor
    against: Tensor
    noise: NoiseSource
    size: tuple[int, int]
    guidance: float
    start: Start | None = None
    keep: Keep | None = None
    beforehand: Condition | None = None


def latent_size(family: Family, width: int, height: int) -> tuple[int, int]:
    """(h, w) of the smallest latents on the family's grid that cover width x height pixels."""
    per_cell = family.grid // family.latent_pixel
    step = family.enlargement * family.grid
    rows, columns = (math.ceil(side / step) for side in (height, width))
    return rows * per_cell, columns * per_cell


def decode(model: Model, plan: Plan, settings: Settings, finish: Finish) -> Iterator[Event]:
    """Paint the plan's pictures; each comes as an Image as soon as it is done. Raises NotFinite."""

    def done(index: int, rgb: Tensor) -> Image:
        return finish(index, to_pixels(cropped(rgb, plan.width, plan.height))[0])

    return painted(model, plan, settings, done)


def painted(model: Model, plan: Plan, settings: Settings, done: Done) -> Iterator[Event]:
    """The same before rounding and cropping: `done` is given each picture. Raises NotFinite."""
    latents = yield from _latents(model, plan, settings)
    if model.family.super_resolution is None:
        yield from _developed(model, latents, done)
    else:
        yield from super_resolved(model, latents, plan.noise, done)


def _developed(model: Model, latents: Tensor, done: Done) -> Generator[Event, None, None]:
    """One picture after the other through autoencoder and upscaler."""
    autoencoder = yield from model.autoencoder()
    upscaler = None
    if model.family.upscaler is not None:
        upscaler = yield from model.upscaler()
    for index in range(len(latents)):
        meanwhile = Step(Stage.AUTOENCODER, index, len(latents))
        rgb = yield from picture_of(autoencoder, latents[index : index + 1], meanwhile)
        yield Step(Stage.AUTOENCODER, index + 1, len(latents))
        if upscaler is not None:
            rgb = upscaler(rgb.to(next(upscaler.parameters()).dtype))
            check_finite(rgb)
            yield Step(Stage.UPSCALER, index + 1, len(latents))
        yield done(index, rgb)


def cropped(rgb: Tensor, width: int, height: int) -> Tensor:
    """The middle of (B,3,H,W), (B,3,height,width).

    (The reference implementation returns the picture as large as its grid.)
    """
    top, left = (rgb.shape[2] - height) // 2, (rgb.shape[3] - width) // 2
    return rgb[:, :, top : top + height, left : left + width]


def _latents(model: Model, plan: Plan, settings: Settings) -> Generator[Event, None, Tensor]:
    """All clean latents (B,Z,h,w), sampled in groups that fit into memory."""
    embeddings = torch.cat([plan.against, plan.embedding])
    text = plan.text.repeated(len(plan.embedding)) if plan.text else None
    beforehand = yield from told_beforehand(model, embeddings, text)
    size = latent_size(model.family, plan.width, plan.height)
    groups = work_of(plan, size, settings, beforehand, model.residency.way.latents)
    previewer = yield from _previewer(model)
    unet, schedule = yield from _decoder(model, plan)
    done: list[Tensor] = []
    steps = settings.steps - (plan.start.first if plan.start else 0)
    for work in groups:
        before = steps * len(done)
        x = work.start.latents if work.start else torch.empty(0)
        for sample in sampled(unet, schedule, work, settings, model.residency.way.apart):
            x = sample.x
            index, total = before + sample.index, steps * len(groups)
            yield Step(Stage.DECODER, index, total, previewer.of(sample.clean))
        done.append(x)
        if work is not groups[-1]:
            previewer.keep(x)
    return torch.cat(done)


def _decoder(model: Model, plan: Plan) -> Generator[Event, None, tuple[UNet, Schedule]]:
    """The decoder for this plan; to fill a hole the one that was trained for it, if there is."""
    if plan.keep is not None and model.family.inpaint is not None:
        return (yield from model.inpainter()), model.inpaint_schedule
    return (yield from model.decoder()), model.decoder_schedule


def work_of(
    plan: Plan,
    size: tuple[int, int],
    settings: Settings,
    beforehand: Condition | None = None,
    latents: int = LATENTS_AT_ONCE,
) -> list[Work]:
    """The plan in groups of at most `latents` latent pixels, or of one picture.

    beforehand: for all pictures.
    """
    count = len(plan.embedding)
    together = max(1, latents // (size[0] * size[1]))
    groups = [slice(start, start + together) for start in range(0, count, together)]
    guidance = settings.guidance if plan.guidance is None else plan.guidance
    return [
        Work(
            embedding=plan.embedding[rows],
            against=plan.against[rows],
            noise=Together(plan.noise[rows]),
            size=size,
            guidance=guidance,
            start=replace(plan.start, latents=plan.start.latents[rows]) if plan.start else None,
            keep=Keep(plan.keep.clean[rows], plan.keep.mask[rows]) if plan.keep else None,
            beforehand=beforehand.of_rows(partial(_of_both_halves, rows)) if beforehand else None,
        )
        for rows in groups
    ]


def sampled(
    unet: UNet, schedule: Schedule, work: Work, settings: Settings, apart: bool = False
) -> Iterator[Sample]:
    """From noise, or from `work.start`, to clean latents, away from `work.against`.

    apart: as in Asking. Raises NotFinite.
    """
    visited = schedule.timesteps(settings.steps)
    if work.start is not None and work.start.recovered:
        schedule, visited = schedule.unclipped(), schedule.recovered_timesteps(settings.steps)
    x, timesteps = beginning(unet, visited, work)
    if not timesteps:
        return  # nothing is left to be done: the start is the result
    embeddings = torch.cat([work.against, work.embedding])
    condition = condition_of(unet, embeddings, work.beforehand)
    asking = Asking(apart=apart, deep_every=settings.deep_every)
    predict: Network = Told(unet, condition, timesteps, asking)
    known = known_of(work.keep, x, unet, timesteps[0]) if work.keep else None
    if known is not None and known.untouched is not None:
        predict = shown(predict, known)
    within = schedule.between(settings.guidance_from, settings.guidance_until)
    denoise = denoiser(guided(predict, work.guidance, within), schedule)
    denoise = keeping(denoise, known, schedule) if known else denoise
    samples = SAMPLERS[settings.sampler](denoise, x, schedule, timesteps, work.noise)
    for sample in kept_at_the_end(samples, known, len(timesteps)) if known else samples:
        check_finite(sample.x)
        yield sample


def beginning(unet: UNet, timesteps: tuple[int, ...], work: Work) -> tuple[Tensor, tuple[int, ...]]:
    """Where the decoder starts, and the timesteps that it still visits."""
    if work.start is not None:
        return work.start.latents, timesteps[work.start.first :]
    channels = work.keep.clean.shape[1] if work.keep else unet.spec.in_channels
    return work.noise.draw((channels, *work.size)), timesteps


def known_of(keep: Keep, noise: Tensor, unet: UNet, first: int) -> Known:
    """What is kept and how: as it is published if the decoder was trained to fill holes."""
    trained = unet.spec.in_channels > noise.shape[1]
    return Known(keep.clean, keep.mask, noise, untouched=first if trained else None)


def _of_both_halves(rows: slice, both: Tensor) -> Tensor:
    """The same rows of the unconditional and the conditional half of (2B,…)."""
    return torch.cat([half[rows] for half in both.chunk(2)])


def _previewer(model: Model) -> Generator[Event, None, "Previewer"]:
    """Previews where they are wanted and cost no reading."""
    if not model.residency.way.previews:
        return Previewer(None)
    if model.family.autoencoder is None:
        return Previewer(lambda pixels: from_signed(pixels.nan_to_num()))
    if not model.residency.keep:
        return Previewer(None)
    autoencoder = yield from model.autoencoder()
    return Previewer(partial(_small_rgb_of, autoencoder))


def _small_rgb_of(autoencoder: MoVQ, clean: Tensor) -> Tensor:
    shrink = min(1.0, PREVIEW_SIDE / max(clean.shape[2:]))
    small = functional.interpolate(clean, scale_factor=shrink, mode="area") if shrink < 1 else clean
    return rgb_of(autoencoder, small).nan_to_num()


class Previewer:
    """Small pictures of what is being painted, as often as they cost little time."""

    def __init__(self, paint: Painter | None) -> None:
        self._paint = paint
        self._earliest = 0.0
        self._kept: tuple[Pixels, ...] = ()

    def keep(self, latents: Tensor) -> None:
        """Go on showing these, (B,Z,h,w), which are done, before those of the next group."""
        if self._paint is not None:
            self._kept += to_pixels(self._paint(latents))

    def of(self, clean: Tensor) -> tuple[Pixels, ...]:
        """One picture for each that is done and each clean estimate (B,Z,h,w).

        None at all where it is too soon.
        """
        started = perf_counter()
        if self._paint is None or started < self._earliest:
            return ()
        previews = to_pixels(self._paint(clean))
        ended = perf_counter()
        self._earliest = ended + max(PREVIEW_SECONDS, PREVIEW_SHARE * (ended - started))
        return self._kept + previews
