"""What the frozen autoencoder and image tower make of every drawn picture, kept on disk.

`latents.npy` (N,4,16,16) float16 and `embeddings.npy` (N,D) float16: prior and decoder then train
without running an encoder.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.families import starter
from engine.networks.clip import ImageTower
from engine.networks.movq import MoVQ
from engine.training.clip import normalised
from engine.training.draws import Draws, as_signed

PART = 128


@dataclass(frozen=True, slots=True, eq=False)
class Encodings:
    """Latents (N,4,16,16), embeddings (N,D), float16; nothing: (D,) of a blank picture."""

    latents: NDArray[np.float16]
    embeddings: NDArray[np.float16]
    nothing: Tensor

    def __len__(self) -> int:
        return len(self.embeddings)


@torch.no_grad()
def encode(draws: Draws, autoencoder: MoVQ | None, image: ImageTower, folder: Path) -> None:
    """Write the encodings of all draws; without an autoencoder only the embeddings."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(draws)
    embeddings = np.empty((count, starter.EMBED_DIM), np.float16)
    shape = (count, starter.AUTOENCODER.latent_channels, 16, 16)
    latents = np.empty(shape, np.float16) if autoencoder else None
    for start in range(0, count, PART):
        chosen = np.arange(start, min(start + PART, count))
        pictures = as_signed(draws.pictures(chosen))
        with torch.autocast("cpu", torch.bfloat16):
            embeddings[chosen] = image(normalised(pictures)).float().numpy()
            if autoencoder and latents is not None:
                latents[chosen] = autoencoder.encode(pictures).float().numpy()
    np.save(folder / "embeddings.npy", embeddings)
    if latents is not None:
        np.save(folder / "latents.npy", latents)


@torch.no_grad()
def nothing(image: ImageTower) -> Tensor:
    """Embedding (D,) that stands for none: the image tower's answer to all zeros.

    Zeros after normalisation, that is the mean colour: so it is in the Kandinsky pipelines.
    """
    side = starter.VISION.image_size
    return image(torch.zeros(1, 3, side, side))[0]


def open_encodings(folder: Path, image: ImageTower) -> Encodings:
    """What `encode` wrote."""
    latents = np.load(folder / "latents.npy", mmap_mode="r")
    return Encodings(latents, np.load(folder / "embeddings.npy"), nothing(image))
