"""Classifier-free guidance as a wrapper around a network. Ho & Salimans 2022 (arXiv 2207.12598)."""

import torch
from torch import Tensor

from engine.diffusion.prediction import Network


def guided(network: Network, scale: float, within: range | None = None) -> Network:
    """Return a network over B rows that steers `network` away from its unconditional answer.

    `network` is called with 2B rows, [unconditional, conditional], and the result is
    unconditional + scale * (conditional - unconditional), in float32 whatever the network's dtype.
    With scale 1 that is the conditional answer, so `network` is called with the B conditional rows
    alone: half the work. A network therefore keeps its conditioning as 2B rows and uses the last
    `len(x)` of them. scale 0 gives the unconditional answer.

    within: the timesteps at which it steers, None for all. At the others the conditional answer is
    taken, again for half the work. Guidance early on narrows what can come and late it does little
    (Kynkäänniemi et al. 2024, arXiv 2404.07724).

    Learned variance channels are never guided; they are those of the conditional half.
    """
    if scale == 1.0:
        # Each stage on its own; the reference doubles the work of all of Karlo's where one is
        # guided, and with Kandinsky unguided does not repeat the embedding for several pictures.
        return network

    def steered(x: Tensor, t: int) -> Tensor:
        if within is not None and t not in within:
            return network(x, t)
        output = network(torch.cat([x, x]), t).float()
        assert output.shape[0] == 2 * x.shape[0], (output.shape, x.shape)
        unconditional, conditional = output.chunk(2)
        channels = x.shape[1]
        base = unconditional[:, :channels]
        mean = base + scale * (conditional[:, :channels] - base)
        return torch.cat([mean, conditional[:, channels:]], dim=1)

    return steered
