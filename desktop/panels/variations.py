"""Variations and enlarging of what is there: how far meaning and composition may go, two locks."""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.limit_label import LimitLabel
from desktop.controls.number_row import NumberRow
from desktop.icons import ICON, Icons
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import SPACE


class VariationsPanel(QWidget):
    """Two sliders with a lock each, and buttons for what to vary or to enlarge."""

    vary_layer_wanted = Signal()
    vary_picture_wanted = Signal()
    vary_wanted = Signal()
    enlarge_wanted = Signal(str, str)
    """What ("layer" or "picture") and how many times ("2" or "4")."""

    def __init__(self, studio: Studio, icons: Icons) -> None:
        """Change the settings of `studio`, and say what its model is too weak for."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self.meaning = NumberRow(self.tr("How far the meaning may drift"), 0, 100, unit=" %")
        self.composition = NumberRow(
            self.tr("How far the composition may drift"), 0, 100, unit=" %"
        )
        self.meaning_lock = self._lock(self.tr("Keep the meaning, change the composition"))
        self.composition_lock = self._lock(self.tr("Keep the composition, change the meaning"))
        self.vary = QPushButton(self.tr("Chosen"))
        self.vary_layer = QPushButton(self.tr("Layer"))
        self.vary_picture = QPushButton(self.tr("All of it"))
        self._limits = LimitLabel(studio, "vary")
        self._lay_out()
        self._connect()
        self._show_settings()
        self._show_possible()

    def sizeHint(self) -> QSize:
        """Take the width that the other docks take."""
        return QSize(self.minimumSizeHint().width(), super().sizeHint().height())

    def _lock(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setIcon(self._icons("lock-open"))
        button.setIconSize(ICON)
        button.setMinimumHeight(ICON.height() + SPACE)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        for line, (name, row, lock, tip) in enumerate(
            (
                (
                    self.tr("Meaning"),
                    self.meaning,
                    self.meaning_lock,
                    self.tr("0 keeps the idea, 100 goes as far as another one"),
                ),
                (
                    self.tr("Layout"),
                    self.composition,
                    self.composition_lock,
                    self.tr("0 keeps where things are, 100 puts them anywhere"),
                ),
            )
        ):
            row.setToolTip(tip)
            grid.addWidget(QLabel(name), line, 0)
            grid.addWidget(row, line, 1)
            grid.addWidget(lock, line, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(grid)
        column.addWidget(QLabel(self.tr("Variations of")))
        column.addLayout(_in_a_row(self.vary, self.vary_layer, self.vary_picture))
        for button in (self.vary, self.vary_layer, self.vary_picture):
            button.setAccessibleName(self.tr("Variations of: {what}").format(what=button.text()))
        column.addWidget(self._limits)
        column.addWidget(QLabel(self.tr("Enlarge")))
        column.addLayout(self._enlargers())
        column.addWidget(LimitLabel(self._studio, "enlarge"))
        column.addStretch(1)

    def _enlargers(self) -> QHBoxLayout:
        """One row: what, and how many times."""
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        for what, name in (("layer", self.tr("Layer")), ("picture", self.tr("All"))):
            row.addWidget(QLabel(name))
            for times in ("2", "4"):
                row.addWidget(self._enlarger(what, name, times), 1)
        return row

    def _enlarger(self, what: str, name: str, times: str) -> QPushButton:
        button = QPushButton(f"×{times}")
        button.setObjectName(f"enlarge_{what}_{times}")
        button.setProperty("tight", True)
        button.setAccessibleName(f"{self.tr('Enlarge')}: {name} ×{times}")
        button.setToolTip(button.accessibleName())
        button.clicked.connect(lambda: self.enlarge_wanted.emit(what, times))
        return button

    def _connect(self) -> None:
        for row in (self.meaning, self.composition):
            row.settled.connect(self._remember)
        self.meaning_lock.toggled.connect(self._lock_meaning)
        self.composition_lock.toggled.connect(self._lock_composition)
        self.vary.clicked.connect(self.vary_wanted)
        self.vary_layer.clicked.connect(self.vary_layer_wanted)
        self.vary_picture.clicked.connect(self.vary_picture_wanted)
        self._studio.candidates.changed.connect(self._show_possible)
        self._studio.history_changed.connect(self._show_possible)

    def _lock_meaning(self, locked: bool) -> None:
        """The same idea put elsewhere: no drift of the meaning, all of the composition."""
        self._lock_one(self.meaning_lock, self.composition_lock, locked)
        if locked:
            self._set(meaning=0, composition=100)

    def _lock_composition(self, locked: bool) -> None:
        """Another idea in the same places: all of the composition stays."""
        self._lock_one(self.composition_lock, self.meaning_lock, locked)
        if locked:
            self._set(meaning=max(50, self._studio.settings.meaning), composition=0)

    def _lock_one(self, lock: QToolButton, other: QToolButton, locked: bool) -> None:
        if locked:
            other.setChecked(False)
        lock.setIcon(self._icons("lock" if locked else "lock-open"))
        self.meaning.setEnabled(not self.meaning_lock.isChecked())
        self.composition.setEnabled(not self.composition_lock.isChecked())

    def _remember(self, _value: float) -> None:
        self._set(meaning=round(self.meaning.value), composition=round(self.composition.value))

    def _set(self, *, meaning: int, composition: int) -> None:
        wanted = replace(self._studio.settings, meaning=meaning, composition=composition)
        if wanted != self._studio.settings:
            self._studio.change_settings(wanted)
        self._show_settings()

    def _show_settings(self) -> None:
        usual = Settings()
        self.meaning.show_value(self._studio.settings.meaning, usual.meaning)
        self.composition.show_value(self._studio.settings.composition, usual.composition)

    def _show_possible(self) -> None:
        if self._studio.document.previewing:
            return
        some = bool(self._studio.document.picture.layers)
        self.vary.setEnabled(self._studio.candidates.chosen is not None)
        self.vary_layer.setEnabled(some)
        self.vary_picture.setEnabled(some)


def _in_a_row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    for button in buttons:
        row.addWidget(button, 1)
    return row
