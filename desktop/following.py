"""What fills take after beside the prompt: the rest of the picture, or one that was chosen."""

import numpy as np

from desktop.asked import unseen
from desktop.document.geometry import Rect, Size
from desktop.document.picture import Picture
from desktop.document.reduced import reduced
from desktop.source import Source
from engine.families import Family
from engine.requests import Idea, Likeness, Pixels

SIDE = 512
"""Pixels of the longer side of what is shown of the rest: more than any image tower looks at."""


def likeness(prompt: str, share: int, chosen: Source | None, family: Family) -> Likeness | None:
    """Return what a fill takes after, `share` per cent of the way; all of it without a prompt.

    Where nothing is chosen that is `rest_of` the picture, which is still to be looked at. None
    where the prompt alone counts. Raises InvalidRequest for a chosen text.
    """
    share = share if prompt.strip() else 100
    if not share:
        return None
    rest = unseen(Size(SIDE, SIDE))
    idea = Idea(image=rest) if chosen is None else chosen.idea(family.name)
    return Likeness(idea=idea, share=share / 100)


def rest_of(picture: Picture) -> Pixels:
    """Return all of the canvas small, HxWx4: transparent where it is empty, masked or selected.

    All of it, and not the frame alone, so that a panorama keeps its style from end to end.
    """
    area = picture.content().united(picture.frame)
    step = max(1, -(-max(area.width, area.height) // SIDE))
    small = reduced(picture, area, step)
    wanted = _wanted_in(picture, area, step)
    small[..., 3] = np.where(wanted > 127, 0, small[..., 3])
    return np.ascontiguousarray(small)


def _wanted_in(picture: Picture, area: Rect, step: int) -> np.ndarray:
    """The mask, or the selection where there is none, with every `step`-th pixel."""
    mask = picture.mask.sampled(area, step)
    if picture.selection is None or mask.any():
        return mask
    return picture.selection.sampled(area, step)
