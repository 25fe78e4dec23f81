"""`easel --self-test`: whether this copy of Easel works on this machine, in one line.

What only a frozen copy can lack is asked for: Qt's plug-ins, the icons, the engine in a process of
its own, and one real picture of the Starter.
"""

import sys
from time import monotonic

from desktop.paths import RESOURCES

PROMPT = "a red apple"
STEPS = 4
"""A picture that is good to look at needs more; one that shows that all parts work does not."""


def main() -> int:
    """Print what was found; 0 when all of it works."""
    begun = monotonic()
    try:
        width, height, levels = painted()
        icon = drawn_icon()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the answer
        print(f"Easel does not work here: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if levels < 2 or not icon:
        print("Easel does not work here: what it painted is blank.", file=sys.stderr)
        return 1
    print(f"Easel works here: a picture of {width} × {height} in {monotonic() - begun:.1f} s.")
    return 0


def painted() -> tuple[int, int, int]:
    """Width and height of a picture of the Starter, and how many grey levels it has.

    Raises EngineError.
    """
    from engine import families
    from engine.child import ChildOptions
    from engine.events import Image
    from engine.process import open_process
    from engine.requests import Generate, Sampling

    engine = open_process([RESOURCES], families.find("starter"), ChildOptions())
    try:
        sampling = Sampling(seed=7, steps=STEPS, prior_steps=STEPS)
        events = engine.run(Generate(prompt=PROMPT, sampling=sampling))
        (pixels,) = (event.pixels for event in events if isinstance(event, Image))
    finally:
        engine.close()
    height, width, _ = pixels.shape
    return width, height, len(set(pixels.ravel().tolist()))


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
