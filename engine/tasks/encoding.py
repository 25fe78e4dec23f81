"""A given picture as the decoder's own: latents, or pixels for a family without an autoencoder."""

from collections.abc import Generator

from torch import Tensor

from engine.autoencoding import latents_of
from engine.events import Event, Stage, Step
from engine.model import Model


def encoded(model: Model, rgb: Tensor) -> Generator[Event, None, Tensor]:
    """Clean x of a picture (1,3,H,W) in [0,1], float32; latents are not scaled. Raises NotFinite.

    H and W are on the family's grid, before its upscaler.
    """
    rgb = rgb.to(model.device)
    if model.family.autoencoder is None:
        return rgb * 2 - 1
    autoencoder = yield from model.autoencoder()
    clean = yield from latents_of(autoencoder, rgb, Step(Stage.PICTURE, 0, 1))
    yield Step(Stage.PICTURE, 1, 1)
    return clean
