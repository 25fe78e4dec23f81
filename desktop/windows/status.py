"""The line at the bottom: zoom, pointer, frame; what the model is weak at; device and model."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton

from desktop.canvas.view import CanvasView
from desktop.controls.elided_label import ElidedLabel
from desktop.document.geometry import Point
from desktop.limits import limit_of
from desktop.runs import READY, STARTING, STOPPED
from desktop.speech import said
from desktop.studio import Studio

READABLE = 60
"""Milliseconds between two positions of the pointer: nobody could read more of them."""

WIDEST_PLACE = "-88888, -88888"
WIDEST_ZOOM = "8888 %"


class StatusLine(QStatusBar):
    """Facts only; it never asks and never hides. The model's name leads to the page of models."""

    models_requested = Signal()

    def __init__(self, studio: Studio, canvas: CanvasView, model: str) -> None:
        """Follow `canvas` and `studio`; `model` is the family's plain name."""
        super().__init__()
        self._studio = studio
        self.model = QToolButton()
        self._point: Point | None = None
        self._timer = QTimer(self, singleShot=True, interval=READABLE)
        self._timer.timeout.connect(self._write_pointer)
        self.zoom = self._label(self.tr("Zoom"))
        self.pointer = self._label(self.tr("Pointer, in pixels of the picture"))
        self.frame = self._label(self.tr("Size of the frame"))
        self.engine = self._label(self.tr("Device and network"))
        self.setSizeGripEnabled(False)
        self.search = self._label(self.tr("Search"))
        self.search.hide()
        for label in (self.zoom, self.pointer, self.search, self.frame):
            self.addWidget(label)
        # Sizes that never change: laying out the window anew would cost a step milliseconds.
        _fix_size(self.zoom, WIDEST_ZOOM)
        _fix_size(self.pointer, WIDEST_PLACE)
        self.limit = ElidedLabel(left=True)
        self.limit.setProperty("muted", True)
        self.limit.setAccessibleName(self.tr("What the model is too weak for here"))
        self.addWidget(self.limit, 1)
        self.addPermanentWidget(self.engine)
        # As high as the text beside it, or the line grows when the button gets its style.
        self.model.setFixedHeight(self.engine.fontMetrics().height())
        self.addPermanentWidget(self.model)
        self._show_model(model)
        self._connect(canvas)

    def _connect(self, canvas: CanvasView) -> None:
        canvas.zoomed.connect(self._show_zoom)
        canvas.pointer_moved.connect(self._show_pointer)
        if canvas.errands is not None:
            canvas.errands.progressed.connect(self._show_search)
        self._studio.document_changed.connect(self._show_frame)
        self._studio.engine_state_changed.connect(self._show_engine)
        self._studio.device_known.connect(self._show_device)
        self._studio.model_changed.connect(lambda family: self._show_model(family.title))
        self._studio.model_changed.connect(self._show_limit)
        self._studio.intent.changed.connect(self._show_limit)
        self.model.clicked.connect(self.models_requested)
        self._show_zoom(1.0)
        self._show_frame()
        self._show_engine(STARTING)
        self._show_limit()

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAccessibleName(name)
        label.setToolTip(name)
        return label

    def _show_zoom(self, scale: float) -> None:
        self.zoom.setText(f"{scale * 100:.0f} %")

    def _show_pointer(self, point: Point | None) -> None:
        self._point = point
        if self._studio.document.previewing or not self._timer.isActive():
            self._timer.start()  # in mid-stroke when the hand rests: it would wait for the text

    def _show_search(self, share: float) -> None:
        self.search.setVisible(share < 1.0)
        text = self.tr("computing… {percent:.0f} % · Esc gives up")
        self.search.setText(text.format(percent=100 * share))

    def _write_pointer(self) -> None:
        self.pointer.setText("" if self._point is None else f"{self._point.x}, {self._point.y}")

    def _show_frame(self, _changed: object = None) -> None:
        frame = self._studio.document.picture.frame
        text = self.tr("frame {width} × {height}").format(width=frame.width, height=frame.height)
        if text != self.frame.text():
            self.frame.setText(text)

    def _show_limit(self, _changed: object = None) -> None:
        """Say what the model is too weak for in what a press of the button would do now."""
        self.limit.setText(limit_of(self._studio.model, self._studio.intent.meaning.value))
        self.limit.setToolTip(self.limit.text())

    def _show_model(self, title: str) -> None:
        self.model.setText(title.replace("&", "&&"))
        self.model.setAccessibleName(self.tr("Model in use: {title}").format(title=title))
        self.model.setToolTip(self.tr("Choose or download a model"))

    def _show_device(self) -> None:
        self._show_engine(self._studio.engine_state)

    def _show_engine(self, state: str) -> None:
        words = {
            STARTING: self.tr("starting…"),
            READY: self.tr("ready"),
            STOPPED: self.tr("stopped"),
        }
        said_of_it = words.get(state) or said(state)
        parts = (self._studio.device.upper(), self.tr("offline"), said_of_it)
        self.engine.setText(" · ".join(part for part in parts if part))


def _fix_size(label: QLabel, widest: str) -> None:
    """Give a label in its place room for that text, with the font and the margins of the style."""
    label.ensurePolished()
    label.setText(widest)
    label.setFixedSize(label.sizeHint())
    label.clear()
