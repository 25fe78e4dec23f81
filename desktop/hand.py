"""What a person holds: the tool with its options, the colours, the layer and what of it is painted.

Widgets show it and tools read it; it knows neither.
"""

from dataclasses import replace
from enum import Enum
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.options import (
    BrushOptions,
    FillOptions,
    FrameOptions,
    LassoOptions,
    Options,
    PickOptions,
    ShapeOptions,
    WandOptions,
)

Rgb: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0..255."""

BLACK, WHITE = (0, 0, 0), (255, 255, 255)

MOST_RECENT = 16
"""Colours that are remembered."""

Chosen = TypeVar("Chosen", bound=Options)


class Target(Enum):
    """What a brush changes."""

    PIXELS = "pixels"
    LAYER_MASK = "layer mask"
    MASK = "mask"
    """The mask of the next run, which no layer owns."""


DEFAULTS: dict[str, Options] = {
    "frame": FrameOptions(),
    "brush": BrushOptions(),
    "eraser": BrushOptions(size=48.0, hardness=90.0),
    "shape": ShapeOptions(),
    "lasso": LassoOptions(),
    "wand": WandOptions(),
    "fill": FillOptions(),
    "pick": PickOptions(),
}
"""Options by the name of their tool; tools without any are not listed."""


class Hand(QObject):
    """The state of the tools. Every setter does nothing when there is nothing to change."""

    tool_changed = Signal(str)
    options_changed = Signal()
    colours_changed = Signal()
    layer_changed = Signal()
    target_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with the frame in hand and black on white."""
        super().__init__(parent)
        self._tool = "frame"
        self._options = dict(DEFAULTS)
        self._colours: tuple[Rgb, Rgb] = (BLACK, WHITE)
        self._recent: tuple[Rgb, ...] = ()
        self._layer_id: int | None = None
        self._target = Target.PIXELS
        self.stroke_end: tuple[float, float] | None = None
        """Where the last stroke ended: a straight line begins there."""

    @property
    def tool(self) -> str:
        """The name of the tool in use."""
        return self._tool

    def take(self, tool: str) -> None:
        """Use another tool."""
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)
            self.options_changed.emit()

    def options_of(self, tool: str) -> Options | None:
        """Return the options of a tool, None if it has none."""
        return self._options.get(tool)

    def options(self, kind: type[Chosen], tool: str = "") -> Chosen:
        """Return the options of `tool` (the one in use), which are of that kind."""
        found = self._options[tool or self._tool]
        assert isinstance(found, kind), (tool, kind)
        return found

    def change(self, tool: str, **values: object) -> None:
        """Change some options of a tool."""
        changed = replace(self._options[tool], **values)
        if changed != self._options[tool]:
            self._options[tool] = changed
            self.options_changed.emit()

    @property
    def brush(self) -> str:
        """The brush that size and hardness keys change: the eraser, if that is in use."""
        return self._tool if self._tool in ("brush", "eraser") else "brush"

    @property
    def colour(self) -> Rgb:
        """The colour that is painted with."""
        return self._colours[0]

    @property
    def second(self) -> Rgb:
        """The other colour, which X brings to the front."""
        return self._colours[1]

    @property
    def recent(self) -> tuple[Rgb, ...]:
        """Colours that were painted with, the latest first."""
        return self._recent

    def set_colour(self, colour: Rgb) -> None:
        """Paint with another colour."""
        self._set_colours(colour, self.second)

    def swap_colours(self) -> None:
        """Exchange both colours."""
        self._set_colours(self.second, self.colour)

    def reset_colours(self) -> None:
        """Go back to black on white."""
        self._set_colours(BLACK, WHITE)

    def note_use(self) -> None:
        """Remember the colour among the recent ones: it was painted with."""
        if self._recent[:1] != (self.colour,):
            others = tuple(each for each in self._recent if each != self.colour)
            self._recent = (self.colour, *others)[:MOST_RECENT]
            self.colours_changed.emit()

    @property
    def layer_id(self) -> int | None:
        """The layer that is worked on, None if there is none."""
        return self._layer_id

    def choose_layer(self, layer_id: int | None) -> None:
        """Work on another layer, and on its pixels."""
        if layer_id != self._layer_id:
            self._layer_id = layer_id
            if self._target is Target.LAYER_MASK:
                self.aim(Target.PIXELS)
            self.layer_changed.emit()

    @property
    def target(self) -> Target:
        """What a brush changes."""
        return self._target

    def aim(self, target: Target) -> None:
        """Paint on something else."""
        if target is not self._target:
            self._target = target
            self.target_changed.emit()

    def _set_colours(self, colour: Rgb, second: Rgb) -> None:
        if (colour, second) != self._colours:
            self._colours = colour, second
            self.colours_changed.emit()
