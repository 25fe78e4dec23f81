"""Opens the real window and ends it at a random moment, as a person or the system would.

`python -m tests.faults.ending HOME SECONDS HOW` is one such window. HOW: "term", "int" and "hup"
are signals that it sends itself, "close" closes the window, "session" is the end of the session.
What goes on meanwhile is chosen by the moment: the engine loads, paints, a project is saved.
"""

import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox

from desktop.app import Program

SIGNALS = {"term": signal.SIGTERM, "int": signal.SIGINT, "hup": signal.SIGHUP}


def main(argv: list[str]) -> int:
    """Open the window; the exit code is the program's."""
    home, seconds, how = Path(argv[0]), float(argv[1]), argv[2]
    program = Program(["--home", str(home)])
    timer = QTimer(singleShot=True, interval=round(1000 * seconds))

    def work() -> None:
        """Paint, save and have pictures painted over and over, as long as it lasts."""
        import numpy as np

        studio = program.studio
        if studio is None:
            return
        level = studio.document.position % 200
        studio.place_pixels(np.full((300, 300, 3), level, np.uint8), "stroke")
        studio.files.save_project(home / "boat.ora", "")
        if not studio.busy:
            studio.generate("a red apple", 1, level)

    def end() -> None:
        print(time.monotonic(), flush=True)
        if how in SIGNALS:
            os.kill(os.getpid(), SIGNALS[how])
        elif how == "close":
            program.window.close()
            for box in program.window.findChildren(QMessageBox):
                for button in box.buttons():
                    if button.text() == "Close without it":
                        button.click()
        else:
            program.keep_work()  # Qt's signal needs a session manager, which there is none of here
            program.end()

    working = QTimer(interval=150)
    working.timeout.connect(work)
    timer.timeout.connect(end)
    program.window.painted.connect(working.start)
    program.window.show()
    timer.start()
    try:
        return program.app.exec()
    finally:
        working.stop()
        program.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
