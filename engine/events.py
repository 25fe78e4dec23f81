"""What a run reports, in order: Loading…, Step…, Image… or Embedded, Finished at the end.

Frozen values without torch in them, so that they cross a process boundary.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.blending import Patch
from engine.requests import Likeness, Painting, Pixels, Sampling


class Stage(StrEnum):
    """The parts of a run, in the order in which they happen."""

    LOADING = "loading"
    TEXT = "text"
    PICTURE = "picture"
    """Given pictures are looked at: by CLIP, by the autoencoder."""
    PRIOR = "prior"
    INVERSION = "inversion"
    """The noise of a given picture is recovered."""
    DECODER = "decoder"
    AUTOENCODER = "autoencoder"
    UPSCALER = "upscaler"


@dataclass(frozen=True, slots=True)
class Loading:
    """A part of the model is being read; `part` is its plain name ("prior", "decoder").

    device: where it will compute ("cpu", "cuda", "mps"); empty while nobody can tell.
    """

    part: str
    device: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """`index` of `total` steps of `stage` are done; `previews` are small RGB pictures, or none.

    While one long step is at work the number of those before it (0..total-1) comes again.
    """

    stage: Stage
    index: int
    total: int
    previews: tuple[Pixels, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One finished picture and what is needed to make it again.

    pixels: HxWx3 uint8 RGB; enlarging keeps alpha: HxWx4. seed: of this picture alone (a run
    with `count=1` and this seed repeats it). embedding: (D,) float16, the CLIP image embedding
    that the decoder painted; (0,) of an Upscale, which needs none. sampling: every value filled in,
    `seed` as above. model: the family's name. request: the one that is being run. seconds: (stage,
    seconds) that the run has taken so far. patch: of an Inpaint, what was painted before it was
    blended. like: of an Inpaint, what it was to take after, as an embedding.
    """

    index: int
    pixels: Pixels
    seed: int
    embedding: NDArray[np.float16]
    sampling: Sampling
    model: str
    request: Painting
    seconds: tuple[tuple[Stage, float], ...] = ()
    patch: Patch | None = None
    like: Likeness | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the engine's list and how well a picture agrees with it: a cosine, -1..1."""

    word: str
    agreement: float


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """The answer to Embed: N pictures and M texts in the D dimensions of the model's CLIP.

    images (N,D) and texts (M,D): float16, not normalised. agreement: (N,M) float32, the cosine of
    each picture with each text. words: for each picture the nearest ones, best first.
    """

    images: NDArray[np.float16]
    texts: NDArray[np.float16]
    agreement: NDArray[np.float32]
    words: tuple[tuple[Word, ...], ...]
    model: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over. seconds: (stage, seconds) in order; peak_bytes: highest memory so far."""

    seconds: tuple[tuple[Stage, float], ...]
    peak_bytes: int


Event: TypeAlias = Loading | Step | Image | Embedded | Finished
