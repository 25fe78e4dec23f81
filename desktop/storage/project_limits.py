"""How much a project may hold: asked before one is written, and of a stranger's before it is read.

What Easel writes it opens again. On the canvas a layer is kept in tiles and may reach as far as
anybody likes; in a file it is one picture, and so has an end.
"""

from collections.abc import Iterator

from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.plane import Plane
from desktop.errors import PictureTooLarge
from desktop.storage.images import MOST_BYTES

MOST_LAYERS, DEEPEST = 1_000, 50
MOST_SAVED, MOST_GUIDES, MOST_CANDIDATES = 200, 1_000, 1_000
LARGEST_SIDE = 16_384
FARTHEST = 1_000_000
"""Pixels from the origin at which anything may lie."""
MOST_PIXELS = 89_000_000
"""Of one layer: 9,433 squared; Pillow takes more for a bomb."""
MOST_PIXELS_IN_ALL = 1_500_000_000
"""Of all pictures together: 20 layers of 8192 squared, and some."""
PIXELS_A_BYTE = 300
"""Of the file: a plain picture with colours and alpha packs 258 into one at most, and a mask, as it
is written here, 212."""
FLOOR_PIXELS = 100_000_000
"""A file may hold this many whatever its size: pictures of two colours pack better."""
MOST_MERGED = LARGEST_SIDE**2
"""Pixels of all that is seen, which is written as one picture for other programs."""


def most_pixels(size: int) -> int:
    """Return how many pixels a project of `size` bytes may honestly have."""
    return min(MOST_PIXELS_IN_ALL, max(FLOOR_PIXELS, PIXELS_A_BYTE * size))


def check_openable(picture: Picture, canvas: Rect) -> None:
    """Raise PictureTooLarge where a project of `picture` could not be opened again.

    canvas: all that other programs are shown. Nothing is drawn or packed for this.
    """
    _check_counts(picture)
    total = 0
    for name, plane in _planes(picture):
        width, height = plane.bounds().width, plane.bounds().height
        if width * height > MOST_PIXELS:
            raise PictureTooLarge(
                f"“{name}” spans {width:,} × {height:,} pixels, more than a project holds of one "
                "layer; nothing was written. Erase what lies far out in it, or move a part to "
                "another layer, and save again."
            )
        total += width * height
    width, height = canvas.width, canvas.height
    if total > MOST_PIXELS_IN_ALL or width * height > MOST_MERGED:
        raise PictureTooLarge(
            f"The picture spans {width:,} × {height:,} pixels with all of its "
            "layers, more than a project holds; nothing was written. Move or erase what lies far "
            "out, or merge some layers, and save again."
        )


def check_size(size: int) -> None:
    """Raise PictureTooLarge where a project of `size` bytes could not be opened again."""
    megabytes, most = size // 1_000_000, MOST_BYTES // 1_000_000
    if size > MOST_BYTES:
        raise PictureTooLarge(
            f"The project would take {megabytes:,} MB, more than the {most:,} MB that it may take; "
            "nothing was written. Merge some layers, or move a part to another project, and save "
            "again."
        )


def _check_counts(picture: Picture) -> None:
    layers = sum(1 for _ in picture.walk())
    if layers > MOST_LAYERS or _depth(picture.layers) > DEEPEST:
        raise PictureTooLarge(
            f"The picture has more than {MOST_LAYERS:,} layers, or groups more than {DEEPEST} "
            "deep, which is more than a project holds; nothing was written. Merge some of them "
            "and save again."
        )
    if len(picture.saved) > MOST_SAVED or len(picture.guides) > MOST_GUIDES:
        raise PictureTooLarge(
            f"The picture has more than {MOST_SAVED:,} saved selections or {MOST_GUIDES:,} guides, "
            "which is more than a project holds; nothing was written. Remove some of them and save "
            "again."
        )


def _depth(layers: tuple[Layer, ...]) -> int:
    """How many groups lie in each other at most."""
    depth, level = -1, list(layers)
    while level:
        depth, level = depth + 1, [child for each in level for child in each.children or ()]
    return depth


def _planes(picture: Picture) -> Iterator[tuple[str, Plane]]:
    """Yield all that a file keeps as a picture, and what a person calls it."""
    yield "Mask", picture.mask
    if picture.selection is not None:
        yield "Selection", picture.selection
    yield from picture.saved
    for layer in picture.walk():
        planes = (layer.raster, layer.mask)
        result = layer.result
        parts = () if result is None else (result.raw, result.mask, result.below)
        yield from ((layer.name, plane) for plane in (*planes, *parts) if plane is not None)
