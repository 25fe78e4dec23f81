"""A small button that shows an icon and says by name and tip what it does."""

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton

from desktop.icons import ICON


def icon_button(icon: QIcon, name: str, tip: str) -> QToolButton:
    """Return the button; `name` is read out, `tip` is shown under the pointer."""
    button = QToolButton()
    button.setIcon(icon)
    button.setIconSize(ICON)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    return button
