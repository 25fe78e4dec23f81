"""How good pictures are, by numbers: the Starter's own CLIP, and the same picture made otherwise.

Pictures are (P,S,256,256,3) uint8: P prompts, S seeds 0, 1, … each.
"""

import os
import time
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.events import Embedded, Image
from engine.requests import Embed, Generate, Pixels, Sampling
from engine.unclip import UnclipEngine

Pictures: TypeAlias = NDArray[np.uint8]
Vectors: TypeAlias = NDArray[np.float32]

EVERYDAY = Path(__file__).parents[1] / "data" / "everyday_prompts.txt"
PROMPTS = tuple(EVERYDAY.read_text(encoding="utf-8").split("\n")[:-1])
ASKED = int(os.environ.get("EASEL_BENCH_PROMPTS", "10"))
"""How many of the prompts are painted; all of them are told apart from each other."""


def chosen(every: int = 1) -> tuple[str, ...]:
    """ASKED prompts, evenly from the list, or of them one in so many."""
    return PROMPTS[:: max(1, len(PROMPTS) // ASKED)][:ASKED][::every]


def painted(
    engine: UnclipEngine, seeds: int, every: int = 1, **options: Any
) -> tuple[Pictures, float]:
    """The chosen prompts' pictures, and processor seconds for one of them.

    options: `candidates`, else of Sampling.
    """
    candidates = options.pop("candidates", None)
    rows: list[list[Pixels]] = []
    started = time.process_time()
    for prompt in chosen(every):
        request = Generate(
            prompt=prompt, count=seeds, prior_candidates=candidates, sampling=Sampling(**options)
        )
        rows.append([event.pixels for event in engine.run(request) if isinstance(event, Image)])
    spent = time.process_time() - started
    return np.stack([np.stack(row) for row in rows]), spent / (len(rows) * seeds)


def seen(engine: UnclipEngine, pictures: Pictures) -> tuple[Vectors, Vectors]:
    """Embeddings (P,S,D) of unit length, and cosines (P,S,M) with all PROMPTS."""
    flat = tuple(pictures.reshape(-1, *pictures.shape[2:]))
    (told,) = (e for e in engine.run(Embed(images=flat, texts=PROMPTS)) if isinstance(e, Embedded))
    vectors = told.images.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    count = pictures.shape[:2]
    return vectors.reshape(*count, -1), told.agreement.reshape(*count, -1)


def found(cosines: Vectors, every: int = 1) -> float:
    """Share of the chosen prompts' pictures whose own prompt is the nearest of all PROMPTS."""
    own = np.array([PROMPTS.index(prompt) for prompt in chosen(every)])
    return float((cosines.argmax(-1) == own[:, None]).mean())


def agreement(vectors: Vectors, reference: Vectors) -> float:
    """Mean cosine of pictures (P,S,D) with each prompt's reference pictures (P,R,D)."""
    return float(np.einsum("psd,prd->psr", vectors, reference).mean())


def apart(ours: Pictures, others: Pictures) -> float:
    """Root mean square difference of the pictures of the same seed, in grey levels."""
    difference = ours.astype(np.float32) - others[:, : ours.shape[1]]
    return float(np.sqrt(np.square(difference).mean()))


def between_seeds(pictures: Pictures) -> float:
    """The same between different seeds of one prompt, all pairs."""
    seeds = pictures.shape[1]
    pairs = [(a, b) for a in range(seeds) for b in range(a)]
    squares = [apart(pictures[:, a : a + 1], pictures[:, b : b + 1]) ** 2 for a, b in pairs]
    return float(np.sqrt(np.mean(squares)))


def agreement_between_seeds(vectors: Vectors) -> tuple[float, float]:
    """Mean cosine of different seeds of one prompt, and its deviation from seed to seed."""
    cosines = np.einsum("psd,prd->psr", vectors, vectors)
    seeds = vectors.shape[1]
    each = (cosines.sum(-1) - 1.0) / (seeds - 1)  # (P,S): of each seed with the others
    return float(each.mean()), float(each.std(axis=1).mean())
