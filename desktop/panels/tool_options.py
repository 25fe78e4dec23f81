"""The options of the tool in use, made from the fields that `desktop.options` describes."""

from dataclasses import Field, fields
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.number_row import NumberRow
from desktop.controls.wheel_guard import WheelGuard
from desktop.hand import DEFAULTS, Hand


class ToolOptionsPanel(QScrollArea):
    """One form per tool, made when the tool is first used."""

    def __init__(self, hand: Hand) -> None:
        """Follow the tool in `hand`."""
        super().__init__()
        self._hand = hand
        self._forms: dict[str, OptionsForm] = {}
        self._none = QLabel(self.tr("This tool has no options."))
        self._none.setProperty("muted", True)
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stage = QWidget()
        self._column = QVBoxLayout(self._stage)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        self.setWidget(self._stage)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Options of the tool"))
        hand.tool_changed.connect(self._show_tool)
        hand.options_changed.connect(self._show_values)
        self._show_tool()

    @property
    def form(self) -> "OptionsForm | None":
        """The form in view."""
        return self._forms.get(self._hand.tool)

    def _show_tool(self) -> None:
        tool = self._hand.tool
        if tool in DEFAULTS and tool not in self._forms:
            self._forms[tool] = OptionsForm(self._hand, tool)
            self._column.insertWidget(0, self._forms[tool])
        for name, form in self._forms.items():
            form.setVisible(name == tool)
        self._none.setVisible(tool not in DEFAULTS)
        self._show_values()

    def _show_values(self) -> None:
        if self.form is not None:
            self.form.show_values()


class OptionsForm(QWidget):
    """A row for each option of one tool."""

    def __init__(self, hand: Hand, tool: str) -> None:
        """Show and change the options of `tool` in `hand`."""
        super().__init__()
        self._hand, self._tool = hand, tool
        self._guard = WheelGuard(self)
        self.rows: dict[str, NumberRow | QCheckBox | QComboBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, each in enumerate(fields(DEFAULTS[tool])):
            self._add(grid, line, each)

    def show_values(self) -> None:
        """Show the options as they are."""
        options = self._hand.options_of(self._tool)
        for each in fields(DEFAULTS[self._tool]):
            value, row = getattr(options, each.name), self.rows[each.name]
            row.blockSignals(True)
            match row:
                case NumberRow():
                    row.show_value(value, getattr(DEFAULTS[self._tool], each.name))
                case QCheckBox():
                    row.setChecked(value)
                case QComboBox():
                    row.setCurrentIndex(row.findData(value))
            row.blockSignals(False)

    def _add(self, grid: QGridLayout, line: int, each: Field[Any]) -> None:
        label, tip = self.tr(each.metadata["label"]), each.metadata.get("tip", "")
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

    def _row(self, each: Field[Any], label: str) -> NumberRow | QCheckBox | QComboBox:
        change = partial(self._change, each.name)
        if "names" in each.metadata:
            box = QComboBox()
            for data, text in each.metadata["names"].items():
                box.addItem(self.tr(text), data)
            box.setAccessibleName(label)
            box.view().setAccessibleName(label)
            self._guard.guard(box)
            box.currentIndexChanged.connect(lambda _: change(box.currentData()))
            return box
        if isinstance(each.default, bool):
            check = QCheckBox(label)
            check.setAccessibleName(label)
            check.toggled.connect(change)
            return check
        unit, curved = each.metadata.get("unit", ""), each.metadata.get("curved", False)
        row = NumberRow(
            label, each.metadata["low"], each.metadata["high"], unit=unit, curved=curved
        )
        row.changed.connect(change)
        return row

    def _change(self, name: str, value: object) -> None:
        self._hand.change(self._tool, **{name: value})
