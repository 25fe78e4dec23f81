"""One setting: its name, its control, what it does, and a button that brings the default back."""

from dataclasses import MISSING, Field
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from desktop.controls.icon_button import icon_button
from desktop.controls.number_margin import give_margin
from desktop.controls.wheel_guard import WheelGuard
from desktop.file_dialog import open_soon
from desktop.icons import Icons
from desktop.setting_fields import is_whole
from desktop.speech import said
from desktop.theme import SPACE, TIGHT

CONTROL_WIDTH = 270


class SettingRow(QWidget):
    """Shows one field of the table and reports what it is changed to."""

    changed = Signal(str, object)
    """Name of the field and the value that it was given here."""
    keys_requested = Signal()
    test_requested = Signal()

    def __init__(self, field: Field[Any], icons: Icons) -> None:
        """`field` is one of `Settings` that has a group."""
        super().__init__()
        assert field.default is not MISSING
        self.field = field
        self.group: str = field.metadata["group"]
        self._guard = WheelGuard(self)
        title = said(field.metadata["label"])
        explained = " ".join(filter(None, (said(field.metadata["help"]), self._begins())))
        self.words = f"{title} {explained}".casefold()
        """What a search looks through."""
        self.control = self._control(title)
        self.control.setAccessibleName(title)
        self.control.setAccessibleDescription(explained)
        self.reset = icon_button(
            icons("undo"),
            self.tr("Default of {setting}").format(setting=title),
            self.tr("Back to the default"),
        )
        self.reset.clicked.connect(lambda: self._report(field.default))
        self._lay_out(title, explained)

    def show_value(self, value: Any) -> None:
        """Show a value without reporting it."""
        self.control.blockSignals(True)
        match self.control:
            case QCheckBox() as check:
                check.setChecked(value)
            case QComboBox() as box:
                box.setCurrentIndex(box.findData(value))
            case QSpinBox() | QDoubleSpinBox() as number:
                number.setValue(number.minimum() if value is None else value)  # type: ignore[arg-type]
            case QLineEdit() as line:
                line.setText(value or said(self.field.metadata["unset"]))
                line.setToolTip(line.text())
            case _:
                pass
        self.control.blockSignals(False)
        self.reset.setEnabled(value != self.field.default)

    def _begins(self) -> str:
        match self.field.metadata.get("begins"):
            case "restart":
                return self.tr("Takes effect at the next start.")
            case "engine":
                return self.tr("The engine starts anew for it.")
            case _:
                return ""

    def _report(self, value: object) -> None:
        self.changed.emit(self.field.name, value)

    def _control(self, title: str) -> QWidget:
        shape = self.field.metadata
        if "names" in shape:
            return self._box(title)
        if "low" in shape:
            return self._number()
        if "folder" in shape:
            return QLineEdit(readOnly=True)
        if "keys" in shape:
            button = QPushButton(self.tr("Change keys…"), autoDefault=False)
            button.clicked.connect(self.keys_requested)
            return button
        check = QCheckBox(title)
        check.toggled.connect(self._report)
        return check

    def _box(self, title: str) -> QComboBox:
        box = QComboBox()
        if self.field.default is None:
            box.addItem(said(self.field.metadata["unset"]), None)
        for data, text in self.field.metadata["names"].items():
            box.addItem(said(text), data)
        box.view().setAccessibleName(title)
        box.activated.connect(lambda _: self._report(box.currentData()))
        self._guard.guard(box)
        return box

    def _number(self) -> QSpinBox | QDoubleSpinBox:
        """Return a box; below its lowest number, or at it, stands what leaves the choice open."""
        shape, whole = self.field.metadata, is_whole(self.field)
        box = QSpinBox() if whole else QDoubleSpinBox(decimals=1, singleStep=0.5)
        below = 0 if self.field.default is not None else 1 if whole else box.singleStep()
        box.setRange(shape["low"] - below, shape["high"])  # type: ignore[arg-type]
        box.setSuffix(shape.get("unit", ""))
        if shape["unset"]:
            box.setSpecialValueText(said(shape["unset"]))
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._typed)
        self._guard.guard(box)
        give_margin(box)
        return box

    def _typed(self, value: float) -> None:
        self._report(None if value < self.field.metadata["low"] else value)

    def _choose_folder(self) -> None:
        assert isinstance(self.control, QLineEdit)
        title = said(self.field.metadata["label"])
        dialog = QFileDialog(self, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._report)
        open_soon(dialog)

    def _lay_out(self, title: str, explained: str) -> None:
        name, help_text = QLabel(title), QLabel(explained)
        name.setBuddy(self.control)
        help_text.setWordWrap(True)
        help_text.setProperty("muted", True)
        for label in (name, help_text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, TIGHT, 0, TIGHT)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        if isinstance(self.control, QCheckBox):
            grid.addWidget(self.control, 0, 0, 1, 2)
        else:
            grid.addWidget(name, 0, 0)
            grid.addWidget(self._with_button(), 0, 1)
        grid.addWidget(self.reset, 0, 2)
        grid.addWidget(help_text, 1, 0, 1, 2)

    def _with_button(self) -> QWidget:
        """Return the control, for a folder and for what can be tried with a button beside it."""
        button = self._button()
        if button is None:
            self.control.setFixedWidth(CONTROL_WIDTH)
            return self.control
        both = QWidget()
        both.setMinimumWidth(CONTROL_WIDTH)  # more where the words of a choice need it
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(self.control, 1)
        row.addWidget(button)
        return both

    def _button(self) -> QPushButton | None:
        if isinstance(self.control, QLineEdit):
            choose = QPushButton(self.tr("Choose…"), autoDefault=False)
            name = self.tr("Choose {setting}").format(setting=self.control.accessibleName())
            choose.setAccessibleName(name)
            choose.clicked.connect(self._choose_folder)
            return choose
        if not (text := self.field.metadata.get("button")):
            return None
        button = QPushButton(said(text), autoDefault=False)
        button.setAccessibleName(button.text())
        button.clicked.connect(self.test_requested)
        return button
