"""A pen at 125 Hz: moves the pointer of an X screen from a process of its own, and says when.

`python -m tests.benchmarks.pen X0 X1 Y` presses at (X0, Y), goes right to X1, releases, and prints
a line for each move: the monotonic clock, in seconds, and the column.
"""

import ctypes
import sys
import time

HERTZ = 125
STEP = 6
"""Pixels between two moves: 750 a second, a brisk line."""


def main(first: int, last: int, row: int) -> None:
    """Draw one line on the screen that DISPLAY names."""
    x11, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    assert display.value, "no X screen"

    def move(column: int) -> None:
        test.XTestFakeMotionEvent(display, -1, column, row, ctypes.c_ulong(0))
        x11.XFlush(display)

    def press(down: bool) -> None:
        test.XTestFakeButtonEvent(display, 1, int(down), ctypes.c_ulong(0))
        x11.XFlush(display)

    move(first)
    time.sleep(0.2)
    press(down=True)
    time.sleep(0.2)
    told = list[str]()
    due = time.monotonic()
    for column in range(first + STEP, last, STEP):
        due += 1 / HERTZ
        time.sleep(max(0.0, due - time.monotonic()))
        move(column)
        told.append(f"{time.monotonic()} {column}")
    time.sleep(0.3)
    press(down=False)
    x11.XCloseDisplay(display)
    print("\n".join(told))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
