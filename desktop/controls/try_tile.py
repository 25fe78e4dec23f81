"""A tile for one of the things to try: its picture with its title below."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QToolButton

from desktop.tries import Try


class TryTile(QToolButton):
    """Reads its picture when it is first seen, or before."""

    def __init__(self, tried: Try, resources: Path, side: int) -> None:
        """`resources` holds the pictures; `side` is that of the picture in logical pixels."""
        super().__init__()
        self._picture = resources / "tries" / f"{tried.name}.png"
        self.setText(tried.shown)
        self.setAccessibleName(self.tr("Try it: {title}").format(title=tried.shown))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(side, side))

    def read(self) -> None:
        """Read the picture, unless that was done."""
        if self.icon().isNull():
            self.setIcon(QIcon(str(self._picture)))

    def showEvent(self, event: QShowEvent) -> None:
        """Read the picture now that it is seen."""
        self.read()
        super().showEvent(event)
