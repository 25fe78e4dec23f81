"""Drive the real program on a screen of its own, by keys and mouse, and keep pictures of each step.

`python3 run.py screenshots` writes docs/screenshots/*.png, light and dark, and ends with 1 when a
step fails: no window, no picture, no file, a file without its prompt. Nothing is imported from the
program: what counts is what can be seen and what lies on the disk.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "screenshots"
DEBIAN_PACKAGES = ("xvfb", "xdotool", "openbox", "imagemagick", "fonts-dejavu-core")
PROGRAMS = ("Xvfb", "xdotool", "openbox", "import")
SCREEN = (1240, 800)
OPENBOX = """<openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application title="Easel" type="normal"><decor>no</decor><maximized>true</maximized></application>
</applications></openbox_config>"""
"""The window fills the screen, so that the screen's picture is the window's."""
FIRST_CARD = (160, 440)
"""Of four on the page Create, in logical pixels of the window."""
SECOND_TILE = (294, 692)
"""Of the tray at the fitted frame."""
PROMPT = "a red apple"
PICTURES = 4
ACCENTS = {"light": (86, 80, 208), "dark": (100, 94, 219)}
BUTTON_ROWS = (42, 120)
"""Of the window in which the button Generate lies; the pages above it have the accent too."""
LEAST_OF_THE_BUTTON = 3000
"""Pixels of the button Generate; border and progress bar together have fewer."""
SECONDS_TO_START = 180.0
SECONDS_TO_END = 30.0
SECONDS_TO_PAINT = 600.0
SECONDS_TO_WRITE = 30.0


class StepFailed(Exception):
    """A step did not do what a person would see; the message says which."""


@dataclass(frozen=True)
class Desk:
    """One program on one screen. `scale`: device pixels per logical one."""

    environment: dict[str, str]
    window: str
    scheme: str
    scale: int
    home: Path

    def press(self, *keys: str) -> None:
        """Press key combinations, one after the other."""
        self.xdotool("key", "--delay", "60", *keys)

    def write(self, text: str) -> None:
        """Type `text`."""
        self.xdotool("type", "--delay", "25", text)

    def click(self, x: int, y: int) -> None:
        """Click at logical pixels of the window."""
        place = (str(x * self.scale), str(y * self.scale))
        self.xdotool("mousemove", "--sync", *place)
        self.xdotool("click", "1")

    def keep(self, name: str) -> None:
        """Write what is on the screen to docs/screenshots."""
        suffix = f"-{self.scale}x" if self.scale > 1 else ""
        self.capture(OUTPUT / f"{name}-{self.scheme}{suffix}.png")

    def capture(self, file: Path) -> Image.Image:
        """Photograph the window and what lies over it."""
        command = ("import", "-silent", "-window", "root", str(file))
        subprocess.run(command, env=self.environment, check=True, timeout=30)
        with Image.open(file) as image:
            return image.convert("RGB")

    def paints(self) -> bool:
        """Whether a run goes on: the button at the top right has lost its accent."""
        image = self.capture(self.home / "look.png")
        top, bottom = BUTTON_ROWS
        right = image.crop((image.width // 2, top * self.scale, image.width, bottom * self.scale))
        near = sum(count for count, colour in colours(right) if self._is_accent(colour))
        return near < LEAST_OF_THE_BUTTON * self.scale**2

    def window_called(self, name: str) -> str | None:
        """The id of the visible window of that title, if there is one."""
        found = self.xdotool("search", "--onlyvisible", "--name", name, check=False).split()
        return found[-1] if found else None

    def _is_accent(self, colour: tuple[int, ...]) -> bool:
        wanted = ACCENTS[self.scheme]
        return all(abs(a - b) < 12 for a, b in zip(colour, wanted, strict=True))

    def xdotool(self, *words: str, check: bool = True) -> str:
        """Run xdotool on this screen and return what it says."""
        done = subprocess.run(
            ("xdotool", *words),
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout


def main() -> int:
    """Take all pictures; the exit code."""
    options = parsed(sys.argv[1:])
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        packages = " ".join(DEBIAN_PACKAGES)
        print(f"Missing: {', '.join(missing)}; install them with: apt-get install {packages}")
        return 1
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for scheme in options.schemes:
        try:
            first_picture(scheme, options.scale, options.models)
        except (StepFailed, subprocess.SubprocessError) as fault:
            print(f"{scheme}: {fault}", file=sys.stderr)
            return 1
        print(f"{scheme}: window, prompt, {PICTURES} pictures, accept, export: all seen")
    return 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--schemes", nargs="+", default=["light", "dark"], choices=list(ACCENTS))
    parser.add_argument("--scale", type=int, default=1, help="device pixels per logical pixel")
    parser.add_argument("--models", type=Path, help="a folder of models to use before the own one")
    return parser.parse_args(arguments)


def first_picture(scheme: str, scale: int, models: Path | None) -> None:
    """The way of a first user, photographed at every stop."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-"))
        home = Path(folder) / "ada"
        prepare(home, scheme, models)
        environment = stack.enter_context(screen(scale, home))
        program = stack.enter_context(started(environment, home))
        desk = Desk(environment, window_of(environment, program), scheme, scale, home)
        arrange(desk)
        wait("the button Generate", lambda: not desk.paints(), SECONDS_TO_START)
        desk.keep("1-start")
        paint(desk)
        choose_and_accept(desk)
        file = export(desk)
        check_file(file)
        close(desk, program)


