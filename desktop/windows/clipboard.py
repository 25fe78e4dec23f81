"""The system's clipboard: pictures go out with the place they had, and come in as layers.

Other programs see an ordinary picture; the place is a line of text beside it, in a format of ours.
"""

import atexit
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop.canvas.pixmaps import lent_image
from desktop.canvas.view import CanvasView
from desktop.document import copies
from desktop.document.geometry import Point
from desktop.document.pixel_edits import clear_selected
from desktop.hand import Hand
from desktop.pasted import take_layer
from desktop.permission import chosen, paintable
from desktop.studio import Studio

if TYPE_CHECKING:
    from desktop.storage.images import OpenedLayer

PLACE_TYPE = "application/x-easel-place"
"""Left and top of the copied pixels in their document, in decimal, with a comma between."""

FARTHEST = 1_000_000
"""Document pixels from the origin at which a place from outside is still believed."""


class Copied(QMimeData):
    """Pixels with their place, as long as no other program has copied anything since."""


class Clipboard(QObject):
    """The verbs copy, cut and paste."""

    refused = Signal(str)
    """One sentence: why nothing happened."""
    files_pasted = Signal(list)
    """Local files that were copied in a file manager, as QUrl."""

    def __init__(self, studio: Studio, hand: Hand, canvas: CanvasView) -> None:
        """Copy from the layer in `hand`; paste into the middle of what `canvas` shows."""
        super().__init__(canvas)
        self._studio, self._hand, self._canvas = studio, hand, canvas

    def copy(self) -> None:
        """Copy what is selected of the layer in use."""
        self._copy_layer()

    def cut(self) -> None:
        """Copy what is selected of the layer in use, and clear it there."""
        document = self._studio.document
        layer = paintable(document.picture, self._hand, erases=True)
        if isinstance(layer, str):
            self.refused.emit(layer)
        elif self._copy_layer():
            document.do(clear_selected(layer.id))

    def copy_merged(self) -> None:
        """Copy what is selected of all that is seen."""
        piece = copies.piece_of_picture(self._studio.document.picture)
        if piece is None:
            self.refused.emit(
                self.tr("There is nothing to copy yet; paint or open a picture first.")
            )
        else:
            _put(piece)

    def paste(self) -> None:
        """Place what was copied as a layer in the middle of the view."""
        self._paste(in_place=False)

    def paste_in_place(self) -> None:
        """Place what was copied where it was taken from."""
        self._paste(in_place=True)

    def _copy_layer(self) -> bool:
        picture = self._studio.document.picture
        layer = chosen(picture, self._hand)
        if layer is None:
            self.refused.emit(self.tr("No layer is chosen; click one in the list of layers first."))
            return False
        piece = copies.piece_of_layer(picture, layer.id)
        if piece is None:
            sentence = self.tr("There is nothing of “{name}” to copy there; select another part.")
            self.refused.emit(sentence.format(name=layer.name))
            return False
        _put(piece)
        return True

    def _paste(self, in_place: bool) -> None:
        found = QGuiApplication.clipboard().mimeData() or QMimeData()
        files = [url for url in found.urls() if url.isLocalFile()]
        place = partial(self._place, place_in(found) if in_place else None)
        if take_layer(found, self._studio.on_disk, self.tr("Pasted picture"), place):
            return
        if files:
            self.files_pasted.emit(files)
        else:
            self.refused.emit(
                self.tr("There is no picture on the clipboard; copy one and paste again.")
            )

    def _place(self, corner: Point | None, found: "OpenedLayer") -> None:
        if corner is None and self._studio.document.picture.layers:
            middle, size = self._canvas.middle(), found.area.size
            corner = Point(middle.x - size.width // 2, middle.y - size.height // 2)
        self._studio.placing.opened(found, "Paste picture", corner)


def place_in(data: QMimeData) -> Point | None:
    """Return where copied pixels were taken from, None where nobody says."""
    text = bytes(data.data(PLACE_TYPE).data()).decode("ascii", "replace")
    left, _, top = text.partition(",")
    try:
        place = Point(int(left), int(top))
    except ValueError:
        return None
    return place if max(abs(place.x), abs(place.y)) <= FARTHEST else None


def _put(piece: copies.Piece) -> None:
    data = Copied()
    data.setImageData(lent_image(piece.pixels).copy())
    data.setData(PLACE_TYPE, f"{piece.area.left},{piece.area.top}".encode())
    QGuiApplication.clipboard().setMimeData(data)


@atexit.register
def hand_over() -> None:
    """Let the clipboard keep the picture, but nothing that Python has made.

    Qt lets go of what is copied only after Python has ended, and PySide6 6.12 then reaches for the
    Python half of a QMimeData: the program ends with a segmentation fault instead of 0.
    """
    if QGuiApplication.instance() is None:
        return
    clipboard = QGuiApplication.clipboard()
    if isinstance(clipboard.mimeData(), Copied):
        clipboard.setImage(clipboard.image())
