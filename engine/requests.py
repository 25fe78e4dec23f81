"""What the engine can be asked for: one frozen class per task, checked when it is made.

A request says everything a run needs and nothing about where it came from, so it can cross a
process boundary, be written into a picture file, and be run again.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidRequest

Pixels: TypeAlias = NDArray[np.uint8]
"""HxWx3 RGB or HxWx4 straight-alpha RGBA, uint8, 0..255, sRGB."""

LONGEST_PROMPT = 2000
"""Characters. CLIP reads 77 tokens at most; anything beyond this is a paste that went wrong."""

MOST_IMAGES = 16
LARGEST_SIDE = 1536
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the prior and the decoder are sampled. `None` means the loaded family's preset.

    Image `i` of a run starts from noise of a CPU generator seeded with `seed + i`, so a candidate
    can be made again alone, whatever the batch.

    Raises InvalidRequest for a seed outside 0..2**63-1, steps outside 1..1000, guidance outside
    0..50.
    """

    seed: int = 0
    steps: int | None = None
    guidance: float | None = None
    prior_steps: int | None = None
    prior_guidance: float | None = None
    sampler: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise InvalidRequest(
                f"The seed {self.seed} cannot be used; choose a whole number from 0 to "
                f"{LARGEST_SEED}."
            )
        for name, steps in (("steps", self.steps), ("prior steps", self.prior_steps)):
            if steps is not None and not 1 <= steps <= 1000:
                raise InvalidRequest(f"{steps} {name} cannot be used; choose from 1 to 1000.")
        for name, scale in (("guidance", self.guidance), ("prior guidance", self.prior_guidance)):
            if scale is not None and not 0.0 <= scale <= 50.0:
                raise InvalidRequest(f"A {name} of {scale} cannot be used; choose from 0 to 50.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Text to picture: the prior turns the prompt into an embedding, the decoder paints it.

    `width` and `height` in pixels of the finished picture; `None` is the family's native size.

    Raises InvalidRequest for an empty or over-long prompt, a count outside 1..16 or a size outside
    16..1536.
    """

    prompt: str
    negative: str = ""
    count: int = 1
    width: int | None = None
    height: int | None = None
    sampling: Sampling = field(default_factory=Sampling)

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        if len(self.negative) > LONGEST_PROMPT:
            raise InvalidRequest(
                f"The negative prompt has {len(self.negative):,} characters; "
                f"shorten it to {LONGEST_PROMPT:,}."
            )
        if not 1 <= self.count <= MOST_IMAGES:
            raise InvalidRequest(
                f"{self.count} pictures cannot be made at once; choose 1 to {MOST_IMAGES}."
            )
        for name, side in (("width", self.width), ("height", self.height)):
            if side is not None and not 16 <= side <= LARGEST_SIDE:
                raise InvalidRequest(
                    f"A {name} of {side} pixels cannot be made; choose 16 to {LARGEST_SIDE}."
                )


Request: TypeAlias = Generate


def check_prompt(prompt: str) -> None:
    """Raise InvalidRequest when there is nothing to paint in `prompt`, or far too much."""
    if not prompt.strip():
        raise InvalidRequest("The prompt is empty; describe the picture you want in a few words.")
    if len(prompt) > LONGEST_PROMPT:
        raise InvalidRequest(
            f"The prompt has {len(prompt):,} characters and the model reads only the first few "
            f"dozen words; shorten it to {LONGEST_PROMPT:,} characters or fewer."
        )
