"""The window of an adjustment: sliders, and the picture behind it as it would become."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.adjusting import Adjusting
from desktop.adjustment_options import ADJUSTMENTS, AdjustmentOptions
from desktop.canvas.scene import document_rect
from desktop.canvas.view import CanvasView
from desktop.controls.fields_form import FieldsForm
from desktop.document.layer import Layer
from desktop.hand import Hand
from desktop.permission import pixels_of
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE, mark_primary
from desktop.windows.beside import show_beside, stand_at_the_right

TOGETHER = 15
"""Milliseconds in which movements of a slider count as one."""

WIDTH = 340


class AdjustmentVerbs(QObject):
    """Begins adjustments of the layer in use."""

    refused = Signal(str)
    """One sentence: why nothing happened."""

    def __init__(self, window: QWidget, studio: Studio, hand: Hand, canvas: CanvasView) -> None:
        """`window` is the parent of what opens, `canvas` says what is in view."""
        super().__init__(window)
        self._window, self._studio = window, studio
        self._hand, self._canvas = hand, canvas

    def begin(self, name: str) -> None:
        """Open the window of one of `ADJUSTMENTS` over the layer in use."""
        layer = pixels_of(self._studio.document.picture, self._hand)
        if isinstance(layer, str):
            self.refused.emit(layer)
            return
        self._canvas.abandon()
        for other in self._window.findChildren(AdjustmentWindow):
            other.reject()  # first, or it would give up what this one begins
        window = AdjustmentWindow(self._window, self._studio.adjusting, layer, self._canvas)
        window.begin(ADJUSTMENTS[name])
        show_beside(window)


class AdjustmentWindow(QDialog):
    """Shows every change at once; Escape and Cancel leave the picture as it was."""

    def __init__(
        self, parent: QWidget, adjusting: Adjusting, layer: Layer, canvas: CanvasView
    ) -> None:
        """Adjust `layer`, beginning with what `canvas` shows of it."""
        super().__init__(parent)
        self._adjusting, self._layer, self._canvas = adjusting, layer, canvas
        self._rest = QTimer(self, singleShot=True, interval=TOGETHER)
        self.preview = QCheckBox(self.tr("Show it in the picture"))
        self.preview.setChecked(True)
        self.preview.setAccessibleName(self.preview.text())
        self.state = QLabel()
        self.state.setProperty("muted", True)
        self._options: Any = None
        self._open = True
        self._rest.timeout.connect(self._show)
        self.preview.toggled.connect(lambda shown: adjusting.hide(not shown))
        adjusting.computed.connect(self._say)
        adjusting.ended.connect(self._close)

    def begin(self, options: AdjustmentOptions) -> None:
        """Fill the window for an adjustment and show it as it begins."""
        self._options = options
        self.setWindowTitle(options.adjustment().name)
        self.form = FieldsForm(options)
        self.form.show_values(options)
        self.form.changed.connect(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        for part in (self.form, self.preview, self.state):
            column.addWidget(part)
        column.addWidget(self._buttons())
        self.setMinimumWidth(WIDTH)
        self._show()

    def apply(self) -> None:
        """Make an edit of it; the window stays until that is done."""
        if self._rest.isActive():
            self._rest.stop()
            self._show()
        self.setEnabled(False)
        self._adjusting.apply()

    def reject(self) -> None:
        """Give it up."""
        if not self._open:
            return
        self._rest.stop()
        self._adjusting.abandon()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand beside the picture."""
        super().showEvent(event)
        stand_at_the_right(self, self._canvas)

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        run = QPushButton(self.tr("Apply"))
        mark_primary(run, True)
        run.setDefault(True)
        box.addButton(run, QDialogButtonBox.ButtonRole.AcceptRole)
        box.accepted.connect(self.apply)
        box.rejected.connect(self.reject)
        for button in box.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        return box

    def _change(self, name: str, value: object) -> None:
        self._options = replace(self._options, **{name: value})
        self._rest.start()

    def _show(self) -> None:
        seen = document_rect(self._canvas.viewport, self._canvas.rect())
        self._adjusting.show(self._layer, self._options.adjustment(), seen)

    def _say(self, complete: bool) -> None:
        self.state.setText("" if complete else self.tr("Computing…"))

    def _close(self) -> None:
        if not self._open:
            return
        self._open = False
        self._rest.stop()
        self.done(QDialog.DialogCode.Accepted)
