"""How an Image crosses to another process: its arrays in one block of shared memory, the rest bare.

The bare one is pickled and must stay small whatever the picture. numpy only.
"""

import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import replace
from math import prod
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.blending import Patch
from engine.events import Image
from engine.requests import Generate, Painting

Array: TypeAlias = NDArray[np.uint8]
Shape: TypeAlias = tuple[int, ...]

NO_REQUEST: Painting = Generate(prompt="see Begin")


def arrays_of(image: Image) -> tuple[Array, ...]:
    """Pixels of the picture, pixels and mask of its patch if it has one."""
    patch = image.patch
    return (image.pixels,) if patch is None else (image.pixels, patch.pixels, patch.mask)


def bare(image: Image) -> Image:
    """The same without its arrays and without the request, which may carry large pictures too."""
    nothing = tuple(np.zeros_like(array[:0, :0]) for array in arrays_of(image))
    return dressed(image, nothing, NO_REQUEST)


def dressed(image: Image, arrays: Sequence[Array], request: Painting) -> Image:
    """A bare image with its arrays, in the order of `arrays_of`, and its request."""
    patch = image.patch
    if patch is not None:
        patch = Patch(arrays[1], arrays[2], patch.left, patch.top)
    return replace(image, pixels=arrays[0], request=request, patch=patch)


def room_for(shapes: Sequence[Shape]) -> int:
    """Bytes of a block for arrays of these shapes; a block cannot be empty."""
    return max(1, sum(map(prod, shapes)))


def laid_out(block: SharedMemory, shapes: Sequence[Shape]) -> list[Array]:
    """The block as arrays, one behind the other; they must be gone before the block is closed."""
    begins = [sum(map(prod, shapes[:index])) for index in range(len(shapes))]
    return [
        np.ndarray(shape, dtype=np.uint8, buffer=block.buf, offset=begin)
        for shape, begin in zip(shapes, begins, strict=True)
    ]


def fill(block: SharedMemory, arrays: Sequence[Array]) -> None:
    """Write the arrays into the block as `laid_out` will find them."""
    for place, array in zip(laid_out(block, [a.shape for a in arrays]), arrays, strict=True):
        place[:] = array


def leave_to_parent(block: SharedMemory) -> None:
    """Forget, in the child, a block that only the parent may remove.

    A child that `multiprocessing` has started shares the parent's list of such blocks. Another one
    has a list of its own, and would remove what is on it when it ends.
    """
    if os.name == "posix" and multiprocessing.parent_process() is None:
        resource_tracker.unregister(f"/{block.name}", "shared_memory")
