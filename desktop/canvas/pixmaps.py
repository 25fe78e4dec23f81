"""Arrays to Qt images and back: the only file that knows how both lie in memory."""

import numpy as np
from PySide6.QtGui import QImage

from desktop.document.raster import Pixels


def image_from_pixels(pixels: Pixels) -> QImage:
    """Return a copy of HxWx3 RGB or HxWx4 straight-alpha RGBA, premultiplied for drawing."""
    height, width, channels = pixels.shape
    layout = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    lent = np.ascontiguousarray(pixels)
    view = QImage(lent.data, width, height, channels * width, layout)
    return view.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def pixels_from_image(image: QImage) -> Pixels:
    """Return a fresh HxWx4 straight-alpha RGBA array of any Qt image."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    width, height = straight.width(), straight.height()
    lines = np.frombuffer(straight.constBits(), np.uint8).reshape(height, straight.bytesPerLine())
    return lines[:, : 4 * width].reshape(height, width, 4).copy()
