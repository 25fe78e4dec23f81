"""The bar at the left: a button for each tool, in the order of the table of verbs."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton, QWidget

TOOL_ICON = QSize(20, 20)
TAKES = "hand.take:"


def add_tool_bar(
    window: QMainWindow,
    title: str,
    actions: Mapping[str, QAction],
    canvas: QWidget,
    take: Callable[[str], None],
) -> QToolBar:
    """Put the tools of `actions` into a bar at the left of `window`.

    canvas: has the focus once a tool is clicked, or its keys and Enter would go into the prompt.
    take: puts the tool of a clicked button into the hand, also where its key would put it away.
    """
    bar = QToolBar(title, window)
    bar.setObjectName("tools")
    bar.setIconSize(TOOL_ICON)
    for verb, action in actions.items():
        if verb.startswith(TAKES):
            bar.addAction(action)
    bar.addSeparator()
    bar.addAction(actions["hand.toggle_mask"])
    bar.addSeparator()
    bar.addAction(actions["ideas.show_mix"])
    for button in bar.findChildren(QToolButton):
        action = button.defaultAction()
        if action is not None:
            button.setAccessibleName(action.text().replace("&", ""))
            if (verb := action.objectName()).startswith(TAKES):
                button.clicked.connect(partial(_take, take, verb.removeprefix(TAKES)))
            if action is not actions["ideas.show_mix"]:
                button.clicked.connect(partial(_lead_on, button, canvas))
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
    return bar


def _take(take: Callable[[str], None], tool: str, _checked: bool = False) -> None:
    take(tool)


def _lead_on(button: QToolButton, canvas: QWidget, _checked: bool = False) -> None:
    """Give the canvas the focus, but for whoever pressed the button by a key and goes on by Tab."""
    if not button.hasFocus() and canvas.isVisible():
        canvas.setFocus(Qt.FocusReason.MouseFocusReason)
