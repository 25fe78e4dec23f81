"""What a press of the button means: pure functions from picture and choices to a request.

The only place that decides which task is asked of the engine and at which size.
"""

import re
from dataclasses import replace
from enum import StrEnum

import numpy as np

from desktop.asked import unseen
from desktop.document.composite import alpha_in, composite
from desktop.document.geometry import Size
from desktop.document.picture import Picture
from desktop.document.plane import Bytes
from desktop.following import likeness, rest_of
from desktop.settings import Settings
from desktop.source import Source
from engine.families import Family
from engine.requests import Generate, Guide, Idea, Inpaint, Mask, Painting, Sampling, Seam

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


class Meaning(StrEnum):
    """What a run would do to the frame."""

    NEW = "new"
    """Nothing in the frame is to be kept: paint all of it from the prompt."""
    FILL = "fill"
    """Paint what is masked, selected or erased, and keep the rest."""
    EXTEND = "extend"
    """The frame reaches beyond the picture: paint what is empty, and what is masked."""
    OVER = "over"
    """All of the frame is painted and nothing is masked: paint over it, as far as is wished."""


def meaning_of(picture: Picture) -> Meaning:
    """Return what a run in the frame of `picture` would do."""
    return meaning_in(picture, wanted_in(picture))


def meaning_in(picture: Picture, wanted: Mask) -> Meaning:
    """Return the same where `wanted`, HxW, is marked in the frame."""
    alpha = alpha_in(picture, picture.frame, enough=1.0)  # that there is any is all that counts
    return meaning(alpha, wanted, reaches_out=not picture.content().holds(picture.frame))


def meaning(alpha: Bytes, wanted: Mask, reaches_out: bool) -> Meaning:
    """Decide by the alpha of the frame, by what is marked in it and by where it lies.

    alpha, wanted: HxW. reaches_out: whether the frame is not wholly within the picture.
    """
    if not ((alpha > 0) & (wanted < 255)).any():
        return Meaning.NEW
    if not alpha.all() and reaches_out:
        return Meaning.EXTEND
    return Meaning.FILL if wanted.any() or not alpha.all() else Meaning.OVER


def wanted_in(picture: Picture) -> Mask:
    """Return what is marked in the frame, HxW: the mask, or the selection where there is none."""
    mask = picture.mask.read(picture.frame)
    if picture.selection is None or mask.any():
        return mask
    return picture.selection.read(picture.frame)


def build_request(
    picture: Picture,
    prompt: str,
    *,
    seed: int,
    settings: Settings,
    family: Family,
    example: Source | None = None,
) -> Generate | Inpaint | Guide:
    """Ask for as many pictures of `prompt` as `settings` say, the first from noise `seed`.

    They are for the frame of `picture`. example: what fills take after, in place of the rest of it.
    Pictures are `unseen`: `with_pictures` puts them in, which takes longer than a window may wait.

    Raises InvalidRequest with a sentence for the user (empty or over-long prompt, wrong count…).
    """
    words, count, sampling = writable(prompt), settings.count, sampling_of(settings, seed)
    pixels, wanted = unseen(picture.frame.size), wanted_in(picture)
    match meaning_in(picture, wanted):
        case Meaning.NEW:
            width, height = request_size(picture.frame.size, family)
            return Generate(
                prompt=words, count=count, width=width, height=height, sampling=sampling
            )
        case Meaning.FILL | Meaning.EXTEND:
            return Inpaint(
                prompt=words,
                image=pixels,
                mask=np.ascontiguousarray(wanted),
                count=count,
                sampling=sampling,
                seam=Seam(
                    feather=settings.feather,
                    grow=settings.grow,
                    match_colours=settings.match_colours / 100,
                ),
                like=likeness(words, settings.follow, example, family),
            )
        case Meaning.OVER:
            return Guide(
                prompt=words,
                image=pixels,
                strength=settings.strength / 100,
                count=count,
                sampling=sampling,
            )


def with_pictures(picture: Picture, example: Source | None, request: Painting) -> Painting:
    """Return what `build_request` made of the same, with the pictures that are unseen in it."""
    if not isinstance(request, Inpaint | Guide):
        return request
    if isinstance(request, Inpaint) and request.like is not None and example is None:
        like = replace(request.like, idea=Idea(image=rest_of(picture)))
        request = replace(request, like=like)
    return replace(request, image=composite(picture, picture.frame))


def sampling_of(settings: Settings, seed: int) -> Sampling:
    """Return how the model is to be sampled: as chosen, from noise `seed`."""
    return Sampling(
        seed=seed,
        steps=settings.steps,
        guidance=settings.guidance,
        prior_steps=settings.prior_steps,
        prior_guidance=settings.prior_guidance,
        sampler=settings.sampler,
    )


def request_size(frame: Size, family: Family) -> tuple[int, int]:
    """Width and height to paint for a frame; what is painted is scaled up when it is placed."""
    return family.size_like(frame.width, frame.height)


def writable(text: str) -> str:
    """`text` with what no file can hold (half of a surrogate pair, NUL) replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)
