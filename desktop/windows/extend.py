"""The window that extends the picture: which sides, how far, and how many frames that takes."""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QRegion, QTransform
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.wheel_guard import WheelGuard
from desktop.document.frame import ASPECTS, Extension, Side, planned
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.theme import SPACE, WIDE, mark_primary

SHARES = (("25 %", 0.25), ("50 %", 0.5), ("100 %", 1.0))
NAMES = {Side.LEFT: "Left", Side.RIGHT: "Right", Side.TOP: "Top", Side.BOTTOM: "Bottom"}
MARGIN = 10
PLATE = 18
"""Logical pixels of what a number stands on."""
ROOM = 14
"""Logical pixels without which a number would lie on others."""
LEAST = 4
"""Logical pixels of a frame below which outlines leave nothing between them."""
FEW = 64
"""Frames whose outlines are drawn smoothly: a third of a millisecond for ten of them."""


class ExtendWindow(QDialog):
    """Asks how far, and shows the frames that will be painted, in their order."""

    planned = Signal(list)
    """The frames, as Rects, in the order in which to paint them."""

    def __init__(self, parent: QWidget, picture: Picture, first: Extension | None = None) -> None:
        """Plan for `picture`, which shows something, in frames of the size of its frame.

        first: what is chosen to begin with; by the least share on all sides, unless it is given.
        """
        super().__init__(parent)
        self._whole, self._frame = picture.content(), picture.frame
        self.how = QComboBox()
        self.sides = {side: QCheckBox(self.tr(name)) for side, name in NAMES.items()}
        self.plan = PlanView(self._whole)
        self.summary = QLabel(textFormat=Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self._build()
        self._choose(first or Extension(sides=frozenset(Side), share=SHARES[0][1]))
        self._show_plan()

    @property
    def wish(self) -> Extension:
        """What is chosen."""
        sides = frozenset(side for side, box in self.sides.items() if box.isChecked())
        chosen = self.how.currentData()
        if isinstance(chosen, float):
            return Extension(sides=sides, share=chosen)
        return Extension(sides=sides, aspect=tuple(chosen))

    @property
    def frames(self) -> list[Rect]:
        """The frames that would be painted, in their order."""
        return planned(self._whole, self.wish, self._frame)

    def accept(self) -> None:
        """Hand the plan over and close."""
        frames = self.frames
        super().accept()
        self.planned.emit(frames)

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Extend the picture"))
        self.setMinimumWidth(420)
        for text, share in SHARES:
            self.how.addItem(self.tr("By {share} on each side").format(share=text), share)
        for name, width, height in ASPECTS:
            self.how.addItem(self.tr("To {name}").format(name=name), [width, height])
        self.how.setAccessibleName(self.tr("How far"))
        WheelGuard(self).guard(self.how)
        self.summary.setWordWrap(True)
        self.summary.setProperty("muted", True)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Extend"))
        mark_primary(ok, True)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("How far")))
        row.addWidget(self.how, 1)
        column.addLayout(row)
        column.addLayout(self._side_boxes())
        column.addWidget(self.plan, 1)
        column.addWidget(self.summary)
        column.addWidget(self.buttons)
        self.how.currentIndexChanged.connect(self._show_plan)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _choose(self, wish: Extension) -> None:
        """Show a plan that is one by shares."""
        self.how.setCurrentIndex(self.how.findData(wish.share))
        for side, box in self.sides.items():
            box.setChecked(side in wish.sides)

    def _side_boxes(self) -> QGridLayout:
        grid = QGridLayout()
        for column, box in enumerate(self.sides.values()):
            box.toggled.connect(self._show_plan)
            grid.addWidget(box, 0, column)
        return grid

    def _show_plan(self) -> None:
        frames, whole = self.frames, self.wish.around(self._whole)
        self.plan.show_plan(whole, frames)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(frames))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(self.tr("Cancel"))
        if frames:
            text = self.tr("{width} × {height} pixels, painted in {count} frames.", "", len(frames))
            if len(frames) == 1:
                text = self.tr("{width} × {height} pixels, painted in one frame.")
            text = text.format(width=whole.width, height=whole.height, count=len(frames))
        else:
            text = self.tr("The picture would not grow; choose a side or other proportions.")
        self.summary.setText(text)


