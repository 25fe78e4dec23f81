"""From pictures to the noise that the decoder would paint them from.

A picture is its embedding and its noise (Ramesh et al. 2022, arXiv 2204.06125, section 3): with
both the decoder paints it again, with one of them changed it paints a relative. What is painted
from recovered noise goes the way back as it came: by DDIM, at the same timesteps and unclipped.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.asking import Told
from engine.decode import latent_size
from engine.diffusion.inversion import inverted
from engine.diffusion.prediction import denoiser
from engine.errors import InvalidRequest
from engine.events import Event, Stage, Step
from engine.finite import check_finite
from engine.images import covering, opaque, to_tensor
from engine.model import Model
from engine.requests import Pixels, Sampling
from engine.tasks.encoding import encoded
from engine.tasks.plan import Settings, settings_of
from engine.tasks.sizes import Size
from engine.telling import condition_of, told_beforehand

SAMPLER = "ddim"


def settings_for_recovery(sampling: Sampling, preset: Sampling) -> Settings:
    """Like `settings_of`, but DDIM where no sampler is asked for. Raises InvalidRequest."""
    settings = settings_of(replace(sampling, sampler=sampling.sampler or SAMPLER), preset)
    if settings.sampler != SAMPLER:
        raise InvalidRequest(
            f"A picture's own noise is found and used by the sampler {SAMPLER} alone; choose it, "
            "or let the composition change freely."
        )
    return settings


def recovered(
    model: Model, pictures: Sequence[Pixels], embedding: Tensor, canvas: Size, settings: Settings
) -> Generator[Event, None, Tensor]:
    """The noise (B,Z,h,w) of B pictures, given their embeddings (B,D). Raises NotFinite.

    Each picture is scaled and cut to the canvas.
    """
    clean = yield from latents_of(model, pictures, canvas)
    beforehand = yield from told_beforehand(model, embedding)
    unet = yield from model.decoder()
    schedule = model.decoder_schedule.unclipped()
    x, timesteps = clean, schedule.recovered_timesteps(settings.steps)
    condition = condition_of(unet, embedding, beforehand)
    denoise = denoiser(Told(unet, condition, timesteps), schedule)
    for sample in inverted(denoise, clean, schedule, timesteps):
        x = sample.x
        check_finite(x)
        yield Step(Stage.INVERSION, sample.index, len(timesteps))
    return x


def latents_of(
    model: Model, pictures: Sequence[Pixels], canvas: Size
) -> Generator[Event, None, Tensor]:
    """Clean latents (B,Z,h,w) float32 of B pictures, each scaled and cut to the canvas.

    Where the latents stand for more than the canvas, its border is repeated outwards.
    """
    rows: list[Tensor] = []
    for index, picture in enumerate(pictures):
        rgb = to_tensor(prepared(model, picture, canvas))
        rows.append((yield from encoded(model, rgb, index, len(pictures))))
    return torch.cat(rows)


def prepared(model: Model, picture: Pixels, canvas: Size) -> Pixels:
    """HxWx3 of the size whose latents are those of this canvas."""
    family = model.family
    scale = family.enlargement
    rows, columns = latent_size(family, canvas[0], canvas[1])
    width, height = (side * family.latent_pixel for side in (columns, rows))
    inner = covering(opaque(picture), -(-canvas[0] // scale), -(-canvas[1] // scale))
    down, across = height - inner.shape[0], width - inner.shape[1]
    border = ((down // 2, down - down // 2), (across // 2, across - across // 2), (0, 0))
    return np.pad(inner, border, mode="edge")
