"""What a press of Generate means, as a pure function from the picture and the choices to a request.

The only place that decides which task is asked of the engine and at which size.
"""

import re

from desktop.document.geometry import Size
from desktop.document.picture import Picture
from desktop.settings import Settings
from engine.families import Family
from engine.requests import LARGEST_SIDE, Generate, Sampling

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
    """Width and height to paint for a frame: its shape, the family's native area, on its grid.

    A model asked for more pixels than it learned repeats the subject, so a large frame gets the
    native area and is scaled up when the picture is placed.
    """
    step = family.grid * (family.native // family.base)
    scale = family.native / (frame.width * frame.height) ** 0.5
    return _on_grid(frame.width * scale, step), _on_grid(frame.height * scale, step)


def _on_grid(side: float, step: int) -> int:
    return min(max(round(side / step), 1) * step, LARGEST_SIDE // step * step)


def writable(text: str) -> str:
    """`text` with what no file can hold (half of a surrogate pair, NUL) replaced by U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", text)
