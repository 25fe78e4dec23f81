"""A process with a window on a screen, driven by events; prints what was measured as JSON.

`python -m tests.benchmarks.canvas_side CASE`. A step is an event and the painting it asks for: from
its delivery until the canvas has been painted, whatever else the window does in between.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop import reference_reserve
from desktop.canvas.view import CanvasView
from desktop.document.document import Document
from desktop.document.edits import Edit, move_layer
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.raster import Raster
from desktop.engine_choices import NICENESS
from desktop.icons import Icons
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import Theme
from desktop.windows.main import MainWindow
from desktop.windows.parts import Model, make_parts
from desktop.windows.workbench import Workbench
from tests.benchmarks.canvas_control import ControlWindow, LineCanvas, PlainCanvas
from tests.benchmarks.turns import Turns
from tests.fakes import FakeEngine

SIDE = 4096
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PATIENCE = 5.0
STROKE = 150
"""Moves of a stroke that is measured: a second and a fifth of a pen at 125 Hz."""

Case: TypeAlias = Callable[[], dict[str, Any]]


class Paints(QObject):
    """Counts the paintings of a widget and notes when each ended and where the pointer was."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count, self.at = 0, 0
        self.ends: list[tuple[float, int]] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look on; nothing is held back."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        elif isinstance(event, QMouseEvent):
            self.at = round(event.globalPosition().x())
        return False


