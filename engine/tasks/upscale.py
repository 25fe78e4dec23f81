"""Enlarge a picture: no embedding and no plan; the one task without the decoder."""

from collections.abc import Generator

import numpy as np
from torch import Tensor
from torch.nn import functional

from engine.diffusion.noise import SeededNoise
from engine.errors import UnsupportedTask
from engine.events import Event, Image, Loading
from engine.images import to_pixels
from engine.model import Model
from engine.requests import Pixels, Upscale
from engine.super_resolution import super_resolved
from engine.upscaling import (
    TILE,
    Upscaler,
    check_result,
    enlarged,
    enlarged_alpha,
    rgb_under_alpha,
)

HEAVY = 2_000_000
"""Parameters of a network above which tiles are small, so that Cancel is answered."""

HEAVY_TILE = 128


LARGEST_DIFFUSED = 2
"""Sides of a picture that is enlarged by diffusion, in sides of the decoder's picture: memory and
time are those of the finished one, and tiles would show, since the networks see all of it."""


def run(model: Model, request: Upscale) -> Generator[Event, None, None]:
    """The enlarged picture as one Image.

    Its embedding is empty, for none goes into it: picture, scale, file and seed of the request make
    it again. To have one all the same, an image tower would be read that enlarging does not need,
    3.7 GB of Kandinsky; and were it only given where the tower happens to be in memory, equal
    requests would be answered unlike. Whoever wants to know what is in the picture asks by Embed.

    Raises UnsupportedTask, InvalidRequest, WeightsMissing, WeightsDamaged and NotFinite.
    """
    check_result(request.image, request.scale)
    if request.upscaler is None and model.family.super_resolution is not None:
        yield from diffused(model, request)
        return
    upscaler = yield from upscaler_of(model, request)
    pixels = yield from enlarged(request.image, request.scale, upscaler)
    yield image_of(model, request, pixels)


def image_of(model: Model, request: Upscale, pixels: Pixels) -> Image:
    """The event."""
    return Image(
        index=0,
        pixels=pixels,
        seed=request.sampling.seed,
        embedding=np.zeros(0, np.float16),
        sampling=request.sampling,
        model=model.family.name,
        request=request,
    )


def diffused(model: Model, request: Upscale) -> Generator[Event, None, None]:
    """By the family's super-resolution, from noise of the request's seed; small pictures only."""
    height, width = request.image.shape[:2]
    largest = LARGEST_DIFFUSED * model.family.base
    if max(height, width) > largest:
        raise UnsupportedTask(
            f"{model.family.title} enlarges pictures of up to {largest} pixels a side by itself; "
            "choose an upscaler file for this one, or the Starter, which has one."
        )

    def done(_: int, rgb: Tensor) -> Image:
        whole = rgb[..., : height * model.family.enlargement, : width * model.family.enlargement]
        size = (request.scale * height, request.scale * width)
        pixels = to_pixels(functional.interpolate(whole, size=size, mode="area"))[0]
        if request.image.shape[2] == 4:
            pixels = np.dstack([pixels, enlarged_alpha(request.image[..., 3], request.scale)])
        return image_of(model, request, pixels)

    # The networks halve their picture as often as the decoder does: sides are made even enough.
    odd = (0, -width % model.family.grid, 0, -height % model.family.grid)
    small = functional.pad(rgb_under_alpha(request.image), odd, mode="replicate")
    signed = (small * 2 - 1).to(model.device)
    noise = SeededNoise([request.sampling.seed], model.device)
    yield from super_resolved(model, signed, [noise], done)


def upscaler_of(model: Model, request: Upscale) -> Generator[Event, None, Upscaler]:
    """The file that the request names, else the family's own network."""
    target = model.residency.target
    if request.upscaler is not None:
        from engine.weights.upscaler_file import load_upscaler_file

        yield Loading("upscaler")
        file = load_upscaler_file(request.upscaler, target)
        side = HEAVY_TILE if file.parameters > HEAVY else TILE
        return Upscaler(file, file.scale, target, side)
    if model.family.upscaler is None:
        raise UnsupportedTask(
            f"{model.family.title} has no upscaler of its own; choose an upscaler file, or the "
            "Starter, which has one."
        )
    network = yield from model.upscaler()
    return Upscaler(network, network.scale, target)
