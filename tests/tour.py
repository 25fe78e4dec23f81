"""Erase and describe, then extend, in the real window by keys and mouse: a picture of each step.

`python tests/tour.py` writes docs/tour/*.png and ends with 1 when a step does not do what a person
would see. It begins where `tests/screenshots.py` ends: with a picture that was accepted.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
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
MIDDLE = (505, 397)
"""Of the fitted frame, in logical pixels of the window."""
SIDE = 462
"""Of the fitted frame."""
TILES = (49 + 12 + 88 + 4 + 44, 720)
"""The middle of the first tile after the original."""
STEPS = 12
"""Of prior and decoder: this is about the window, not about the pictures."""


@dataclass
class Tour:
    """One walk through the window."""

    desk: Desk
    output: Path
    step: int = 0

    def keep(self, name: str) -> None:
        """Photograph what is seen now."""
        time.sleep(0.7)
        self.step += 1
        suffix = f"-{self.desk.scale}x" if self.desk.scale > 1 else ""
        file = f"{self.step:02}-{name}-{self.desk.scheme}{suffix}.png"
        self.desk.capture(self.output / file)

    def paint(self, words: str) -> None:
        """Write a prompt, press Enter and wait until the button has its accent again."""
        self.desk.press("ctrl+l")
        time.sleep(0.3)
        self.desk.write(words)
        self.desk.press("Return")
        wait("the button to turn into Cancel", self.desk.paints, SECONDS_TO_START)
        wait("the run to end", lambda: not self.desk.paints(), SECONDS_TO_PAINT)

    def choose(self, number: int) -> None:
        """Click one of the tiles."""
        self.desk.click(TILES[0] + 92 * number, TILES[1])
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
        image = self.desk.capture(self.desk.home / "seen.png")
        scale, (x, y) = self.desk.scale, MIDDLE
        box = (x - 150, y - 150, x + 150, y + 150)
        return image.crop(tuple(n * scale for n in box)).tobytes()

    def changes(self, what: str, before: bytes) -> bytes:
        """Fail unless the canvas looks otherwise than `before`."""
        time.sleep(0.5)
        now = self.seen()
        if now == before:
            raise StepFailed(f"{what} changed nothing that can be seen")
        return now


def erase_and_describe(tour: Tour) -> None:
    """Generate, accept, mask with the brush, describe, compare, accept, change the seam."""
    desk = tour.desk
    tour.paint("a red apple")
    tour.choose(0)
    desk.press("Return")
    tour.keep("accepted")
    before = tour.seen()
    desk.press("q", "b")
    x, y = MIDDLE
    desk.press(*["bracketright"] * 5)
    tour.drag(*((x - 60 + step, y + 20 + step // 4) for step in range(0, 130, 10)))
    masked = tour.changes("a stroke of the mask", before)
    tour.keep("masked")
    tour.paint("a yellow star")
    tour.keep("candidates")
    tour.choose(1)
    tour.changes("a click on the second tile", masked)
    tour.keep("in-place")
    desk.press("Return")
    tour.keep("filled")


def extend(tour: Tour) -> None:
    """Move the frame over the edge by keys, describe, choose, accept."""
    desk = tour.desk
    desk.press("q", "f", "2")
    desk.press(*["shift+Right"] * 2)
    desk.press("2")
    tour.keep("over-the-edge")
    before = tour.seen()
    tour.paint("a red apple")
    tour.choose(0)
    tour.changes("a candidate over the edge", before)
    tour.keep("continued")
    desk.press("Return", "2")
    tour.keep("extended")


def main() -> int:
    """Walk through both flows; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--schemes", nargs="+", default=["light"], choices=list(ACCENTS))
    parser.add_argument("--scale", type=int, default=1, help="device pixels per logical pixel")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where the pictures go")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for scheme in options.schemes:
        try:
            walk(scheme, options.scale, options.output)
        except (StepFailed, subprocess.SubprocessError) as fault:
            print(f"{scheme}: {fault}", file=sys.stderr)
            return 1
        print(f"{scheme}: erase and describe, extend: all seen")
    return 0


def walk(scheme: str, scale: int, output: Path) -> None:
    """Both flows in one window."""
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
        erase_and_describe(tour)
        extend(tour)
        desk.press("ctrl+q")


if __name__ == "__main__":
    sys.exit(main())
