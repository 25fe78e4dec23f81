"""Draws what lies over the picture and is not part of it: frame, grid, outlines, texts, cursor.

Lines have two tones, dark and light, so that they show on any picture; none of them moves by
itself, so the canvas at rest costs nothing.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QRegion
from PySide6.QtWidgets import QWidget

from desktop.canvas.frame_label import Label
from desktop.canvas.scene import Scene, document_rect, point_in_view
from desktop.canvas.strips import draw_by_strips
from desktop.document.geometry import Rect

LABEL_GAP = 6
LABEL_PADDING = 6
LONGEST_LABEL = 460
"""Logical pixels to either side of the frame's corner that a label may reach."""

LABELS = 64
"""Logical pixels above the frame that its label may take, the line of advice included."""

TEXT_WIDTH = 460
TEXT_LEAST = 200
"""Logical pixels of a frame in which a sentence can be read, a few words a line."""
TEXT_MARGIN = 8
HANDLE = 8
"""Side of a handle, in logical pixels."""

GRID_ABOVE = 8.0
"""Above 800 % every document pixel has an outline."""

SHADE = QColor(0, 0, 0, 120)
"""Over what a crop would cut away; light enough that it can still be judged."""

DARK, LIGHT = QColor(0, 0, 0, 160), QColor(255, 255, 255)


def draw_two_tone(painter: QPainter, path: QPainterPath) -> None:
    """Draw a path (logical pixels) so that it shows on any ground."""
    _draw_twice(painter, path, (DARK, 3), (LIGHT, 1))


