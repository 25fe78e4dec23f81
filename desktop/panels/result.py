"""The seam of a result layer: feather, growth and colours, live until it is merged."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.controls.number_row import NumberRow
from desktop.document.document import Document
from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.pixel_edits import set_seam
from desktop.document.result import Seam
from desktop.errands import Errands
from desktop.hand import Hand
from desktop.joining import join
from desktop.permission import chosen
from desktop.theme import SPACE
from desktop.visible import visible

PREVIEW = 66
"""Milliseconds between two looks while a slider is dragged: fifteen a second."""

AT_ONCE = 160 * 160
"""Pixels that are joined between two moves of a slider."""


class ResultPanel(QWidget):
    """Shows the result in hand and changes how it meets what is around it."""

    seam_chosen = Signal(object)
    """The Seam that a person has settled on, for results to come."""
    again_wanted = Signal()
    fix_wanted = Signal()
    merge_wanted = Signal()

    def __init__(self, document: Document, hand: Hand) -> None:
        """Follow the layer in `hand`."""
        super().__init__()
        self._document, self._hand = document, hand
        self.feather = NumberRow(self.tr("Feather"), 0, 256, unit=" px", curved=True)
        self.grow = NumberRow(self.tr("Growth of the mask"), -64, 64, unit=" px")
        self.match = NumberRow(self.tr("Colour match"), 0, 100, unit=" %")
        self.again = QPushButton(self.tr("Again with these settings"))
        self.fix = QPushButton(self.tr("Make ordinary"))
        self.merge = QPushButton(self.tr("Merge down"))
        self.about = QLabel()
        self.errands: Errands | None = None
        """Who joins large results aside."""
        self._timer = QTimer(self, singleShot=True, interval=PREVIEW)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setProperty("muted", True)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE)
        for row, name, tip in (
            (self.feather, self.tr("Feather"), self.tr("How far new and old pixels fade together")),
            (self.grow, self.tr("Grow"), self.tr("Enlarges the filled part, or makes it smaller")),
            (
                self.match,
                self.tr("Colours"),
                self.tr("How far the new pixels take on the colours around them"),
            ),
        ):
            row.setToolTip(tip)
            form.addRow(name, row)
        self.again.setToolTip(
            self.tr("Paints once more by the same words; what you accept takes its place")
        )
        self.fix.setToolTip(self.tr("Keeps the layer as it looks and forgets what it came from"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        for button in (self.again, self.fix, self.merge):
            button.setAccessibleName(button.text())
        buttons.addWidget(self.fix, 1)
        buttons.addWidget(self.merge, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.about)
        column.addLayout(form)
        column.addWidget(self.again)
        column.addLayout(buttons)
        column.addStretch(1)

    def _connect(self) -> None:
        for row in (self.feather, self.grow, self.match):
            row.changed.connect(self._slid)
            row.settled.connect(self._settle)
        self._timer.timeout.connect(self._preview)
        self.again.clicked.connect(self.again_wanted)
        self.fix.clicked.connect(self.fix_wanted)
        self.merge.clicked.connect(self.merge_wanted)
        self._hand.layer_changed.connect(self._show)
        self._document.listeners.append(self._document_changed)

    def _layer(self) -> Layer | None:
        return chosen(self._document.picture, self._hand)

    def _seam(self) -> Seam:
        return Seam(
            round(self.feather.value), round(self.grow.value), round(self.match.value) / 100
        )

    def _slid(self, _value: float) -> None:
        """Look at it soon; what is dragged on meanwhile is looked at once."""
        dragging = any(row.slider.isSliderDown() for row in (self.feather, self.grow, self.match))
        if dragging and not self._timer.isActive():
            self._timer.start()

    def _preview(self) -> None:
        if self.errands is not None and self.errands.active:
            self._timer.start()  # the look before is not there yet
        else:
            self._reseam(self._document.preview)

    def _settle(self, _value: float) -> None:
        self._timer.stop()
        layer, seam = self._layer(), self._seam()
        if layer is not None and layer.result is not None:
            self._reseam(self._document.do)
            self.seam_chosen.emit(seam)

    def _reseam(self, show: Callable[[Edit], None]) -> None:
        """Join the result anew, a large one aside, and show it, unless it is gone by then."""
        layer, seam = self._layer(), self._seam()
        if layer is None or layer.result is None:
            return
        layer_id, result = layer.id, replace(layer.result, seam=seam)

        def take(pixels: object) -> None:
            assert isinstance(pixels, np.ndarray), pixels
            now = self._layer()
            if now is None or now.id != layer_id or now.result is None:
                return
            if now.result.raw is result.raw:
                show(set_seam(layer_id, seam, lambda _result: pixels))

        if self.errands is None or result.area.width * result.area.height <= AT_ONCE:
            take(join(result))
        else:
            self.errands.begin(lambda: iter((join(result),)), take)

    def _document_changed(self, _dirty: Rect) -> None:
        if not self._document.previewing:
            self._show()

    def _show(self) -> None:
        layer = self._layer()
        result = None if layer is None else layer.result
        locked = layer is not None and self._document.picture.is_locked(layer.id)
        for control in (self.feather, self.grow, self.match, self.fix):
            control.setEnabled(result is not None and not locked)
        made = layer is not None and "request" in layer.notes
        self.again.setEnabled(made)
        self.merge.setEnabled(layer is not None and not locked)
        self.about.setText(visible(self._sentence(layer)))
        seam, usual = Seam() if result is None else result.seam, Seam()
        self.feather.show_value(seam.feather, usual.feather)
        self.grow.show_value(seam.grow, usual.grow)
        self.match.show_value(round(100 * seam.match_colours), round(100 * usual.match_colours))

    def _sentence(self, layer: Layer | None) -> str:
        if layer is None:
            return self.tr("Choose a layer to see how it was made.")
        if layer.result is not None:
            return self.tr("“{name}” was filled in; its seam can still be changed.").format(
                name=layer.name
            )
        if "request" in layer.notes:
            return self.tr("“{name}” fills its frame, so it has no seam.").format(name=layer.name)
        return self.tr("“{name}” was not made by the engine, so it has no seam.").format(
            name=layer.name
        )
