"""Several embeddings for one picture, of which the best is painted.

Ramesh et al. 2022 (arXiv 2204.06125), section 2.2, samples two and keeps the one with the larger
dot product with the text embedding.
"""

import hashlib

import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource, SeededNoise
from engine.requests import LARGEST_SEED


def another_seed(seed: int, number: int) -> int:
    """The seed of the `number`-th further source of noise of the picture with this seed.

    A hash, because seeds nearby belong to other pictures of the run.
    """
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (LARGEST_SEED + 1)


def sources_of_candidates(
    noise: tuple[NoiseSource, ...], seeds: tuple[int, ...], candidates: int, device: str
) -> list[NoiseSource]:
    """Candidates x B sources, those of the first candidate being the pictures' own.

    So the decoder, which goes on with the pictures' own, starts from the same noise whichever
    candidate wins and however many there were.
    """
    further = [
        SeededNoise([another_seed(seed, number)], device)
        for number in range(1, candidates)
        for seed in seeds
    ]
    return [*noise, *further]


def best(candidates: Tensor, text: Tensor) -> Tensor:
    """(K,B,D), text (D,) -> (B,D): of each picture the candidate that agrees best."""
    winners = (candidates @ text).argmax(dim=0)  # (B,)
    return candidates[winners, torch.arange(candidates.shape[1], device=candidates.device)]
