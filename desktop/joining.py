"""Results of the engine as layers whose seam stays adjustable: the one place that knows both."""

import numpy as np

from desktop.document.channel import Channel
from desktop.document.geometry import Rect
from desktop.document.raster import Pixels, Raster
from desktop.document.result import Result, Seam
from engine import blending, requests


def result_of(patch: blending.Patch, image: Pixels, frame: Rect, seam: Seam) -> Result:
    """Return what a run painted in `frame`, in document pixels; `image` is what was seen of it."""
    height, width = patch.mask.shape
    area = Rect(frame.left + patch.left, frame.top + patch.top, width, height)
    below = image[patch.top : patch.top + height, patch.left : patch.left + width]
    return Result(
        area,
        Raster.from_array(patch.pixels, area.left, area.top),
        Channel.from_array(patch.mask, area.left, area.top),
        Raster.from_array(below, area.left, area.top),
        seam,
        frame,
    )


def seam_of(seam: requests.Seam) -> Seam:
    """Return what a request says of the seam, as the document keeps it."""
    return Seam(seam.feather, seam.grow, seam.match_colours)


def join(result: Result) -> Pixels:
    """Return the layer of a result, HxWx4: its colours matched, its weight as alpha.

    Laid over what was below it looks as `blending.blended` makes it, within a level of rounding;
    where the new pixels have no weight it is transparent, so that what is below stays bit for bit.
    """
    old = result.below.read(result.area)
    seam = requests.Seam(
        feather=result.seam.feather,
        grow=result.seam.grow,
        match_colours=result.seam.match_colours,
    )
    hole = blending.wanted(old, result.mask.read(result.area))
    new = blending.matched(old, result.raw.read(result.area)[..., :3], hole, seam)
    # Where the old picture is transparent only the new one can be seen.
    weight = np.maximum(blending.weights(hole, seam), (255 - old[..., 3]) / np.float32(255))
    out = np.empty((*weight.shape, 4), np.uint8)
    out[..., :3] = new.round().clip(0, 255)
    out[..., 3] = (weight * 255).round()
    return out
