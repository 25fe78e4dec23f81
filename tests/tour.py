"""A walk through what Easel does, in the real window by keys and mouse: a picture of each step.

`python tests/tour.py` writes docs/tour/*.png and ends with 1 when a step does not do what a person
would see. `tests/guide_pictures.py` makes the pictures of the guide from them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # it is a program of its own, run from anywhere

from tests.screenshots import (  # noqa: E402
    ACCENTS,
    SECONDS_TO_PAINT,
    SECONDS_TO_START,
    Desk,
    StepFailed,
    arrange,
    prepare,
    screen,
    started,
    wait,
    window_of,
)

OUTPUT = ROOT / "docs" / "tour"
MIDDLE = (508, 390)
"""Of the fitted frame, in logical pixels of the window."""
FIRST_CARD = (330, 440)
"""Of two on the page Create."""
FIRST_TILE = (202, 692)
"""Of the tray at the fitted frame, after the original."""
STEPS = 12
"""Of prior and decoder: this is about the window, not about the pictures."""


@dataclass
class Tour:
    """One walk through the window."""

    desk: Desk
    output: Path

    def keep(self, name: str) -> None:
        """Photograph what is seen now, with the pointer out of the way."""
        time.sleep(0.7)
        suffix = f"-{self.desk.scale}x" if self.desk.scale > 1 else ""
        self.desk.capture(self.output / f"{name}-{self.desk.scheme}{suffix}.png")

    def paint(self, words: str) -> None:
        """Write a prompt, press Enter and wait until the button has its accent again."""
        self.desk.press("ctrl+l")
        time.sleep(0.3)
        self.desk.write(words)
        self.desk.press("Return")
        self.painted()

    def painted(self) -> None:
        """Wait until a run has begun and has ended."""
        wait("the button to turn into Cancel", self.desk.paints, SECONDS_TO_START)
        wait("the run to end", lambda: not self.desk.paints(), SECONDS_TO_PAINT)

    def choose(self, number: int) -> None:
        """Click one of the tiles."""
        self.desk.click(FIRST_TILE[0] + 92 * number, FIRST_TILE[1])
        time.sleep(0.5)

    def drag(self, *places: tuple[int, int]) -> None:
        """Drag through logical pixels of the window."""
        scale = self.desk.scale
        self.desk.xdotool("mousemove", "--sync", *(str(n * scale) for n in places[0]))
        self.desk.xdotool("mousedown", "1")
        for x, y in places[1:]:
            self.desk.xdotool("mousemove", "--sync", str(x * scale), str(y * scale))
            time.sleep(0.05)
        self.desk.xdotool("mouseup", "1")

    def seen(self) -> bytes:
        """The pixels around the middle of the canvas."""
        x, y = MIDDLE
        return self.seen_in((x - 150, y - 150, x + 150, y + 150))

    def seen_in(self, place: tuple[int, int, int, int]) -> bytes:
        """The pixels of a rectangle: left, top, right, bottom in logical pixels of the window."""
        image = self.desk.capture(self.desk.home / "seen.png")
        left, top, right, bottom = (side * self.desk.scale for side in place)
        return image.crop((left, top, right, bottom)).tobytes()

    def changes(self, what: str, before: bytes) -> bytes:
        """Fail unless the canvas looks otherwise than `before`."""
        time.sleep(0.5)
        now = self.seen()
        if now == before:
            raise StepFailed(f"{what} changed nothing that can be seen")
        return now

    def try_it(self, letter: str) -> None:
        """Choose one of the things to try in the menu Help by its letter."""
        self.desk.press("alt+h")
        time.sleep(0.4)
        self.desk.press(letter)
        time.sleep(1.5)


def create(tour: Tour) -> None:
    """The first page: write, look at large pictures, mark one, open it on the canvas."""
    desk = tour.desk
    tour.keep("01-start")
    before = tour.seen()
    tour.paint("a red apple")
    time.sleep(2)  # until the gallery has listed them and says how well they agree
    shown = tour.changes("a run on the page Create", before)
    tour.keep("02-created")
    desk.click(*FIRST_CARD)
    desk.press("f")
    tour.keep("03-favourite")
    desk.press("Return")
    tour.changes("Enter on a picture", shown)
    desk.press("Escape")
    tour.keep("04-on-the-canvas")


def erase_and_describe(tour: Tour) -> None:
    """Mask with the brush, describe, choose and compare in the tray, accept."""
    desk, before = tour.desk, tour.seen()
    desk.press("q", "b", *["bracketright"] * 5)
    x, y = MIDDLE
    tour.drag(*((x - 60 + step, y + 20 + step // 4) for step in range(0, 130, 10)))
    masked = tour.changes("a stroke of the mask", before)
    tour.keep("05-masked")
    tour.paint("a yellow star")
    tour.keep("06-candidates")
    tour.choose(1)
    filled = tour.changes("a click on the second tile", masked)
    tour.keep("07-in-place")
    desk.xdotool("keydown", "backslash")
    try:
        tour.changes("holding the key for the original", filled)
        tour.keep("08-original")
    finally:
        desk.xdotool("keyup", "backslash")
    desk.press("Return")
    tour.keep("09-filled")


def extend(tour: Tour) -> None:
    """Move the frame over the edge by keys, describe, choose, accept; then a plan of frames."""
    desk = tour.desk
    desk.press("q", "f", "2")
    desk.press(*["shift+Right"] * 2)
    desk.press("2")
    tour.keep("10-over-the-edge")
    before = tour.seen()
    tour.paint("a red apple")
    tour.choose(0)
    tour.changes("a candidate over the edge", before)
    tour.keep("11-continued")
    desk.press("Return", "2")
    tour.keep("12-extended")
    tour.try_it("p")
    wait("the window Extend", lambda: desk.window_called("^Extend the picture$"), SECONDS_TO_START)
    tour.keep("13-how-far")
    desk.press("Return")
    tour.painted()
    desk.press("ctrl+0")
    tour.keep("14-panorama")


def mix(tour: Tour) -> None:
    """Two ideas on the desk: the preview follows the pad, and the mix is painted."""
    tour.try_it("m")
    time.sleep(12)  # the preview is drawn
    tour.keep("15-mix")
    tour.desk.click(*PAINT_THE_MIX)
    tour.painted()
    tour.choose(0)
    tour.keep("16-mixed")
    tour.desk.press("Escape")


def reword(tour: Tour) -> None:
    """From summer to autumn, in five steps."""
    tour.try_it("s")
    time.sleep(20)  # the strip is drawn
    tour.keep("17-reword")
    tour.desk.click(*PAINT_REWORDED)
    tour.painted()
    tour.choose(0)
    tour.keep("18-reworded")
    tour.desk.press("Escape")


def gallery(tour: Tour) -> None:
    """Everything that was painted is there; words find it, and so does another picture."""
    desk = tour.desk
    desk.press("F4")
    time.sleep(1.5)
    tour.keep("19-gallery")
    before = tour.seen()
    desk.press("ctrl+f")
    desk.write("star")
    time.sleep(1.5)
    tour.changes("a search for words", before)
    desk.click(*FIRST_OF_THE_GALLERY)
    tour.keep("20-found")
    desk.press("ctrl+f", "BackSpace")
    time.sleep(1.5)
    desk.press("alt+y")
    time.sleep(0.4)
    desk.press("l")
    time.sleep(1.5)
    tour.keep("21-more-like-it")
    desk.press("F4")


def vary_and_enlarge(tour: Tour) -> None:
    """Variations of the layer with one click; twice as large, before and after side by side."""
    desk = tour.desk
    tour.try_it("s")
    desk.press("alt+v")
    time.sleep(0.4)
    desk.press("p")  # the panels back where they were at the first start
    time.sleep(1.0)
    desk.click(*TAB_VARY)
    desk.click(*VARY_THE_LAYER)
    tour.painted()
    tour.choose(0)
    tour.keep("22-vary")
    desk.press("Escape")
    desk.click(*ENLARGE_THE_LAYER)
    tour.painted()
    tour.choose(0)
    tour.drag(COMPARE, (COMPARE[0] + 44, COMPARE[1]))
    tour.keep("23-enlarged")
    desk.press("Escape")


def looks(tour: Tour) -> None:
    """Many ideas for the prompt, coarsely."""
    desk = tour.desk
    desk.press("ctrl+l")
    desk.write("a flower")
    desk.press("F9")
    time.sleep(0.7)
    before = tour.seen_in(LOOKS)
    desk.click(*LOOK_AT_IDEAS)
    time.sleep(25)
    if tour.seen_in(LOOKS) == before:
        raise StepFailed("no look at ideas was drawn")
    tour.keep("24-looks")


def queue(tour: Tour) -> None:
    """Two runs wait behind one; Cancel forgets them."""
    desk = tour.desk
    desk.press("F3")
    for words in ("a blue boat", "a cat", "a red car"):
        desk.press("ctrl+l")
        desk.write(words)
        desk.press("Return")
        time.sleep(0.5)
    desk.click(*QUEUE)
    tour.keep("25-queue")
    desk.press("Escape")
    wait("Cancel", lambda: not desk.paints(), SECONDS_TO_START)


TAB_VARY = (1187, 361)
VARY_THE_LAYER = (1104, 196)
ENLARGE_THE_LAYER = (1037, 288)
COMPARE = (851, 653)
"""The handle of the slider."""
LOOK_AT_IDEAS = (1104, 393)
LOOKS = (976, 450, 1230, 625)
"""Left, top, right and bottom of the first rows."""
QUEUE = (1204, 116)
PAINT_THE_MIX = (1104, 680)
PAINT_REWORDED = (1104, 666)
FIRST_OF_THE_GALLERY = (110, 300)

Flow = Callable[[Tour], None]
FLOWS: tuple[Flow, ...] = (
    create,
    erase_and_describe,
    extend,
    mix,
    reword,
    gallery,
    vary_and_enlarge,
    looks,
    queue,
)


def main() -> int:
    """Walk through all flows; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--schemes", nargs="+", default=["light"], choices=list(ACCENTS))
    parser.add_argument("--scale", type=int, default=1, help="device pixels per logical pixel")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the pictures go")
    names = [flow.__name__ for flow in FLOWS]
    parser.add_argument("--only", nargs="+", default=names, choices=names, help="these flows")
    options = parser.parse_args()
    flows = [flow for flow in FLOWS if flow.__name__ in options.only]
    options.output.mkdir(parents=True, exist_ok=True)
    for scheme in options.schemes:
        try:
            walk(scheme, options.scale, options.output, flows)
        except (StepFailed, subprocess.SubprocessError) as fault:
            print(f"{scheme}: {fault}", file=sys.stderr)
            return 1
        print(f"{scheme}: {', '.join(options.only)}: all seen")
    return 0


def walk(scheme: str, scale: int, output: Path, flows: Sequence[Flow]) -> None:
    """The flows one after the other in one window."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-"))) / "ada"
        prepare(home, scheme, None)
        settings = {"theme": scheme, "count": 2, "steps": STEPS, "prior_steps": STEPS}
        (home / "config" / "settings.json").write_text(json.dumps(settings))
        environment = stack.enter_context(screen(scale, home))
        program = stack.enter_context(started(environment, home))
        desk = Desk(environment, window_of(environment, program), scheme, scale, home)
        arrange(desk)
        wait("the button Generate", lambda: not desk.paints(), SECONDS_TO_START)
        tour = Tour(desk, output)
        for flow in flows:
            flow(tour)
        desk.press("ctrl+q")


if __name__ == "__main__":
    sys.exit(main())
