"""A layer on its way out of the list: for Easel its number, for any other program a picture.

Other programs differ in what they take: painting programs pixels, file managers and browsers a
file. Both are offered and neither exists before somebody asks, so that putting layers in another
order, which is what most drags are for, costs nothing.
"""

import secrets
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QByteArray, QMetaType, QMimeData, QUrl

from desktop.canvas.pixmaps import lent_image
from desktop.document.copies import whole_layer
from desktop.document.layer import Layer
from desktop.mime_types import DECODED, LAYER_TYPE
from desktop.storage.png_writing import png_bytes
from engine.file_names import file_stem
from engine.requests import Pixels

PNG, FILES = "image/png", "text/uri-list"
MOST_PIXELS = 64_000_000
"""As many as Easel itself takes of a picture file."""
KEPT_SECONDS = 3600.0
"""A file stays at least this long: who took it may read it only later."""


class DraggedLayer(QMimeData):
    """What the list of layers hands to a drag.

    The picture has the layer's mask and opacity, lies as wide as the layer reaches, and is left out
    where there is none or where it has more pixels than any program opens.
    """

    def __init__(self, layer: Layer, folder: Path) -> None:
        """`folder` is where its file is put if one is asked for; it need not be there."""
        super().__init__()
        self.layer_id = layer.id
        self._layer, self._folder = layer, folder
        area = layer.bounds()
        fits = 0 < area.width * area.height <= MOST_PIXELS
        self._formats = [LAYER_TYPE, *((PNG, FILES, DECODED) if fits else ())]

    def formats(self) -> list[str]:
        """What can be had, without making it."""
        return self._formats

    def hasFormat(self, kind: str) -> bool:
        """Whether `kind` can be had."""
        return kind in self._formats

    def retrieveData(self, kind: str, _wanted: QMetaType | QMetaType.Type) -> object:
        """Make what is asked for; nothing where there is no room on the disk for the file."""
        if kind == LAYER_TYPE:
            return QByteArray(str(self.layer_id).encode())
        if kind not in self._formats:
            return None
        if kind == DECODED:
            return lent_image(self._pixels).copy()
        if kind == PNG:
            return QByteArray(self._png)
        return self._urls

    @cached_property
    def _pixels(self) -> Pixels:
        return whole_layer(self._layer).pixels

    @cached_property
    def _png(self) -> bytes:
        return png_bytes(self._pixels)

    @cached_property
    def _urls(self) -> list[QUrl]:
        # Never in the place of another: who took that one may not have read it yet.
        path = self._folder / f"{file_stem(self._layer.name, 'layer')}-{secrets.token_hex(3)}.png"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _sweep(self._folder)
            path.write_bytes(self._png)
        except OSError:
            return []
        return [QUrl.fromLocalFile(str(path))]


def layer_in(data: QMimeData) -> int | None:
    """The id of the layer of ours that is dragged; that of another Easel is any other picture."""
    return data.layer_id if isinstance(data, DraggedLayer) else None


def files_in(data: QMimeData) -> list[Path]:
    """The local files that are offered; the one of a layer of ours is for other programs."""
    if isinstance(data, DraggedLayer):
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _sweep(folder: Path) -> None:
    """Remove what earlier drags have left."""
    for path in folder.glob("*.png"):
        with suppress(OSError):  # another program holds it, or another window was quicker
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()
