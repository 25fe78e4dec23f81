"""How well the decoder knows drawings that no stage saw: its error by what it is told of them.

Told is the drawing's own embedding, or what the prior says of drawing and caption (`foretold.py`).
The same noise for both, so that two decoders can be compared figure by figure.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.diffusion.schedules import Schedule
from engine.families import starter
from engine.networks.unet import UNet
from engine.training.draws import parts

TIMESTEPS = (150, 350, 550, 750, 950)
PART = 64


@torch.no_grad()
def errors(decoder: UNet, latents: Tensor, told: Mapping[str, Tensor]) -> Mapping[str, float]:
    """Mean squared error of the velocity of latents (N,4,h,w), under each name of `told` (N,D)."""
    levels = torch.tensor(Schedule.of(starter.DECODER_SCHEDULE).alpha_bars, dtype=torch.float32)
    return {name: _error(decoder, latents, embeddings, levels) for name, embeddings in told.items()}


def _error(decoder: UNet, latents: Tensor, embeddings: Tensor, levels: Tensor) -> float:
    generator = torch.Generator().manual_seed(0)
    sums: list[Tensor] = []
    for clean, embed in zip(parts(latents, PART), parts(embeddings, PART), strict=True):
        condition = decoder.condition(embed)
        nothing_kept = clean.new_zeros(len(clean), clean.shape[1] + 1, *clean.shape[2:])
        for timestep in TIMESTEPS:
            signal = levels[timestep]
            noise = torch.randn(clean.shape, generator=generator)
            noisy = signal.sqrt() * clean + (1 - signal).sqrt() * noise
            x = torch.cat([noisy, nothing_kept], dim=1)
            answer = decoder(x, torch.full((len(x),), timestep), condition)
            velocity = signal.sqrt() * noise - (1 - signal).sqrt() * clean
            sums.append((answer[:, : clean.shape[1]] - velocity).square().mean((1, 2, 3)))
    return float(torch.cat(sums).mean())
