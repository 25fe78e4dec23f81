"""Photograph the canvas with every tool at work: light and dark, at 100 % and 200 %.

`python3 run.py screenshots --tools` writes a sheet for each scheme and scale to docs/screenshots,
to be looked at, and every window in full to the folder that `--full` names. Needs no screen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication

from desktop import reference_reserve
from desktop.document.document import Document
from desktop.document.geometry import Rect
from desktop.document.picture import Picture
from desktop.icons import Icons
from desktop.paths import Paths
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import Theme
from desktop.windows.main import MainWindow
from desktop.windows.parts import Model, make_parts
from desktop.windows.workbench import Workbench
from engine.requests import Pixels
from tests.desktop.pointing import Mouse
from tests.fakes import FakeEngine

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "screenshots"
SCHEMES, SCALES = ("light", "dark"), (1, 2)
SIZE = (1280, 800)
COLUMNS = 4
RESTS = 0.5
"""Seconds after which the window has caught up with a change."""

THUMB = 480
"""Width of one picture of a sheet at 100 %, in pixels."""


def main() -> int:
    """Photograph every scheme at every scale, each in a process: the scale is Qt's for life."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--full", type=Path, help="keep every window in full here")
    parser.add_argument("--one", nargs=2, metavar=("SCHEME", "SCALE"), help="one sheet alone")
    options = parser.parse_args()
    if options.one:
        scheme, scale = options.one
        photograph(scheme, int(scale), options.full)
        return 0
    for scheme in SCHEMES:
        for scale in SCALES:
            command = [sys.executable, "-m", "tests.tool_screenshots", "--one", scheme, str(scale)]
            command += ["--full", str(options.full)] if options.full else []
            environment = {
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": str(scale),
                "PYTHONPATH": str(ROOT),
            }
            subprocess.run(command, env=environment, check=True, cwd=ROOT)
            print(f"{scheme} at {scale * 100} %: written")
    return 0


def photograph(scheme: str, scale: int, full: Path | None) -> None:
    """Write the sheet of one scheme and scale."""
    app = QApplication([])
    with tempfile.TemporaryDirectory(prefix="easel-") as home:
        desk = Desk(app, Path(home), scheme)
        shots: list[Image.Image] = []
        for name, act in SCENES:
            file = Path(home) / f"{name}.png"
            desk.begin()
            act(desk)
            desk.settle()
            desk.window.grab().save(str(file))
            desk.end()
            with Image.open(file) as shot:
                shots.append(shot.convert("RGB"))
            if full is not None:
                full.mkdir(parents=True, exist_ok=True)
                shots[-1].save(full / f"{name}-{scheme}-{scale}x.png")
        OUTPUT.mkdir(parents=True, exist_ok=True)
        sheet(shots, THUMB).save(OUTPUT / f"tools-{scheme}-{scale}x.png", optimize=True)
        desk.close()


def sheet(shots: list[Image.Image], width: int) -> Image.Image:
    """Lay pictures of the same size side by side, in rows, reduced to a common width."""
    height = shots[0].height * width // shots[0].width
    rows = -(-len(shots) // COLUMNS)
    ground = tuple(
        int(part) for part in np.asarray(shots[0])[0, 0]
    )  # where the last row is not full
    made = Image.new("RGB", (COLUMNS * width, rows * height), ground)
    for place, shot in enumerate(shots):
        small = shot.resize((width, height), Image.Resampling.LANCZOS)
        made.paste(small, (place % COLUMNS * width, place // COLUMNS * height))
    return made.quantize(256, kmeans=1)  # a median cut alone loses rare colours


class Desk:
    """The whole window over an engine that does nothing, with a picture to work on."""

    def __init__(self, app: QApplication, home: Path, scheme: str) -> None:
        reference_reserve.lay_in()
        self.app, paths = app, Paths.under(home)
        document = Document(Picture(Rect(0, 0, 256, 256)))
        self.studio = Studio(document, FakeEngine(), paths, Settings())
        theme = Theme(app, paths.resources)
        theme.apply(scheme)
        icons = Icons(paths.resources / "icons")
        self.window = MainWindow(home / "window.ini")
        self.window.resize(*SIZE)
        self.window.show()  # first, as the program does: Qt forgets bars of tabs otherwise
        self.settle()
        model = Model("Starter", "Starter draws emoji-like pictures")
        parts = make_parts(self.window, self.window.edit, self.studio, icons, model)
        workbench = Workbench(self.window, parts, icons, theme)
        self.window.furnish(workbench)
        self.settle()
        self.canvas, self.hand, self.document = parts.canvas, parts.hand, document
        self.actions = workbench.actions_by_verb
        self.mouse = Mouse(self.canvas)
        self.studio.place_pixels(landscape(), "house")
        self.studio.place_pixels(apple(), "apple")
        self.first = document.position

    def begin(self) -> None:
        """Lay everything out anew."""
        self.document.go_to(self.first)
        self.hand.choose_layer(self.document.picture.layers[-1].id)
        self.canvas.fit()
        self.settle()

    def take(self, tool: str, **options: object) -> None:
        """Use a tool."""
        self.hand.take(tool)
        if options:
            self.hand.change(tool, **options)

    def settle(self) -> None:
        """Let the window do what it has to, thumbnails and what the button says included."""
        end = time.monotonic() + RESTS
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)
        self.app.processEvents()  # what the last timers have asked for, on a busy machine

    def end(self) -> None:
        """Give up what goes on."""
        self.canvas.abandon()
        self.canvas.turn_upright()

    def close(self) -> None:
        """End all threads."""
        self.window.hide()
        self.studio.close()


def landscape() -> Pixels:
    """A house under the sun, 256x256 RGB."""
    picture = Image.new("RGB", (256, 256), (150, 200, 240))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 180, 256, 256), fill=(90, 160, 70))
    draw.ellipse((180, 20, 230, 70), fill=(250, 220, 60))
    draw.rectangle((60, 110, 160, 200), fill=(200, 80, 60))
    draw.polygon([(50, 110), (110, 60), (170, 110)], fill=(120, 60, 40))
    return np.asarray(picture)


