"""The layers panel: list with eyes and names, how the chosen one is laid, and what can be done."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.layer_model import LayerModel
from desktop.controls.layer_row import LayerRow, eye_rect
from desktop.controls.number_row import NumberRow
from desktop.controls.wheel_guard import WheelGuard
from desktop.document.blend import BlendMode
from desktop.document.document import Document
from desktop.document.edits import (
    Edit,
    remove_layer,
    set_alpha_locked,
    set_blend_mode,
    set_locked,
    set_opacity,
)
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.hand import Hand, Target
from desktop.icons import ICON, Icons
from desktop.speech import said

THUMBNAIL_DELAY = 300
"""Milliseconds between two looks at changed layers: a stroke must not wait for thumbnails."""


class LayersPanel(QWidget):
    """Shows and edits the layers of one document, which outlives the panel."""

    def __init__(self, document: Document, hand: Hand, icons: Icons, dragged: Path) -> None:
        """Show the layers of `document`, the top one chosen; `hand` holds which is in use.

        dragged: the folder for the file of a layer that is dragged into another program.
        """
        super().__init__()
        self._document, self._hand, self._icons = document, hand, icons
        self._model = LayerModel(document, dragged, self)
        self._list = QListView()
        self._row = LayerRow(self._list)
        self.opacity = NumberRow(self.tr("Opacity of the layer"), 0, 100, unit=" %")
        self.mode = QComboBox()
        self.lock = self._toggle("lock", self.tr("Lock the layer"))
        self.alpha_lock = self._toggle("alpha-lock", self.tr("Lock transparency"))
        self.buttons = QHBoxLayout()
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

    def offer(self, *actions: QAction) -> None:
        """Put buttons for actions of the menu below the list."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(ICON)
            button.setAccessibleName(action.text().replace("&", ""))
            self.buttons.insertWidget(self.buttons.count() - 1, button)

    def _toggle(self, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIcon(self._icons(icon))
        button.setIconSize(ICON)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _build_list(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._row)
        self._list.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Not InternalMove, which offers other programs nothing but to take the layer away.
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self._list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self._list.setDropIndicatorShown(True)
        self._list.setAccessibleName(self.tr("Layers, top layer first"))
        self._list.setToolTip(self.tr("Space shows or hides a layer, F2 renames it, drag reorders"))

    def _build_controls(self) -> None:
        for mode in BlendMode:
            self.mode.addItem(said(mode.title), mode)
        self.mode.setAccessibleName(self.tr("Blend mode of the layer"))
        self.mode.view().setAccessibleName(self.tr("Blend modes"))
        self.mode.setToolTip(self.tr("How the layer mixes with what is below"))
        self.mode.setMinimumWidth(80)
        WheelGuard(self).guard(self.mode)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(self.tr("Opacity")), 0, 0)
        grid.addWidget(self.opacity, 0, 1, 1, 3)
        grid.addWidget(QLabel(self.tr("Mode")), 1, 0)
        grid.addWidget(self.mode, 1, 1)
        grid.addWidget(self.lock, 1, 2)
        grid.addWidget(self.alpha_lock, 1, 3)
        self.buttons.setSpacing(2)
        self.buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self._list, 1)
        column.addLayout(self.buttons)

    def _connect(self) -> None:
        self._list.selectionModel().currentChanged.connect(self._choice_changed)
        self.opacity.changed.connect(self._preview_opacity)
        self.opacity.settled.connect(self._record_opacity)
        self.mode.activated.connect(lambda _: self._do(set_blend_mode, self.mode.currentData()))
        self.lock.clicked.connect(lambda wanted: self._do(set_locked, wanted))
        self.alpha_lock.clicked.connect(lambda wanted: self._do(set_alpha_locked, wanted))
        self._timer.timeout.connect(self._refresh_thumbnails)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete_selected)
        self._hand.layer_changed.connect(self._follow_hand)
        self._hand.target_changed.connect(self._follow_target)
        self._document.listeners.append(self._picture_changed)

    def _picture_changed(self, _dirty: Rect) -> None:
        if self._document.previewing and not self.opacity.slider.isSliderDown():
            return  # a stroke must not wait for lists
        known = {self._model.layer(row).id for row in range(self._model.rowCount())}
        self._model.refresh()
        fresh = [self._model.layer(row).id for row in range(self._model.rowCount())]
        new = [layer_id for layer_id in fresh if layer_id not in known]
        chosen = self.selected
        if (new and len(new) < len(fresh)) or not known:
            chosen = new[0] if new else None
        elif chosen not in {layer.id for layer in self._document.picture.walk()}:
            chosen = fresh[0] if fresh else None
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

    def _follow_target(self) -> None:
        self._row.paints_mask = self._hand.target is Target.LAYER_MASK
        self._list.viewport().update()

    def _choice_changed(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            self._hand.choose_layer(self._model.layer(index.row()).id)
            self._show_selected()

    def _layer(self) -> Layer | None:
        layers = self._document.picture.walk()
        return next((layer for layer in layers if layer.id == self.selected), None)

    def _show_selected(self) -> None:
        layer = self._layer()
        for control in (self.opacity, self.mode, self.lock, self.alpha_lock):
            control.setEnabled(layer is not None)
        if layer is None:
            self.opacity.show_value(0)
            return
        if not self.opacity.slider.isSliderDown():
            self.opacity.show_value(round(100 * layer.opacity), 100)
        self.mode.setCurrentIndex(self.mode.findData(layer.mode))
        self.lock.setChecked(layer.locked)
        self.alpha_lock.setChecked(layer.alpha_locked)

    def _do(self, edit: Callable[..., Edit], wanted: object) -> None:
        if self.selected is not None:
            self._document.do(edit(self.selected, wanted))

    def _preview_opacity(self, percent: float) -> None:
        if self.selected is not None and self.opacity.slider.isSliderDown():
            self._document.preview(set_opacity(self.selected, percent / 100))

    def _record_opacity(self, percent: float) -> None:
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
