"""The program itself, with somebody inside who says what can be seen and where.

`python tests/watched.py SOCKET …` starts Easel as `main.py …` does. Whoever connects to SOCKET gets
everything in view as a screen reader finds it: names, roles and places from Qt's accessibility.
What drives the real window (`tests.desk`) finds by name what it clicks, wherever that stands.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is a program of its own, run from anywhere

from PySide6.QtCore import QObject, QPoint, QRect, Qt  # noqa: E402
from PySide6.QtGui import QAccessible, QAccessibleInterface  # noqa: E402
from PySide6.QtNetwork import QLocalServer  # noqa: E402
from PySide6.QtWidgets import (  # noqa: E402
    QAbstractItemView,
    QApplication,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)

import main  # noqa: E402
from desktop import app  # noqa: E402

Thing = dict[str, object]


class Watcher(QObject):
    """Answers each connection with one line of JSON: what is in view, and whether work goes on."""

    def __init__(self, program: app.Program, socket: str) -> None:
        """Listen at the path `socket`."""
        super().__init__(program.app)
        self._program = program
        program.app.setCursorFlashTime(0)  # so that nothing moves on the screen by itself
        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(socket)  # of a program that has ended
        if not self._server.listen(socket):
            sys.exit(f"watched: {self._server.errorString()}")

    def _answer(self) -> None:
        connection = self._server.nextPendingConnection()
        told = {"busy": self._busy(), "sketching": self._sketching(), "things": list(in_view())}
        told["frame"] = self._frame()
        connection.disconnected.connect(connection.deleteLater)
        connection.write(json.dumps(told).encode())
        connection.disconnectFromServer()

    def _busy(self) -> bool | None:
        """Whether something is painted; None until the studio is there."""
        studio = self._program.studio
        return None if studio is None else studio.busy

    def _sketching(self) -> bool:
        workbench = self._program.window.workbench
        if workbench is None:
            return False
        ideas = workbench.parts.ideas
        return any(page.sketching.busy for page in (ideas.mix, ideas.reword, ideas.looks))

    def _frame(self) -> list[int]:
        """Where the frame stands on the screen: left, top, width, height; nothing before it is."""
        workbench = self._program.window.workbench
        if workbench is None:
            return []
        canvas = workbench.parts.canvas
        frame = canvas.document.picture.frame
        seen = QRect(*map(round, canvas.viewport.to_view(frame)))
        corner = canvas.mapToGlobal(seen.topLeft())
        return [corner.x(), corner.y(), seen.width(), seen.height()]


def in_view() -> Iterator[Thing]:
    """Everything that can be seen and has a name or a value, windows in the order of Qt."""
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            yield from _of(window, window.frameGeometry(), ())


def _of(widget: QWidget, room: QRect, inside: tuple[str, ...]) -> Iterator[Thing]:
    """A widget and what is in it, as far as it lies in `room` of the screen.

    Never asks an interface for its object: that wrapper would be dead once the interface is gone.
    """
    seen = widget.rect().translated(widget.mapToGlobal(QPoint())) & room
    if not widget.isVisible() or seen.isEmpty():
        return
    found = QAccessible.queryAccessibleInterface(widget)
    yield from _thing(found, seen, inside)
    name = found.text(QAccessible.Text.Name)
    around = (*inside, name) if name else inside
    if isinstance(widget, QAbstractItemView):
        yield from _items(widget, seen, around)
    if isinstance(widget, QMenuBar | QMenu | QTabBar):
        for child in filter(None, map(found.child, range(found.childCount()))):
            yield from _thing(child, child.rect() & seen, around)
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow():
            yield from _of(child, seen, around)


def _items(view: QAbstractItemView, seen: QRect, inside: tuple[str, ...]) -> Iterator[Thing]:
    """The items of a list; interfaces of items outlive a change of the list and are wrong then."""
    model, corner = view.model(), view.viewport().mapToGlobal(QPoint())
    for index in (model.index(row, 0) for row in range(model.rowCount())):
        place = view.visualRect(index).translated(corner) & seen
        if not place.isEmpty():
            name = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or ""
            yield {
                "name": str(name),
                "value": "",
                "role": "ListItem",
                "place": place.getRect(),
                "enabled": bool(index.flags() & Qt.ItemFlag.ItemIsEnabled),
                "checked": view.selectionModel().isSelected(index),
                "inside": inside,
            }


def _thing(found: QAccessibleInterface, seen: QRect, inside: tuple[str, ...]) -> Iterator[Thing]:
    state, text = found.state(), QAccessible.Text
    name, value = found.text(text.Name), found.text(text.Value)
    if state.invisible or seen.isEmpty() or not (name or value):
        return
    yield {
        "name": name,
        "value": value,
        "role": found.role().name,
        "place": seen.getRect(),
        "enabled": not state.disabled,
        "checked": bool(state.checked),
        "inside": inside,
    }


def watch(socket: str) -> None:
    """Have every Program be watched."""

    class Watched(app.Program):
        def __init__(self, argv: list[str]) -> None:
            super().__init__(argv)
            self.watcher = Watcher(self, socket)

    app.Program = Watched  # type: ignore[misc]


if __name__ == "__main__":
    watch(sys.argv[1])
    sys.argv[1:] = sys.argv[2:]
    main.end(main.main(sys.argv[1:]))
