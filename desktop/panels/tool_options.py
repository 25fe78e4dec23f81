"""The options of the tool in use, made from the fields that `desktop.options` describes.

Below them stands what its presses and keys do, which nobody finds out who is not told.
"""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.controls.fields_form import FieldsForm
from desktop.controls.scrolling import leave_ground
from desktop.controls.swatch import Swatch
from desktop.hand import DEFAULTS, Hand
from desktop.speech import said
from desktop.toolbox import TOOLS

COLOURED = frozenset({"brush", "fill", "pick"})
"""Tools that lay or take a colour, which is shown above their options."""


class ToolOptionsPanel(QScrollArea):
    """One form per tool, made when the tool is first used, or before."""

    colours_wanted = Signal()
    """The colour in the hand was clicked: another one is to be chosen."""

    def __init__(self, hand: Hand) -> None:
        """Follow the tool in `hand`."""
        super().__init__()
        self._hand = hand
        self._forms: dict[str, FieldsForm] = {}
        self.first = Swatch(self.tr("Colour; click to choose another one"), 22)
        self.second = Swatch(self.tr("Second colour; click to paint with it"), 22)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setProperty("muted", True)
        self.hint.setWordWrap(True)
        self._stage = QWidget()
        self._column = QVBoxLayout(self._stage)
        self._column.setContentsMargins(8, 8, 8, 8)
        colours = QHBoxLayout()
        colours.addWidget(self.first)
        colours.addWidget(self.second)
        colours.addStretch(1)
        self._column.addLayout(colours)
        self._column.addWidget(self.hint)
        self._column.addStretch(1)
        self.setWidget(self._stage)
        leave_ground(self)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Options of the tool"))
        self.first.clicked.connect(self.colours_wanted)
        self.second.clicked.connect(hand.swap_colours)
        hand.colours_changed.connect(self._show_colours)
        hand.tool_changed.connect(self._show_tool)
        hand.options_changed.connect(self._show_values)
        self._show_tool()

    @property
    def form(self) -> "FieldsForm | None":
        """The form in view."""
        return self._forms.get(self._hand.tool)

    def get_ready(self) -> Iterator[None]:
        """Make the forms of tools that nobody has taken yet, one whenever asked."""
        for tool in DEFAULTS:
            self._make(tool)
            yield

    def _make(self, tool: str) -> None:
        if tool not in self._forms:
            form = self._forms[tool] = FieldsForm(DEFAULTS[tool])
            form.changed.connect(partial(self._change, tool))
            form.hide()
            self._column.insertWidget(1, form)

    def _show_tool(self) -> None:
        tool = self._hand.tool
        if tool in DEFAULTS:
            self._make(tool)
        for name, form in self._forms.items():
            form.setVisible(name == tool)
        self.hint.setText(said(TOOLS[tool].hint).replace(" · ", "\n"))
        for swatch in (self.first, self.second):
            swatch.setVisible(tool in COLOURED)
        self._show_colours()
        self._show_values()

    def _show_colours(self) -> None:
        self.first.show_colour(QColor(*self._hand.colour))
        self.second.show_colour(QColor(*self._hand.second))

    def _show_values(self) -> None:
        if self.form is not None:
            self.form.show_values(self._hand.options_of(self._hand.tool))

    def _change(self, tool: str, name: str, value: object) -> None:
        self._hand.change(tool, **{name: value})
