"""What the frozen autoencoder and image tower make of every drawn picture, kept on disk.

`latents-NNN.npy` (N,4,16,16) float16 and `embeddings-NNN.npy` (N,D) float16 of the shard with that
seed: prior and decoder then train without running an encoder.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.families import starter
from engine.networks.clip import ImageTower
from engine.networks.movq import MoVQ
from engine.requests import Pixels
from engine.training import precision
from engine.training.clip import normalised
from engine.training.draws import Draws, as_signed
from engine.training.loop import channels_last

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
def encode(draws: Draws, autoencoder: MoVQ, image: ImageTower, folder: Path) -> None:
    """Write the encodings of all draws, shard by shard; those that are there are left alone.

    After CLIP was trained further it is enough to delete the embeddings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    look = torch.compile(channels_last(autoencoder).encode)
    for seed, pictures in zip(draws.seeds, draws.shards, strict=True):
        latents = folder / f"latents-{seed:03}.npy"
        if not latents.exists():
            save_parts(latents, pictures, lambda x: look(x.to(memory_format=torch.channels_last)))
    for seed, pictures in zip(draws.seeds, draws.shards, strict=True):
        embeddings = folder / f"embeddings-{seed:03}.npy"
        if not embeddings.exists():
            save_parts(embeddings, pictures, lambda x: image(normalised(x)))


def save_parts(path: Path, pictures: Pixels, answer: Callable[[Tensor], Tensor]) -> None:
    """Write in float16 what a network answers to pictures (N,H,W,3), a part at a time.

    A file appears only when it is whole.
    """
    parts: list[Tensor] = []
    for start in range(0, len(pictures), PART):
        signed = as_signed(np.ascontiguousarray(pictures[start : start + PART]))
        with precision.autocast():
            parts.append(answer(signed).half())
    partial = path.with_name(f"partial-{path.name}")
    np.save(partial, torch.cat(parts).numpy())
    partial.replace(path)


@torch.no_grad()
def nothing(image: ImageTower) -> Tensor:
    """Embedding (D,) that stands for none: the image tower's answer to all zeros.

    Zeros after normalisation, that is the mean colour: so it is in the Kandinsky pipelines.
    """
    side = starter.VISION.image_size
    return image(torch.zeros(1, 3, side, side))[0]


def open_encodings(folder: Path, seeds: Sequence[int], image: ImageTower) -> Encodings:
    """What `encode` has written of the shards of these seeds."""
    embeddings = [np.load(folder / f"embeddings-{seed:03}.npy") for seed in seeds]
    latents = [np.load(folder / f"latents-{seed:03}.npy") for seed in seeds]
    return Encodings(np.concatenate(latents), np.concatenate(embeddings), nothing(image))
