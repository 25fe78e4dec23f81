"""Why the program is not opened with the words it was given, where no window could say so."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
"""What tells Qt on Linux where to draw; the last one also names platforms without a screen."""


def refusal(files: Sequence[Path], environment: Mapping[str, str] = os.environ) -> str:
    """One sentence for the terminal, or nothing where a window can be opened.

    A file that is not there is told in the window, if there is one. But a bare word that is no
    file, as a verb mistyped, was written by somebody who looks at the terminal.
    """
    screen = has_screen(environment)
    for file in files:
        if not file.exists() and (not screen or (len(file.parts) == 1 and not file.suffix)):
            return (
                f"There is no file {file} and no verb of that name, so nothing was opened; "
                "easel --help says what can be written here."
            )
    if not screen:
        return (
            "There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint "
            "without a window: easel --help names the verbs."
        )
    return ""


def has_screen(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown, as far as that is known without trying."""
    return sys.platform != "linux" or any(environment.get(name) for name in SCREENS)
