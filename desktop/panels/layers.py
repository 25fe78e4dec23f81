"""The layers panel: list with eyes and names, opacity of the chosen layer, and deleting it."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.layer_model import LayerModel
from desktop.controls.layer_row import LayerRow, eye_rect
from desktop.document.document import Document
from desktop.document.edits import remove_layer, set_opacity
from desktop.document.geometry import Rect
from desktop.document.picture import Layer
from desktop.hand import Hand

THUMBNAIL_DELAY = 300
"""Milliseconds between two looks at changed layers: a stroke must not wait for thumbnails."""


class LayersPanel(QWidget):
    """Shows and edits the layers of one document, which outlives the panel."""

    def __init__(
        self, document: Document, hand: Hand | None = None, parent: QWidget | None = None
    ) -> None:
        """Show the layers of `document`, the top one chosen; `hand` holds which is in use."""
        super().__init__(parent)
        self._document = document
        self._hand = hand or Hand(self)
        self._model = LayerModel(document, self)
        self._list = QListView()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._number = QSpinBox()
        self._delete = QPushButton(self.tr("Delete layer"))
        self._timer = QTimer(self, singleShot=True, interval=THUMBNAIL_DELAY)
        self._build_list()
        self._build_controls()
        self._lay_out()
        self._connect()
        self._picture_changed(document.picture.frame)

    @property
    def selected(self) -> int | None:
        """The id of the chosen layer, or None when there are no layers."""
        return self._hand.layer_id

    def select(self, layer_id: int) -> None:
        """Choose another layer."""
        row = self._model.row_of(layer_id)
        if row is not None:
            self._list.setCurrentIndex(self._model.index(row))

    def eye_position(self, row: int) -> QPoint:
        """Return the middle of the eye in `row`, in pixels of the list's viewport."""
        return eye_rect(self._list.visualRect(self._model.index(row))).center()

    def _build_list(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self._list.setModel(self._model)
        self._list.setItemDelegate(LayerRow(self._list))
        self._list.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Layers, top layer first"))
        self._list.setToolTip(self.tr("Space shows or hides a layer, F2 renames it"))

    def _build_controls(self) -> None:
        self._slider.setRange(0, 100)
        self._slider.setPageStep(10)
        self._slider.setAccessibleName(self.tr("Opacity of the layer"))
        self._number.setRange(0, 100)
        self._number.setSuffix(self.tr(" %"))
        self._number.setKeyboardTracking(False)
        self._number.setAccessibleName(self.tr("Opacity of the layer in per cent"))
        self._delete.setAccessibleName(self.tr("Delete the layer"))
        self._delete.setToolTip(self.tr("Delete the chosen layer (Del); Undo brings it back"))
        for control in (self._slider, self._number):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self)

    def _lay_out(self) -> None:
        opacity = QHBoxLayout()
        label = QLabel(self.tr("Opacity"))
        label.setBuddy(self._slider)
        for control in (label, self._slider, self._number):
            opacity.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._list, 1)
        column.addLayout(opacity)
        column.addWidget(self._delete)

    def _connect(self) -> None:
        self._list.selectionModel().currentChanged.connect(self._choice_changed)
        self._slider.valueChanged.connect(self._slider_moved)
        self._slider.sliderReleased.connect(self._record_opacity)
        self._number.valueChanged.connect(self._number_changed)
        self._delete.clicked.connect(self._delete_selected)
        self._timer.timeout.connect(self._refresh_thumbnails)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete_selected)
        self._hand.layer_changed.connect(self._follow_hand)
        self._document.listeners.append(self._picture_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the wheel from changing a value that the person did not choose to change."""
        is_wheel = event.type() == QEvent.Type.Wheel
        if is_wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _picture_changed(self, _dirty: Rect) -> None:
        known = {self._model.layer(row).id for row in range(self._model.rowCount())}
        self._model.refresh()
        top = self._document.picture.layers[-1].id if self._document.picture.layers else None
        is_new = top is not None and top not in known
        chosen = top if is_new or self._model.row_of(self.selected) is None else self.selected
        self._choose(chosen)
        if not self._timer.isActive():
            self._timer.start()

    def _choose(self, layer_id: int | None) -> None:
        row = self._model.row_of(layer_id)
        self._hand.choose_layer(layer_id)
        if row is not None and self._list.currentIndex().row() != row:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self._list.selectionModel().setCurrentIndex(self._model.index(row), flag)
        self._show_selected()

    def _follow_hand(self) -> None:
        self._choose(self._hand.layer_id)

    def _choice_changed(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            self._hand.choose_layer(self._model.layer(index.row()).id)
            self._show_selected()

    def _layer(self) -> Layer | None:
        row = self._model.row_of(self.selected)
        return None if row is None else self._model.layer(row)

    def _show_selected(self) -> None:
        layer = self._layer()
        percent = 0 if layer is None else round(100 * layer.opacity)
        for control in (self._slider, self._number):
            control.setEnabled(layer is not None)
            control.blockSignals(True)
            control.setValue(percent)
            control.blockSignals(False)
        self._delete.setEnabled(layer is not None)

    def _slider_moved(self, percent: int) -> None:
        if self.selected is None:
            return
        edit = set_opacity(self.selected, percent / 100)
        if self._slider.isSliderDown():
            self._document.preview(edit)
        else:
            self._document.do(edit)

    def _record_opacity(self) -> None:
        if self.selected is not None:
            self._document.do(set_opacity(self.selected, self._slider.value() / 100))

    def _number_changed(self, percent: int) -> None:
        if self.selected is not None:
            self._document.do(set_opacity(self.selected, percent / 100))

    def _delete_selected(self) -> None:
        if self.selected is not None:
            self._document.do(remove_layer(self.selected))

    def _refresh_thumbnails(self) -> None:
        if self._document.previewing:
            self._timer.start()
        else:
            self._model.refresh_thumbnails()
