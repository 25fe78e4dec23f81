"""Enlarge a picture: no embedding, no noise, no plan; the one task without the decoder."""

from collections.abc import Generator

import numpy as np

from engine.errors import UnsupportedTask
from engine.events import Event, Image, Loading
from engine.model import Model
from engine.requests import Upscale
from engine.upscaling import TILE, Upscaler, check_result, enlarged

HEAVY = 2_000_000
"""Parameters of a network above which tiles are small, so that Cancel is answered."""

HEAVY_TILE = 128


def run(model: Model, request: Upscale) -> Generator[Event, None, None]:
    """The enlarged picture as one Image; its embedding is empty.

    Raises UnsupportedTask, InvalidRequest, WeightsMissing, WeightsDamaged and NotFinite.
    """
    check_result(request.image, request.scale)
    upscaler = yield from upscaler_of(model, request)
    pixels = yield from enlarged(request.image, request.scale, upscaler)
    yield Image(
        index=0,
        pixels=pixels,
        seed=request.sampling.seed,
        embedding=np.zeros(0, np.float16),
        sampling=request.sampling,
        model=model.family.name,
        request=request,
    )


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
