"""The layers of a document as a Qt list model, the top layer first: names, eyes and thumbnails."""

from enum import IntEnum
from typing import TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from desktop.canvas.pixmaps import image_from_pixels
from desktop.document.document import Document
from desktop.document.edits import rename_layer, set_visible
from desktop.document.picture import Layer
from desktop.document.raster import Raster

THUMBNAIL = 32
"""Logical pixels of a thumbnail's longer side."""

SAMPLES = 4 * THUMBNAIL
"""Pixels looked at along a layer's longer side, enough for a smooth thumbnail on any screen."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    THUMBNAIL = Qt.ItemDataRole.UserRole + 1


class LayerModel(QAbstractListModel):
    """Rows are read from the document; a change by the person becomes one of its edits."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """List the layers of `document`."""
        super().__init__(parent)
        self._document = document
        self._layers = tuple(reversed(document.picture.layers))
        self._thumbnails: dict[int, tuple[Raster, QImage]] = {}

    def layer(self, row: int) -> Layer:
        """Return the layer in `row`, counted from the top."""
        return self._layers[row]

    def row_of(self, layer_id: int | None) -> int | None:
        """Return the row of a layer, or None when it is not there."""
        rows = (row for row, layer in enumerate(self._layers) if layer.id == layer_id)
        return next(rows, None)

    def refresh(self) -> None:
        """Read the document again; rows keep their place when only their contents changed."""
        layers = tuple(reversed(self._document.picture.layers))
        if [layer.id for layer in layers] != [layer.id for layer in self._layers]:
            self.beginResetModel()
            self._layers = layers
            self.endResetModel()
        elif layers != self._layers:
            self._layers = layers
            self.dataChanged.emit(self.index(0), self.index(len(layers) - 1))

    def refresh_thumbnails(self) -> None:
        """Make the thumbnails of those layers again whose pixels changed."""
        known = self._thumbnails
        self._thumbnails = {}
        for row, layer in enumerate(self._layers):
            raster, image = known.get(layer.id, (None, None))
            if raster is not layer.raster or image is None:
                image = thumbnail(layer.raster)
                self.dataChanged.emit(self.index(row), self.index(row))
            self._thumbnails[layer.id] = (layer.raster, image)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many layers there are."""
        return 0 if parent is not None and parent.isValid() else len(self._layers)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every layer be chosen, renamed, shown and hidden."""
        return (
            super().flags(index) | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
            if index.isValid()
            else super().flags(index)
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return name, eye or thumbnail of a layer."""
        layer = self._layers[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return layer.name
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                return (
                    layer.name if layer.visible else self.tr("%1, hidden").replace("%1", layer.name)
                )
            case Role.THUMBNAIL:
                return self._thumbnails.get(layer.id, (None, None))[1]
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename, show or hide a layer as one undo step."""
        layer = self._layers[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            self._document.do(rename_layer(layer.id, str(value)))
        elif role == Qt.ItemDataRole.CheckStateRole:
            self._document.do(set_visible(layer.id, Qt.CheckState(value) == Qt.CheckState.Checked))
        else:
            return False
        return True


def thumbnail(raster: Raster) -> QImage:
    """Return a small picture of what a layer holds, made from a sparse sample of its pixels."""
    bounds = raster.bounds()
    if bounds.is_empty:
        return QImage()
    step = max(1, max(bounds.width, bounds.height) // SAMPLES)
    return image_from_pixels(raster.sampled(bounds, step))
