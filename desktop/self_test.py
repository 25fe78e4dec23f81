"""`easel --self-test`: whether this copy of Easel works on this machine, in one line.

What only a frozen copy can lack is asked for: Qt's plug-ins, the icons, the engine in a process of
its own, and one real picture of the Starter.
"""

import sys
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from desktop.paths import RESOURCES

if TYPE_CHECKING:
    from engine.child import ChildOptions

PROMPT = "a red apple"
STEPS = 4
"""A picture that is good to look at needs more; one that shows that all parts work does not."""


def main() -> int:
    """Print what was found; 0 when all of it works."""
    begun = monotonic()
    try:
        picture = painted()
        icon = drawn_icon()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
        print(f"Easel does not work here: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if picture.levels < 2 or not icon:
        print("Easel does not work here: what it painted is blank.", file=sys.stderr)
        return 1
    size = f"{picture.width} × {picture.height}"
    print(f"Easel works here: a picture of {size} in {monotonic() - begun:.1f} s.")
    return 0


@dataclass(frozen=True, slots=True)
class Painted:
    """What a picture of the Starter was like. device: where it was computed."""

    width: int
    height: int
    levels: int
    device: str


def painted(options: "ChildOptions | None" = None) -> Painted:
    """Paint with the Starter in a process with these `options`. Raises EngineError."""
    from engine import families
    from engine.events import Image, Loading
    from engine.process import open_process
    from engine.requests import Generate, Sampling

    engine = open_process([RESOURCES], families.find("starter"), options)
    try:
        sampling = Sampling(seed=7, steps=STEPS, prior_steps=STEPS)
        events = list(engine.run(Generate(prompt=PROMPT, sampling=sampling)))
    finally:
        engine.close()
    (image,) = (event for event in events if isinstance(event, Image))
    devices = [event.device for event in events if isinstance(event, Loading) and event.device]
    height, width, _ = image.pixels.shape
    levels = len(set(image.pixels.ravel().tolist()))
    return Painted(width, height, levels, devices[-1] if devices else "")


def drawn_icon() -> bool:
    """Whether Qt draws one of our icons."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QIcon

    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    image = QIcon(str(RESOURCES / "icons/generate.svg")).pixmap(24).toImage()
    drawn = any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))
    del app
    return drawn
