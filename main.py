"""The program: `main.py` opens the window, `main.py generate …` paints without one."""

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

VERBS = {
    "generate",
    "vary",
    "mix",
    "morph",
    "reword",
    "inpaint",
    "outpaint",
    "guide",
    "upscale",
    "embed",
    "models",
}


def main(argv: list[str]) -> int:
    """Choose the door before anything heavy is imported; the exit code of the program."""
    if argv[:1] == ["--version"]:
        from importlib.metadata import version

        print(f"Easel {version('easel')}")
        return 0
    if argv[:1] == ["--self-test"]:
        from desktop import self_test

        return self_test.main()
    if argv and argv[0] in VERBS:
        from engine import command_line

        return command_line.main(argv)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)  # until there is a window, which has more to do then
    from desktop import app

    return app.main(argv)


def _leave(_number: int, _frame: object) -> None:
    """End well: there is nothing yet that could be lost."""
    sys.exit(0)


def end(code: int) -> NoReturn:
    """End this process now: all is written and closed.

    What Python would still take apart, object by object, takes longer than closing the window did.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a program without a terminal has none
            with suppress(OSError):  # whoever read it has gone
                stream.flush()
    os._exit(code)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    end(main(sys.argv[1:]))
