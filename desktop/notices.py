"""A notice of the desktop, where the system has no tray that could show one.

Linux desktops without a tray (GNOME has none) still show notices; `notify-send` hands them over.
"""

import html
import shutil
import sys

from PySide6.QtCore import QProcess, QProcessEnvironment

PROGRAM = "notify-send"
OURS = ("LD_LIBRARY_PATH",)
"""What a frozen program points at its own libraries, which are not for other programs."""


def can_show() -> bool:
    """Whether there is somebody to hand a notice to."""
    return sys.platform == "linux" and shutil.which(PROGRAM) is not None


def show(title: str, text: str) -> bool:
    """Hand over a notice and do not wait for it; whether that was possible.

    Desktops read the text as markup, so it is written in a way that says what it is.
    """
    process = QProcess()
    process.setProgram(PROGRAM)
    process.setArguments(["--app-name=Easel", "--icon=easel", "--", title, html.escape(text)])
    process.setProcessEnvironment(_environment())
    return bool(process.startDetached())


def _environment() -> QProcessEnvironment:
    made = QProcessEnvironment.systemEnvironment()
    for name in OURS:
        before = made.value(f"{name}_ORIG")
        made.remove(name)
        if before:
            made.insert(name, before)
    return made