def new_parts(picture: Rect, frames: list[Rect]) -> list[Rect]:
    """Return of each frame the largest rectangle that neither the picture nor one before has."""
    known, found = QRegion(QRect(*picture)), list[Rect]()
    for frame in frames:
        box = QRect(*frame)
        # A region is iterable, though its stub does not say so.
        fresh = cast("Iterable[QRect]", QRegion(box).subtracted(known))
        parts = list(fresh) or [box]
        largest = max(parts, key=lambda part: part.width() * part.height())
        found.append(Rect(largest.x(), largest.y(), largest.width(), largest.height()))
        known = known.united(box)
    return found


class PlanView(QWidget):
    """The picture and the planned frames, numbered in their order."""

    def __init__(self, picture: Rect) -> None:
        """Show `picture` within what is planned."""
        super().__init__()
        self._picture, self._whole = picture, picture
        self._frames: list[Rect] = []
        self.setMinimumHeight(190)
        self.setAccessibleName(self.tr("The picture and the planned frames"))

    def sizeHint(self) -> QSize:
        """Ask for room for numbers."""
        return QSize(380, 220)

    def show_plan(self, whole: Rect, frames: list[Rect]) -> None:
        """Show other frames."""
        self._whole, self._frames = whole, frames
        for frame in frames:
            self._whole = self._whole.united(frame)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture as a plate, the frames as outlines, each number where it paints anew."""
        palette, placed = self.palette(), self._placing().mapRect
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Mid))
            painter.drawRect(placed(QRectF(*self._picture)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            colour = palette.color(QPalette.ColorRole.Highlight)
            few = len(self._frames) <= FEW
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, few)
            painter.setPen(QPen(colour, 1.5 if few else 1.0))
            painter.drawRects(self._outlines())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # On plates, and after all outlines: those of other frames run through the middle.
            numbers = self.numbers()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Window))
            for plate in numbers.values():
                painter.drawEllipse(plate)
            painter.setPen(palette.color(QPalette.ColorRole.WindowText))
            for number, plate in numbers.items():
                painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, str(number))

    def _outlines(self) -> list[QRectF]:
        """Return those of the frames; of all of them together where they would be one surface."""
        placed = self._placing().mapRect
        frames = self._frames if self._least_side() >= LEAST else [self._whole]
        return [placed(QRectF(*frame)).adjusted(1, 1, -1, -1) for frame in frames]

    def numbers(self) -> dict[int, QRectF]:
        """Return each number that has room where its frame paints anew, and the plate for it."""
        placed, metrics = self._placing().mapRect, self.fontMetrics()
        plates = dict[int, QRectF]()
        for number, part in enumerate(self._parts(), 1):
            room = placed(QRectF(*part))
            wide = max(ROOM, metrics.horizontalAdvance(str(number)))
            if room.width() >= wide and room.height() >= ROOM:
                plates[number] = plate = QRectF(0, 0, PLATE, PLATE)
                plate.moveCenter(room.center())
        return plates

    def _parts(self) -> list[Rect]:
        """Return where each frame paints anew; none where the frames themselves have no room."""
        return new_parts(self._picture, self._frames) if self._least_side() >= ROOM else []

    def _least_side(self) -> float:
        """Return the shorter side of a frame, all of which are of one size, in logical pixels."""
        scale = self._placing().m11()
        return min((min(each.width, each.height) * scale for each in self._frames[:1]), default=0)

    def _placing(self) -> QTransform:
        """Return what leads from the document to this widget."""
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        whole = self._whole
        scale = min(room.width() / whole.width, room.height() / whole.height)
        left = room.center().x() - (whole.left + whole.width / 2) * scale
        top = room.center().y() - (whole.top + whole.height / 2) * scale
        return QTransform(scale, 0, 0, scale, left, top)
