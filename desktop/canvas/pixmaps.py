"""Arrays to Qt images and back: the only file that knows how both lie in memory."""

from math import hypot

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from desktop.document.geometry import Rect
from desktop.document.plane import Bytes
from desktop.document.raster import Pixels

TINT_COLOUR, TINT_OPACITY = (72, 56, 240), 0.55


def _tints() -> NDArray[np.uint32]:
    """Premultiplied 0xAARRGGBB of each value of a mask."""
    alpha = np.arange(256) * TINT_OPACITY
    parts = [np.rint(alpha).astype(np.uint32)]
    parts += [np.rint(alpha * part / 255).astype(np.uint32) for part in TINT_COLOUR]
    words = np.zeros(256, np.uint32)
    for part in parts:
        words = words << np.uint32(8) | part
    return words


TINT = _tints()


def image_from_pixels(pixels: Pixels) -> QImage:
    """Return a copy of HxWx3 RGB or HxWx4 straight-alpha RGBA, premultiplied for drawing."""
    lent = np.ascontiguousarray(pixels)
    return lent_image(lent).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def small_image(pixels: Pixels, width: int, height: int) -> QImage:
    """Return HxWx3 or HxWx4 reduced to `width` x `height`, premultiplied.

    Of what is much larger every n-th pixel is looked at, two at least for each that is made, so
    that the time is that of the result: the window's thread makes thumbnails of 2048² by this.
    """
    high, wide = pixels.shape[:2]
    step = max(1, min(wide // max(1, 2 * width), high // max(1, 2 * height)))
    image = image_from_pixels(pixels[step // 2 :: step, step // 2 :: step])
    ignore, smooth = (
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return image.scaled(width, height, ignore, smooth)


def owned_image(pixels: Pixels) -> QImage:
    """Return HxWx3 RGB or HxWx4 straight-alpha RGBA as it is, in memory of its own."""
    lent = np.ascontiguousarray(pixels)
    return lent_image(lent).copy()


def lent_image(pixels: Pixels) -> QImage:
    """Return an image that shows HxWx3 or straight HxWx4 where it lies: it must outlive this."""
    height, width, channels = pixels.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(pixels.data, width, height, channels * width, layout)


def lent_opaque(pixels: Pixels) -> QImage:
    """Return the same of pixels that are known to be opaque, without alpha."""
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)


def alpha_from_values(values: Bytes) -> QImage:
    """Return HxW values as the alpha of nothing else."""
    height, width = values.shape
    view = QImage(values.data, width, height, width, QImage.Format.Format_Alpha8)
    return view.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def tint_from_values(values: Bytes) -> QImage:
    """Return HxW values as a translucent red, the more opaque the higher they are."""
    height, width = values.shape
    lines = np.ascontiguousarray(TINT[values])
    view = QImage(lines.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return view.copy()


def pixels_from_image(image: QImage) -> Pixels:
    """Return a fresh HxWx4 straight-alpha RGBA array of any Qt image."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    width, height = straight.width(), straight.height()
    lines = np.frombuffer(straight.constBits(), np.uint8).reshape(height, straight.bytesPerLine())
    return lines[:, : 4 * width].reshape(height, width, 4).copy()


def transformed(pixels: Pixels, matrix: QTransform, area: Rect) -> tuple[Pixels, int, int]:
    """Return pixels that lie in `area` once `matrix` has moved them, and their left and top."""
    image = image_from_pixels(pixels)
    box = matrix.mapRect(QRectF(area.left, area.top, area.width, area.height)).toAlignedRect()
    made = QImage(box.size(), QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0)
    with QPainter(made) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.left(), -box.top())
        painter.setTransform(matrix, combine=True)
        painter.drawImage(*_reduced(image, matrix, area))
    return pixels_from_image(made), box.left(), box.top()


def _reduced(image: QImage, matrix: QTransform, area: Rect) -> tuple[QRectF, QImage]:
    """Return where to draw the image, halved beforehand where it is made much smaller."""
    wide = hypot(matrix.m11(), matrix.m12())
    high = hypot(matrix.m21(), matrix.m22())
    if min(wide, high) < 0.5:
        width = max(1, round(image.width() * min(1.0, wide)))
        height = max(1, round(image.height() * min(1.0, high)))
        image = image.scaled(width, height, mode=Qt.TransformationMode.SmoothTransformation)
    return QRectF(area.left, area.top, area.width, area.height), image
