"""Results of a made-up engine, for tests of the gallery."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.events import Image
from engine.requests import Generate, Painting, Pixels, Sampling
from tests.fakes import square


def result(
    prompt: str = "a red apple",
    seed: int = 7,
    *,
    request: Painting | None = None,
    pixels: Pixels | None = None,
    embedding: NDArray[np.float16] | None = None,
) -> Image:
    """One finished picture of `prompt`, or of any other request."""
    sampling = Sampling(seed=seed, steps=3)
    request = request or Generate(prompt=prompt, sampling=sampling)
    return Image(
        index=0,
        pixels=square(seed, 40, 24) if pixels is None else pixels,
        seed=seed,
        embedding=towards(seed) if embedding is None else embedding,
        sampling=replace(request.sampling, seed=seed),
        model="fake",
        request=request,
    )


def towards(seed: int, dimensions: int = 8) -> NDArray[np.float16]:
    """A direction of its own for each seed."""
    return np.random.default_rng(seed).normal(size=dimensions).astype(np.float16)
