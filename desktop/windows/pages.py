"""The two pages of the window, the canvas and the gallery, and the switch between them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from desktop.icons import ICON, Icons
from desktop.theme import TIGHT

if TYPE_CHECKING:
    from desktop.gallery.page import GalleryPage

OF_THE_CANVAS = (
    "adjust.",
    "candidates.",
    "canvas.",
    "hand.",
    "layer.",
    "paint.",
    "select.",
    "studio.redo",
    "studio.undo",
    "tray.",
)
"""Verbs that would change what is not in view while the gallery is."""


class SwitchButton(QToolButton):
    """Changes the page when it is clicked, and when something is dragged over it."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Change the page, so that what is dragged can be dropped there; take nothing here."""
        event.ignore()
        self.click()


class Pages(QObject):
    """Holds the canvas with what belongs to it, and the gallery, which is made when first seen."""

    changed = Signal()

    def __init__(
        self, window: QMainWindow, canvas: QWidget, make: "Callable[[], GalleryPage]", icons: Icons
    ) -> None:
        """Show `canvas`; `make` makes the page of the gallery."""
        super().__init__(window)
        self._make = make
        self._page: GalleryPage | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(canvas)
        self._switch = QButtonGroup(self)
        self.canvas_button = self._button(icons, "tool-frame", self.tr("Canvas"))
        self.gallery_button = self._button(icons, "gallery", self.tr("Gallery"))
        self.canvas_button.setChecked(True)
        self._switch.buttonClicked.connect(self._switched)
        corner = QWidget(window)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 2, TIGHT, 2)
        row.setSpacing(2)
        row.addWidget(self.canvas_button)
        row.addWidget(self.gallery_button)
        window.menuBar().setCornerWidget(corner, Qt.Corner.TopRightCorner)

    @property
    def gallery(self) -> "GalleryPage":
        """The page of the gallery."""
        if self._page is None:
            self._page = self._make()
            self.stack.addWidget(self._page)
        return self._page

    @property
    def shows_gallery(self) -> bool:
        """Whether the gallery is in view."""
        return self._page is not None and self.stack.currentWidget() is self._page

    def show_gallery(self, wanted: bool) -> None:
        """Show the gallery, or the canvas."""
        if wanted == self.shows_gallery:
            return
        (self.gallery_button if wanted else self.canvas_button).setChecked(True)
        self.stack.setCurrentIndex(self.stack.indexOf(self.gallery) if wanted else 0)
        if wanted:
            self.gallery.open()
        self.changed.emit()

    def restrict(self, actions: Mapping[str, QAction]) -> None:
        """Disable what would change the picture while it is not in view."""
        if self.shows_gallery:
            for verb, action in actions.items():
                if verb.startswith(OF_THE_CANVAS):
                    action.setEnabled(False)

    def release(self, actions: Mapping[str, QAction]) -> None:
        """Enable what `restrict` has disabled; what is not possible is disabled by others."""
        for verb, action in actions.items():
            if verb.startswith(OF_THE_CANVAS):
                action.setEnabled(True)

    def _button(self, icons: Icons, icon: str, text: str) -> SwitchButton:
        button = SwitchButton()
        button.setCheckable(True)
        button.setAcceptDrops(True)
        button.setIcon(icons(icon))
        button.setIconSize(ICON)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} (F4)")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._switch.addButton(button)
        return button

    def _switched(self) -> None:
        self.show_gallery(self.gallery_button.isChecked())


class GalleryDoor(QObject):
    """The verbs of the menu that act on what is chosen in the gallery; elsewhere they do nothing.

    Except for `search`, which goes there.
    """

    def __init__(self, pages: Pages) -> None:
        """Act on the gallery of `pages`."""
        super().__init__(pages)
        self._pages = pages

    def search(self) -> None:
        """Show the gallery and put the cursor into its search field."""
        self._pages.show_gallery(True)
        self._pages.gallery.write()

    def choose(self, choice: str) -> None:
        """Do with the chosen pictures what a row of its table of choices names."""
        if self._pages.shows_gallery:
            self._pages.gallery.actions_by_name[choice].trigger()
