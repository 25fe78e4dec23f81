"""What keys do to the hand: another size, hardness or opacity, the other colour, the mask."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.hand import Hand, Target
from desktop.options import BrushOptions

STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 200, 256)
STEPS += (320, 400, 500, 640, 800, 1000)
"""Sizes in pixels that [ and ] stop at."""

HARDER, DENSER = 10.0, 10.0
"""Per cent that one key changes hardness and opacity by."""

DRAWING = frozenset({"brush", "eraser", "fill"})


class HandVerbs(QObject):
    """Verbs of menus and keys that change what is in the hand."""

    def __init__(self, hand: Hand) -> None:
        """Act on `hand`."""
        super().__init__(hand)
        self._hand = hand
        self.eraser_toggles: Callable[[], bool] = lambda: True
        """Says whether the eraser, taken once more, gives the brush back."""

    def take(self, tool: str) -> None:
        """Use a tool."""
        again = tool == self._hand.tool == "eraser" and self.eraser_toggles()
        self._hand.take("brush" if again else tool)

    def smaller(self) -> None:
        """Make the brush smaller by one step."""
        size = self._options().size
        self._change(size=float(max((step for step in STEPS if step < size), default=STEPS[0])))

    def larger(self) -> None:
        """Make the brush larger by one step."""
        size = self._options().size
        self._change(size=float(min((step for step in STEPS if step > size), default=STEPS[-1])))

    def softer(self) -> None:
        """Soften the rim of the brush."""
        self._change(hardness=max(0.0, self._options().hardness - HARDER))

    def harder(self) -> None:
        """Sharpen the rim of the brush."""
        self._change(hardness=min(100.0, self._options().hardness + HARDER))

    def thinner(self) -> None:
        """Let the brush cover less."""
        self._change(opacity=max(1.0, self._options().opacity - DENSER))

    def denser(self) -> None:
        """Let the brush cover more."""
        self._change(opacity=min(100.0, self._options().opacity + DENSER))

    def swap(self) -> None:
        """Exchange the colours; in mask mode, painting and erasing."""
        if self._hand.target is Target.MASK:
            self._hand.take("brush" if self._hand.tool == "eraser" else "eraser")
        else:
            self._hand.swap_colours()

    def reset(self) -> None:
        """Go back to black on white."""
        self._hand.reset_colours()

    def toggle_mask(self) -> None:
        """Paint the mask of the next run, or the layer again."""
        if self._hand.target is Target.MASK:
            self._hand.aim(Target.PIXELS)
            return
        self._hand.aim(Target.MASK)
        if self._hand.tool not in DRAWING:
            self._hand.take("brush")

    def _options(self) -> BrushOptions:
        return self._hand.options(BrushOptions, self._hand.brush)

    def _change(self, **values: float) -> None:
        self._hand.change(self._hand.brush, **values)
