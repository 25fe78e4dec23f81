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
from desktop.windows.pages import OF_THE_CANVAS, Pages


class Possible(QObject):
    """Keeps the actions of the table in step with one studio and with the page in view."""

    def __init__(
        self, studio: Studio, hand: Hand, pages: Pages, actions: Mapping[str, QAction]
    ) -> None:
        """Follow studio and hand; whoever changes the page calls `show_page`."""
        super().__init__(pages)
        self._studio, self._pages, self._actions = studio, pages, actions
        self._of_the_canvas = [verb for verb in actions if verb.startswith(OF_THE_CANVAS)]
        self._hand = hand
        hand.layer_changed.connect(self._name_mask)
        hand.target_changed.connect(self._name_mask)
        studio.busy_changed.connect(self.show)
        studio.history_changed.connect(self.show)
        studio.candidates.changed.connect(self.show)

    def show(self, _changed: object = None) -> None:
        """Enable what would do something now, and name what undo and redo would do."""
        if not self._studio.document.previewing:  # a stroke must not wait for menus
            self._enable(self._possible())
            self._name()

    def show_page(self) -> None:
        """The same when another page is in view: nothing is to change what is not seen.

        Every verb is set once, for whatever shows it is drawn anew by each change.
        """
        self._enable(dict.fromkeys(self._of_the_canvas, True) | self._possible())
        self._name()

    def _enable(self, possible: Mapping[str, bool]) -> None:
        for verb, enabled in possible.items():
            self._actions[verb].setEnabled(enabled and not self._pages.shuts(verb))

    def _possible(self) -> dict[str, bool]:
        """The verbs that now and then do nothing, and whether they would do something now."""
        studio = self._studio
        document, candidates = studio.document, studio.candidates
        chosen, some = candidates.chosen is not None, bool(candidates.items)
        return {
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

    def _name(self) -> None:
        document = self._studio.document
        for verb, text, name in (
            ("studio.undo", translated("&Undo"), document.undo_name),
            ("studio.redo", translated("&Redo"), document.redo_name),
        ):
            shown = f"{text} {visible(said(name)).replace('&', '&&')}".strip()
            self._actions[verb].setText(shown)
        self._name_mask()

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