def prepare(home: Path, scheme: str, models: Path | None) -> None:
    """Choose the colours as a person would have done in an earlier session."""
    (home / "config").mkdir(parents=True)
    (home / "Pictures").mkdir()
    (home / "openbox.xml").write_text(OPENBOX)
    (home / "config" / "settings.json").write_text(json.dumps({"theme": scheme}))
    if models is not None:
        (home / "models").symlink_to(models.resolve(), target_is_directory=True)


@contextmanager
def screen(
    scale: int, home: Path, wide: int = SCREEN[0], high: int = SCREEN[1]
) -> Iterator[dict[str, str]]:
    """A screen with a window manager; yields the environment that leads to it."""
    read_end, write_end = os.pipe()
    size = f"{wide * scale}x{high * scale}x24"
    server = subprocess.Popen(
        ("Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-nolisten", "tcp"),
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as numbers:
        number = numbers.readline().strip()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "XDG_", "WAYLAND"))}
    environment = kept | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    environment |= {"QT_SCALE_FACTOR": str(scale), "HOME": str(home)}
    manager = subprocess.Popen(
        ("openbox", "--config-file", str(home / "openbox.xml")),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield environment
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)


@contextmanager
def started(
    environment: dict[str, str],
    home: Path,
    program: Sequence[str] = ("main.py",),
    files: Sequence[Path] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program itself; it is ended at the latest when this is left."""
    begun, *words = program
    command = (sys.executable, str(ROOT / begun), *words, "--home", str(home), *map(str, files))
    running = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
            try:
                running.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                running.kill()  # and whatever has failed before is what is told
                running.wait()


def window_of(environment: dict[str, str], program: subprocess.Popen[bytes]) -> str:
    """Wait for the window and return its id."""
    desk = Desk(environment, "", "light", 1, Path())

    def found() -> str | None:
        if program.poll() is not None:
            raise StepFailed(f"the program ended with {program.returncode} before it had a window")
        return desk.window_called("^Easel$")

    return wait("a window called Easel", found, SECONDS_TO_START)


def arrange(desk: Desk) -> None:
    """Give the window the focus and let it settle."""
    desk.xdotool("windowactivate", "--sync", desk.window)
    time.sleep(1.5)


def paint(desk: Desk) -> None:
    """Type the prompt (the old one is selected), press Enter, wait for the pictures."""
    desk.write(PROMPT)
    desk.press("Return")
    wait("Generate to turn into Cancel", desk.paints, SECONDS_TO_WRITE)
    seen: list[Path] = []
    while desk.paints():
        seen.append(desk.home / f"running-{len(seen)}.png")
        shutil.copy(desk.home / "look.png", seen[-1])
        if len(seen) * 0.5 > SECONDS_TO_PAINT:
            raise StepFailed(f"the run did not end in {SECONDS_TO_PAINT:.0f} s")
        time.sleep(0.5)
    if seen:
        suffix = f"-{desk.scale}x" if desk.scale > 1 else ""
        shutil.copy(seen[len(seen) * 3 // 4], OUTPUT / f"2-running-{desk.scheme}{suffix}.png")
    time.sleep(0.5)
    desk.keep("3-pictures")


def choose_and_accept(desk: Desk) -> None:
    """Open the first picture on the canvas, click the second in the tray, look, press Enter."""
    desk.click(*FIRST_CARD)
    desk.press("Return")
    time.sleep(1.0)
    before = canvas(desk)
    desk.click(*SECOND_TILE)
    time.sleep(0.8)
    chosen = canvas(desk)
    if chosen == before:
        raise StepFailed("a click on the second tile changed nothing")
    desk.keep("4-chosen")
    desk.press("Return")
    time.sleep(0.8)
    if canvas(desk) == before:
        raise StepFailed("Enter on the chosen tile left nothing on the canvas")
    desk.keep("5-accepted")


def canvas(desk: Desk) -> bytes:
    """The pixels in the middle of the frame, where no cursor blinks."""
    image = desk.capture(desk.home / "canvas.png")
    left, top = image.width * 3 // 10, image.height * 3 // 10
    return image.crop((left, top, image.width // 2, image.height * 6 // 10)).tobytes()


def export(desk: Desk) -> Path:
    """Ctrl+Shift+E, a name, Enter: the file goes where pictures go."""
    file = desk.home / "Pictures" / "an apple of my own.png"
    desk.press("ctrl+shift+e")
    wait("the export dialog", lambda: desk.window_called("^Export$"), SECONDS_TO_WRITE)
    time.sleep(0.8)
    desk.press("ctrl+a")
    desk.write(file.stem)
    time.sleep(0.3)
    desk.keep("6-export")
    desk.press("Return")
    wait("the exported file", file.exists, SECONDS_TO_WRITE)
    time.sleep(1.0)
    desk.keep("7-exported")
    return file


def check_file(file: Path) -> None:
    """The file is a picture that says how it was made."""
    with Image.open(file) as image:
        image.load()
        texts = {str(key): str(value) for key, value in image.info.items()}
    if texts.get("prompt") != PROMPT:
        raise StepFailed(f"the exported file says {texts.get('prompt')!r} and not {PROMPT!r}")
    if not {"seed", "model"} <= texts.keys():
        raise StepFailed(f"the exported file has only {sorted(texts)}")


def close(desk: Desk, program: subprocess.Popen[bytes]) -> None:
    """Ctrl+Q ends the program without a question, for the picture was exported."""
    desk.press("ctrl+q")
    try:
        code = program.wait(SECONDS_TO_WRITE)
    except subprocess.TimeoutExpired:
        raise StepFailed("Ctrl+Q did not end the program") from None
    if code != 0:
        raise StepFailed(f"the program ended with {code}")


def wait(what: str, condition: Callable[[], object], seconds: float) -> str:
    """Wait until `condition` gives something and return it as text."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return str(found)
        time.sleep(0.2)
    raise StepFailed(f"waited {seconds:.0f} s for {what}")


def colours(image: Image.Image) -> list[tuple[int, tuple[int, ...]]]:
    """How often each colour occurs."""
    counted = image.getcolors(image.width * image.height) or []
    return [(count, colour) for count, colour in counted if isinstance(colour, tuple)]


if __name__ == "__main__":
    sys.exit(main())
