"""What a run reports, in order: Loading…, Step…, Image…, and Finished once at the very end.

Frozen values without torch in them, so that they cross a process boundary.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.requests import Pixels, Sampling


class Stage(StrEnum):
    """The parts of a run, in the order in which they happen."""

    LOADING = "loading"
    TEXT = "text"
    PRIOR = "prior"
    DECODER = "decoder"
    AUTOENCODER = "autoencoder"
    UPSCALER = "upscaler"


@dataclass(frozen=True, slots=True)
class Loading:
    """A part of the model is being read; `part` is its plain name ("prior", "decoder")."""

    part: str


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Step `index` (1..total) of `stage` is done; `previews` are small RGB pictures, or none."""

    stage: Stage
    index: int
    total: int
    previews: tuple[Pixels, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One finished picture and what is needed to make it again.

    pixels: HxWx3 uint8 RGB. seed: of this picture alone (a run with `count=1` and this seed repeats
    it). embedding: (D,) float16, the CLIP image embedding that the decoder painted. sampling: every
    value filled in, `seed` as above. model: the family's name.
    """

    index: int
    pixels: Pixels
    seed: int
    embedding: NDArray[np.float16]
    sampling: Sampling
    model: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over. seconds: (stage, seconds) in order; peak_bytes: highest memory so far."""

    seconds: tuple[tuple[Stage, float], ...]
    peak_bytes: int


Event: TypeAlias = Loading | Step | Image | Finished
