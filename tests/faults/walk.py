"""A person who does anything at all with the window, by a seed: verbs, strokes, keys, files."""

import gc
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.document.picture import check_picture
from desktop.freed_memory import give_back
from desktop.storage.exports import ExportOptions
from tests.desktop.pointing import Mouse
from tests.shell import PATIENCE, Shell

AVOIDED = ("window.close", "clipboard.", "paint.enlarge", "settings.use_theme")
"""Verbs that end the walk, reach what is outside of it, or make pictures of any size. A theme is
taken on by hundreds of widgets, which is slow and has tests of its own."""
KEYS = "xd[],.123456bemgwlcrfpv "
PROMPTS = ("a red apple", "a boat {at night|by day}", "", "<b>" * 30, "船 🍎 \ud800", "x" * 3_000)


@dataclass(frozen=True, slots=True)
class Cost:
    """What the process holds. resident: MB of memory."""

    resident: float
    threads: int
    files: int
    widgets: int

    def __str__(self) -> str:
        """For a table."""
        return (
            f"{self.resident:.1f} MB, {self.threads} threads, {self.files} files, "
            f"{self.widgets} widgets"
        )


class Walk:
    """Takes steps in one window; `bugs` are tracebacks of what nobody foresaw."""

    def __init__(self, qtbot: QtBot, shell: Shell, folder: Path, seed: int) -> None:
        """Stand at the beginning; files go into `folder`."""
        self._qtbot, self._shell, self._folder = qtbot, shell, folder
        self._random = Random(seed)
        self._mouse = Mouse(shell.window.canvas)
        self.bugs: list[str] = []
        self.done: list[str] = []
        shell.studio.bug_found.connect(self.bugs.append)
        known = shell.workbench.actions_by_verb
        self._verbs = [verb for verb in known if not verb.startswith(AVOIDED)]
        self._steps = (
            (10, self._use_a_verb),
            (6, self._draw),
            (3, self._press),
            (2, self._paint),
            (1, self._open_a_picture),
            (1, self._save),
            (1, self._resize),
        )

    def look_around(self) -> None:
        """Use every verb once, so that every window that is kept has been made."""
        for verb in self._verbs:
            self._trigger(verb)
            QTest.qWait(1)
            self._answer()
        self._settle()

    def step(self) -> None:
        """Do one thing, answer what it asks, and see that the picture is still one."""
        weights, steps = zip(*self._steps, strict=True)
        (act,) = self._random.choices(steps, weights)
        self.done.append(act.__name__)
        act()
        QTest.qWait(1)
        self._answer()
        check_picture(self._shell.studio.document.picture)

    def rest(self) -> Cost:
        """Empty everything, and see what is still held."""
        self._settle()
        self._shell.workbench.show_canvas()
        self._shell.studio.files.new_picture()
        self._shell.studio.candidates.clear()
        self._forget_history()
        self._shell.engine.forget()
        for _ in range(3):
            QTest.qWait(50)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()
        give_back()  # as the program does when it rests
        return cost()

    def _forget_history(self) -> None:
        """Let go of what undo may hold on purpose, which is seen to be no more than it may be."""
        document = self._shell.studio.document
        budget = document.budget
        assert document.nbytes <= budget, (document.nbytes, budget)
        document.budget = 0
        document.preview(None)
        document.budget = budget

    def _use_a_verb(self) -> None:
        self._trigger(self._random.choice(self._verbs))

    def _trigger(self, verb: str) -> None:
        self.done.append(verb)
        action = self._shell.workbench.actions_by_verb[verb]
        if action.isEnabled():
            action.trigger()

    def _draw(self) -> None:
        self._shell.workbench.show_canvas()
        places = [
            (self._random.uniform(-20, 90), self._random.uniform(-20, 90))
            for _ in range(self._random.randrange(2, 9))
        ]
        self._mouse.drag(*places)

    def _press(self) -> None:
        modifier = self._random.choice((Qt.KeyboardModifier.NoModifier,) * 3 + MODIFIERS)
        QTest.keyClicks(self._shell.window.canvas, self._random.choice(KEYS), modifier)

    def _paint(self) -> None:
        prompt = self._shell.window.prompt
        prompt.edit.setPlainText(self._random.choice(PROMPTS))
        prompt.generate()
        if self._random.random() < 0.2:
            self._shell.studio.cancel()
        self._settle()
        items = self._shell.studio.candidates.items
        if items and self._random.random() < 0.7:
            self._shell.studio.accept(self._random.randrange(len(items)))

    def _open_a_picture(self) -> None:
        known = [path for path in sorted(self._folder.iterdir()) if path.suffix != ".txt"]
        path = self._random.choice(known) if known else self._folder / "none.png"
        if path.suffix == ".ora":
            self._shell.studio.files.open_project(path)
        else:
            self._shell.studio.files.open_picture(path)
        self._settle()

    def _save(self) -> None:
        number = self._random.randrange(4)
        if self._random.random() < 0.5:
            self._shell.studio.files.save_project(self._folder / f"{number}.ora", "a prompt")
        else:
            self._shell.studio.files.export(self._folder / f"{number}.png", ExportOptions())
        self._settle()

    def _resize(self) -> None:
        self._shell.window.resize(self._random.randrange(1, 1600), self._random.randrange(1, 1200))

    def _settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self._shell.studio.busy, timeout=6 * PATIENCE)
        QTest.qWait(20)

    def _answer(self) -> None:
        """Close whatever has been opened, as Escape does."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.reject()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()


MODIFIERS = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)


def cost() -> Cost:
    """What this process holds now. The locks of copies of unsaved work are not counted.

    A person may go back to a picture that was put aside unsaved, and its copy is kept until then.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    files = sum("/recovery/" not in name for name in open_files())
    widgets = len(QApplication.allWidgets())
    return Cost(resident / 1024, threading.active_count(), files, widgets)


def open_files() -> list[str]:
    """The names of all that this process has open."""
    found = list[str]()
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # that of the folder itself is gone by now
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return found
