"""The canvas as a window on the document: where it lies, what is drawn again, zoom and fit."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.canvas import painter as draw
from desktop.canvas.pixmaps import image_from_pixels
from desktop.canvas.tiles import TileCache
from desktop.canvas.viewport import Viewport, fitted, next_step
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.document.raster import Pixels

FIT_MARGIN = 40
"""Logical pixels left free around what is fitted; the frame's label needs 30."""


class CanvasSurface(QWidget):
    """Shows one document, which outlives the widget; knows nothing of pointers and keys."""

    zoomed = Signal(float)
    """The new scale, logical pixels per document pixel."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        """Show `document`, fitted until somebody zooms or pans."""
        super().__init__(parent)
        self._document = document
        self._viewport = Viewport()
        self._fits = True
        self._cache = TileCache()
        self._shown = document.picture
        self._content = document.picture.content()
        self._overlay: QImage | None = None
        self._drop_hovers = False
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        document.listeners.append(self._picture_changed)

    @property
    def document(self) -> Document:
        """The document being shown."""
        return self._document

    @property
    def viewport(self) -> Viewport:
        """Where the document lies in the widget."""
        return self._viewport

    def set_overlay(self, pixels: Pixels | None) -> None:
        """Show a candidate (HxWx3 or HxWx4) in the frame, or none; the document is untouched."""
        self._overlay = None if pixels is None else image_from_pixels(pixels)
        self.update()

    def fit(self) -> None:
        """Show the whole picture and the frame, and go on doing so while the widget is resized."""
        self._fits = True
        self._set_viewport(fitted(self._whole(), self.width(), self.height(), FIT_MARGIN))

    def zoom_to(self, scale: float) -> None:
        """Show one document pixel as `scale` logical ones; the pixel under the pointer stays."""
        self.zoom_at(scale, self._zoom_centre())

    def zoom_in(self) -> None:
        """Go to the next larger of the usual scales."""
        self.zoom_to(next_step(self._viewport.scale, up=True))

    def zoom_out(self) -> None:
        """Go to the next smaller of the usual scales."""
        self.zoom_to(next_step(self._viewport.scale, up=False))

    def pan_by(self, dx: float, dy: float) -> None:
        """Push the document by logical pixels; a strip of it always stays in view."""
        self._fits = False
        self._set_viewport(self._limited(self._viewport.panned(dx, dy)))

    def scene(self) -> draw.Scene:
        """Return what a repaint would show now."""
        return self._scene_of(self._document.picture)

    def zoom_at(self, scale: float, centre: QPointF) -> None:
        """Zoom to `scale` with the document point under `centre` (logical pixels) staying there."""
        self._fits = False
        self._set_viewport(self._limited(self._viewport.zoomed(scale, centre.x(), centre.y())))

    def _scene_of(self, picture: Picture) -> draw.Scene:
        return draw.Scene(picture, self._content, self._viewport, self.devicePixelRatioF())

    def _whole(self) -> Rect:
        return self._shown.frame.united(self._content)

    def _limited(self, viewport: Viewport) -> Viewport:
        return viewport.limited(self._whole(), self.width(), self.height())

    def _set_viewport(self, viewport: Viewport) -> None:
        rescaled = viewport.scale != self._viewport.scale
        self._viewport = viewport
        self.update()
        if rescaled:
            self.zoomed.emit(viewport.scale)

    def _zoom_centre(self) -> QPointF:
        pointer = QPointF(self.mapFromGlobal(self.cursor().pos()))
        return pointer if self.underMouse() else QPointF(self.rect().center())

    def _picture_changed(self, dirty: Rect) -> None:
        old, self._shown = self._shown, self._document.picture
        if not dirty.is_empty:
            self._cache.invalidate(dirty)
            self._content_changed(dirty, bool(old.layers) != bool(self._shown.layers))
        if old.frame != self._shown.frame:
            self.update(draw.frame_region(self._scene_of(old)))
            self.update(draw.frame_region(self.scene()))

    def _content_changed(self, dirty: Rect, emptied: bool) -> None:
        old, self._content = self._content, self._shown.content()
        if old != self._content or emptied:
            self.update()  # the checkerboard or the empty state comes or goes
            if self._fits:
                self.fit()
            return
        margin = 2 + int(2 * self._viewport.scale)  # smoothing reaches into the neighbours
        area = self.scene().in_view(dirty).toAlignedRect()
        self.update(area.adjusted(-margin, -margin, margin, margin))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what lies in the dirty rectangle, bottom up."""
        area, scene = event.rect(), self.scene()
        with QPainter(self) as painter:
            painter.setClipRect(area)
            draw.draw_ground(painter, scene, area, self.palette())
            draw.draw_layers(painter, scene, self._cache, area)
            if self._overlay is not None:
                draw.draw_overlay(painter, scene, self._overlay)
            elif not scene.picture.layers:
                draw.draw_empty_state(painter, scene, self, self._empty_text())
            draw.draw_frame(painter, scene, self.palette())
            if self._drop_hovers:
                draw.draw_drop_hint(painter, self.rect(), self.palette())

    def _empty_text(self) -> str:
        return self.tr("Write a prompt above and press Enter · or drop a picture here")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or what was in the middle in the middle."""
        if self._fits:
            self.fit()
            return
        old, new = event.oldSize(), event.size()
        dx, dy = (new.width() - old.width()) / 2, (new.height() - old.height()) / 2
        self._set_viewport(self._limited(self._viewport.panned(dx, dy)))
