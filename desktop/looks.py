"""Many ideas for one prompt, seen coarsely before any is painted in full.

The prior answers a prompt differently for every noise. A look is such an answer decoded in few
steps; its seed paints the same answer in full, from the same noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop.ask import request_size, writable
from desktop.asked import Asked
from desktop.document.picture import Picture
from desktop.questions import Choices
from desktop.sketching import coarse, promised
from engine.events import Image
from engine.requests import Generate, Pixels

Vector = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One answer of the prior: its seed, what it would roughly be, and where it points to."""

    seed: int
    pixels: Pixels
    embedding: Vector

    @classmethod
    def of(cls, image: Image) -> "Look":
        """What the engine reported."""
        return cls(image.seed, image.pixels, image.embedding)


def looks(prompt: str, now: Picture, choices: Choices) -> Generate:
    """The request for as many looks as `choices` counts. Raises InvalidRequest."""
    return coarse(_request(prompt, now, choices))


def in_full(look: Look, prompt: str, now: Picture, choices: Choices, *, adds: bool) -> Asked:
    """Ask for a look in full. adds: beside what is in the tray."""
    seeded = replace(choices.sampling, seed=look.seed)
    request = _request(prompt, now, replace(choices, count=1, sampling=seeded))
    return Asked(promised(request), now, now.frame, adds=adds)


def agreements(found: Sequence[Look], text: Vector) -> tuple[float, ...]:
    """The cosine of each look's embedding with the prompt's."""
    if not found:
        return ()
    rows = np.stack([look.embedding for look in found]).astype(np.float32)
    wanted = text.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(wanted)
    return tuple(float(each) for each in rows @ wanted / np.maximum(lengths, 1e-12))


def by_agreement(scores: Sequence[float]) -> tuple[int, ...]:
    """Places, the one that agrees best first; of equals the earlier."""
    return tuple(sorted(range(len(scores)), key=lambda place: -scores[place]))


def by_spread(found: Sequence[Look], first: int = 0) -> tuple[int, ...]:
    """Places so that each is as far as can be from all before it: the first few show the range."""
    if not found:
        return ()
    rows = np.stack([look.embedding for look in found]).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    near = rows @ rows.T
    order = [first]
    while len(order) < len(found):
        left = [place for place in range(len(found)) if place not in order]
        order.append(min(left, key=lambda place: float(near[place, order].max())))
    return tuple(order)


def _request(prompt: str, now: Picture, choices: Choices) -> Generate:
    width, height = request_size(now.frame.size, choices.family)
    return Generate(
        prompt=writable(prompt.strip()),
        count=choices.count,
        width=width,
        height=height,
        prior_candidates=1,
        sampling=choices.sampling,
    )
