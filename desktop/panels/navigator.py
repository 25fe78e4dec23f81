"""The navigator: the whole picture small, with the part in view marked; a drag moves the view."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.canvas.stack import stacked_image
from desktop.canvas.surface import CanvasSurface
from desktop.document.document import Document
from desktop.document.geometry import EMPTY, Rect
from desktop.document.reduced import reduced_picture

DELAY = 300
"""Milliseconds between two looks at a picture that changes: a stroke must not wait for this."""

MARGIN = 8


class NavigatorPanel(QWidget):
    """Shows the document of one canvas and moves its view."""

    def __init__(self, canvas: CanvasSurface) -> None:
        """Follow `canvas` and its document."""
        super().__init__()
        self._canvas = canvas
        self._image = QImage()
        self._area = EMPTY
        self._stale = True
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._refresh)
        self.setMinimumSize(120, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Navigator: the whole picture and the part in view"))
        self.document.listeners.append(self._changed)
        canvas.view_changed.connect(self.update)

    @property
    def document(self) -> Document:
        """The document being shown."""
        return self._canvas.document

    def sizeHint(self) -> QSize:
        """Ask for room for a small picture."""
        return QSize(200, 160)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and the outline of the view."""
        if self._stale and not self._timer.isActive():
            self._timer.start()
        with QPainter(self) as painter:
            target = self._target()
            painter.fillRect(target, self.palette().color(QPalette.ColorRole.Base))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.setClipRect(self.rect())
            painter.drawPolygon(self._view())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the place that was pressed."""
        self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event.position())

    def _look(self, at: QPointF) -> None:
        target = self._target()
        if self._area.is_empty or target.isEmpty():
            return
        scale = self._area.width / target.width()
        across = self._area.left + (at.x() - target.left()) * scale
        down = self._area.top + (at.y() - target.top()) * scale
        self._canvas.look_at(across, down)

    def _changed(self, dirty: Rect) -> None:
        self._stale = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        if self.document.previewing or not self._canvas.complete:
            self._timer.start()  # what is looked at comes first
            return
        if not self.isVisible():
            return  # painting it will ask again
        picture = self.document.picture
        self._area = picture.frame.united(picture.content())
        room = self.size() * self.devicePixelRatioF()
        step = max(1, self._area.width // max(1, room.width()))
        step = max(step, self._area.height // max(1, room.height()))
        small = reduced_picture(picture, self._area, step)
        self._image = stacked_image(small, small.frame)
        self._stale = False
        self.update()

    def _target(self) -> QRectF:
        """Return where the picture lies in the panel."""
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if self._area.is_empty:
            return QRectF()
        size = QSize(self._area.width, self._area.height)
        fitted = size.scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, fitted.width(), fitted.height())
        target.moveCenter(room.center())
        return target

    def _view(self) -> QPolygonF:
        """Return the corners of what the canvas shows, in pixels of the panel and inside it."""
        target = self._target()
        if target.isEmpty():
            return QPolygonF()
        scale = target.width() / self._area.width
        width, height = self._canvas.width(), self._canvas.height()
        corners = ((0, 0), (width, 0), (width, height), (0, height))
        places = (self._canvas.viewport.to_document(x, y) for x, y in corners)
        view = QPolygonF(
            [
                QPointF(
                    target.left() + (u - self._area.left) * scale,
                    target.top() + (v - self._area.top) * scale,
                )
                for u, v in places
            ]
        )
        return view.intersected(QPolygonF(QRectF(self.rect()).adjusted(1, 1, -1, -1)))
