"""Which verbs would do something now: the others are grey, and some say what they would do."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from desktop.actions import ADD_MASK, FROM_MASK, TO_MASK, translated
from desktop.hand import Hand, Target
from desktop.keymap import tip_of
from desktop.permission import chosen
from desktop.speech import said
from desktop.studio import Studio
from desktop.visible import visible
from desktop.windows.pages import Pages


class Possible(QObject):
    """Keeps the actions of the table in step with one studio and with the page in view."""

    def __init__(
        self, studio: Studio, hand: Hand, pages: Pages, actions: Mapping[str, QAction]
    ) -> None:
        """Follow studio and hand; whoever changes the page calls `show`."""
        super().__init__(pages)
        self._studio, self._pages, self._actions = studio, pages, actions
        self._hand = hand
        hand.layer_changed.connect(self._name_mask)
        hand.target_changed.connect(self._name_mask)
        studio.busy_changed.connect(self.show)
        studio.history_changed.connect(self.show)
        studio.candidates.changed.connect(self.show)

    def show(self, _changed: object = None) -> None:
        """Enable what would do something now, and name what undo and redo would do."""
        studio = self._studio
        if studio.document.previewing:
            return  # a stroke must not wait for menus
        document, candidates = studio.document, studio.candidates
        chosen, some = candidates.chosen is not None, bool(candidates.items)
        possible = {
            "studio.undo": document.can_undo,
            "studio.redo": document.can_redo,
            "studio.cancel": studio.busy,
            "tray.accept": chosen,
            "tray.keep": chosen,
            "tray.discard": chosen,
            "tray.reject": some,
            "candidates.next": some,
            "candidates.previous": some,
        }
        for verb, enabled in possible.items():
            self._actions[verb].setEnabled(enabled)
        for verb, text, name in (
            ("studio.undo", translated("&Undo"), document.undo_name),
            ("studio.redo", translated("&Redo"), document.redo_name),
        ):
            shown = f"{text} {visible(said(name)).replace('&', '&&')}".strip()
            self._actions[verb].setText(shown)
        self._name_mask()
        self._pages.restrict(self._actions)

    def _name_mask(self) -> None:
        """Let the verb of the layer's mask say what it does: makes one, leads to it, or away."""
        layer = chosen(self._studio.document.picture, self._hand)
        if layer is None or layer.mask is None:
            text = translated(ADD_MASK)
        elif self._hand.target is Target.LAYER_MASK:
            text = translated(FROM_MASK)
        else:
            text = translated(TO_MASK)
        action = self._actions["layer.add_mask"]
        if text != action.text():
            action.setText(text)
            action.setToolTip(tip_of(action))