@dataclass
class Desk:
    """A window, the canvas in it, and what is known of its paintings."""

    app: QApplication
    window: QMainWindow
    canvas: QWidget
    paints: Paints

    def step(self, act: Callable[[], object]) -> tuple[float, float]:
        """Milliseconds, by the clock and of the processor, from an event to what it painted."""
        before = self.paints.count
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        while self.paints.count == before and time.perf_counter() < wall + PATIENCE:
            self.app.processEvents()
        assert self.paints.count > before, "nothing was painted"
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    def complete(self, act: Callable[[], object]) -> tuple[float, float]:
        """The same until nothing is left to be drawn, over however many repaints."""
        wall, cpu = self.step(act)
        since, spent = time.perf_counter(), time.process_time()
        while not getattr(self.canvas, "complete", True):
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        wall += (time.perf_counter() - since) * 1000
        return wall, cpu + (time.process_time() - spent) * 1000

    def settle(self, seconds: float = 0.5) -> None:
        """Let the window do what it has put off."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def at(self, x: float, y: float) -> QPoint:
        """A place of the canvas in the window."""
        return self.canvas.mapTo(self.window, QPoint(round(x), round(y)))

    def move(self, x: float, y: float) -> tuple[float, float]:
        """A step of the pointer."""
        handle, place = self.window.windowHandle(), self.at(x, y)
        return self.step(lambda: QTest.mouseMove(handle, place))

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        """Press there."""
        QTest.mousePress(self.window.windowHandle(), button, pos=self.at(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        """Release there."""
        QTest.mouseRelease(self.window.windowHandle(), button, pos=self.at(x, y))

    def stroke(self, moves: int = STROKE, phase: float = 0.0) -> list[tuple[float, float]]:
        """A wavy line across the canvas; the steps."""
        width, height = self.canvas.width(), self.canvas.height()
        xs = np.linspace(0.08 * width, 0.92 * width, moves)
        ys = height * (0.5 + 0.35 * np.sin(np.linspace(0, 9, moves) + phase))
        self.press(xs[0], ys[0])
        steps = [self.move(x, y) for x, y in zip(xs[1:], ys[1:], strict=True)]
        self.release(xs[-1], ys[-1])
        return steps


@contextmanager
def control(size: float, kind: type[LineCanvas] = PlainCanvas) -> Iterator[Desk]:
    """A plain canvas."""
    app = QApplication([])
    window = ControlWindow(kind(size))
    yield shown(app, window, window.canvas)


@dataclass
class Easel(Desk):
    """The real window."""

    studio: Studio
    workbench: Workbench

    @property
    def view(self) -> CanvasView:
        """The canvas by its own name."""
        return self.workbench.parts.canvas

    def rest(self) -> None:
        """Let the picture come to rest: what is not looked at is packed meanwhile."""
        while not self.studio.tidying.rests:
            self.settle(0.1)

    def wheel(self, x: float, y: float, angle: int) -> tuple[float, float]:
        """A notch of the wheel."""
        at = QPointF(x, y)
        seen = QPointF(self.canvas.mapToGlobal(at))
        keys, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        turn = (QPoint(0, 0), QPoint(0, angle))
        event = QWheelEvent(at, seen, *turn, Qt.MouseButton.NoButton, keys, phase, False)
        return self.step(lambda: QApplication.sendEvent(self.canvas, event))


@contextmanager
def open_studio(paths: Paths) -> Iterator[Studio]:
    """A studio over an empty picture; not that of tests, which brings pytest and its memory."""
    studio = Studio(Document(Picture(Rect(0, 0, 64, 64))), FakeEngine(), paths, Settings())
    try:
        yield studio
    finally:
        studio.close()


@contextmanager
def easel(picture: Picture | None = None, tool: str = "brush", size: float = 50) -> Iterator[Easel]:
    """The window with a picture, a brush in hand and the second layer in use."""
    reference_reserve.lay_in()
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths.under(Path(folder))
        with open_studio(paths) as studio:
            theme = Theme(app, paths.resources)
            theme.apply("light")
            window = MainWindow(paths.config / "window.ini")
            icons = Icons(Path(paths.resources) / "icons")
            parts = make_parts(window, window.edit, studio, icons, Model("Starter", "-"))
            workbench = Workbench(window, parts, icons, theme)
            window.furnish(workbench)
            desk = shown(app, window, parts.canvas)
            made = Easel(desk.app, window, parts.canvas, desk.paints, studio, workbench)
            if picture is not None:
                studio.document.do(Edit("Open", lambda _: picture))
                parts.hand.choose_layer(picture.layers[min(2, len(picture.layers) - 1)].id)
            parts.hand.take(tool)
            parts.hand.change("brush", size=size)
            made.settle(1.5)
            yield made
            window.hide()


def shown(app: QApplication, window: QMainWindow, canvas: QWidget) -> Desk:
    """Show a window as large as the screen."""
    paints = Paints(canvas)
    window.showMaximized()
    assert QTest.qWaitForWindowExposed(window, 10_000)
    desk = Desk(app, window, canvas, paints)
    desk.settle()
    return desk


def sheet(seed: int, side: int, opaque: bool) -> Raster:
    """Noise in blocks: a picture that is neither plain nor hopeless."""
    generator = np.random.default_rng(seed)
    blocks = generator.integers(0, 256, (side // 32, side // 32, 4), dtype=np.uint8)
    if opaque:
        blocks[..., 3] = 255
    return Raster.from_array(blocks.repeat(32, axis=0).repeat(32, axis=1), 0, 0)


def five_layers() -> Picture:
    """4096², every layer painted all over, the lowest opaque."""
    made = tuple(Layer(n, str(n), sheet(n, SIDE, opaque=n == 0)) for n in range(5))
    return Picture(Rect(1024, 1024, 1024, 1024), made)


def painted_on() -> Picture:
    """4096²: a photograph, and four layers of which a quarter is painted, each another one."""
    photograph = Layer(0, "0", sheet(0, SIDE, opaque=True))
    half = SIDE // 2
    others = tuple(
        Layer(n, str(n), sheet(n, half, opaque=False).translated(half * (n % 2), half * (n // 3)))
        for n in range(1, 5)
    )
    return Picture(Rect(1024, 1024, 1024, 1024), (photograph, *others))


def summary(steps: list[tuple[float, float]], **more: Any) -> dict[str, Any]:
    """Median and 95th percentile, by the clock and of the processor."""
    walls, cpus = zip(*steps, strict=True)
    found: dict[str, Any] = {"steps": len(steps)}
    for name, values in (("wall", walls), ("cpu", cpus)):
        found[f"{name}_p50"], found[f"{name}_p95"] = np.percentile(values, [50, 95]).tolist()
        found[f"{name}_max"] = max(values)
    return found | more


def resident() -> float:
    """MiB of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


# --- the cases ---------------------------------------------------------------------------------


def stroke(desk: Desk) -> dict[str, Any]:
    """Three strokes; the first one warms up and is not counted."""
    desk.stroke()
    desk.settle()
    return summary([step for phase in (1.0, 2.0) for step in desk.stroke(phase=phase)])


def stroke_of(size: float, scale: float | None = 1.0) -> Case:
    """A brush of that size at that scale; None: the whole picture is seen."""

    def run() -> dict[str, Any]:
        with easel(five_layers(), size=size) as desk:
            look(desk, scale)
            return stroke(desk)

    return run


def control_of(size: float, kind: type[LineCanvas] = PlainCanvas) -> Case:
    """The same on the control."""

    def run() -> dict[str, Any]:
        with control(size, kind) as desk:
            return stroke(desk)

    return run


