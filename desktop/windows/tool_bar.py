"""The bar at the left: a button for each tool, in the order of the table of verbs."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton

TOOL_ICON = QSize(20, 20)


def add_tool_bar(window: QMainWindow, title: str, actions: Mapping[str, QAction]) -> QToolBar:
    """Put the tools of `actions` into a bar at the left of `window`."""
    bar = QToolBar(title, window)
    bar.setObjectName("tools")
    bar.setIconSize(TOOL_ICON)
    for verb, action in actions.items():
        if verb.startswith("hand.take:"):
            bar.addAction(action)
    bar.addSeparator()
    bar.addAction(actions["hand.toggle_mask"])
    bar.addSeparator()
    bar.addAction(actions["ideas.show_mix"])
    for button in bar.findChildren(QToolButton):
        action = button.defaultAction()
        if action is not None:
            button.setAccessibleName(action.text().replace("&", ""))
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
    return bar
