"""Pictures that a Starter paints, kept on disk so that a judgement can be stopped and gone on with.

They are kept under the checksum of the weights: another Starter paints its own.
"""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np

from engine import open_engine
from engine.interface import Engine
from engine.requests import Pixels
from engine.training.evaluate import candidates, halved


class Gallery:
    """Paints by the Starter in `resources` what is not in `folder` yet."""

    def __init__(self, folder: Path, resources: Path) -> None:
        sums = (resources / "starter" / "SHA256SUMS").read_bytes()
        self._folder = folder / hashlib.sha256(sums).hexdigest()[:12]
        self._resources = resources

    @cached_property
    def _engine(self) -> Engine:
        return open_engine([self._resources], "starter")

    def pictures(self, prompt: str) -> Pixels:
        """(CANDIDATES,128,128,3): the preset's pictures of seeds 0 to 3, halved."""
        path = self._folder / f"{hashlib.sha256(prompt.encode()).hexdigest()[:16]}.npy"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".part")
            with partial.open("wb") as file:
                np.save(file, np.stack(candidates(self._engine, prompt, 0)))
            partial.replace(path)
        return np.load(path)


def small(pictures: Iterable[Pixels]) -> Pixels:
    """(N,64,64,3) of pictures of 128 pixels."""
    return np.stack([halved(picture) for picture in pictures])
