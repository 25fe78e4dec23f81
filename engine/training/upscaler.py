"""Stage 5, the upscaler: 64 pixels to 256, crisp.

Trained on crops of 256-pixel drawings and their reductions, half of which went through the
autoencoder first, since that is whose pictures it will enlarge.
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


def reduced(pictures: Tensor, autoencoder: MoVQ) -> tuple[Tensor, Tensor]:
    """Reduce (B,3,256,256) in [0,1] to 64 pixels, as they are and after the autoencoder."""
    small = functional.avg_pool2d(pictures, starter.UPSCALER.scale)
    with torch.no_grad():
        rebuilt = autoencoder.decode(autoencoder.encode(small * 2 - 1)) / 2 + 0.5
    return small, rebuilt.float().clamp(0, 1)


def train(pictures: NDArray[np.uint8], autoencoder: MoVQ, folder: Path, plan: Plan) -> Compact:
    """Train on pictures (N,256,256,3) uint8; the autoencoder stays as it is."""
    torch.manual_seed(5)
    network = Compact(starter.UPSCALER)
    trainer = Trainer(network, plan, folder)

    def loss(generator: torch.Generator) -> Mapping[str, Tensor]:
        chosen = torch.randint(0, len(pictures), (BATCH,), generator=generator).numpy()
        large = torch.from_numpy(pictures[chosen]).permute(0, 3, 1, 2).float() / 255
        small, rebuilt = reduced(large, autoencoder)
        small[: BATCH // 2] = rebuilt[: BATCH // 2]
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
