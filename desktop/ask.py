"""What a press of Generate means, as a pure function from the picture and the choices to a request.

The only place that decides which task is asked of the engine and at which size.
"""

import re

from desktop.document.geometry import Size
from desktop.document.picture import Picture
from desktop.settings import Settings
from engine.families import Family
from engine.requests import Generate, Sampling

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def build_request(
    picture: Picture, prompt: str, *, count: int, seed: int, settings: Settings, family: Family
) -> Generate:
    """Ask for `count` pictures of `prompt` in the frame of `picture`, the first from noise `seed`.

    Raises InvalidRequest with a sentence for the user (empty or over-long prompt, wrong count…).
    """
    width, height = request_size(picture.frame.size, family)
    return Generate(
        prompt=writable(prompt),
        count=count,
        width=width,
        height=height,
        sampling=Sampling(
            seed=seed,
            steps=settings.steps,
            guidance=settings.guidance,
            prior_steps=settings.prior_steps,
            prior_guidance=settings.prior_guidance,
            sampler=settings.sampler,
        ),
    )


def request_size(frame: Size, family: Family) -> tuple[int, int]:
    """Width and height to paint for a frame; what is painted is scaled up when it is placed."""
    return family.size_like(frame.width, frame.height)


def writable(text: str) -> str:
    """`text` with what no file can hold (half of a surrogate pair, NUL) replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)
