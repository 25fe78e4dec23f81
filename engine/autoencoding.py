"""The autoencoder's work with pauses: latents to pictures and back, an event every so often."""

from collections.abc import Generator

import torch
from torch import Tensor

from engine.events import Event, Step
from engine.finite import check_finite
from engine.images import from_signed
from engine.networks import streamed
from engine.networks.movq import MoVQ
from engine.networks.streamed import Strips

PAUSE_WORK = 5e9
"""Operations after which there is an event: a tenth of a second on one slow core."""


def picture_of(
    autoencoder: MoVQ, latents: Tensor, meanwhile: Step
) -> Generator[Event, None, Tensor]:
    """Latents (1,Z,h,w) -> RGB (1,3,H,W) float32 in [0,1]. Raises NotFinite.

    meanwhile: the event of the pauses.
    """
    strips = streamed.decoded(autoencoder, latents.to(next(autoencoder.parameters()).dtype))
    signed = yield from _paused(strips, meanwhile)
    check_finite(signed)
    return from_signed(signed)


def rgb_of(autoencoder: MoVQ, latents: Tensor) -> Tensor:
    """The same for small pictures (B,Z,h,w), without a pause and without a look at the numbers."""
    with torch.no_grad():
        return from_signed(autoencoder.decode(latents.to(next(autoencoder.parameters()).dtype)))


def latents_of(autoencoder: MoVQ, rgb: Tensor, meanwhile: Step) -> Generator[Event, None, Tensor]:
    """RGB (1,3,H,W) in [0,1] -> latents (1,Z,h,w) float32. Raises NotFinite."""
    signed = (rgb * 2 - 1).to(next(autoencoder.parameters()).dtype)
    latents = yield from _paused(streamed.encoded(autoencoder, signed), meanwhile)
    check_finite(latents)
    return latents.float()


def _paused(strips: Strips, meanwhile: Step) -> Generator[Event, None, Tensor]:
    work = 0.0
    try:
        while True:
            try:
                work += next(strips)
            except StopIteration as stop:
                return stop.value
            if work >= PAUSE_WORK:
                work = 0.0
                yield meanwhile
    finally:
        strips.close()
