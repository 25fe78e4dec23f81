"""The canvas as a window on the document: where it lies, what is drawn again, zoom and fit."""

from collections.abc import Callable
from functools import partial
from math import inf

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from desktop.canvas import marks
from desktop.canvas import painter as draw
from desktop.canvas.covers import uncovered
from desktop.canvas.drops import Zone, draw_cards
from desktop.canvas.frame_label import Label, size_of_frame
from desktop.canvas.overlay import Overlay, OverlayImages
from desktop.canvas.rim import draw_rim, rim_box
from desktop.canvas.sandwich import Sandwich
from desktop.canvas.scene import Scene, document_rect
from desktop.canvas.selection_edge import edge_image
from desktop.canvas.stack import lone_tile
from desktop.canvas.tiles import TileCache, mask_bounds, mask_image
from desktop.canvas.viewport import Viewport, next_step
from desktop.document.document import Document
from desktop.document.geometry import EMPTY, Point, Rect
from desktop.document.picture import Picture, overlay_dirt

FIT_MARGIN = 40
"""Logical pixels left free around what is fitted; the frame's label needs 30."""

FEW = 2
"""Times as many pixels are drawn again for the sake of one rectangle, at most."""

PAUSE = 1
"""Milliseconds between two pieces of drawing, so that what the hand has done comes first."""


