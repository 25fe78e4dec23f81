"""The colour of the thing in a picture, measured from its pixels: what a caption may be held to.

The thing is what differs from the colour along the picture's edge. Of its pixels the named colours
are counted; the one most of them have, weighted by how colourful they are, is the picture's. Black,
grey, white and brown only count where little is more colourful.
"""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.requests import Pixels

HUES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "red": ((0, 7), (174, 180)),
    "orange": ((7, 20),),
    "yellow": ((20, 34),),
    "green": ((34, 82),),
    "teal": ((82, 98),),
    "blue": ((98, 128),),
    "purple": ((128, 150),),
    "pink": ((150, 174),),
}
"""Half-open ranges of OpenCV's hue, 180 to a circle."""

_DIFFERS = 40
"""Sum of the differences of the three channels from which a pixel is of the thing."""
_COLOURFUL = 60
_DARK = 60


def colour_of(picture: Pixels) -> str | None:
    """Name of the main colour of the thing in (H,W,3), None where it has no bright colour."""
    thing = _thing(picture)
    hsv = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2HSV)[thing].astype(np.int32)
    colourful = hsv[(hsv[:, 1] >= _COLOURFUL) & (hsv[:, 2] >= _DARK)]
    if len(colourful) < 0.05 * max(1, len(hsv)):
        return None
    shares = {name: _weight(colourful, ranges) for name, ranges in HUES.items()}
    return max(shares, key=lambda name: shares[name])


def _thing(picture: Pixels) -> NDArray[np.bool_]:
    """(H,W): what is not the median colour of the edge; everything, where nothing differs."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    behind = np.median(edge, axis=0)
    thing = np.abs(picture - behind).sum(-1) > _DIFFERS
    return thing if thing.any() else ~thing


def _weight(pixels: NDArray[np.int32], ranges: tuple[tuple[int, int], ...]) -> float:
    """Saturation added up over the pixels (N,3 HSV) whose hue is in one of the ranges."""
    hue = pixels[:, 0]
    inside = np.zeros(len(pixels), bool)
    for first, end in ranges:
        inside |= (hue >= first) & (hue < end)
    return float(pixels[inside, 1].sum())


def asked_colour(prompt: str) -> str | None:
    """The one measurable colour that a prompt asks for; None where there is none or several."""
    asked = [name for name in HUES if name in prompt.replace(",", " ").split()]
    return asked[0] if len(asked) == 1 else None
