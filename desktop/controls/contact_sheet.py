"""The pad of the mixing desk as a sheet of small pictures: what lies where, before going there."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.controls.picture_grid import PictureGrid
from desktop.mixing import Desk, sheet_points
from desktop.sketching import coarse
from desktop.studio import Studio
from desktop.theme import SPACE
from engine.errors import InvalidRequest
from engine.events import Image
from engine.requests import Mix

ACROSS = 3


class ContactSheet(QWidget):
    """A switch, and below it up to nine mixes that fill in; reports the point that was picked."""

    picked = Signal(float, float)

    def __init__(self, studio: Studio, question: Callable[[Desk], Mix]) -> None:
        """`question` makes the request for one picture of a desk. Raises InvalidRequest."""
        super().__init__()
        self._question = question
        self._desk = Desk()
        self._drawn_for: object = None
        self.sketching = studio.sketching()
        self.switch = QPushButton(self.tr("Contact sheet"))
        self.grid = PictureGrid(self.tr("Mixes across the pad"), ACROSS)
        self._set_up()
        self.grid.hide()
        self.show_desk(self._desk)

    def show_desk(self, desk: Desk) -> None:
        """Draw the sheet anew if it would show something else; weights of corners do not matter."""
        self._desk = desk
        self.switch.setEnabled(len(desk.corners) > 1)
        if len(desk.corners) < 2:
            self.switch.setChecked(False)
        self._wish()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on drawing."""
        super().showEvent(event)
        self._wish()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self._stop()

    def _wish(self) -> None:
        if not (self.isVisible() and self.switch.isChecked()):
            self._stop()
            return
        points = sheet_points(len(self._desk.corners))
        try:
            requests = [self._question(self._desk.moved_to(x, y)) for x, y in points]
        except InvalidRequest:
            self._stop()
            return
        shown = [(r.blending, r.width, r.height, r.sampling, *_told(r)) for r in requests]
        if shown != self._drawn_for:
            self._drawn_for = shown
            self.grid.show_pictures([None] * len(points))
            self.sketching.wish([coarse(each) for each in requests])

    def _stop(self) -> None:
        self._drawn_for = None
        self.sketching.stop()

    def _switch(self, on: bool) -> None:
        self.grid.setVisible(on)
        self._wish()

    def _hear_sketch(self, place: int, image: Image) -> None:
        self.grid.show_picture(place, image.pixels)

    def _pick(self, place: int) -> None:
        points = sheet_points(len(self._desk.corners))
        if place < len(points):
            self.picked.emit(*points[place])

    def _set_up(self) -> None:
        self.switch.setCheckable(True)
        self.switch.setAccessibleName(self.switch.text())
        self.switch.setToolTip(
            self.tr("Paint mixes from all over the pad in few steps; choose one to go there")
        )
        self.switch.toggled.connect(self._switch)
        self.grid.picked.connect(self._pick)
        self.sketching.drawn.connect(self._hear_sketch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.switch)
        column.addWidget(self.grid)


def _told(request: Mix) -> list[tuple[object, ...]]:
    """What tells the ingredients of a mix apart, without comparing every pixel."""
    return [
        (id(part.idea.image), part.idea.text, id(part.idea.embedding), part.weight, part.style)
        for part in request.ingredients
    ]