class CanvasSurface(QWidget):
    """Shows one document, which outlives the widget; knows nothing of pointers and keys."""

    zoomed = Signal(float)
    """The new scale, logical pixels per document pixel."""
    view_changed = Signal()
    """Another part of the document is seen, or in another way."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        """Show `document`, fitted until somebody zooms or pans."""
        super().__init__(parent)
        self._document = document
        self._viewport = Viewport()
        self._fits = True
        sandwich = Sandwich()
        self._cache = TileCache(draw=sandwich, lay=sandwich.lay, lone=lone_tile)
        self._mask_cache = TileCache(draw=mask_image, bounds=mask_bounds)
        self._shown = document.seen
        self._content = document.seen.content()
        self._overlay = OverlayImages()
        self._edge: QImage | None = None
        self._sketch: QPainterPath | None = None
        self._kept: Rect | None = None
        self._place: Rect | None = None
        self._cursor: tuple[QPointF, float] | None = None
        self._float: tuple[QImage, QRectF, QTransform] | None = None
        self._drop: tuple[tuple[Zone, ...], Zone | None] | None = None
        self.label: Callable[[Picture], Label] = size_of_frame
        self.frame_has_handles = False
        self.room_below = 0
        """Logical pixels at the lower edge that fitting leaves free for what lies over them."""
        self.covers: list[QWidget] = []
        """Opaque widgets that lie over the canvas."""
        self._left, self._hurried = EMPTY, True
        self._asked = QRect()
        """What follows the hand and is to be drawn again, or the last part of it."""
        # Not at once: an update asked for in a repaint comes before what the hand does meanwhile.
        self._later = QTimer(self, singleShot=True, interval=PAUSE)
        self._later.timeout.connect(self._make_rest)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        document.listeners.append(self._picture_changed)
        document.onlookers.append(self._picture_changed)

    @property
    def document(self) -> Document:
        """The document being shown."""
        return self._document

    @property
    def viewport(self) -> Viewport:
        """Where the document lies in the widget."""
        return self._viewport

    @property
    def complete(self) -> bool:
        """Whether everything that is seen has been drawn."""
        return self._left.is_empty

    def redraw(self, area: QRect | QRegion | None = None) -> None:
        """Ask for a repaint of logical pixels, or of all, but not of what lies over them."""
        region = QRegion(self.rect() if area is None else area)
        self.update(uncovered(region, self.covers, self.devicePixelRatioF()))

    def set_overlay(self, overlay: Overlay | None) -> None:
        """Show a picture over the document, which is untouched, or none."""
        self._overlay.show(overlay)
        self.redraw()
        if self._fits:
            self.fit()

    def show_sketch(self, sketch: QPainterPath | None) -> None:
        """Show lines of a drag that goes on (a path in document pixels), or none."""
        for path in (self._sketch, sketch):
            if path is not None:
                around = self.scene().transform.mapRect(path.boundingRect()).toAlignedRect()
                self.redraw(around.adjusted(-4, -4, 4, 4))
        self._sketch = sketch

    def show_kept(self, area: Rect | None) -> None:
        """Darken what lies around an area of the document, or nothing."""
        old, self._kept = self._kept, area
        if old is None or area is None:
            self.redraw()
        else:
            outline = self.scene().outline(old.united(area))
            self.redraw(outline.boundingRect().toAlignedRect().adjusted(-2, -2, 2, 2))

    def show_place(self, place: Rect | None) -> None:
        """Show that a place of the document is being painted, or that none is."""
        self._place = place
        self.redraw()
        if self._fits and not self._provisional:
            self.fit()

    def show_float(self, image: QImage | None, box: QRectF, matrix: QTransform) -> None:
        """Show an image over the picture, drawn into `box` of the document after `matrix`."""
        self._float = None if image is None else (image, box, matrix)
        self.redraw()

    def show_brush(self, centre: QPointF | None, radius: float = 0.0) -> None:
        """Show the rim of the brush around `centre` (logical pixels), or none."""
        cursor = None if centre is None else (QPointF(centre), radius)
        if cursor != self._cursor:
            for each in (self._cursor, cursor):
                if each is not None:
                    self._draw_again(rim_box(*each))
            self._cursor = cursor

    def _draw_again(self, box: QRect) -> None:
        """Ask for a repaint of logical pixels, in one rectangle with what is near and asked for.

        One rectangle is copied row by row, several that make a figure are filled by other threads.
        """
        around = self._asked.united(box)
        together = _area(around) <= FEW * (_area(self._asked) + _area(box))
        self._asked = around if together else box
        self.redraw(self._asked)

    def fit(self) -> None:
        """Show the whole picture and the frame, and go on doing so while the widget is resized."""
        self._fits = True
        self._set_viewport(self._viewport.fitted(self._whole(), *self._room(), FIT_MARGIN))

    def fit_frame(self) -> None:
        """Show the frame as large as it fits."""
        self._fits = False
        self._set_viewport(self._viewport.fitted(self._shown.frame, *self._room(), FIT_MARGIN))

    def _room(self) -> tuple[int, int]:
        return self.width(), max(self.height() // 2, self.height() - self.room_below)

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

    def scene(self) -> Scene:
        """Return what a repaint would show now."""
        return self._scene_of(self._document.seen)

    def zoom_at(self, scale: float, centre: QPointF) -> None:
        """Zoom to `scale` with the document point under `centre` (logical pixels) staying there."""
        self._fits = False
        self._set_viewport(self._limited(self._viewport.zoomed(scale, centre.x(), centre.y())))

    def middle(self) -> Point:
        """Return the document pixel in the middle of the view."""
        return self._viewport.pixel_at(self.width() / 2, self.height() / 2)

    def look_at(self, across: float, down: float) -> None:
        """Bring a place of the document into the middle of the view."""
        x, y = self._viewport.place(across, down)
        self.pan_by(self.width() / 2 - x, self.height() / 2 - y)

    def _scene_of(self, picture: Picture) -> Scene:
        return Scene(picture, self._content, self._viewport, self.devicePixelRatioF())

    def _whole(self) -> Rect:
        overlay = self._overlay.overlay
        whole = self._shown.frame.united(self._content).united(self._place or EMPTY)
        return whole if overlay is None else whole.united(overlay.frame)

    def _limited(self, viewport: Viewport) -> Viewport:
        return viewport.limited(self._whole(), self.width(), self.height())

    def _set_viewport(self, viewport: Viewport) -> None:
        if viewport == self._viewport:
            return
        rescaled = viewport.scale != self._viewport.scale
        self._viewport, self._edge = viewport, None
        self._make_room()
        self.redraw()
        if rescaled:
            self._later.stop()  # the repaint of everything makes tiles, and goes on afterwards
            self.zoomed.emit(viewport.scale)
        self.view_changed.emit()

    def _make_room(self) -> None:
        """Fit what is kept, and what is owed, to what is in view."""
        scene, area = self.scene(), self.rect()
        tiles = draw.tiles_at_once(scene, area)
        for cache in (self._cache, self._mask_cache):
            cache.make_room(tiles)
            draw.forgive(scene, cache, area)

    def _zoom_centre(self) -> QPointF:
        pointer = QPointF(self.mapFromGlobal(self.cursor().pos()))
        return pointer if self.underMouse() else QPointF(self.rect().center())

    def _picture_changed(self, dirty: Rect) -> None:
        old, self._shown = self._shown, self._document.seen
        if not dirty.is_empty and old.layers is not self._shown.layers:
            self._cache.invalidate(dirty)
            self._content_changed(dirty, old)
        if old.mask is not self._shown.mask or old.selection is not self._shown.selection:
            self._marks_changed(old)
        if old.frame != self._shown.frame:
            self.redraw(marks.frame_region(self._scene_of(old)))
            self.redraw(marks.frame_region(self.scene()))

    def _content_changed(self, dirty: Rect, old: Picture) -> None:
        before, self._content = self.scene(), self._shown.content()
        emptied = bool(old.layers) != bool(self._shown.layers)
        if before.content != self._content or emptied:
            self._ground_changed(before, emptied)
            # What is painted beyond the edge does not zoom under the hand; what comes or goes does.
            if self._fits and not self._provisional and _parts(old) != _parts(self._shown):
                self.fit()
        self._draw_again(self._seen(dirty))

    def _ground_changed(self, before: Scene, emptied: bool) -> None:
        """Draw again where the checkerboard comes or goes; with the empty state, everything."""
        if emptied:
            self.redraw()
        else:
            self.redraw(draw.ground_change(before, self.scene()).intersected(self.rect()))

    def _marks_changed(self, old: Picture) -> None:
        if old.selection is not self._shown.selection:
            self._edge = None
            self.redraw()
        changed = overlay_dirt(old, self._shown)
        self._mask_cache.invalidate(changed)
        everywhere = old.mask.default != self._shown.mask.default  # beyond the picture too
        self.redraw(None if everywhere else self._seen(changed.intersected(self._whole().grown(2))))

    def _seen(self, rect: Rect) -> QRect:
        """Return the logical pixels that a change within `rect` may alter."""
        if rect.is_empty:
            return QRect()
        margin = 2 + int(2 * self._viewport.scale)  # smoothing reaches into the neighbours
        area = self.scene().in_view(rect).toAlignedRect()
        return area.adjusted(-margin, -margin, margin, margin).intersected(self.rect())

    def grab(self, rectangle: QRect | None = None) -> QPixmap:
        """Return all of what is to be seen, however long that takes."""
        self._hurried = False
        try:
            return super().grab(self.rect() if rectangle is None else rectangle)
        finally:
            self._hurried = True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what lies in the dirty region, bottom up."""
        area, scene = event.rect(), self.scene()
        self._asked = QRect()
        with QPainter(self) as painter:
            left = draw.draw_picture(
                painter, scene, self._cache, area, self._draw_ground, self._patience
            )
            is_empty = not scene.picture.layers and self._overlay.overlay is None
            if is_empty and self._drop is None:
                marks.draw_empty_state(painter, scene, self, self._empty_text())
            if self._has_mask():
                tint = draw.draw_tiles(painter, scene, self._mask_cache, area, self._patience)
                left = left.united(tint)
            self._overlay.draw(painter, scene)
            if self._float is not None:
                draw.draw_float(painter, scene, *self._float)
            self._draw_marks(painter, scene, area)
        self._left = self._left.united(left)
        if not (self.complete or self._later.isActive()):
            self._later.start()

    def _make_rest(self) -> None:
        """Go on with what the last repaint had no time for, and show what is ready."""
        scene, ready, left = self.scene(), EMPTY, EMPTY
        wanted = self._left.intersected(document_rect(scene.viewport, self.rect()))
        for cache in (self._cache, self._mask_cache) if self._has_mask() else (self._cache,):
            made, later = draw.make_tiles(scene, cache, wanted, self._patience)
            ready, left = ready.united(made), left.united(later)
        self._left = left
        self.redraw(self._seen(ready))
        if not left.is_empty:
            self._later.start()

    def _has_mask(self) -> bool:
        mask = self._document.picture.mask
        return not mask.is_empty or bool(mask.default)

    def _draw_ground(self, painter: QPainter, scene: Scene, area: QRect) -> None:
        draw.draw_ground(painter, scene, area, self.palette())

    @property
    def _patience(self) -> float:
        patience = draw.HURRY if self._provisional else draw.PATIENCE
        return patience if self._hurried else inf

    @property
    def _provisional(self) -> bool:
        return self._document.seen is not self._document.recorded

    def _draw_marks(self, painter: QPainter, scene: Scene, area: QRect) -> None:
        marks.draw_pixel_grid(painter, scene, area)
        if scene.picture.selection is not None:
            if self._edge is None:
                size = self.width(), self.height()
                self._edge = edge_image(scene.picture.selection, self._viewport, *size)
            painter.drawImage(area.topLeft(), self._edge, area)
        if self._place is not None and self._place != scene.picture.frame:
            marks.draw_place(painter, scene, self._place, self.tr("Painting…"), self.palette())
        if marks.frame_is_near(scene, area):
            label = partial(self.label, scene.picture)
            marks.draw_frame(painter, scene, area, self.palette(), label)
            if self.frame_has_handles:
                marks.draw_handles(painter, scene, marks.handles_of(scene.picture.frame))
        if self._kept is not None:
            marks.draw_shade(painter, scene, area, self._kept)
        if self._sketch is not None:
            marks.draw_sketch(painter, scene, self._sketch)
        if self._cursor is not None:
            draw_rim(painter, *self._cursor, scene.ratio)
        if self._drop is not None:
            draw_cards(painter, self.rect(), *self._drop, self.palette())

    def _empty_text(self) -> str:
        return self.tr("Write a prompt above and press Enter · or drop or paste a picture here")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or what was in the middle in the middle."""
        self._edge = None
        self._make_room()
        if self._fits:
            self.fit()
            return
        old, new = event.oldSize(), event.size()
        dx, dy = (new.width() - old.width()) / 2, (new.height() - old.height()) / 2
        self._set_viewport(self._limited(self._viewport.panned(dx, dy)))


def _parts(picture: Picture) -> tuple[Rect, list[tuple[int, bool]]]:
    """What a picture shows of which layers, whatever is painted in them."""
    return picture.frame, [(layer.id, layer.visible) for layer in picture.walk()]


def _area(rect: QRect) -> int:
    return rect.width() * rect.height()
