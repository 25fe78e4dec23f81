"""The panels at the sides of the window: moved, hidden, put back; the window remembers where."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

WIDTH = 272
"""Of the docks at the right, in logical pixels."""

SHARES = (5, 6)
"""Of the height: what stands above, what stands below."""


class Docks:
    """Every dock of one window."""

    def __init__(self, window: QMainWindow) -> None:
        """Begin with none."""
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._beside: dict[str, str] = {}
        self._hidden: list[QDockWidget] = []

    def add(self, name: str, title: str, panel: QWidget, beside: str = "") -> None:
        """Dock a panel below the others, or as a page of the dock called `beside`."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._docks[name] = dock
        if beside:
            self._beside[name] = beside

    def settle(self) -> None:
        """Put every dock in its first place."""
        right = Qt.DockWidgetArea.RightDockWidgetArea
        for name, dock in self._docks.items():
            dock.setFloating(False)
            self._window.addDockWidget(right, dock)
            dock.show()
            if name in self._beside:
                self._window.tabifyDockWidget(self._docks[self._beside[name]], dock)
        columns = [dock for name, dock in self._docks.items() if name not in self._beside]
        for dock in columns:
            dock.raise_()
        self._window.resizeDocks(columns, [WIDTH] * len(columns), Qt.Orientation.Horizontal)
        height = self._window.height()
        heights = [height * share // sum(SHARES) for share in SHARES]
        self._window.resizeDocks(columns, heights, Qt.Orientation.Vertical)

    def switches(self) -> list[QAction]:
        """Return an action for each dock that shows and hides it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def hide(self, hidden: bool) -> None:
        """Hide those in view, or show again those that this has hidden."""
        if hidden:
            self._hidden = [dock for dock in self._docks.values() if dock.isVisible()]
        for dock in self._hidden:
            dock.setVisible(not hidden)
