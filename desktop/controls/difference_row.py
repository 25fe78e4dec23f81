"""One change of a picture's description: from, to, how far, on or off."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QWidget,
)

from desktop.controls.number_row import NumberRow
from desktop.icons import ICON, Icons
from desktop.rewording import FIRST_AMOUNT, Difference
from engine.requests import LONGEST_PROMPT


class DifferenceRow(QWidget):
    """Shows a Difference and reports every change by its id."""

    changed = Signal(int, object)
    """Id and a dict of what is different."""
    removed = Signal(int)
    entered = Signal(int)
    """The keyboard came to this one."""

    def __init__(self, difference: Difference, icons: Icons) -> None:
        """Show `difference`."""
        super().__init__()
        self._id = difference.id
        self.on = QCheckBox()
        self.before, self.after = QLineEdit(), QLineEdit()
        self.amount = NumberRow(self.tr("How far"), 0, 100, unit=" %")
        self.remove = QToolButton()
        self.remove.setIcon(icons("close"))
        self._set_up()
        self._lay_out()
        self.show_difference(difference)
        self._connect()

    def show_difference(self, difference: Difference) -> None:
        """Show it as it is now, without reporting it."""
        for edit, text in ((self.before, difference.before), (self.after, difference.after)):
            if edit.text() != text:
                edit.setText(text)
        self.amount.show_value(difference.amount, FIRST_AMOUNT)
        self.on.blockSignals(True)
        self.on.setChecked(difference.on)
        self.on.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the keyboard comes here."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(self._id)
        return super().eventFilter(watched, event)

    def _set_up(self) -> None:
        for edit, name, hint in (
            (self.before, self.tr("From"), self.tr("from … (may stay empty)")),
            (self.after, self.tr("To"), self.tr("to …")),
        ):
            edit.setAccessibleName(name)
            edit.setPlaceholderText(hint)
            edit.setMaxLength(LONGEST_PROMPT)
            edit.installEventFilter(self)
        for child in (self.amount.slider, self.amount.box):
            child.installEventFilter(self)
        self.on.setAccessibleName(self.tr("Use this change"))
        self.on.setToolTip(self.tr("Use this change, or leave it out for now"))
        self.remove.setAccessibleName(self.tr("Take this change away"))
        self.remove.setToolTip(self.tr("Take this change away"))
        self.remove.setProperty("compact", True)
        self.remove.setFixedSize(22, 22)
        self.remove.setIconSize(ICON * 0.8)
        self.amount.setToolTip(self.tr("How far the picture goes from the one to the other"))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.on, 0, 0)
        line = QHBoxLayout()  # of its own, so that no gap is left where it cannot be removed
        line.setSpacing(6)
        line.addWidget(self.before, 1)
        line.addWidget(self.remove)
        grid.addLayout(line, 0, 1)
        grid.addWidget(self.after, 1, 1)
        grid.addWidget(self.amount, 2, 1)

    def _connect(self) -> None:
        def tell(**values: object) -> None:
            self.changed.emit(self._id, values)

        self.before.textChanged.connect(lambda text: tell(before=text))
        self.after.textChanged.connect(lambda text: tell(after=text))
        self.amount.changed.connect(lambda value: tell(amount=round(value)))
        self.on.toggled.connect(lambda on: tell(on=on))
        self.remove.clicked.connect(lambda: self.removed.emit(self._id))
