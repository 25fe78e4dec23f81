"""A part of a picture on the canvas that the decoder works on, and the canvas back in the picture.

A hole is every pixel that has a share of new paint, however small; shares count when the result is
blended. (The published pipeline takes masks of 0 and 255, for which that is the same.)
"""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as PillowImage
from torch import Tensor

from engine.blending import wanted
from engine.context import Box, Window
from engine.fill import Floats, filled
from engine.requests import Mask, Pixels

BICUBIC, LANCZOS = PillowImage.Resampling.BICUBIC, PillowImage.Resampling.LANCZOS


def canvas_of(image: Pixels, mask: Mask, window: Window, reduction: int) -> tuple[Tensor, Mask]:
    """What is seen through `window`, `reduction` times as small as the canvas.

    Returns (1,3,H,W) in [0,1], holes filled by a continuation of what is around them, and the
    holes, HxW, 255 and 0. What the part leaves over of the canvas continues it, holes too.
    """
    inner = reduced(window.inner, reduction)
    hole = np.where(wanted(cut(image, window.part), cut(mask, window.part)) > 0, 255, 0)
    seen = resized(cut(image, window.part), inner, BICUBIC)
    hole = resized(hole.astype(np.uint8), inner, LANCZOS)
    hole = np.where(hole >= 128, 255, 0).astype(np.uint8)  # the published threshold, one half
    known = hole == 0
    if image.shape[2] == 4:
        known &= seen[..., 3] > 0
    border = around(inner, window.width // reduction, window.height // reduction)
    colours = seen[..., :3].astype(np.float32) / np.float32(255)
    rgb: Floats = np.pad(colours, (*border, (0, 0)))
    holes, known = np.pad(hole, border, mode="edge"), np.pad(known, border)
    return torch.tensor(filled(rgb, known)).permute(2, 0, 1)[None], holes


def around(inner: Box, width: int, height: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rows above and below, columns left and right of a box on a canvas."""
    below, right = height - inner.top - inner.height, width - inner.left - inner.width
    return (inner.top, below), (inner.left, right)


def cut(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """The box of a picture or a mask."""
    return pixels[box.top : box.top + box.height, box.left : box.left + box.width]


def reduced(box: Box, reduction: int) -> Box:
    """A box on the canvas where the canvas is `reduction` times as small."""
    return Box(
        left=box.left // reduction,
        top=box.top // reduction,
        width=box.width // reduction,
        height=box.height // reduction,
    )


def resized(
    pixels: NDArray[np.uint8], box: Box, resampling: PillowImage.Resampling
) -> NDArray[np.uint8]:
    """Of the box's size; colours count by their alpha."""
    if pixels.shape[:2] == (box.height, box.width):
        return pixels
    picture = PillowImage.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(picture.resize((box.width, box.height), resampling))


def seen_on(canvas: Pixels, window: Window, area: Box) -> Pixels:
    """What the canvas shows of an `area` of the picture, at the picture's size."""
    inner, part = cut(canvas, window.inner), window.part
    if area == part and inner.shape[:2] == (area.height, area.width):
        return inner
    across, down = inner.shape[1] / part.width, inner.shape[0] / part.height
    left, top = (area.left - part.left) * across, (area.top - part.top) * down
    box = (left, top, left + area.width * across, top + area.height * down)
    picture = PillowImage.fromarray(np.ascontiguousarray(inner))
    return np.asarray(picture.resize((area.width, area.height), BICUBIC, box=box))
