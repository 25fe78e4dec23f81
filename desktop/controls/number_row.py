"""A number with a slider to feel and a box to type: the same value, whichever is used."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.controls.number_margin import give_margin
from desktop.controls.wheel_guard import GuardedNumber, GuardedSlider

TICKS = 1000
"""Places that the slider knows between both ends."""

LEAST_BOX = 72
"""Pixels that a box is wide at least."""

CURVE = 3.0
"""Exponent of a curved slider: half way lies at an eighth of the range."""


class _Slider(GuardedSlider):
    """Has a default to go back to, perhaps."""

    default_wanted = Signal()

    def __init__(self) -> None:
        """Have none."""
        super().__init__(Qt.Orientation.Horizontal)
        self.has_default = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to it."""
        if self.has_default:
            self.default_wanted.emit()
        else:
            super().mouseDoubleClickEvent(event)


class NumberRow(QWidget):
    """Reports `changed` while it is dragged and `settled` when a change is complete."""

    changed = Signal(float)
    settled = Signal(float)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        *,
        unit: str = "",
        decimals: int = 0,
        curved: bool = False,
    ) -> None:
        """`name` is what a screen reader says; `curved` gives small values more of the slider."""
        super().__init__()
        self._low, self._high, self._curve = low, high, CURVE if curved else 1.0
        self._default: float | None = None
        self.slider = _Slider()
        self.box = GuardedNumber()
        self.slider.setRange(0, TICKS)
        self.slider.setSingleStep(TICKS // 100)
        self.slider.setPageStep(TICKS // 10)
        self.slider.setMinimumWidth(48)
        self.box.setRange(low, high)
        self.box.setDecimals(decimals)
        self.box.setSuffix(unit)
        self.box.setKeyboardTracking(False)
        self.show_name(name)
        self.box.setMinimumWidth(LEAST_BOX)
        give_margin(self.box)
        for control in (self.slider, self.box):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.default_wanted.connect(self._go_back)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._settle)
        self.box.valueChanged.connect(self._typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)

    @property
    def value(self) -> float:
        """The number as it stands."""
        return self.box.value()

    def show_name(self, name: str) -> None:
        """Have a screen reader say another name."""
        self.slider.setAccessibleName(name)
        self.box.setAccessibleName(f"{name}, {self.tr('typed')}")

    def set_range(self, low: float, high: float) -> None:
        """Allow other numbers, low < high; the present one moves to the nearest of them."""
        self._low, self._high = low, high
        self.box.blockSignals(True)
        self.box.setRange(low, high)
        self.box.blockSignals(False)
        self.show_value(self.box.value())

    def show_value(self, value: float, default: float | None = None) -> None:
        """Show a number without reporting it; a double click goes back to `default`."""
        self._default = default if default is not None else self._default
        self.slider.has_default = self._default is not None
        for control, shown in ((self.box, value), (self.slider, self._place(value))):
            control.blockSignals(True)
            control.setValue(shown)  # type: ignore[arg-type]
            control.blockSignals(False)

    def _go_back(self) -> None:
        if self._default is not None:
            self.box.setValue(self._default)

    def _place(self, value: float) -> int:
        share = (value - self._low) / (self._high - self._low)
        return round(TICKS * max(0.0, share) ** (1 / self._curve))

    def _slid(self, place: int) -> None:
        value = self._low + (self._high - self._low) * (place / TICKS) ** self._curve
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        self.changed.emit(self.box.value())
        if not self.slider.isSliderDown():
            self._settle()

    def _typed(self, value: float) -> None:
        self.show_value(value)
        self.changed.emit(value)
        self._settle()

    def _settle(self) -> None:
        self.settled.emit(self.box.value())