def _draw_twice(painter: QPainter, path: QPainterPath, *pens: tuple[QColor, int]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in pens:
        painter.setPen(_square_pen(colour, width))
        painter.drawPath(path)


def draw_frame(
    painter: QPainter, scene: Scene, area: QRect, palette: QPalette, label: Callable[[], Label]
) -> None:
    """Draw what lies in `area` of the frame's outline and, above its corner, of what is said."""
    frame = scene.in_view(scene.picture.frame)
    if scene.viewport.is_upright:
        _draw_sides(painter, frame, area)
    else:
        path = QPainterPath()
        path.addPolygon(scene.outline(scene.picture.frame))
        path.closeSubpath()
        draw_two_tone(painter, path)
        frame = path.boundingRect()
    if _room_of_label(frame).intersects(QRectF(area)):
        _draw_label(painter, frame, label(), palette)


def _draw_sides(painter: QPainter, frame: QRectF, area: QRect) -> None:
    """Draw around an upright frame what `draw_two_tone` draws, by rectangles: much quicker."""
    for colour, width, left, top, right, bottom in (
        (DARK, 3, frame.left() - 2, frame.top() - 2, frame.right() - 1, frame.bottom() - 1),
        (LIGHT, 1, frame.left() - 1, frame.top() - 1, frame.right(), frame.bottom()),
    ):
        across, down = right + width - left, bottom - top - width
        for x, y, wide, high in (
            (left, top, across, width),
            (left, bottom, across, width),
            (left, top + width, width, down),
            (right, top + width, width, down),
        ):
            # Most steps of a stroke are far from three sides: that is found out by numbers alone.
            if x > area.right() + 1 or x + wide < area.left():
                continue
            if y > area.bottom() + 1 or y + high < area.top():
                continue
            side = QRectF(x, y, wide, high)
            part = side.toAlignedRect().intersected(area)
            draw_by_strips(painter, part, partial(painter.fillRect, side, colour))


def draw_place(painter: QPainter, scene: Scene, place: Rect, text: str, palette: QPalette) -> None:
    """Draw around a place beside the frame what is going on there, and say it above its corner.

    The corner is the one that is farther from the frame, above whose left one its label is.
    """
    role, outline = QPalette.ColorRole, QPainterPath()
    outline.addPolygon(scene.outline(place))
    outline.closeSubpath()
    _draw_twice(painter, outline, (LIGHT, 4), (palette.color(role.Highlight), 2))
    box = outline.boundingRect()
    colours = palette.color(role.HighlightedText), palette.color(role.Highlight)
    width = painter.fontMetrics().horizontalAdvance(text) + 2 * LABEL_PADDING
    before = place.left < scene.picture.frame.left
    corner = QPointF(box.left() if before else box.right() - width, box.top() - LABEL_GAP)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_line(painter, text, corner, colours)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _room_of_label(frame: QRectF) -> QRectF:
    left, top = frame.left() - LONGEST_LABEL, frame.top() - LABELS
    return QRectF(left, top, 2 * LONGEST_LABEL, LABELS)


def frame_is_near(scene: Scene, area: QRect) -> bool:
    """Whether outline, handles or label of the frame may lie in `area` (logical pixels)."""
    if not scene.viewport.is_upright:
        return True
    frame, part = scene.in_view(scene.picture.frame), QRectF(area)
    if part.intersects(_room_of_label(frame)):
        return True
    around = frame.adjusted(-HANDLE, -HANDLE, HANDLE, HANDLE)
    return around.intersects(part) and not frame.adjusted(
        HANDLE, HANDLE, -HANDLE, -HANDLE
    ).contains(part)


def draw_handles(painter: QPainter, scene: Scene, places: Sequence[tuple[float, float]]) -> None:
    """Draw a small square at each place of the document that can be gripped."""
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
    painter.setBrush(LIGHT)
    for across, down in places:
        box = QRectF(0, 0, HANDLE, HANDLE)
        box.moveCenter(point_in_view(scene, across, down))
        painter.drawRect(box)


def handles_of(frame: Rect) -> tuple[tuple[float, float], ...]:
    """Return the places where a rectangle is gripped: corners and middles of its sides."""
    columns = (frame.left, frame.left + frame.width / 2, frame.right)
    rows = (frame.top, frame.top + frame.height / 2, frame.bottom)
    return tuple(
        (x, y) for i, x in enumerate(columns) for j, y in enumerate(rows) if (i, j) != (1, 1)
    )


def draw_pixel_grid(painter: QPainter, scene: Scene, area: QRect) -> None:
    """Draw the borders of the document's pixels, if they are large enough to be told apart."""
    if scene.viewport.scale <= GRID_ABOVE:
        return
    part = document_rect(scene.viewport, area).intersected(
        scene.picture.frame.united(scene.content)
    )
    if part.is_empty:
        return
    painter.save()
    painter.setTransform(scene.transform, combine=True)
    pen = QPen(QColor(128, 128, 128, 90), 0)
    painter.setPen(pen)
    for x in range(part.left, part.right + 1):
        painter.drawLine(QPointF(x, part.top), QPointF(x, part.bottom))
    for y in range(part.top, part.bottom + 1):
        painter.drawLine(QPointF(part.left, y), QPointF(part.right, y))
    painter.restore()


def draw_sketch(painter: QPainter, scene: Scene, sketch: QPainterPath) -> None:
    """Draw what a tool shows of a drag that goes on, a path in document pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_two_tone(painter, scene.transform.map(sketch))
    painter.restore()


def draw_shade(painter: QPainter, scene: Scene, area: QRect, kept: Rect) -> None:
    """Darken what lies in `area` (logical pixels) and not in `kept` (document pixels)."""
    around = QPainterPath()
    around.addRect(QRectF(area))
    around.addPolygon(scene.outline(kept))
    painter.fillPath(around, SHADE)


def draw_empty_state(painter: QPainter, scene: Scene, widget: QWidget, text: str) -> None:
    """Write what to do where the first picture will be, or above where that is too small for it."""
    frame, room = scene.in_view(scene.picture.frame), QRectF(widget.rect())
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.setPen(widget.palette().color(QPalette.ColorRole.WindowText))
    width = frame.width() if frame.width() >= TEXT_LEAST else room.width()
    box = QRectF(0, 0, min(TEXT_WIDTH, width) - 2 * TEXT_MARGIN, 0)
    if painter.fontMetrics().horizontalAdvance(text) > box.width():
        text = text.replace(" · ", "\n")  # rather than where the last word has no room
    box.setHeight(painter.boundingRect(box, flags, text).height())
    box.moveCenter(frame.center())
    if not frame.contains(box):
        box.moveBottom(max(box.height(), frame.top() - LABELS))
        box.moveLeft(max(0.0, min(box.left(), room.width() - box.width())))
    painter.drawText(box, flags, text)


def frame_region(scene: Scene) -> QRect:
    """Return the logical pixels that frame, outline, handles and label may cover."""
    return (
        scene.in_view(scene.picture.frame)
        .toAlignedRect()
        .adjusted(-LONGEST_LABEL, -LABELS, LONGEST_LABEL, 40)
    )


def handles_region(scene: Scene) -> QRegion:
    """Return the logical pixels that the handles of the frame may cover."""
    region = QRegion()
    for across, down in handles_of(scene.picture.frame):
        box = QRect(0, 0, HANDLE + 4, HANDLE + 4)
        box.moveCenter(point_in_view(scene, across, down).toPoint())
        region += box
    return region


def _square_pen(colour: QColor, width: int) -> QPen:
    line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin
    return QPen(colour, width, line, cap, join)


def _draw_label(painter: QPainter, frame: QRectF, label: Label, palette: QPalette) -> None:
    """Write facts above the corner, and advice above them in the colour of warnings."""
    ink = palette.color(QPalette.ColorRole.Window)
    bottom = frame.top() - LABEL_GAP
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for text, ground in (
        (label.text, palette.color(QPalette.ColorRole.WindowText)),
        (label.advice, palette.color(QPalette.ColorRole.BrightText)),
    ):
        if text:
            bottom = _draw_line(painter, text, QPointF(frame.left(), bottom), (ink, ground))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _draw_line(
    painter: QPainter, text: str, corner: QPointF, colours: tuple[QColor, QColor]
) -> float:
    """Write a line on a plate whose lower left corner is given; return where the next one ends."""
    size = painter.fontMetrics().size(0, text) + QSize(2 * LABEL_PADDING, 4)
    left = max(0.0, min(corner.x(), painter.device().width() - size.width() - LABEL_GAP))
    box = QRectF(QPointF(left, corner.y() - size.height()), size.toSizeF())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours[1])
    painter.setOpacity(0.85)
    painter.drawRoundedRect(box, 4, 4)
    painter.setOpacity(1.0)
    painter.setPen(colours[0])
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return box.top() - 2