def apple() -> Pixels:
    """An apple on nothing, 96x96 RGBA."""
    picture = Image.new("RGBA", (192, 192), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((24, 40, 168, 180), fill=(210, 40, 40, 255))
    draw.line((96, 44, 108, 8), fill=(80, 50, 20, 255), width=10)
    return np.asarray(picture.resize((96, 96), Image.Resampling.LANCZOS))


def frame(desk: Desk) -> None:
    """Moved over the edge."""
    desk.take("frame")
    desk.mouse.press((128, 128))
    desk.mouse.move((180, 150), (222, 176))


def move(desk: Desk) -> None:
    """A layer under way."""
    desk.take("move")
    desk.mouse.press((128, 128))
    desk.mouse.move((100, 100), (70, 90))


def transform(desk: Desk) -> None:
    """Turned and larger."""
    desk.take("transform")
    desk.mouse.drag((176, 176), (190, 190), (215, 215))
    desk.mouse.press((240, 60))
    desk.mouse.move((250, 90), (245, 120))


def brush(desk: Desk) -> None:
    """In mid-stroke, with its outline."""
    desk.hand.set_colour((90, 60, 200))
    desk.take("brush", size=34.0, hardness=60.0)
    desk.mouse.press((30, 200))
    desk.mouse.move((60, 120), (110, 60), (170, 90), (220, 170))


def eraser(desk: Desk) -> None:
    """A hole in the upper layer."""
    desk.take("eraser", size=30.0)
    desk.mouse.press((90, 90))
    desk.mouse.move((128, 128), (160, 150))


def mask(desk: Desk) -> None:
    """The mask of the next run."""
    desk.actions["hand.toggle_mask"].trigger()
    desk.take("brush", size=70.0)
    desk.mouse.drag((70, 70), (128, 110), (190, 190))


def fill(desk: Desk) -> None:
    """A gradient being drawn."""
    desk.actions["hand.toggle_mask"].trigger()
    desk.hand.set_colour((250, 120, 40))
    desk.take("fill", gradient=True)
    desk.mouse.press((90, 90))
    desk.mouse.move((120, 120), (170, 165))


def pick(desk: Desk) -> None:
    """A colour taken."""
    desk.take("pick")
    desk.mouse.press((205, 45))


def shape(desk: Desk) -> None:
    """An ellipse that is added to a rectangle."""
    desk.take("shape", shape="rectangle")
    desk.mouse.drag((20, 20), (60, 60), (120, 150))
    desk.take("shape", shape="ellipse", combine="add")
    desk.mouse.press((100, 100))
    desk.mouse.move((160, 160), (230, 220))


def lasso(desk: Desk) -> None:
    """A polygon in the making."""
    desk.take("lasso", polygon=True)
    desk.mouse.click((60, 60), (190, 50), (220, 150), (130, 210))
    desk.mouse.move((70, 180))


def wand(desk: Desk) -> None:
    """The sky."""
    desk.take("wand", tolerance=40.0)
    desk.mouse.click((20, 20))


def crop(desk: Desk) -> None:
    """What would be left."""
    desk.take("crop")
    desk.mouse.drag((50, 40), (100, 120), (215, 205))


def pan(desk: Desk) -> None:
    """Pushed aside."""
    desk.take("pan")
    desk.mouse.press((128, 128))
    desk.mouse.move((100, 100))


def zoom(desk: Desk) -> None:
    """So close that pixels are seen."""
    desk.take("zoom")
    desk.canvas.zoom_to(12.0)
    desk.mouse.move((128, 128))


def turn(desk: Desk) -> None:
    """Askew and mirrored."""
    desk.take("turn")
    desk.canvas.turn_to(20)
    desk.canvas.mirror()


SCENES: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("frame", frame),
    ("move", move),
    ("transform", transform),
    ("brush", brush),
    ("eraser", eraser),
    ("mask", mask),
    ("fill", fill),
    ("pick", pick),
    ("shape", shape),
    ("lasso", lasso),
    ("wand", wand),
    ("crop", crop),
    ("pan", pan),
    ("zoom", zoom),
    ("turn", turn),
)


if __name__ == "__main__":
    sys.exit(main())
