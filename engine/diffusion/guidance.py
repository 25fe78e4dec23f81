"""Classifier-free guidance as a wrapper around a network. Ho & Salimans 2022 (arXiv 2207.12598)."""

import torch
from torch import Tensor

from engine.diffusion.prediction import Network


def guided(network: Network, scale: float) -> Network:
    """Return a network over B rows that steers `network` away from its unconditional answer.

    `network` is called with 2B rows, [unconditional, conditional], and the result is
    unconditional + scale * (conditional - unconditional), in float32 whatever the network's dtype.
    With scale 1 that is the conditional answer, so `network` is called with the B conditional rows
    alone: half the work. A network therefore keeps its conditioning as 2B rows and uses the last
    `len(x)` of them. scale 0 gives the unconditional answer.

    Learned variance channels are never guided; they are those of the conditional half.
    """
    if scale == 1.0:
        return network

    def steered(x: Tensor, t: int) -> Tensor:
        output = network(torch.cat([x, x]), t).float()
        assert output.shape[0] == 2 * x.shape[0], (output.shape, x.shape)
        unconditional, conditional = output.chunk(2)
        channels = x.shape[1]
        base = unconditional[:, :channels]
        mean = base + scale * (conditional[:, :channels] - base)
        return torch.cat([mean, conditional[:, channels:]], dim=1)

    return steered
