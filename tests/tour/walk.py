"""One walk through the window: it finds by name what it clicks, and waits for what must be seen."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.screenshots import (
    SECONDS_TO_END,
    SECONDS_TO_PAINT,
    SECONDS_TO_START,
    SECONDS_TO_WRITE,
    Desk,
    StepFailed,
    arrange,
    started,
    wait,
    window_of,
)
from tests.tour.seeing import Thing, View, look

WATCHED = "tests/watched.py"
STILL = 2
"""Looks in a row, a tenth of a second apart, in which nothing moves."""


@dataclass
class Walk:
    """A window on a screen of its own. flow: the number of the flow that goes on."""

    environment: dict[str, str]
    home: Path
    output: Path
    scheme: str
    scale: int
    flow: int = 0

    _taken: int = field(init=False, default=0)
    desk: Desk = field(init=False)
    _stack: ExitStack = field(init=False, default_factory=ExitStack)

    @contextmanager
    def begun(self, *files: Path) -> Iterator[None]:
        """A window to walk through, until this is left."""
        self.start(*files)
        try:
            yield
        finally:
            self._stack.close()

    def start(self, *files: Path) -> None:
        """Start the program, perhaps with files to open, and wait until it can paint."""
        program = (WATCHED, str(self._socket))
        self._program = self._stack.enter_context(
            started(self.environment, self.home, program, files)
        )
        window = window_of(self.environment, self._program)
        self.desk = Desk(self.environment, window, self.scheme, self.scale, self.home)
        arrange(self.desk)
        wait("something to paint with", lambda: self._view_or_none() is not None, SECONDS_TO_START)
        self.settle()

    def end(self) -> None:
        """Ctrl+Q, and wait for the end of the program."""
        self.desk.press("ctrl+q")
        code = self._program.wait(SECONDS_TO_END)
        if code:
            raise StepFailed(f"the program ended with {code}")

    def kill(self) -> None:
        """End the program as a crash would."""
        self._program.kill()
        self._program.wait(SECONDS_TO_END)

    # looking

    @property
    def view(self) -> View:
        """What is in view now."""
        seen: list[View] = []

        def found() -> bool:
            view = self._view_or_none()
            seen.extend([] if view is None else [view])
            return view is not None

        wait("an answer of the window", found, SECONDS_TO_START)
        return seen[-1]

    def thing(self, name: str, role: str = "", inside: str = "", nth: int = 0) -> Thing:
        """The nth thing of that name, once it is in view and can be used."""
        found: list[Thing] = []

        def seen() -> bool:
            one = self.view.find(name, role, inside, nth)
            found.extend([one] if one is not None and one.enabled else [])
            return bool(found)

        wait(f"{name!r} {role}", seen, SECONDS_TO_WRITE)
        return found[-1]

    def sees(self, name: str, role: str = "", inside: str = "") -> bool:
        """Whether there is a thing of that name in view."""
        return self.view.find(name, role, inside) is not None

    def until(self, what: str, condition: Callable[[], object], seconds: float = 30.0) -> None:
        """Fail unless `condition` comes true."""
        wait(what, condition, seconds)

    def until_seen(self, name: str, role: str = "", inside: str = "") -> None:
        """Fail unless there is a thing of that name soon."""
        self.until(f"{name!r} to be seen", lambda: self.sees(name, role, inside))

    def until_gone(self, name: str, role: str = "", inside: str = "") -> None:
        """Fail unless the thing of that name goes away."""
        self.until(f"{name!r} to go", lambda: not self.sees(name, role, inside))

    def settle(self, place: tuple[int, int, int, int] | None = None) -> bytes:
        """Wait until nothing moves on the screen, or in one place of it; what is seen then."""
        same, before = 0, b""
        deadline = time.monotonic() + SECONDS_TO_WRITE
        while same < STILL and time.monotonic() < deadline:
            now = self.pixels(place)
            same = same + 1 if now == before else 0
            before = now
            time.sleep(0.1)
        return before

    def pixels(self, place: tuple[int, int, int, int] | None = None) -> bytes:
        """The pixels of the screen, or of left, top, width and height of it."""
        image = self.desk.capture(self.home / "seen.png")
        if place is not None:
            left, top, width, height = (side * self.scale for side in place)
            image = image.crop((left, top, left + width, top + height))
        return image.tobytes()

    def canvas(self) -> bytes:
        """The pixels of the middle of the frame, at rest."""
        frame = self.view.frame
        if frame is None:
            raise StepFailed("there is no frame")
        left, top, width, height = frame
        inner = (left + width // 8, top + height // 8, width * 3 // 4, height * 3 // 4)
        return self.settle(inner)

    def changes(self, what: str, before: bytes) -> bytes:
        """Fail unless the canvas looks otherwise than `before`."""
        now = self.canvas()
        if now == before:
            raise StepFailed(f"{what} changed nothing that can be seen")
        return now

    def keep(self, name: str) -> None:
        """Photograph what is seen once nothing moves; pictures of a flow are numbered."""
        self.settle()
        self._taken += 1
        self.desk.capture(self.output / f"{self.flow:02}-{self._taken}-{name}{self._suffix}")

    def begin_flow(self, number: int) -> None:
        """Count its pictures from 1, and forget those of an earlier walk."""
        self.flow, self._taken = number, 0
        for old in self.output.glob(f"{number:02}-?-*{self._suffix}"):
            old.unlink()

    @property
    def _suffix(self) -> str:
        return f"-{self.scheme}{f'-{self.scale}x' if self.scale > 1 else ''}.png"

    # doing

    def press(self, *keys: str) -> None:
        """Press key combinations, one after the other."""
        self.desk.press(*keys)

    def write(self, text: str) -> None:
        """Type."""
        self.desk.write(text)

    def click(self, name: str, role: str = "", inside: str = "", nth: int = 0) -> Thing:
        """Click the middle of a thing."""
        thing = self.thing(name, role, inside, nth)
        self.desk.click(*thing.at())
        return thing

    def menu(self, menu: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self.click(menu, "MenuItem")
        self.until_seen(entry, "MenuItem")
        self.click(entry, "MenuItem")

    def tab(self, name: str) -> None:
        """Bring a panel, or a page of the ideas, to the front by its tab."""
        self.click(name, "PageTab")

    def drag(self, *places: tuple[int, int]) -> None:
        """Drag through places of the screen."""
        self.carry(*places)
        self.let_go()

    def carry(self, *places: tuple[int, int]) -> None:
        """Drag through places of the screen, and hold on to it at the last."""
        xdotool, scale = self.desk.xdotool, self.scale
        for number, (x, y) in enumerate(places):
            xdotool("mousemove", "--sync", str(x * scale), str(y * scale))
            time.sleep(0.06)  # as a hand does, and so that no step is swallowed
            if number == 0:
                xdotool("mousedown", "1")

    def let_go(self) -> None:
        """Release the button of the mouse."""
        self.desk.xdotool("mouseup", "1")

    def scroll_up(self, thing: Thing) -> None:
        """Turn the wheel over a thing until its page shows its beginning."""
        x, y = (str(side * self.scale) for side in thing.at())
        self.desk.xdotool("mousemove", "--sync", x, y)
        self.desk.xdotool("click", "--repeat", "20", "--delay", "20", "4")
        self.settle()

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """A key that is held down until this is left."""
        self.desk.xdotool("keydown", key)
        try:
            yield
        finally:
            self.desk.xdotool("keyup", key)

    # what many flows do

    def prompt(self, words: str) -> None:
        """Write another prompt."""
        self.press("ctrl+l")
        self.write(words)
        self.until(f"the prompt {words!r}", lambda: self.prompt_now() == words)

    def prompt_now(self) -> str:
        """What is written in the prompt's box."""
        box = self.view.find("Prompt")
        return "" if box is None else box.value

    def paint(self, words: str) -> None:
        """Write a prompt, press Enter and wait for the end of the run."""
        self.prompt(words)
        self.press("Return")
        self.painted()

    def painted(self) -> None:
        """Wait until a run has begun and has ended."""
        self.until("a run to begin", lambda: self.view.busy)
        self.until("the run to end", lambda: self.view.busy is False, SECONDS_TO_PAINT)

    def sketched(self) -> None:
        """Wait until a sketch has begun and the last one is there."""
        deadline = time.monotonic() + 3.0
        while not self.view.sketching and time.monotonic() < deadline:
            time.sleep(0.05)  # it may have ended before anybody looked
        self.until("the sketch", lambda: not self.view.sketching, SECONDS_TO_PAINT)

    def tile(self, number: int) -> Thing:
        """One of the tiles of the tray, the first is 1."""
        return self.thing(rf"Picture {number}\b.*", inside="Pictures of this run")

    def choose(self, number: int) -> None:
        """Click one of the tiles of the tray."""
        self.desk.click(*self.tile(number).at())
        self.until_chosen(number)

    def until_chosen(self, number: int) -> None:
        """Fail unless one of the tiles of the tray becomes the chosen one."""
        self.until(f"picture {number} to be chosen", lambda: self.tile(number).checked)

    def _view_or_none(self) -> View | None:
        if self._program.poll() is not None:
            raise StepFailed(f"the program ended with {self._program.returncode}")
        view = look(self._socket)
        return None if view is None or view.busy is None else view

    @property
    def _socket(self) -> Path:
        return self.home / "watched"


def named(words: str) -> str:
    """An expression that fits exactly these words."""
    return re.escape(words)


Flow = Callable[[Walk], None]
Flows = Sequence[Flow]