def look(desk: Easel, scale: float | None) -> None:
    """Bring the middle of the picture into view and let it become sharp."""
    if scale is not None:
        desk.view.zoom_to(scale)
        desk.view.look_at(SIDE / 2, SIDE / 2)
    desk.settle()
    while not desk.view.complete:
        desk.settle(0.1)
    desk.rest()


def lag(desk: Desk) -> dict[str, Any]:
    """Say where to draw, wait for the pen's account of it, and match it with what was painted."""
    left = desk.canvas.mapToGlobal(QPoint(0, 0)).x()
    row = desk.canvas.mapToGlobal(QPoint(0, desk.canvas.height() // 2)).y()
    ratio = desk.window.devicePixelRatioF()
    places = (left + 40, left + desk.canvas.width() - 40, row)
    process = QProcessOfPen([str(round(place * ratio)) for place in places])
    while process.runs:
        before = desk.paints.count
        desk.app.processEvents()
        if desk.paints.count > before:
            desk.paints.ends.append((time.monotonic(), desk.paints.at))
        else:
            time.sleep(0.0005)
    ends = desk.paints.ends
    lags = list[float]()
    for line in process.told.splitlines():
        sent, column = float(line.split()[0]), int(line.split()[1])
        seen = [when for when, at in ends if at >= column and when >= sent]
        lags.append((min(seen) - sent) * 1000 if seen else float("inf"))
    p50, p95 = np.percentile(lags, [50, 95]).tolist()
    return {"steps": len(lags), "wall_p50": p50, "wall_p95": p95, "wall_max": max(lags)}


class QProcessOfPen:
    """The pen in a process of its own."""

    def __init__(self, places: list[str]) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.pen", *places]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.told = ""

    @property
    def runs(self) -> bool:
        """Whether it still draws; its account is then in `told`."""
        if self._process.poll() is None:
            return True
        assert self._process.stdout is not None
        self.told = self._process.stdout.read()
        self._process.stdout.close()
        assert self._process.returncode == 0, self._process.returncode
        return False


def lag_of_easel() -> dict[str, Any]:
    """Five layers, a brush of 50 px."""
    with easel(five_layers()) as desk:
        look(desk, 1.0)
        return lag(desk)


def lag_of_control() -> dict[str, Any]:
    """The control."""
    with control(50) as desk:
        return lag(desk)


def zoom() -> dict[str, Any]:
    """By the wheel from the whole picture to 400 % and back, twice; what was never seen is cold."""
    with easel(five_layers()) as desk:
        look(desk, None)
        x, y = desk.canvas.width() * 0.6, desk.canvas.height() * 0.4
        notches = [120] * 18 + [-120] * 18 + [120] * 18 + [-120] * 18
        return summary([desk.wheel(x, y, angle) for angle in notches])


def pan() -> dict[str, Any]:
    """By the middle button across the picture, at 100 % and at 40 %."""
    with easel(five_layers()) as desk:
        steps = list[tuple[float, float]]()
        for scale in (1.0, 0.4):
            look(desk, scale)
            for start, way in ((0.9, -1), (0.1, 1), (0.1, 1), (0.9, -1)):
                width, y = desk.canvas.width(), desk.canvas.height() * 0.5
                xs = start * width + way * np.linspace(0, 0.8 * width, 40)
                desk.press(xs[0], y, MIDDLE)
                for place in xs[1:]:
                    steps.append(desk.move(place, y + 0.3 * (place - xs[0])))
                desk.release(xs[-1], y, MIDDLE)
        return summary(steps)


def busy() -> dict[str, Any]:
    """A stroke while the engine's process computes on both cores, as low as it is scheduled."""
    with easel(five_layers()) as desk:
        look(desk, 1.0)
        command = (sys.executable, "-m", "tests.benchmarks.busy_core", str(NICENESS))
        others = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
        try:
            for each in others:
                assert each.stdout is not None
                each.stdout.readline()  # it has begun
            return stroke(desk)
        finally:
            for each in others:
                each.kill()
                each.communicate()


def undo() -> dict[str, Any]:
    """Undo and redo a stroke across the canvas by the menu's own verbs."""
    with easel(five_layers()) as desk:
        look(desk, 1.0)
        desk.stroke()
        actions, steps = desk.workbench.actions_by_verb, list[tuple[float, float]]()
        for _ in range(5):
            for verb in ("studio.undo", "studio.redo"):
                desk.settle(0.4)
                steps.append(desk.complete(actions[verb].trigger))
        return summary(steps)


def idle() -> dict[str, Any]:
    """Parts of a core in ten seconds in which nobody does anything, a selection being shown."""
    with easel(five_layers()) as desk:
        look(desk, None)
        desk.workbench.actions_by_verb["select.frame"].trigger()
        desk.rest()
        desk.settle(2.0)
        wall, cpu = time.perf_counter(), time.process_time()
        loop = QEventLoop()  # as the program itself waits; qWait wakes a hundred times a second
        QTimer.singleShot(10_000, loop.quit)
        loop.exec()
        spent = time.process_time() - cpu
        return {"share": spent / (time.perf_counter() - wall), "seconds": spent}


def memory_of(make: Callable[[], Picture]) -> Case:
    """MiB with the picture open, after 20 long strokes, and after a rest."""

    def run() -> dict[str, Any]:
        with easel() as desk:
            empty = resident()
            desk.studio.document.do(Edit("Open", lambda _: make()))
            desk.workbench.parts.hand.choose_layer(2)
            desk.settle()
            loaded = resident()
            look(desk, None)
            opened = resident()
            look(desk, 1.0)
            for n in range(20):
                desk.stroke(phase=n / 3)
            strokes = resident()
            desk.rest()
            rested = resident() - opened
            more = strokes - opened
            return {
                "empty": empty,
                "at_first": loaded,
                "opened": opened,
                "more": more,
                "rested": rested,
            }

    return run


def opening() -> dict[str, Any]:
    """From choosing a PNG of 4096² until nothing of it is left to be painted."""
    generator = np.random.default_rng(1)
    small = Image.fromarray(generator.integers(0, 256, (128, 128, 3), dtype=np.uint8))
    path = Path(tempfile.mkdtemp()) / "picture.png"
    small.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(path)
    with easel() as desk, Turns() as turns:
        layers = len(desk.studio.document.picture.layers)
        wall, cpu = time.perf_counter(), time.process_time()
        desk.studio.files.open_picture(path)
        while len(desk.studio.document.picture.layers) == layers:
            desk.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        read = time.perf_counter() - wall
        desk.complete(desk.canvas.update)
        return {
            "read": read * 1000,
            "wall": (time.perf_counter() - wall) * 1000,
            "cpu": (time.process_time() - cpu) * 1000,
            "turn": turns.longest,
        }


def large() -> dict[str, Any]:
    """8192² with twenty layers, each half transparent; they share their tiles, for the memory."""
    raster = sheet(0, 8192, opaque=True)
    layers = tuple(Layer(n, str(n), raster, opacity=0.5) for n in range(20))
    with easel(Picture(Rect(1024, 1024, 1024, 1024), layers)) as desk:
        look(desk, 1.0)
        return stroke(desk)


def reorder() -> dict[str, Any]:
    """The lowest of fifty half transparent layers to the top and back, until it is painted."""
    raster = sheet(0, 1024, opaque=True)
    layers = tuple(
        Layer(n, str(n), raster.translated(40 * n, 30 * n), opacity=0.5) for n in range(50)
    )
    with easel(Picture(Rect(0, 0, 1024, 1024), layers)) as desk:
        look(desk, None)
        document, steps = desk.studio.document, list[tuple[float, float]]()
        for place in (49, 0) * 4:
            steps.append(desk.complete(lambda place=place: document.do(move_layer(0, place))))
            desk.settle(0.2)
        return summary(steps)


CASES: dict[str, Case] = {
    "line-20": control_of(20, LineCanvas),
    "control-20": control_of(20),
    "stroke-20": stroke_of(20),
    "line-50": control_of(50, LineCanvas),
    "control-50": control_of(50),
    "stroke-50": stroke_of(50),
    "line-200": control_of(200, LineCanvas),
    "control-200": control_of(200),
    "stroke-200": stroke_of(200),
    "line-500": control_of(500, LineCanvas),
    "control-500": control_of(500),
    "stroke-500": stroke_of(500),
    "stroke-50-fit": stroke_of(50, None),
    "stroke-busy": busy,
    "lag-control": lag_of_control,
    "lag": lag_of_easel,
    "zoom": zoom,
    "pan": pan,
    "undo": undo,
    "idle": idle,
    "memory-full": memory_of(five_layers),
    "memory": memory_of(painted_on),
    "open": opening,
    "large": large,
    "reorder": reorder,
}


if __name__ == "__main__":
    found = CASES[sys.argv[1]]()
    print(json.dumps(found))
