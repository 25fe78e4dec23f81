"""The picture on a clipboard or in a drop, which may come from any program at all.

Qt would decode what others offer, in any of the formats that it knows, SVG and ICNS among them.
So of what others offer the bytes alone are taken, and read as a picture file would be.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from desktop.canvas.pixmaps import pixels_from_image
from engine.requests import Pixels

if TYPE_CHECKING:
    from desktop.storage.images import OpenedLayer

TYPES = ("image/png", "image/webp", "image/tiff", "image/bmp", "image/jpeg")
"""What is taken of several: without loss if there is a choice."""
OF_ANY_KIND = "image/"

AT_ONCE = 512 * 512
"""Pixels of which tiles are made here and now."""

Made = TypeVar("Made")
OnDisk: TypeAlias = Callable[[Callable[[], Made], Callable[[Made], object]], object]
"""`Studio.on_disk`: does the first in the thread for files, hands what it gives to the second, and
tells it where that fails."""


def has_picture(data: QMimeData) -> bool:
    """Whether there is one that Easel takes; it is neither read nor decoded."""
    return bool(_type_of(data)) or _is_handed_over(data)


def take_picture(
    data: QMimeData, on_disk: OnDisk[Pixels], name: str, take: Callable[[Pixels], object]
) -> bool:
    """Give `take` the picture, now or once its bytes were read; return whether there is one.

    name: what a sentence calls it where it cannot be read.
    """
    if kind := _type_of(data):
        content = bytes(data.data(kind).data())
        on_disk(partial(_decoded, content, name), take)
        return True
    image = _image_in(data)
    if image is not None:
        take(pixels_from_image(image))
    return image is not None


def take_layer(
    data: QMimeData,
    on_disk: "OnDisk[OpenedLayer]",
    name: str,
    take: "Callable[[OpenedLayer], object]",
) -> bool:
    """`take_picture` as the pixels of a layer, whose first one is at (0, 0).

    The tiles of a large picture are made aside too, so that the window goes on meanwhile.
    """
    if kind := _type_of(data):
        content = bytes(data.data(kind).data())
        on_disk(partial(_decoded_layer, content, name), take)
        return True
    image = _image_in(data)
    if image is None:
        return False
    if image.width() * image.height() <= AT_ONCE:
        take(_layer_of(image, name))
    else:
        on_disk(partial(_layer_of, image, name), take)
    return True


def _image_in(data: QMimeData) -> QImage | None:
    image = data.imageData() if _is_handed_over(data) else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def _layer_of(image: QImage, name: str) -> "OpenedLayer":
    from desktop.storage.images import layer_of  # the first paint does not wait for Pillow

    return layer_of(pixels_from_image(image), name)


def _decoded_layer(content: bytes, name: str) -> "OpenedLayer":
    from desktop.storage.images import decode_layer

    return decode_layer(content, name)


def _decoded(content: bytes, name: str) -> Pixels:
    from desktop.storage.images import decode_picture  # the first paint does not wait for Pillow

    return decode_picture(content, name).pixels


def _type_of(data: QMimeData) -> str:
    return next((kind for kind in TYPES if data.hasFormat(kind)), "")


def _is_handed_over(data: QMimeData) -> bool:
    """Whether this program, or a system that has only one kind of picture, hands over pixels."""
    return data.hasImage() and not any(each.startswith(OF_ANY_KIND) for each in data.formats())
