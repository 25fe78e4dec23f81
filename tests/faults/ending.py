"""Opens the real window and ends it at a random moment, as a person or the system would.

`python -m tests.faults.ending HOME SECONDS HOW` is one such window. HOW: "term", "int" and "hup"
are signals that it sends itself, "close" closes the window, "session" is the end of the session.
What goes on meanwhile is chosen by the moment: the engine loads, paints, a project is saved. It
prints the clock and the processor time at which it is told to end, and the latter at its end.
"""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

from desktop.app import Program
from main import end

SIGNALS = {"term": signal.SIGTERM, "int": signal.SIGINT, "hup": signal.SIGHUP}


def main(argv: list[str]) -> int:
    """Open the window; the exit code is the program's."""
    home, seconds, how = Path(argv[0]), float(argv[1]), argv[2]
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


def work(program: Program, home: Path, saving: list[bool]) -> None:
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


def tell_to_end(program: Program, how: str) -> None:
    """Do what a person, or the system, does."""
    print(time.monotonic(), time.process_time(), flush=True)
    if how in SIGNALS:
        os.kill(os.getpid(), SIGNALS[how])
    elif how == "close":
        close(program)
    else:
        program.keep_work()  # Qt's signal needs a session manager, which there is none of here
        program.end()


def close(program: Program) -> None:
    """Close the window, and answer its question."""
    program.window.close()
    for box in program.window.findChildren(QMessageBox):
        for button in box.buttons():
            if button.text() == "Close without it":
                button.click()


if __name__ == "__main__":
    end(main(sys.argv[1:]))
