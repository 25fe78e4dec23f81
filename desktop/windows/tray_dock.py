"""Keeps the tray at the frame: below it, above it where there is no room, and never out of view.

While the canvas is empty an invitation lies in its place.
"""

from PySide6.QtCore import QEvent, QObject, QRect

from desktop.by_turns import paint_by_turns
from desktop.canvas.view import CanvasView
from desktop.document.geometry import Rect
from desktop.panels.candidates import CandidatesPanel
from desktop.panels.invitation import Invitation
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE

WIDEST = 900
WIDEST_INVITATION = 640
LABEL = 30
"""Logical pixels above the frame that its label takes."""


class TrayDock(QObject):
    """Shows the tray over the canvas while there is anything in it or on its way."""

    def __init__(
        self, canvas: CanvasView, tray: CandidatesPanel, invitation: Invitation, studio: Studio
    ) -> None:
        """Lay both over `canvas`, which leaves room for `tray` when it fits the picture."""
        super().__init__(canvas)
        self._canvas, self._tray, self._studio = canvas, tray, studio
        self._invitation = invitation
        self._put_away = False
        tray.setParent(canvas)
        invitation.setParent(canvas)
        tray.setAutoFillBackground(True)
        canvas.covers.append(tray)
        tray.installEventFilter(self)
        canvas.room_below = tray.sizeHint().height() + SPACE
        canvas.resized.connect(self._follow)
        canvas.view_changed.connect(self.place)
        studio.document_changed.connect(self._show)
        studio.candidates.changed.connect(self._show)
        studio.busy_changed.connect(self._hear_run)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the tray painted after the canvas, which comes into view or changes with it."""
        if event.type() == QEvent.Type.Show:
            paint_by_turns((self._tray,), self)
        return False

    def put_away(self, wanted: bool) -> None:
        """Hide the tray although there is something in it, or show it again."""
        self._put_away = wanted
        self._show()

    def _follow(self) -> None:
        """Follow the size of the canvas."""
        self._tray.stand_narrow(self._canvas.width() < self._tray.least_width)
        self._canvas.room_below = self._tray.sizeHint().height() + SPACE
        self.place()

    def place(self, _changed: object = None) -> None:
        """Put the tray where it belongs now."""
        frame, room = self._frame_in_view(), self._canvas.rect()
        self._tray.setGeometry(place_at(frame, room, self._tray.sizeHint().height()))
        if not self._invitation.isHidden():
            height = self._invitation.sizeHint().height()
            self._invitation.setGeometry(place_at(frame, room, height, WIDEST_INVITATION))

    def _hear_run(self, busy: bool) -> None:
        """Have the tray, which a run changes with all around it, painted in a turn of its own."""
        if busy and self._tray.isVisible():
            paint_by_turns((self._tray,), self)
        self._show()

    def _show(self, _changed: object = None) -> None:
        candidates = self._studio.candidates
        some = bool(candidates.items or candidates.expected)
        shown = some and not self._put_away
        self._tray.setVisible(shown)
        self._invitation.setVisible(not some and not self._put_away and self._is_empty())
        self.place()

    def _is_empty(self) -> bool:
        """Whether nobody has begun anything on the canvas."""
        picture = self._studio.document.picture
        return not picture.layers and picture.selection is None and not picture.mask.tiles

    def _frame_in_view(self) -> QRect:
        candidates = self._studio.candidates
        one = candidates.chosen_candidate or next(iter(candidates.items), None)
        frame: Rect = self._studio.document.picture.frame if one is None else one.frame
        return QRect(*map(round, self._canvas.viewport.to_view(frame)))


def place_at(frame: QRect, room: QRect, height: int, widest: int = WIDEST) -> QRect:
    """Return where a tray of that height goes by a frame, both within `room`."""
    width = min(widest, room.width() - 2 * SPACE)
    left = frame.center().x() - width // 2
    left = max(room.left() + SPACE, min(left, room.right() + 1 - SPACE - width))
    lowest = room.bottom() + 1 - SPACE - height
    below, above = frame.bottom() + WIDE, frame.top() - LABEL - SPACE - height
    fits_above = above >= room.top() + SPACE and frame.top() < room.bottom()
    top = below if below <= lowest else above if fits_above else lowest
    return QRect(left, max(room.top() + SPACE, top), width, height)
