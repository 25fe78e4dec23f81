"""Numbers that went out of range are an error wherever they appear, and never a picture."""

import torch
from torch import Tensor

from engine.errors import NotFinite


def check_finite(x: Tensor) -> None:
    """Raise NotFinite when there is a NaN or an infinity in `x`.

    To be asked before anything is clamped: a clamp makes black or white of an infinity.
    """
    if not bool(torch.isfinite(x).all()):
        raise NotFinite(
            "The model's arithmetic went out of range and no picture could be made of it; "
            "nothing is lost, choose a lower guidance, another sampler or another seed."
        )
