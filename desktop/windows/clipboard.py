"""The system's clipboard: pictures go out with the place they had, and come in as layers.

Other programs see an ordinary picture; the place is a line of text beside it, in a format of ours.
"""

import atexit
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMetaType, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from desktop.canvas.pixmaps import lent_image
from desktop.canvas.view import CanvasView
from desktop.document import copies
from desktop.document.geometry import Point, Rect
from desktop.document.pixel_edits import clear_selected
from desktop.errands import Errands
from desktop.hand import Hand
from desktop.mime_types import DECODED
from desktop.pasted import take_layer
from desktop.permission import chosen, paintable
from desktop.slow_edits import selected_tiles_of
from desktop.studio import Studio

if TYPE_CHECKING:
    from desktop.storage.images import OpenedLayer

PLACE_TYPE = "application/x-easel-place"
"""Left and top of the copied pixels in their document, in decimal, with a comma between."""

FARTHEST = 1_000_000
"""Document pixels from the origin at which a place from outside is still believed."""

AT_ONCE = 512 * 512
"""Pixels that are copied before the press is over; more are copied aside."""


class Copying:
    """A copy that is made once, by the first who wants it, in whichever thread that is."""

    def __init__(self, copy: Callable[[], copies.Piece | None]) -> None:
        """`copy` only reads what nobody changes."""
        self._copy: Callable[[], copies.Piece | None] | None = copy
        self._image: QImage | None = None
        self._lock = threading.Lock()

    def image(self) -> QImage | None:
        """Return the copied pixels; None where there are none. Waits for who makes it already."""
        with self._lock:
            if self._copy is not None:
                piece, self._copy = self._copy(), None
                self._image = None if piece is None else lent_image(piece.pixels).copy()
            return self._image


class Copied(QMimeData):
    """Pixels with their place, as long as no other program has copied anything since.

    They are on the clipboard from the press on, so that whatever is copied later comes later, and
    exist when they are there or somebody asks.
    """

    def __init__(self, copying: Copying, corner: Point) -> None:
        """`corner` is the left upper one in the document."""
        super().__init__()
        self.copying, self._corner = copying, corner

    def formats(self) -> list[str]:
        """What can be had, without making it."""
        return [DECODED, PLACE_TYPE]

    def hasFormat(self, kind: str) -> bool:
        """Whether `kind` can be had."""
        return kind in self.formats()

    def retrieveData(self, kind: str, _wanted: QMetaType | QMetaType.Type) -> object:
        """Make what is asked for, or wait for it."""
        if kind == PLACE_TYPE:
            return QByteArray(f"{self._corner.x},{self._corner.y}".encode())
        return self.copying.image() if kind == DECODED else None


class Clipboard(QObject):
    """The verbs copy, cut and paste.

    What is large is copied aside, out of the picture as it was at the press; a paste asked for
    meanwhile waits for it, and goes into the picture for which it was asked or into none.
    """

    refused = Signal(str)
    """One sentence: why nothing happened."""
    files_pasted = Signal(list)
    """Local files that were copied in a file manager, as QUrl."""

    def __init__(self, studio: Studio, hand: Hand, canvas: CanvasView, errands: Errands) -> None:
        """Copy from the layer in `hand`; paste into the middle of what `canvas` shows.

        `errands` are of the clipboard alone, so that no other tool gives them up.
        """
        super().__init__(canvas)
        self._studio, self._hand, self._canvas = studio, hand, canvas
        self._errands = errands

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
            tiles = selected_tiles_of(document.picture, layer)
            self._canvas.slow_edits.do(clear_selected(layer.id), tiles, layer.id)

    def copy_merged(self) -> None:
        """Copy what is selected of all that is seen."""
        picture = self._studio.document.picture
        nothing = self.tr("There is nothing to copy yet; paint or open a picture first.")
        area = copies.within(picture.content(), picture.selection)
        self._take(partial(copies.piece_of_picture, picture), area, nothing)

    def paste(self) -> None:
        """Place what was copied as a layer in the middle of the view."""
        self._paste(self._studio.document.origin, in_place=False)

    def paste_in_place(self) -> None:
        """Place what was copied where it was taken from."""
        self._paste(self._studio.document.origin, in_place=True)

    def _copy_layer(self) -> bool:
        picture = self._studio.document.picture
        layer = chosen(picture, self._hand)
        if layer is None:
            self.refused.emit(self.tr("No layer is chosen; click one in the list of layers first."))
            return False
        nothing = self.tr("There is nothing of “{name}” to copy there; select another part.")
        area = copies.within(layer.bounds(), picture.selection)
        copy = partial(copies.piece_of_layer, picture, layer.id)
        return self._take(copy, area, nothing.format(name=layer.name))

    def _take(self, copy: Callable[[], copies.Piece | None], area: Rect, nothing: str) -> bool:
        """Put what `copy` makes of `area` on the clipboard, or say that there is nothing.

        Returns whether there is something, as far as is known at once.
        """
        copying, large = Copying(copy), area.width * area.height > AT_ONCE
        if not large and copying.image() is None:
            self.refused.emit(nothing)
            return False
        QGuiApplication.clipboard().setMimeData(Copied(copying, area.corner))
        if large:
            made = partial(self._made, copying, nothing)
            self._errands.begin(lambda: iter((copying.image(),)), made, after=True)
        return True

    def _made(self, copying: Copying, nothing: str, found: object) -> None:
        if found is None:
            clipboard = QGuiApplication.clipboard()
            now = clipboard.mimeData()
            if isinstance(now, Copied) and now.copying is copying:
                clipboard.clear()
            self.refused.emit(nothing)

    def _paste(self, origin: int, *, in_place: bool) -> None:
        """Paste into the picture that begins at `origin`."""
        if self._is_gone(origin):
            return
        if self._errands.active:  # what was copied just before is meant
            later = partial(self._paste, origin, in_place=in_place)
            self._errands.begin(lambda: iter(()), lambda _: later(), after=True)
            return
        found = QGuiApplication.clipboard().mimeData() or QMimeData()
        files = [url for url in found.urls() if url.isLocalFile()]
        place = partial(self._place, origin, place_in(found) if in_place else None)
        if take_layer(found, self._studio.on_disk, self.tr("Pasted picture"), place):
            return
        if files:
            self.files_pasted.emit(files)
        else:
            self.refused.emit(
                self.tr("There is no picture on the clipboard; copy one and paste again.")
            )

    def _place(self, origin: int, corner: Point | None, found: "OpenedLayer") -> None:
        if self._is_gone(origin):
            return
        if corner is None and self._studio.document.picture.layers:
            middle, size = self._canvas.middle(), found.area.size
            corner = Point(middle.x - size.width // 2, middle.y - size.height // 2)
        self._studio.placing.opened(found, "Paste picture", corner)

    def _is_gone(self, origin: int) -> bool:
        """Whether another picture has taken the place of the one meant, which then is said."""
        gone = self._studio.document.origin != origin
        if gone:
            self.refused.emit(
                self.tr(
                    "This was to be pasted into the picture that was here before; paste it again "
                    "to have it in this one."
                )
            )
        return gone


def place_in(data: QMimeData) -> Point | None:
    """Return where copied pixels were taken from, None where nobody says."""
    text = bytes(data.data(PLACE_TYPE).data()).decode("ascii", "replace")
    left, _, top = text.partition(",")
    try:
        place = Point(int(left), int(top))
    except ValueError:
        return None
    return place if max(abs(place.x), abs(place.y)) <= FARTHEST else None


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
