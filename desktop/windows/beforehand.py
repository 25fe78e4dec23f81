"""What is opened later is got ready while nobody waits: the first click on it would take long.

Modules are read in the thread for files, and the widgets of the page of the gallery, which can be
made in no other thread than the window's, are made when that is done.
"""

from importlib import import_module

from PySide6 import QtWidgets
from PySide6.QtCore import QObject

from desktop.runs import READY
from desktop.studio import Studio
from desktop.windows.pages import Pages

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


class Beforehand(QObject):
    """Waits for the engine, which is what people wait for, and gets ready what comes later."""

    def __init__(self, studio: Studio, pages: Pages) -> None:
        """Begin when the engine is ready."""
        super().__init__(pages)
        self._studio, self._pages = studio, pages
        self.done = False
        studio.engine_state_changed.connect(self._hear)

    def _hear(self, state: str) -> None:
        if state == READY:
            self._studio.engine_state_changed.disconnect(self._hear)
            self._studio.on_disk(_read, self._make)

    def _make(self, _read: object) -> None:
        assert self._pages.gallery is not None
        self.done = True


def _read() -> int:
    """Import what comes later; return how many modules that are."""
    for name in dir(QtWidgets):
        getattr(QtWidgets, name)  # the first widget of an unknown kind has Qt's classes all made
    for name in LATER:
        import_module(name)
    return len(LATER)
