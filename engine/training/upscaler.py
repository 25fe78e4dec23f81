"""Stage 6, the upscaler: 64 pixels to 256, crisp.

Trained on crops of 256-pixel drawings and their reductions, half of which went through the
autoencoder first, since that is whose pictures it will enlarge; a little noise on their latents
stands for what diffusion leaves behind.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.families import starter
from engine.networks.compact import Compact
from engine.networks.movq import MoVQ
from engine.training.autoencoder import edge_error
from engine.training.loop import Plan, Trainer

BATCH = 16
CROP = 32
LATENT_NOISE = 0.15
"""Standard deviation at most; each picture has its own."""


def reduced(pictures: Tensor) -> Tensor:
    """(B,3,256,256) averaged to 64 pixels."""
    return functional.avg_pool2d(pictures, starter.UPSCALER.scale)


@torch.no_grad()
def rebuilt(small: Tensor, autoencoder: MoVQ, generator: torch.Generator) -> Tensor:
    """Pictures (B,3,64,64) in [0,1] as the autoencoder gives them back from noisy latents."""
    latents = autoencoder.encode(small * 2 - 1).float()
    most = torch.rand(len(latents), 1, 1, 1, generator=generator) * LATENT_NOISE
    noise = torch.randn(latents.shape, generator=generator) * most
    return (autoencoder.decode(latents + noise) / 2 + 0.5).float().clamp(0, 1)


def train(pictures: NDArray[np.uint8], autoencoder: MoVQ, folder: Path, plan: Plan) -> Compact:
    """Train on pictures (N,256,256,3) uint8; the autoencoder stays as it is."""
    torch.manual_seed(5)
    network = Compact(starter.UPSCALER)
    trainer = Trainer(network, plan, folder)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        chosen = torch.randint(0, len(pictures), (BATCH,), generator=generator).numpy()
        large = torch.from_numpy(pictures[chosen]).permute(0, 3, 1, 2).float() / 255
        small, half = reduced(large), BATCH // 2
        small[:half] = rebuilt(small[:half], autoencoder, generator)
        top, left = (
            int(torch.randint(0, starter.BASE - CROP + 1, (), generator=generator))
            for _ in range(2)
        )
        scale = starter.UPSCALER.scale
        target = large[
            :, :, scale * top : scale * (top + CROP), scale * left : scale * (left + CROP)
        ]
        output = network(small[:, :, top : top + CROP, left : left + CROP]).float()
        edges = edge_error(output, target)
        pixels = (output - target).abs().mean()
        psnr = -10 * torch.log10((output.detach() - target).square().mean())
        return {"loss": pixels + edges, "pixels": pixels, "psnr": psnr}

    average = trainer.run(loss)
    assert isinstance(average, Compact)
    return average
