"""What is opened later is got ready while nobody waits: the first look at it would take long.

Modules are read in the thread for files. Widgets can be made in no other thread than the window's,
so the page of the gallery is made in one turn of it, and whatever is not in view yet is given its
style and its icons a few milliseconds at a time: Qt does that when a widget is first shown, for all
that come into view at once. The names of languages are measured, so that the fonts of their letters
are found before the settings show them.
"""

import time
from collections.abc import Iterable, Iterator
from importlib import import_module

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QWidget
from shiboken6 import isValid

from desktop.by_turns import ByTurns
from desktop.controls.try_tile import TryTile
from desktop.panels.create import CreatePage
from desktop.panels.tool_options import ToolOptionsPanel
from desktop.release import release
from desktop.runs import READY
from desktop.settings import LANGUAGES
from desktop.studio import Studio
from desktop.windows.pages import Pages
from engine.machine import free_memory

LATER = (
    "desktop.gallery.page",
    "desktop.windows.about",
    "desktop.windows.extend",
    "desktop.windows.guide",
    "desktop.windows.key_sheet",
    "desktop.windows.keys",
    "desktop.windows.models",
    "desktop.windows.selections",
    "desktop.windows.settings",
)
"""Modules that the first picture does not need."""

PATIENCE = 0.004
"""Seconds of the processor that one turn takes, or a little more."""


class Beforehand(QObject):
    """Waits for the engine, which is what people wait for, and gets ready what comes later."""

    finished = Signal()
    """All of it is ready; emitted once."""

    def __init__(self, studio: Studio, pages: Pages, *parts: CreatePage | ToolOptionsPanel) -> None:
        """Begin when the engine is ready; `parts` get ready what they will want themselves."""
        super().__init__(pages)
        self._studio, self._pages, self._parts = studio, pages, parts
        self.done = False
        studio.engine_state_changed.connect(self._hear)

    def _hear(self, state: str) -> None:
        if state == READY:
            self._studio.engine_state_changed.disconnect(self._hear)
            ByTurns(self._name(), self)

    def _name(self) -> Iterator[None]:
        """Have Qt's classes made, which the first widget of an unknown kind would wait for.

        In this thread: they are entered in lists that Qt looks into while it hands events over, and
        a process in which another thread did so has died.
        """
        yield from paced(getattr(QtWidgets, name) for name in dir(QtWidgets))
        self._studio.on_disk(_read, lambda _read: ByTurns(self._make(), self))

    def _make(self) -> Iterator[None]:
        assert self._pages.gallery is not None
        yield
        for part in self._parts:
            yield from part.get_ready()
        yield from dressed(self._pages.stack.window())
        yield from paced(map(self._pages.stack.fontMetrics().horizontalAdvance, LANGUAGES.values()))
        self.done = True
        self.finished.emit()


def paced(steps: Iterable[object]) -> Iterator[None]:
    """Do steps, by asking for them, as many in a turn as `PATIENCE` allows."""
    until = time.thread_time() + PATIENCE
    for _ in steps:
        if time.thread_time() > until:
            yield
            until = time.thread_time() + PATIENCE


def dressed(window: QWidget) -> Iterator[None]:
    """Give everything in `window` its style and draw the icons of its buttons, a part a turn."""
    # One that has gone since the first of these turns is left out.
    return paced(_dress(each) for each in window.findChildren(QWidget) if isValid(each))


def _dress(widget: QWidget) -> None:
    widget.ensurePolished()
    if isinstance(widget, TryTile):
        widget.read()
    if isinstance(widget, QAbstractButton) and not widget.icon().isNull():
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
            widget.icon().pixmap(widget.iconSize(), widget.devicePixelRatioF(), mode)


def _read() -> int:
    """Import what comes later; return how many modules that are."""
    for name in LATER:
        import_module(name)
    release()
    free_memory()  # whose files are in an encoding that is read, too
    return len(LATER)
