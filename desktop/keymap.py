"""Gives every action the keys of the scheme in use, and changes them while the window is open."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut

from desktop.canvas.navigation import CanvasNavigator
from desktop.key_schemes import SCHEMES, Keys, given, keys_of, owner_of, tidied, without
from desktop.setting_fields import KeyChanges

MOVES_THE_FOCUS = frozenset({"Tab", "Shift+Tab"})
"""Keys that lead from one control to the next; a verb that has one has it on the canvas alone.

Who came to the canvas by such a key goes on by it: no part of the window is out of reach of keys.
"""

DELETES = "Del"
"""The key that a list or the tray takes something out of itself by; a verb has it on the canvas."""


class Keymap(QObject):
    """The keys in use: a scheme, and what a person changed of it."""

    changed = Signal()

    def __init__(
        self, actions: Mapping[str, QAction], canvas: CanvasNavigator, scheme: str, own: KeyChanges
    ) -> None:
        """Give the actions, which are named by their verbs, their keys."""
        super().__init__(canvas)
        self._actions, self._canvas = actions, canvas
        self._on_canvas: list[QShortcut] = []
        self.scheme, self.own = scheme, own
        self._came_by_key = False
        self._apply()
        canvas.came_by_key.connect(self._let_go_on_by_key)
        canvas.deleted.connect(self._delete)

    @property
    def keys(self) -> dict[str, Keys]:
        """The keys of every verb."""
        return keys_of(self.scheme, self.own)

    def eraser_toggles(self) -> bool:
        """Whether the key of the eraser, pressed again, takes the brush."""
        return SCHEMES[self.scheme].eraser_toggles

    def choose(self, scheme: str) -> None:
        """Use another scheme; what was changed stays changed."""
        self._set(scheme, tidied(dict(self.own), scheme))

    def give(self, verb: str, keys: Keys) -> None:
        """Give a verb these keys and no others; whoever had them loses them."""
        self._set(self.scheme, given(verb, keys, self.scheme, self.own))

    def restore(self, verb: str) -> None:
        """Let a verb have the keys of the scheme again."""
        self._set(self.scheme, without(verb, self.own))

    def restore_all(self) -> None:
        """Forget every change of the scheme."""
        self._set(self.scheme, ())

    def _delete(self) -> None:
        verb = owner_of(DELETES, self.keys)
        if verb is not None:
            self._actions[verb].trigger()

    def _let_go_on_by_key(self, came_by_key: bool) -> None:
        self._came_by_key = came_by_key
        for shortcut in self._on_canvas:
            shortcut.setEnabled(not came_by_key)

    def _set(self, scheme: str, own: KeyChanges) -> None:
        if (scheme, own) != (self.scheme, self.own):
            self.scheme, self.own = scheme, own
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        for shortcut in self._on_canvas:
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._on_canvas.clear()
        for verb, keys in self.keys.items():
            action = self._actions[verb]
            everywhere = [key for key in keys if key not in MOVES_THE_FOCUS | {DELETES}]
            action.setShortcuts([QKeySequence(key) for key in everywhere])
            action.setToolTip(tip_of(action))
            for key in MOVES_THE_FOCUS.intersection(keys):
                context = Qt.ShortcutContext.WidgetShortcut
                shortcut = QShortcut(QKeySequence(key), self._canvas, context=context)
                shortcut.activated.connect(action.trigger)
                shortcut.setEnabled(not self._came_by_key)
                self._on_canvas.append(shortcut)


def tip_of(action: QAction) -> str:
    """Return the text of an action with its key, as a tooltip."""
    text, key = action.text().replace("&", ""), action.shortcut().toString()
    return f"{text} ({key})" if key else text


def shown(key: str) -> str:
    """Return a key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
