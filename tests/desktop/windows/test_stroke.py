"""While somebody paints or zooms, the window draws the canvas and lays out nothing."""

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from desktop.document.edits import Edit
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.paths import Paths
from tests.desktop.pointing import Mouse
from tests.shell import Shell, open_shell

pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        yield shell


def picture() -> Picture:
    """A layer that is painted all over."""
    frame = Rect(0, 0, 64, 64)
    return Picture(frame, (Layer(1, "a", Raster.empty().filled((90, 80, 70, 255), frame)),))


class Seen(QObject):
    """Counts what is painted and laid out anywhere in the application."""

    def __init__(self) -> None:
        super().__init__()
        self.paints, self.layouts = Counter[str](), Counter[str]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and not isinstance(watched, QMainWindow):
            name = type(watched).__name__
            self.paints[name] += event.type() == QEvent.Type.Paint
            self.layouts[name] += event.type() == QEvent.Type.LayoutRequest
        return False


def watched(shell: Shell, qtbot: QtBot) -> Seen:
    """What happens in a third of a second of a stroke."""
    canvas, app = shell.window.canvas, QApplication.instance()
    shell.workbench.parts.hand.take("brush")
    mouse, seen = Mouse(canvas), Seen()
    assert app is not None
    canvas.setFocus()  # no caret blinks
    mouse.press((5, 5))
    mouse.move((8, 8))
    qtbot.wait(400)  # what the press has begun
    app.installEventFilter(seen)
    for place in range(10, 40):
        mouse.move((place, place))
        qtbot.wait(10)
    app.removeEventFilter(seen)
    mouse.release((40, 40))
    return seen


def test_a_stroke_paints_the_canvas_and_nothing_else(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.document.do(Edit("Open", lambda _: picture()))
    seen = watched(shell, qtbot)
    assert seen.paints["CanvasView"] >= 20
    assert {name for name, count in seen.paints.items() if count} == {"CanvasView"}
    assert not seen.layouts.total()


def test_a_panel_that_heard_of_each_step_would_be_noticed(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.document.do(Edit("Open", lambda _: picture()))
    status = shell.workbench.parts.status
    shell.studio.document.listeners.append(lambda dirty: status.zoom.setText(str(dirty)))
    seen = watched(shell, qtbot)
    assert seen.paints["QLabel"]


def test_where_the_pointer_was_is_shown_once_the_hand_rests(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.document.do(Edit("Open", lambda _: picture()))
    watched(shell, qtbot)
    mouse, pointer = Mouse(shell.window.canvas), shell.workbench.parts.status.pointer
    mouse.press((5, 5))
    mouse.move((30.5, 20.5))
    qtbot.waitUntil(lambda: pointer.text() == "30, 20", timeout=2000)
    mouse.release((30, 20))


def test_zooming_lays_out_nothing(qtbot: QtBot, shell: Shell) -> None:
    shell.studio.document.do(Edit("Open", lambda _: picture()))
    canvas, app = shell.window.canvas, QApplication.instance()
    seen = Seen()
    assert app is not None
    qtbot.wait(400)
    app.installEventFilter(seen)
    for scale in (0.07, 1.0, 2.5, 31.0):
        canvas.zoom_to(scale)
        qtbot.wait(30)
    app.removeEventFilter(seen)
    assert shell.workbench.parts.status.zoom.text() == "3100 %"
    zoom = shell.workbench.parts.status.zoom
    assert zoom.sizeHint().width() <= zoom.width(), "nothing of it is cut off"
    assert seen.paints["CanvasView"] >= 4
    assert not seen.layouts.total(), seen.layouts
