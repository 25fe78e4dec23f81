"""Enlarging a picture in tiles, by whatever network: memory bounded, every tile a step.

Pixels are HxWx3 or HxWx4; networks see (1,3,h,w) in [0,1].
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image as PillowImage
from torch import Tensor
from torch.nn import functional

from engine.errors import InvalidRequest
from engine.events import Stage, Step
from engine.fill import filled
from engine.finite import check_finite
from engine.images import to_pixels, to_tensor
from engine.requests import Pixels
from engine.tiles import lay, spans
from engine.weights.reading import Target

TILE = 256
"""Largest side of a tile, in pixels of the small picture."""

OVERLAP = 48
"""Pixels that neighbouring tiles share; a network that looks 18 pixels far leaves no trace."""

LARGEST_RESULT = 2**28
"""Pixels of an enlarged picture: 800 MB of colours."""


@dataclass(frozen=True, slots=True, eq=False)
class Upscaler:
    """A network that enlarges (1,3,h,w) in [0,1] by `scale`, and how it is run.

    The network's result may leave the range. side: largest of a tile.
    """

    network: Callable[[Tensor], Tensor]
    scale: int
    target: Target
    side: int = TILE


def check_result(pixels: Pixels, scale: int) -> None:
    """Raise InvalidRequest when the enlarged picture would be too large to hold."""
    height, width = (side * scale for side in pixels.shape[:2])
    if height * width > LARGEST_RESULT:
        raise InvalidRequest(
            f"Enlarged {scale} times the picture would have {width} × {height} pixels, more than "
            "can be held; choose a smaller factor or crop it first."
        )


def enlarged(pixels: Pixels, scale: int, upscaler: Upscaler) -> Generator[Step, None, Pixels]:
    """`pixels` `scale` times as large, alpha too. Raises NotFinite and InvalidRequest.

    A network with another factor is applied until the picture is large enough, then the mean over
    areas is taken.
    """
    check_result(pixels, scale)
    height, width = pixels.shape[:2]
    rows, columns = (spans(length, upscaler.side, OVERLAP) for length in (height, width))
    result = np.empty((scale * height, scale * width, 3), np.uint8)
    above = 0
    for down, row in enumerate(rows):
        strip = np.empty((scale * (row.stop - row.start), scale * width, 3), np.uint8)
        before = 0
        for across, column in enumerate(columns):
            tile = pixels[row.start : row.stop, column.start : column.stop]
            lay(strip, enlarged_tile(tile, scale, upscaler), scale * column.start, before, 1)
            before = scale * column.stop
            index = down * len(columns) + across + 1
            yield Step(Stage.UPSCALER, index, len(rows) * len(columns))
        lay(result, strip, scale * row.start, above, 0)
        above = scale * row.stop
    if pixels.shape[2] == 3:
        return result
    return np.dstack([result, enlarged_alpha(pixels[..., 3], scale)])


def enlarged_tile(tile: Pixels, scale: int, upscaler: Upscaler) -> Pixels:
    """One tile (h,w,3 or 4) as (scale·h,scale·w,3); invisible pixels continue the visible ones."""
    rgb = rgb_under_alpha(tile)
    x, factor = rgb.to(upscaler.target.device, upscaler.target.dtype), 1
    while factor < scale:
        x = upscaler.network(x.clamp(0, 1))
        check_finite(x)
        factor *= upscaler.scale
    if factor != scale:
        size = (scale * tile.shape[0], scale * tile.shape[1])
        x = functional.interpolate(x.float(), size=size, mode="area")
    return to_pixels(x)[0]


def rgb_under_alpha(tile: Pixels) -> Tensor:
    """(h,w,3 or 4) -> (1,3,h,w) in [0,1]; invisible pixels continue the visible ones."""
    rgb = to_tensor(tile[..., :3])
    if tile.shape[2] == 3:
        return rgb
    colours = filled(rgb[0].permute(1, 2, 0).numpy(), tile[..., 3] > 0)
    return torch.tensor(colours).permute(2, 0, 1)[None]


def enlarged_alpha(alpha: Pixels, scale: int) -> Pixels:
    """(H,W) -> (scale·H,scale·W) by Lanczos' filter."""
    height, width = alpha.shape
    size = (scale * width, scale * height)
    return np.asarray(PillowImage.fromarray(alpha).resize(size, PillowImage.Resampling.LANCZOS))
