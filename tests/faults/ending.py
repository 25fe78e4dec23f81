"""Opens the real window and ends it at a random moment, as a person or the system would.

`python -m tests.faults.ending HOME SECONDS HOW` is one such window. HOW: "term", "int" and "hup"
are signals that it sends itself, "close" closes the window, "session" is the end of the session.
What goes on meanwhile is chosen by the moment: the engine loads, paints, a project is saved. It
prints the clock and the processor time at which it is told to end, and the latter at its end.

With the three words again and again these are as many windows, three at a time, each a fork of this
program; what each has printed, and what became of it, is printed as JSON. Nothing heavy is imported
at the top, since every engine's process reads this as well.
"""

import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from main import end

if TYPE_CHECKING:
    from desktop.app import Program

SIGNALS = {"term": signal.SIGTERM, "int": signal.SIGINT, "hup": signal.SIGHUP}
AT_ONCE = 3
"""Windows: to wait for their moments one after the other would take ten minutes."""
SECONDS_TO_HANG = 120


def main(argv: list[str]) -> int:
    """Open one window, whose exit code this is, or several."""
    words = zip(argv[::3], argv[1::3], argv[2::3], strict=True)
    moments = [(Path(home), float(seconds), how) for home, seconds, how in words]
    if len(moments) == 1:
        return window(*moments[0])
    from tests.faults.forks import bring_program

    bring_program()
    open_: dict[int, tuple[Path, float, str]] = {}
    for moment in moments:
        if len(open_) == AT_ONCE:
            tell_of_one(open_)
        open_[forked(*moment)] = moment
    while open_:
        tell_of_one(open_)
    return 0


def forked(home: Path, seconds: float, how: str) -> int:
    """Open a window in a process of its own; its id."""
    process = os.fork()
    if process == 0:
        alone(home, seconds, how)
    return process


def alone(home: Path, seconds: float, how: str) -> NoReturn:
    """Be this window; what it prints and says goes to files beside `home`."""
    signal.alarm(SECONDS_TO_HANG)
    for number, kind in ((1, ".out"), (2, ".err")):
        file = os.open(home.with_suffix(kind), os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    code = 1
    try:
        code = window(home, seconds, how)
    except BaseException:  # noqa: BLE001  # whatever it is, it is told
        sys.excepthook(*sys.exc_info())
    end(code)


def tell_of_one(windows: dict[int, tuple[Path, float, str]]) -> None:
    """Wait until one of these processes has ended, and print what came of it."""
    process, status = os.wait()
    now = time.monotonic()
    home, after, how = windows.pop(process)
    said = [home.with_suffix(kind).read_text() for kind in (".out", ".err")]
    code = os.waitstatus_to_exitcode(status)
    row = {"how": how, "after": after, "code": code, "now": now, "said": said}
    print(json.dumps(row), flush=True)  # or the next fork would have it in its buffer, and say it


def window(home: Path, seconds: float, how: str) -> int:
    """Open the window, work in it and end it; the program's exit code."""
    from PySide6.QtCore import QTimer

    from desktop.app import Program

    program = Program(["--home", str(home)])
    timer = QTimer(singleShot=True, interval=round(1000 * seconds))
    timer.timeout.connect(partial(tell_to_end, program, how))
    working = QTimer(interval=150)
    working.timeout.connect(partial(work, program, home, []))
    program.window.painted.connect(working.start)
    program.window.show()
    timer.start()
    try:
        return program.app.exec()
    finally:
        working.stop()
        program.close()
        print(time.process_time(), flush=True)


def work(program: "Program", home: Path, saving: list[bool]) -> None:
    """Paint, save and have pictures painted over and over, as long as it lasts."""
    import numpy as np

    studio = program.studio
    if studio is None:
        return
    level = studio.document.position % 200
    studio.place_pixels(np.full((300, 300, 3), level, np.uint8), "stroke")
    if not saving:  # the next one when this one is done: nobody saves faster
        saving.append(True)
        studio.files.save_project(home / "boat.ora", "")
        studio.on_disk(lambda: None, lambda _none: saving.clear())
    if not studio.busy:
        studio.generate("a red apple", 1, level)


def tell_to_end(program: "Program", how: str) -> None:
    """Do what a person, or the system, does."""
    print(time.monotonic(), time.process_time(), flush=True)
    if how in SIGNALS:
        os.kill(os.getpid(), SIGNALS[how])
    elif how == "close":
        close(program)
    else:
        program.keep_work()  # Qt's signal needs a session manager, which there is none of here
        program.end()


def close(program: "Program") -> None:
    """Close the window, and answer its question."""
    from PySide6.QtWidgets import QMessageBox

    program.window.close()
    for box in program.window.findChildren(QMessageBox):
        for button in box.buttons():
            if button.text() == "Close without it":
                button.click()


if __name__ == "__main__":
    end(main(sys.argv[1:]))
