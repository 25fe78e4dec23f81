"""A form for a frozen dataclass whose fields say their label, range and unit (see `options`)."""

from dataclasses import Field, fields
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from desktop.controls.curve_box import CurveBox
from desktop.controls.number_row import LEAST_BOX, NumberRow
from desktop.controls.wheel_guard import GuardedChoice


class FieldsForm(QWidget):
    """A row for each field: a number, one of several names, or a switch."""

    changed = Signal(str, object)
    """Name of a field and the value that it was given here."""

    def __init__(self, defaults: Any) -> None:
        """`defaults` is an instance; a double click on a slider goes back to its value."""
        super().__init__()
        self._defaults = defaults
        self.rows: dict[str, NumberRow | QCheckBox | QComboBox] = {}
        self.drawings: dict[str, CurveBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, each in enumerate(fields(defaults)):
            self._add(grid, 2 * line, each)

    def show_values(self, values: Any) -> None:
        """Show the values of another instance without reporting them."""
        for each in fields(self._defaults):
            value, row = getattr(values, each.name), self.rows[each.name]
            row.blockSignals(True)
            match row:
                case NumberRow():
                    row.show_value(value, getattr(self._defaults, each.name))
                    if each.name in self.drawings:
                        self.drawings[each.name].show_bend(value)
                case QCheckBox():
                    row.setChecked(value)
                case QComboBox():
                    row.setCurrentIndex(row.findData(value))
            row.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Give all boxes the width of the widest: they and the sliders then end in one line."""
        super().showEvent(event)
        boxes = [row.box for row in self.rows.values() if isinstance(row, NumberRow)]
        widest = max((box.sizeHint().width() for box in boxes), default=0)
        for box in boxes:
            box.setMinimumWidth(max(widest, LEAST_BOX))

    def _add(self, grid: QGridLayout, line: int, each: Field[Any]) -> None:
        label, tip = self.tr(each.metadata["label"]), self.tr(each.metadata.get("tip", ""))
        row = self._row(each, label)
        row.setToolTip(tip)
        self.rows[each.name] = row
        if isinstance(row, QCheckBox):
            grid.addWidget(row, line, 0, 1, 2)
            return
        name = QLabel(label)
        name.setToolTip(tip)
        grid.addWidget(name, line, 0)
        grid.addWidget(row, line, 1)
        if isinstance(row, NumberRow) and each.metadata.get("drawn"):
            self.drawings[each.name] = drawing = CurveBox(label)
            drawing.setToolTip(tip)
            drawing.bent.connect(row.box.setValue)
            row.changed.connect(drawing.show_bend)
            grid.addWidget(drawing, line + 1, 0, 1, 2)

    def _row(self, each: Field[Any], label: str) -> NumberRow | QCheckBox | QComboBox:
        change = partial(self.changed.emit, each.name)
        if "names" in each.metadata:
            return self._box(each, label)
        if isinstance(each.default, bool):
            check = QCheckBox(label)
            check.setAccessibleName(label)
            check.toggled.connect(change)
            return check
        shape = {key: each.metadata[key] for key in SHAPE if key in each.metadata}
        row = NumberRow(label, each.metadata["low"], each.metadata["high"], **shape)
        row.changed.connect(change)
        return row

    def _box(self, each: Field[Any], label: str) -> QComboBox:
        box = GuardedChoice()
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for data, text in each.metadata["names"].items():
            box.addItem(self.tr(text), data)
        box.setAccessibleName(label)
        box.view().setAccessibleName(label)
        box.currentIndexChanged.connect(lambda _: self.changed.emit(each.name, box.currentData()))
        return box


SHAPE = ("unit", "decimals", "curved")
"""What a field may say about its row."""
