"""The layers of a document as a Qt list model: the top one first, groups above what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

from desktop.canvas.pixmaps import image_from_pixels
from desktop.document.document import Document
from desktop.document.edits import move_into, rename_layer, set_visible
from desktop.document.layer import Layer
from desktop.document.raster import Raster
from desktop.dragged_layer import DraggedLayer, layer_in
from desktop.mime_types import LAYER_TYPE
from desktop.visible import visible

THUMBNAIL = 32
"""Logical pixels of a thumbnail's longer side."""

SAMPLES = 4 * THUMBNAIL
"""Pixels looked at along a layer's longer side, enough for a smooth thumbnail on any screen."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for beyond Qt's own roles."""

    THUMBNAIL = Qt.ItemDataRole.UserRole + 1
    LINE = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A row: the layer, how deep it lies in groups, which group (None: none), if it is open."""

    layer: Layer
    depth: int
    parent: int | None
    open: bool = False


class LayerModel(QAbstractListModel):
    """Rows are read from the document; a change by the person becomes one of its edits."""

    def __init__(self, document: Document, folder: Path, parent: QObject | None = None) -> None:
        """List the layers of `document`; `folder` gets the file of one that is dragged out."""
        super().__init__(parent)
        self._document, self._folder = document, folder
        self._closed: set[int] = set()
        self._lines = self._read()
        self._thumbnails: dict[int, tuple[Raster, QImage]] = {}

    def layer(self, row: int) -> Layer:
        """Return the layer in `row`, counted from the top."""
        return self._lines[row].layer

    def row_of(self, layer_id: int | None) -> int | None:
        """Return the row of a layer, or None when it is not there or its group is closed."""
        rows = (row for row, line in enumerate(self._lines) if line.layer.id == layer_id)
        return next(rows, None)

    def toggle_group(self, layer_id: int) -> None:
        """Open a closed group and close an open one."""
        self._closed ^= {layer_id}
        self.refresh()

    def refresh(self) -> None:
        """Read the document again; rows keep their place when only their contents changed."""
        before, lines = self._lines, self._read()
        if _shape(lines) != _shape(before):
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return
        self._lines = lines
        pairs = zip(before, lines, strict=True)
        changed = [row for row, (old, new) in enumerate(pairs) if _looks(old) != _looks(new)]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def refresh_thumbnails(self) -> None:
        """Make the thumbnails of those layers again whose pixels changed."""
        known = self._thumbnails
        self._thumbnails = {}
        for row, line in enumerate(self._lines):
            layer = line.layer
            raster, image = known.get(layer.id, (None, None))
            if raster is not layer.raster or image is None:
                image = thumbnail(layer.raster)
                self.dataChanged.emit(self.index(row), self.index(row))
            self._thumbnails[layer.id] = (layer.raster, image)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many layers there are."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every layer be chosen, renamed, shown, hidden, dragged and dropped between."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = super().flags(index) | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        if self.layer(index.row()).is_group:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return name, eye, line or thumbnail of a layer."""
        line = self._lines[index.row()]
        layer = line.layer
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return visible(layer.name)
            case Qt.ItemDataRole.EditRole:
                return layer.name
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if layer.visible else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                name = visible(layer.name)
                return name if layer.visible else self.tr("%1, hidden").replace("%1", name)
            case Role.THUMBNAIL:
                return self._thumbnails.get(layer.id, (None, None))[1]
            case Role.LINE:
                return line
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename, show or hide a layer as one undo step."""
        layer = self.layer(index.row())
        if role == Qt.ItemDataRole.EditRole:
            self._document.do(rename_layer(layer.id, str(value)))
        elif role == Qt.ItemDataRole.CheckStateRole:
            self._document.do(set_visible(layer.id, Qt.CheckState(value) == Qt.CheckState.Checked))
        else:
            return False
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        """Layers are moved, never copied, by a drag within the list."""
        return Qt.DropAction.MoveAction

    def supportedDragActions(self) -> Qt.DropAction:
        """Other programs get a copy."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Return what can be dropped here."""
        return [LAYER_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the layer that is dragged."""
        return DraggedLayer(self.layer(indexes[0].row()), self._folder)

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move the dragged layer between two rows, or into the group it was dropped on."""
        moved = layer_in(data)
        if moved is None:
            return False
        group, place = self._target(moved, row, parent)
        self._document.do(move_into(moved, group, place))
        return False  # the document changed and the rows with it; Qt must not take any away

    def _target(self, moved: int, row: int, parent: Index) -> tuple[int | None, int]:
        """Return the group to go into and the place among the others in it, from the lowest."""
        if parent.isValid() and self.layer(parent.row()).is_group:
            return self.layer(parent.row()).id, len(self.layer(parent.row()).children or ())
        if row < 0 or row >= len(self._lines):
            return None, 0
        below = self._lines[row]
        layers = self._document.picture.layers
        if below.parent is not None:
            layers = self._document.picture.layer(below.parent).children or ()
        others = [layer.id for layer in layers if layer.id != moved]
        if below.layer.id in others:
            return below.parent, others.index(below.layer.id) + 1
        return below.parent, [layer.id for layer in layers].index(moved)

    def _read(self) -> tuple[Line, ...]:
        return tuple(self._below(self._document.picture.layers, 0, None))

    def _below(self, layers: Sequence[Layer], depth: int, parent: int | None) -> list[Line]:
        found: list[Line] = []
        for layer in reversed(layers):
            is_open = layer.is_group and layer.id not in self._closed
            found.append(Line(layer, depth, parent, is_open))
            if is_open:
                found += self._below(layer.children or (), depth + 1, layer.id)
        return found


def _shape(lines: Sequence[Line]) -> list[tuple[int, int, bool]]:
    return [(line.layer.id, line.depth, line.layer.is_group) for line in lines]


def _looks(line: Line) -> tuple[object, ...]:
    layer = line.layer
    mask = layer.mask is not None
    return (layer.name, layer.visible, layer.opacity, layer.mode, layer.locked, mask, line.open)


def thumbnail(raster: Raster) -> QImage:
    """Return a small picture of what a layer holds, made from a sparse sample of its pixels."""
    bounds = raster.bounds()
    if bounds.is_empty:
        return QImage()
    step = max(1, max(bounds.width, bounds.height) // SAMPLES)
    return image_from_pixels(raster.sampled(bounds, step))
