"""The panels at the sides of the window: moved, hidden, put back; the window remembers where."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLayout, QMainWindow, QTabBar, QWidget
from shiboken6 import isValid

from desktop.by_turns import ByTurns, paint_by_turns

WIDTH = 272
"""Of the docks at the right, in logical pixels; more where the words on their tabs are longer."""

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
        self._roomy: set[QDockWidget] = set()
        self._away = False
        self._sizes: list[tuple[QDockWidget, QSize]] = []
        self._resetting: ByTurns | None = None
        self._returning: ByTurns | None = None

    def add(self, name: str, title: str, panel: QWidget, beside: str = "") -> None:
        """Dock a panel below the others, or as a page of the dock called `beside`."""
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._docks[name] = dock
        # Else it would come behind those it shares its place with, and nothing would be seen of it.
        dock.toggleViewAction().triggered.connect(lambda on: self.bring(name) if on else None)
        if beside:
            self._beside[name] = beside

    def settle(self) -> None:
        """Put every dock in its first place, at once."""
        for _ in (*self._separated(), *self._put_together()):
            pass
        # Sizes are given out when the window lays itself out; what is asked before is forgotten.
        QTimer.singleShot(0, self._window, self.apportion)

    def reset(self) -> None:
        """Put every dock in its first place, a part a turn; they are painted when all are there."""
        if self._resetting is not None:
            self._resetting.stop()
        self._finish()
        self._resetting = ByTurns(self._reset(), self._window)

    def _reset(self) -> Iterator[None]:
        layout, docks = self._layout(), self._docks.values()
        # Qt lays the window out whenever a dock goes or comes: three times as much in all.
        layout.setEnabled(False)
        for dock in docks:
            dock.setUpdatesEnabled(False)
        try:
            yield from self._separated()
            yield from self._put_together()
            layout.setEnabled(True)
            with unpainted(self._middle()):
                layout.activate()
            yield
            self.apportion()
            yield
            for dock in (*self._columns(), *docks):
                if not dock.updatesEnabled():
                    dock.setUpdatesEnabled(True)
                    yield
        finally:
            self._resetting = None
            if isValid(layout):  # else the window has gone meanwhile
                layout.setEnabled(True)
                for dock in docks:
                    dock.setUpdatesEnabled(True)

    def _separated(self) -> Iterator[None]:
        """Have every dock stand by itself at the right."""
        self._roomy.clear()
        right = Qt.DockWidgetArea.RightDockWidgetArea
        with unpainted(self._middle()):
            for dock in self._docks.values():
                dock.setFloating(False)
                self._window.addDockWidget(right, dock)
                dock.show()
        yield

    def _put_together(self) -> Iterator[None]:
        """Have them share the places that they share at first, after they were separated."""
        with unpainted(self._middle()):
            for name, other in self._beside.items():
                self._window.tabifyDockWidget(self._docks[other], self._docks[name])
            for dock in self._columns():
                dock.raise_()
        yield

    def _finish(self) -> None:
        """Do what is left to be done by turns, before something else is done with the docks."""
        for work in (self._resetting, self._returning):
            if work is not None:
                work.finish()

    def _layout(self) -> QLayout:
        layout = self._window.layout()
        assert layout is not None
        return layout

    def _middle(self) -> QWidget:
        middle = self._window.centralWidget()
        assert middle is not None
        return middle

    def apportion(self) -> None:
        """Give the docks their first width and their shares of the height."""
        columns = self._columns()
        layout = self._layout()
        layout.activate()  # before, the bars of tabs do not know what stands on them
        width = max(WIDTH, 0, *(bar.sizeHint().width() for bar in self._tab_bars()))
        self._window.resizeDocks(columns, [width] * len(columns), Qt.Orientation.Horizontal)
        height = self._window.height()
        heights = [height * share // sum(SHARES) for share in SHARES]
        self._window.resizeDocks(columns, heights, Qt.Orientation.Vertical)

    def _columns(self) -> list[QDockWidget]:
        return [dock for name, dock in self._docks.items() if name not in self._beside]

    def switches(self) -> list[QAction]:
        """Return an action for each dock that shows and hides it."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def allow_switching(self, allowed: bool) -> None:
        """Let the switches work, or not while the docks are away with their page."""
        for switch in self.switches():
            switch.setEnabled(allowed)

    def bring(self, name: str, room: int = 0) -> None:
        """Show a dock in front of those it shares its place with.

        room: logical pixels of height that it is given the first time it stands with the others,
        if it has fewer.
        """
        if self._resetting is not None:
            self._resetting.finish()  # there are no tabs to choose before the next turn
            QTimer.singleShot(0, self._window, lambda: self.bring(name, room))
            return
        self._finish()
        dock = self._docks[name]
        dock.show()
        if not self._turn_to(dock):
            dock.raise_()
        if room and dock not in self._roomy and not self._away:
            self._roomy.add(dock)
            QTimer.singleShot(0, self._window, lambda: self._give_room(dock, room))

    def _turn_to(self, dock: QDockWidget) -> bool:
        """Choose its tab, as a click does; False where it has none."""
        for bar in self._tab_bars():
            for index in range(bar.count()):
                if bar.tabText(index) == dock.windowTitle():
                    with unpainted(self._middle()):
                        bar.setCurrentIndex(index)
                    return True
        return False

    def _give_room(self, dock: QDockWidget, room: int) -> None:
        above = [
            each
            for each in self._docks.values()
            if each is not dock and not each.isFloating() and not each.visibleRegion().isEmpty()
        ]
        if len(above) == 1 and dock.height() < room and not dock.isFloating():
            rest = max(1, above[0].height() + dock.height() - room)  # Qt keeps to its least height
            self._window.resizeDocks([above[0], dock], [rest, room], Qt.Orientation.Vertical)

    def hide(self, hidden: bool, *others: QWidget) -> None:
        """Hide those in view, or show again those that this has hidden; and `others` with them."""
        self._finish()
        if hidden == self._away:
            for each in others:
                each.setVisible(not hidden)
            return
        self._away = hidden
        if hidden:
            self._remember_sizes()
            self._hidden = [dock for dock in self._docks.values() if dock.isVisible()]
            self._set_visible(False, others)
            self._layout().setEnabled(True)
            self._layout().activate()
        else:
            self._returning = ByTurns(self._laid_out(*self._brought(others)), self._window)

    def _set_visible(self, visible: bool, others: Iterable[QWidget]) -> None:
        """Have the window laid out once by whoever enables it again, not once for each of them."""
        self._layout().setEnabled(False)
        for each in (*self._hidden, *others):
            each.setVisible(visible)

    def _brought(self, others: Sequence[QWidget]) -> tuple[list[QDockWidget], list[QWidget]]:
        """Show what was hidden; return the docks that are to be in front, and all, to be painted.

        None of it is painted before it has its place.
        """
        brought = [dock for dock in self._docks.values() if dock.isVisible()]
        front = [dock for dock, _ in self._sizes]
        behind = [dock for dock in self._hidden if dock not in front]
        parts = [*others, *front, *behind]
        for each in parts:
            each.setUpdatesEnabled(False)
        self._set_visible(True, others)
        return brought or front, parts

    def _laid_out(self, front: list[QDockWidget], parts: list[QWidget]) -> Iterator[None]:
        """Lay the window out with what has come back into it, and have that painted."""
        layout = self._layout()
        try:
            layout.setEnabled(True)
            layout.activate()
            for dock in front:  # Qt turns to the first of those that share a place
                self._turn_to(dock)
            self._put_back_sizes()
            yield
            self._put_back_sizes()  # once more when the window has laid itself out
        finally:
            self._returning = None
            if isValid(layout):  # else the window has gone meanwhile
                layout.setEnabled(True)
                paint_by_turns(parts, self._window)

    def come_back(self) -> None:
        """Show those that were hidden, at once in their sizes, which are about to be saved."""
        self._finish()
        if self._away:
            self.hide(False)
            self._finish()

    def _remember_sizes(self) -> None:
        """Qt gives docks that come back others sizes than they had."""
        self._layout().activate()
        seen = [dock for dock in self._docks.values() if dock.isVisible() and not dock.isFloating()]
        front = [dock for dock in seen if not dock.visibleRegion().isEmpty()]
        # Of a group of docks the size that can be asked for includes its tabs.
        tabs = max((bar.height() for bar in self._tab_bars()), default=0)
        self._sizes = [(dock, dock.size() + QSize(0, tabs)) for dock in front]

    def _tab_bars(self) -> list[QTabBar]:
        """Those of the docks that share a place, which Qt makes, and cuts where they are narrow."""
        bars = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [bar for bar in bars if bar.isVisible()]

    def _put_back_sizes(self) -> None:
        docks = [dock for dock, _ in self._sizes]
        widths = [size.width() for _, size in self._sizes]
        heights = [size.height() for _, size in self._sizes]
        self._window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)
        self._window.resizeDocks(docks, heights, Qt.Orientation.Vertical)


@contextmanager
def unpainted(middle: QWidget) -> Iterator[None]:
    """Let nobody have `middle` painted anew for nothing.

    Qt raises the middle of a window whenever a tab of a dock is chosen, and would then paint all of
    it, although nothing lies on it. Were updates enabled again by their function, it would too.
    """
    disabled = Qt.WidgetAttribute.WA_UpdatesDisabled
    before, was = middle.geometry(), middle.testAttribute(disabled)
    middle.setAttribute(disabled, True)
    try:
        yield
    finally:
        middle.setAttribute(disabled, was)
    if middle.geometry() != before:
        middle.update()
