"""A given picture as the decoder's own: latents, or pixels for a family without an autoencoder."""

from collections.abc import Generator

from torch import Tensor

from engine.autoencoding import latents_of
from engine.events import Event, Stage, Step
from engine.model import Model


def encoded(
    model: Model, rgb: Tensor, index: int = 0, total: int = 1
) -> Generator[Event, None, Tensor]:
    """Clean x of a picture (1,3,H,W) in [0,1], float32; latents are not scaled. Raises NotFinite.

    H and W are on the family's grid, before its upscaler. It is picture `index` of `total`.
    """
    rgb = rgb.to(model.device)
    if model.family.autoencoder is None:
        clean = rgb * 2 - 1
    else:
        autoencoder = yield from model.autoencoder()
        clean = yield from latents_of(autoencoder, rgb, Step(Stage.PICTURE, index, total))
    yield Step(Stage.PICTURE, index + 1, total)
    return clean
