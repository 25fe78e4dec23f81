"""Makes the application's icon in every size and format out of its one SVG, on any system."""

import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
WINDOWS = (16, 24, 32, 48, 64, 128, 256)


def make_icons(drawing: Path, folder: Path) -> None:
    """Write SIZE.png for every size, easel.ico and easel.icns into `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication.instance() or QGuiApplication(["icons"])
    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(drawing))
    assert renderer.isValid(), drawing
    for size in (*SIZES, 1024):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.save(str(folder / f"{size}.png"))
    del app
    largest = Image.open(folder / "1024.png")
    largest.save(folder / "easel.ico", sizes=[(size, size) for size in WINDOWS])
    largest.save(folder / "easel.icns")
