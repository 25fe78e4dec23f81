"""What the decoder is told: by its own projections, or beforehand by a network for that.

Kandinsky's decoder reads an image embedding alone and projects it itself. Karlo's also reads text,
and both are projected by a network of their own.
"""

from collections.abc import Generator

from torch import Tensor

from engine.conditioning import Text
from engine.events import Event
from engine.model import Model
from engine.networks.condition import Condition
from engine.networks.unet import UNet
from engine.tasks.meaning import texts_of


def told_beforehand(
    model: Model, embedding: Tensor, text: Text | None = None
) -> Generator[Event, None, Condition | None]:
    """The condition for N image embeddings (N,D); None where the decoder projects them itself.

    text: N rows; None says nothing, which is the way to paint an embedding that came of no text.
    To be asked for before the decoder, which may have to take the place of this network.
    """
    if model.family.projection is None:
        return None
    if text is None:
        silence = yield from texts_of(model, ("",))
        text = silence.repeated(len(embedding))
    projection = yield from model.projection()
    return projection(embedding, text.states, text.embed, text.mask)


def condition_of(unet: UNet, embedding: Tensor, beforehand: Condition | None) -> Condition:
    """What `unet` is told about image embeddings (N,D), N rows."""
    return unet.condition(embedding) if beforehand is None else beforehand
