"""A quiet sentence below a control: what the model in use is too weak for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.limits import limit_of
from desktop.studio import Studio
from engine.families import Family


class LimitLabel(QLabel):
    """Hidden where there is nothing to say; follows the model."""

    def __init__(self, studio: Studio, effect: str) -> None:
        """`effect` is one of those in `desktop.limits`."""
        super().__init__()
        self._effect = effect
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("muted", True)
        self.setWordWrap(True)
        self._show(studio.model)
        studio.model_changed.connect(self._hear_model)

    def _hear_model(self, family: Family) -> None:
        self._show(family.name)

    def _show(self, model: str) -> None:
        self.setText(limit_of(model, self._effect))
        # It comes into view with what it will stand in; made visible by itself it is a window.
        if not self.text() or self.parentWidget() is not None:
            self.setVisible(bool(self.text()))
