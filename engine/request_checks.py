"""What requests have in common to check, each fault one sentence for the user."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidRequest

Pixels: TypeAlias = NDArray[np.uint8]
"""HxWx3 RGB or HxWx4 straight-alpha RGBA, uint8, 0..255, sRGB."""

LONGEST_PROMPT = 2000
"""Characters. CLIP reads 77 tokens at most; anything beyond this is a paste that went wrong."""

LARGEST_INPUT = 16384
"""Pixels on a side of a picture that a request may carry."""


def check_prompt(prompt: str) -> None:
    """Raise InvalidRequest when there is nothing to paint in `prompt`, or far too much."""
    if not prompt.strip():
        raise InvalidRequest("The prompt is empty; describe the picture you want in a few words.")
    if len(prompt) > LONGEST_PROMPT:
        raise InvalidRequest(
            f"The prompt has {len(prompt):,} characters and the model reads only the first few "
            f"dozen words; shorten it to {LONGEST_PROMPT:,} characters or fewer."
        )


def check_length(name: str, text: str) -> None:
    """Raise InvalidRequest when `text`, which may be empty, is far too long."""
    if len(text) > LONGEST_PROMPT:
        raise InvalidRequest(
            f"The {name} has {len(text):,} characters; shorten it to {LONGEST_PROMPT:,}."
        )


def check_share(name: str, value: float) -> None:
    """Raise InvalidRequest when `value` is not from 0 to 1."""
    if not 0.0 <= value <= 1.0:
        article = "An" if name[0] in "aeiou" else "A"
        raise InvalidRequest(f"{article} {name} of {value} cannot be used; choose from 0 to 1.")


def check_picture(pixels: Pixels) -> None:
    """Raise InvalidRequest when `pixels` is not HxWx3 or HxWx4 uint8 of a usable size."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise InvalidRequest("The picture is not in 8-bit RGB or RGBA; convert it first.")
    if not 1 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= LARGEST_INPUT:
        height, width = pixels.shape[:2]
        raise InvalidRequest(
            f"A picture of {width} × {height} pixels cannot be worked on; use one of up to "
            f"{LARGEST_INPUT} pixels on a side."
        )
