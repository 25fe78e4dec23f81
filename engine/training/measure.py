"""How good the finished encoders are on drawings that no stage saw (of sprites that all saw).

What an embedding holds is measured beside the principal components of the pictures, as many as it
has numbers: the least that a network should do.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.networks.movq import MoVQ
from engine.tokenizer import Tokenizer
from engine.training.clip import Clip, normalised, token_ids
from engine.training.draws import Draws, as_signed, parts

AMONG = 256
"""Captions among which that of a picture has to be found."""


@torch.no_grad()
def measure(
    held_back: Draws, known: Draws, autoencoder: MoVQ, towers: Clip, tokenizer: Tokenizer
) -> Mapping[str, float]:
    """Figures by name, of `held_back` pictures; `known` pictures give the components.

    `psnr` in dB of what the autoencoder makes of a picture; `redraw` and `components`: mean squared
    error, in [-1,1] at 32x32, of a picture redrawn from its embedding and from its components;
    `found`: share of pictures whose caption agrees best among AMONG.
    """
    pictures = as_signed(np.array(held_back.shards[0]))
    small = functional.avg_pool2d(pictures, 2)
    embeddings = torch.cat([towers.image(normalised(part)) for part in parts(pictures, 64)])
    rebuilt = torch.cat([rebuilt_by(autoencoder, part) for part in parts(pictures, 64)])
    redrawn = towers.redraw(embeddings)
    _, texts = towers.text(token_ids(held_back.captions, tokenizer).long())
    error = (rebuilt - pictures).div(2).square().mean((1, 2, 3))
    return {
        "psnr": float(-10 * error.log10().mean()),
        "redraw": float((redrawn - small).square().mean()),
        "components": components_error(known, small, embeddings.shape[1]),
        "found": share_found(embeddings, texts),
    }


def rebuilt_by(autoencoder: MoVQ, pictures: Tensor) -> Tensor:
    """What comes back of pictures (B,3,H,W) in [-1,1]."""
    return autoencoder.decode(autoencoder.encode(pictures)).clamp(-1, 1)


def components_error(known: Draws, small: Tensor, count: int) -> float:
    """Mean squared error of `small` (B,3,32,32) redrawn from `count` principal components."""
    first = as_signed(np.array(known.shards[0][: 40 * count]))
    rows = functional.avg_pool2d(first, 2).flatten(1)
    centre = rows.mean(0)
    spread = (rows - centre).T @ (rows - centre)
    components: Tensor = torch.linalg.eigh(spread).eigenvectors.T.flip(0)  # the largest first
    apart = small.flatten(1) - centre
    kept = components[:count]
    return float((apart @ kept.T @ kept - apart).square().mean())


def share_found(embeddings: Tensor, texts: Tensor) -> float:
    """Share 0..1 of embeddings (N,D) whose own text of (N,D) agrees best within its AMONG."""
    hits: list[Tensor] = []
    for image, text in zip(parts(embeddings, AMONG), parts(texts, AMONG), strict=True):
        agreement = functional.normalize(image) @ functional.normalize(text).T
        hits.append(agreement.argmax(1) == torch.arange(len(agreement)))
    return float(torch.cat(hits).float().mean())
