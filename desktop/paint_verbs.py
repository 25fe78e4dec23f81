"""Verbs that have the engine paint more of what is there: variations, again, larger, further.

Each is one question to the studio, or a sentence why it cannot be asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop import questions
from desktop.asked import Asked
from desktop.document.geometry import Rect
from desktop.document.layer import Layer
from desktop.document.picture import Picture
from desktop.document.pixel_edits import fix_result
from desktop.document.result import Seam
from desktop.hand import Hand
from desktop.permission import chosen
from desktop.questions import Choices
from desktop.studio import Studio

MORE = 4
"""Pictures that "more" asks for."""


class PaintVerbs(QObject):
    """Acts on the tray, the layer in hand and the picture of one studio."""

    refused = Signal(str)
    """One sentence: why nothing happened."""

    def __init__(self, studio: Studio, hand: Hand) -> None:
        """Ask `studio`."""
        super().__init__(hand)
        self._studio, self._hand = studio, hand
        self.prompt: Callable[[], str] = str
        """Gives the words in the prompt bar."""

    def more(self) -> None:
        """Paint further candidates like the chosen one, or the last, beside those in the tray."""
        items, one = self._studio.candidates.items, self._studio.candidates.chosen_candidate
        if not items:
            self.refused.emit("There is nothing to paint more of yet; generate a picture first.")
            return
        now = self._studio.document.picture
        self._studio.ask(partial(questions.more, one or items[-1], now), MORE)

    def vary(self) -> None:
        """Paint variations of the chosen candidate; without one, of the layer in use."""
        one = self._studio.candidates.chosen_candidate
        if one is None:
            self.vary_layer()
        else:
            self._studio.ask(partial(questions.vary_candidate, one))

    def vary_layer(self) -> None:
        """Paint variations of the layer in use."""
        self._on_layer(questions.vary_layer)

    def vary_picture(self) -> None:
        """Paint variations of all that can be seen."""
        self._studio.ask(partial(questions.vary_picture, self._studio.document.picture))

    def again(self) -> None:
        """Ask once more for what the layer in use was made by, with the same settings."""
        self._on_layer(questions.again)

    def fix(self) -> None:
        """Make an ordinary layer of a result as it looks now."""
        layer = self._layer()
        if layer is not None:
            self._studio.document.do(fix_result(layer.id))

    def enlarge(self, what: str, times: str) -> None:
        """Paint the "layer" in use, or the "picture", "2" or "4" times as large."""
        if what == "picture":
            now = self._studio.document.picture
            self._studio.ask(lambda choices: questions.enlarge_picture(now, int(times), choices))
            return

        def ask(layer: Layer, now: Picture, choices: Choices) -> Asked:
            return questions.enlarge_layer(layer, now, int(times), choices)

        self._on_layer(ask)

    def enlarge_layer(self, times: str) -> None:
        """Paint the layer in use "2" or "4" times as large."""
        self.enlarge("layer", times)

    def enlarge_picture(self, times: str) -> None:
        """Paint all that can be seen "2" or "4" times as large."""
        self.enlarge("picture", times)

    def remember_seam(self, seam: Seam) -> None:
        """Let results to come meet their surroundings like this."""
        wanted = replace(
            self._studio.settings,
            feather=seam.feather,
            grow=seam.grow,
            match_colours=round(100 * seam.match_colours),
        )
        self._studio.change_settings(wanted)

    def extend(self, frames: Sequence[Rect]) -> None:
        """Paint what is empty in each of the frames, one after the other."""
        self._studio.extend(frames, self.prompt())

    def _layer(self) -> Layer | None:
        return chosen(self._studio.document.picture, self._hand)

    def _on_layer(self, question: Callable[[Layer, Picture, Choices], Asked]) -> None:
        layer = self._layer()
        if layer is None:
            self.refused.emit("No layer is chosen; click one in the list of layers first.")
        else:
            now = self._studio.document.picture
            self._studio.ask(lambda choices: question(layer, now, choices))
