"""Missing pixels filled by a smooth continuation of those around them. numpy, no torch.

What is encoded for an outpainting has to be a picture without holes, because the autoencoder sees
all of it at once: black borders would darken what is kept.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Known = NDArray[np.bool_]

SWEEPS = 8
"""Times that every level of the pyramid is smoothed."""


def filled(picture: Floats, known: Known) -> Floats:
    """(H,W,C) with the unknown pixels continued from the known (H,W), which stay as they are.

    The membrane through the known pixels, with free ends at the picture's borders: the solution of
    Laplace's equation, approximately. Solved coarse to fine: each level of a pyramid of averages
    of known pixels begins with the enlarged solution of the one above and is smoothed a little, so
    that the work is proportional to the pixels. Nothing known at all gives middle grey (0.5).
    """
    if known.all():
        return picture
    if not known.any():
        return np.full_like(picture, 0.5)
    height, width = known.shape
    if max(height, width) <= 2:
        mean = picture[known].mean(axis=0)
        return np.where(known[..., None], picture, mean).astype(np.float32)
    small, small_known = halved(picture, known)
    guess = enlarged(filled(small, small_known), height, width)
    result = np.where(known[..., None], picture, guess)
    unknown = ~known[..., None]
    for _ in range(SWEEPS):
        np.copyto(result, neighbours(result), where=unknown)
    return result


def halved(picture: Floats, known: Known) -> tuple[Floats, Known]:
    """Half the size, rounded up: means of the known pixels of each 2x2; known if any of them is."""
    height, width = known.shape
    even = ((0, height % 2), (0, width % 2))
    weight = np.pad(known, even).astype(np.float32)[..., None]
    values = np.pad(picture, (*even, (0, 0))) * weight
    total, count = quads(values), quads(weight)
    total /= np.maximum(count, 1)
    return total, count[..., 0] > 0


def quads(values: Floats) -> Floats:
    """Sums over 2x2 blocks of (H,W,C), H and W even."""
    rows = np.add(values[0::2], values[1::2])
    return np.add(rows[:, 0::2], rows[:, 1::2])


def enlarged(small: Floats, height: int, width: int) -> Floats:
    """Twice the size, linear between the centres, cropped to height x width."""
    for axis, length in ((0, height), (1, width)):
        source = np.moveaxis(small, axis, 0)
        before = np.concatenate([source[:1], source[:-1]])
        after = np.concatenate([source[1:], source[-1:]])
        pairs = np.stack([before, after], axis=1)
        pairs += 3 * source[:, None]
        pairs /= 4
        small = np.moveaxis(pairs.reshape(-1, *source.shape[1:])[:length], 0, axis)
    return small


def neighbours(picture: Floats) -> Floats:
    """Mean of the four neighbours, a border pixel being its own outer neighbour."""
    framed = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    vertical = framed[:-2, 1:-1] + framed[2:, 1:-1]
    return (vertical + framed[1:-1, :-2] + framed[1:-1, 2:]) / np.float32(4)
