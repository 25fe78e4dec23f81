"""What the frozen autoencoder and image tower make of every drawn picture, kept on disk.

`latents-NNN.npy` (N,4,16,16) float16 and `embeddings-NNN.npy` (N,D) float16 of each shard of draws:
prior and decoder then train without running an encoder.
"""

# torch annotates only parts of itself.
# pyright: reportUnknownMemberType=false

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


def encode(draws: Draws, autoencoder: MoVQ, image: ImageTower, folder: Path) -> None:
    """Write the encodings of all draws, shard by shard; those that are there are left alone."""
    for number in range(len(draws.shards)):
        encode_shard(draws, number, (autoencoder, image), folder)


@torch.no_grad()
def encode_shard(
    draws: Draws, number: int, networks: tuple[MoVQ, ImageTower], folder: Path
) -> None:
    """Write the encodings of shard `number`, unless they are there."""
    done = folder / f"embeddings-{number:03}.npy"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    autoencoder, image = channels_last(networks[0]), networks[1]
    compiled = torch.compile(autoencoder.encode)
    pictures = draws.shards[number]
    parts: list[tuple[Tensor, Tensor]] = []
    for start in range(0, len(pictures), PART):
        signed = as_signed(np.ascontiguousarray(pictures[start : start + PART]))
        with torch.autocast("cpu", torch.bfloat16):
            latents = compiled(signed.to(memory_format=torch.channels_last))
            parts.append((latents.half(), image(normalised(signed)).half()))
    latents, embeddings = (torch.cat(kind).numpy() for kind in zip(*parts, strict=True))
    np.save(folder / f"latents-{number:03}.npy", latents)
    np.save(done, embeddings)  # last, since its presence says that the shard is done


@torch.no_grad()
def nothing(image: ImageTower) -> Tensor:
    """Embedding (D,) that stands for none: the image tower's answer to all zeros.

    Zeros after normalisation, that is the mean colour: so it is in the Kandinsky pipelines.
    """
    side = starter.VISION.image_size
    return image(torch.zeros(1, 3, side, side))[0]


def open_encodings(folder: Path, image: ImageTower) -> Encodings:
    """What `encode` has written so far, in the order of the draws."""
    done = sorted(folder.glob("embeddings-*.npy"))
    embeddings = [np.load(path) for path in done]
    latents = [np.load(path.with_name(path.name.replace("embeddings", "latents"))) for path in done]
    return Encodings(np.concatenate(latents), np.concatenate(embeddings), nothing(image))
