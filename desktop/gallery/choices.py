"""What can be done with chosen pictures: one table for the buttons and the context menu."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction

from desktop.icons import Icons


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `many`: whether it makes sense for several pictures at once."""

    name: str
    icon: str
    text: str
    tip: str
    many: bool = True


CHOICES = (
    Choice("vary", "vary", "Vary", "New pictures of the same idea", many=False),
    Choice("mix", "mix", "Mix", "Paint what lies between these, or between this and the prompt"),
    Choice("to_desk", "mix", "To desk", "Put it onto the mixing desk, to be weighed there"),
    Choice("open_on_canvas", "to-canvas", "To canvas", "Put it onto the canvas as a layer (Enter)"),
    Choice("make_again", "again", "Make again", "Paint the very same picture again", many=False),
    Choice("reuse", "reuse", "Use settings", "Bring back prompt, seed, frame and mask", many=False),
    Choice("save", "save", "Save…", "Save a copy of its file elsewhere", many=False),
    Choice("more_like", "similar", "More like it", "Sort all pictures by how near they are"),
    Choice("less_like", "unlike", "Not like it", "Keep away from what it shows"),
    Choice("open_stack", "stack", "Open stack", "See all that this stack holds", many=False),
    Choice("favour", "star", "Favourite", "Mark as a favourite (F)"),
    Choice("discard", "discard", "Discard", "Put into the trash for 30 days (Del)"),
)


def actions_for(page: QObject, icons: Icons) -> dict[str, QAction]:
    """Return an action for each choice that calls the page's method of that name."""
    made: dict[str, QAction] = {}
    for choice in CHOICES:
        action = QAction(icons(choice.icon), _tr(choice.text), page)
        action.setToolTip(_tr(choice.tip))
        action.setEnabled(False)
        action.triggered.connect(_without_arguments(getattr(page, choice.name)))
        made[choice.name] = action
    return made


def _tr(text: str) -> str:
    return QCoreApplication.translate("Gallery", text)


def _without_arguments(verb: Callable[[], object]) -> Callable[[], None]:
    def call(_checked: bool = False) -> None:
        verb()

    return call
