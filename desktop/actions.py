"""Every verb of the menus in one table: what it calls, menu, text, keys, icon.

Menus, shortcuts and their order on screen are made from this table and from nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop.icons import Icons

CONTEXT = "actions"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a menu. `verb` is "object.method"; `starts_group` draws a line above it."""

    verb: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str | None = None
    starts_group: bool = False


_FILE = "&File"
_EDIT = "&Edit"
_VIEW = "&View"
_GENERATE = "&Generate"
_HELP = "&Help"

ROWS = (
    Row("studio.new_picture", _FILE, "&New", ("Ctrl+N",), "new"),
    Row("exchange.open_picture", _FILE, "&Open…", ("Ctrl+O",), "open"),
    Row(
        "exchange.export_png",
        _FILE,
        "&Export PNG…",
        ("Ctrl+E", "Ctrl+Shift+S"),
        "export",
    ),
    Row("window.close", _FILE, "&Quit", ("Ctrl+Q",), "quit", True),
    Row("studio.undo", _EDIT, "&Undo", ("Ctrl+Z",), "undo"),
    Row(
        "studio.redo",
        _EDIT,
        "&Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
    ),
    Row(
        "exchange.copy_merged",
        _EDIT,
        "&Copy merged",
        ("Ctrl+Shift+C",),
        "copy",
        True,
    ),
    Row("exchange.paste", _EDIT, "&Paste", ("Ctrl+V",), "paste"),
    Row(
        "canvas.zoom_in",
        _VIEW,
        "Zoom &in",
        ("Ctrl++", "Ctrl+="),
        "zoom-in",
    ),
    Row("canvas.zoom_out", _VIEW, "Zoom &out", ("Ctrl+-",), "zoom-out"),
    Row("canvas.fit", _VIEW, "&Fit", ("Ctrl+0",), "fit"),
    Row(
        "window.actual_size",
        _VIEW,
        "&100 %",
        ("Ctrl+1",),
        "actual-size",
    ),
    Row("window.light", _VIEW, "&Light", starts_group=True),
    Row("window.dark", _VIEW, "&Dark"),
    Row("window.follow_system", _VIEW, "Follow the &system"),
    Row(
        "prompt.generate",
        _GENERATE,
        "&Generate",
        ("Ctrl+Return", "Ctrl+Enter"),
        "generate",
    ),
    Row("studio.cancel", _GENERATE, "&Cancel", ("Esc",), "cancel"),
    Row("prompt.write", _GENERATE, "&Write the prompt", ("Ctrl+L",)),
    Row("prompt.surprise", _GENERATE, "&Surprise me", icon="surprise"),
    Row("prompt.renew_seed", _GENERATE, "New s&eed", icon="new-seed"),
    Row(
        "candidates.next",
        _GENERATE,
        "&Next picture",
        ("Alt+Right",),
        "next",
        True,
    ),
    Row(
        "candidates.previous",
        _GENERATE,
        "&Previous picture",
        ("Alt+Left",),
        "previous",
    ),
    Row(
        "tray.accept",
        _GENERATE,
        "&Accept",
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        "accept",
        True,
    ),
    Row("tray.keep", _GENERATE, "&Keep as layer", icon="keep"),
    Row("tray.discard", _GENERATE, "&Discard", icon="discard"),
    Row("tray.reject", _GENERATE, "&Reject all", icon="close"),
    Row("window.about", _HELP, "&About Easel", icon="about"),
)


def translated(text: str) -> str:
    """Return a text of the table in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def add_menus(
    window: QMainWindow, icons: Icons, objects: Mapping[str, QObject]
) -> dict[str, QAction]:
    """Fill the menu bar; return the actions by verb. `objects` are those that the verbs name."""
    menus: dict[str, QMenu] = {}
    made: dict[str, QAction] = {}
    for row in ROWS:
        if row.menu not in menus:
            menus[row.menu] = window.menuBar().addMenu(translated(row.menu))
        if row.starts_group:
            menus[row.menu].addSeparator()
        action = _action(window, row, icons)
        owner, method = row.verb.split(".")
        action.triggered.connect(_without_arguments(getattr(objects[owner], method)))
        menus[row.menu].addAction(action)
        made[row.verb] = action
    return made


def _action(window: QMainWindow, row: Row, icons: Icons) -> QAction:
    action = QAction(translated(row.text), window)
    action.setObjectName(row.verb)
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    if row.icon:
        action.setIcon(icons(row.icon))
    return action


def _without_arguments(verb: Callable[[], object]) -> Callable[[], None]:
    """Swallow `checked`, which Qt would give to a method with a default argument."""

    def call(_checked: bool = False) -> None:
        verb()

    return call
