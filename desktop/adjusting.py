"""An adjustment under way: shown part by part as a thread computes it, then one undo step or none.

What is in view comes first. The thread of the window only puts finished parts in their places, a
few at a time, so that sliders and screen never wait for a filter.
"""

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.document.adjustments import Adjustment
from desktop.document.channel import Channel
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.pixel_edits import Filter, filter_areas, filtered, paint_layer
from desktop.document.raster import Pixels, Raster
from desktop.jobs import Job, Jobs
from desktop.worker import Done, Failed, Worker

AT_ONCE = 4
"""Parts that are put in their places between two events of the window."""

PAUSE = 5
"""Milliseconds between them."""

PATIENCE = 5.0
"""Seconds that closing waits for a part that is being computed."""


class Part(NamedTuple):
    """Finished pixels and where they belong."""

    area: Rect
    pixels: Pixels


class Adjusting(QObject):
    """At most one adjustment of one layer; the document shows it to the eye meanwhile.

    Whatever else is done to the picture is done below it: while a stroke or a drag goes on, the
    picture is seen as it is, and then the layer is adjusted anew as it has become (decision 93).
    """

    computed = Signal(bool)
    """Whether the adjustment that was asked for last is complete."""
    ended = Signal()
    """It was applied or given up."""
    failed = Signal(object)
    """Failed: it could not be computed, and the document is as it was."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        """Nothing is shown before `show`."""
        super().__init__(parent)
        self._document = document
        self._worker = Worker("adjuster", self)
        self.jobs = Jobs(self._worker, self)
        """Work on the picture's pixels, in a thread that is ended by `close`."""
        self._job: Job | None = None
        self._parts: deque[Part] = deque()
        self._layer: Layer | None = None
        self._asked: tuple[Adjustment, Rect] | None = None
        self._based = document.recorded
        self._raster = Raster.empty()
        self._name = ""
        self._touched: set[Rect] = set()
        self._former: set[Rect] = set()
        self._complete, self._hidden, self._applies = True, False, False
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self._place_some)
        document.listeners.append(self._follow)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to be computed."""
        return self._complete

    def show(self, layer: Layer, adjustment: Adjustment, seen: Rect) -> None:
        """Compute `adjustment` of a layer in place of what was asked for before, `seen` first.

        layer: as it is in the picture, or as it was there earlier.
        """
        self._stop()
        self._based, self._asked = self._document.recorded, (adjustment, seen)
        layer = self._based.find(layer.id) or layer
        self._begin_anew(layer)
        self._name, self._complete = adjustment.name, False
        self.computed.emit(False)
        start = partial(_parts, layer, adjustment, self._document.picture.selection, seen)
        self._job = self.jobs.submit(start, self._hear)

    def hide(self, hidden: bool) -> None:
        """Show the picture without the adjustment, or with it again."""
        self._hidden = hidden
        self._preview(None)

    def apply(self) -> None:
        """Make one edit of it, as soon as it is complete."""
        self._applies = True
        if self._complete:
            self._finish()

    def abandon(self) -> None:
        """Leave the document as it was."""
        self._stop()
        self._forget()
        self._document.veil(None)
        self.ended.emit()

    def close(self) -> None:
        """End the thread for good."""
        self._stop()
        if self._follow in self._document.listeners:
            self._document.listeners.remove(self._follow)
        self._worker.shutdown(PATIENCE)

    def _follow(self, _dirty: Rect) -> None:
        """Something else was done to the picture: adjust what has become of the layer."""
        document = self._document
        if self._layer is None or self._asked is None or document.previewing:
            return  # what goes on is seen as it is; it ends with a change
        picture, layer = document.recorded, document.recorded.find(self._layer.id)
        if layer is None or layer.is_group or picture.is_locked(layer.id):
            self.abandon()
        elif layer is not self._layer or picture.selection is not self._based.selection:
            self.show(layer, *self._asked)
        else:
            self._based = picture
            self._preview(None)
            if self._applies and self._complete:
                self._finish()

    def _begin_anew(self, layer: Layer) -> None:
        # Parts of the former options stay in view until those of the new take their places.
        if self._layer is not layer:
            self._layer, self._raster = layer, layer.raster
            self._touched.clear()
        self._former = set(self._touched)

    def _hear(self, _job: Job, report: object) -> None:
        match report:
            case Part():
                self._parts.append(report)
                self._timer.start()
            case Done():
                self._job = None
                if not self._parts:
                    self._end_of_parts()
            case Failed():
                self._job = None
                self.abandon()
                self.failed.emit(report)

    def _place_some(self) -> None:
        for _ in range(min(AT_ONCE, len(self._parts))):
            self._place(*self._parts.popleft())
        if not self._parts:
            self._timer.stop()
            if self._job is None:
                self._end_of_parts()

    def _place(self, area: Rect, pixels: Pixels) -> None:
        self._raster = self._raster.write(pixels, area.left, area.top)
        self._touched.add(area)
        self._former.discard(area)
        self._preview(area)

    def _end_of_parts(self) -> None:
        if self._layer is not None:
            for area in tuple(self._former):  # a wider blur reached further than this one
                self._place(area, self._layer.raster.read(area))
        self._complete = True
        self.computed.emit(True)
        if self._applies:
            self._finish()

    def _preview(self, within: Rect | None) -> None:
        if self._layer is None or (self._hidden and within is not None):
            return
        if self._document.previewing:
            return
        edit = None if self._hidden else paint_layer(self._layer.id, self._raster, self._name)
        self._document.veil(edit, within)

    def _finish(self) -> None:
        if self._document.previewing:
            return  # a stroke goes on, which would be lost; `_follow` hears how it ends
        layer, raster = self._layer, self._raster
        self._forget()
        if layer is None or not raster.changed_from(layer.raster):
            self._document.veil(None)
        else:
            self._document.do(paint_layer(layer.id, raster, self._name))
        self.ended.emit()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job = None
        self._parts.clear()
        self._timer.stop()

    def _forget(self) -> None:
        self._layer, self._raster, self._asked = None, Raster.empty(), None
        self._touched.clear()
        self._former.clear()
        self._complete, self._hidden, self._applies = True, False, False


def _parts(
    layer: Layer, adjustment: Adjustment, selection: Channel | None, seen: Rect
) -> Iterator[Part]:
    """Compute the adjusted parts of a layer, those in view first. Runs in the thread."""
    raster, margin = layer.raster, adjustment.margin
    change = _alpha_kept(adjustment.change) if layer.alpha_locked else adjustment.change
    areas = filter_areas(raster, margin, selection)
    for area in sorted(areas, key=lambda area: area.intersected(seen).is_empty):
        yield Part(area, filtered(raster, area, change, margin, selection))


def _alpha_kept(change: Filter) -> Filter:
    def kept(pixels: Pixels) -> Pixels:
        return np.dstack((change(pixels)[..., :3], pixels[..., 3]))

    return kept
