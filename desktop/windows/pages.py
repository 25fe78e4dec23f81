"""The pages of the window, Create, the canvas and the gallery, and the switch between them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
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


NARROW = 1000
"""Logical pixels of a window in which menus and the names of the pages do not fit beside each
other."""


class Page(StrEnum):
    """One of the three, in the order of their buttons."""

    CREATE = "create"
    CANVAS = "canvas"
    GALLERY = "gallery"


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
"""Verbs that would change what is not in view while the canvas is not."""

OF_CREATE = ("candidates.", "paint.more", "paint.vary", "tray.discard", "tray.reject")
"""Those of them that act on what the page Create shows too."""


class SwitchButton(QToolButton):
    """Changes the page when it is clicked, and when something is dragged over it."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Change the page, so that what is dragged can be dropped there; take nothing here."""
        event.ignore()
        self.click()


class Stack(QStackedWidget):
    """Needs the room of the page in view, and not that of the widest.

    Where the window has no room for one more dock, Qt lets none be dropped on another either.
    """

    def minimumSizeHint(self) -> QSize:
        """Return what the page in view needs."""
        page = self.currentWidget()
        return QSize() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())


class Pages(QObject):
    """Holds the pages, of which the gallery is made when it is first seen."""

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        create: QWidget,
        canvas: QWidget,
        make_gallery: "Callable[[], GalleryPage]",
        icons: Icons,
    ) -> None:
        """Show `canvas`."""
        super().__init__(window)
        self._window = window
        self._make_gallery = make_gallery
        self._pages: dict[Page, QWidget] = {Page.CREATE: create, Page.CANVAS: canvas}
        self._gallery: GalleryPage | None = None
        self._shown = self._before = Page.CANVAS
        self.stack = Stack()
        self.stack.addWidget(create)
        self.stack.addWidget(canvas)
        self.stack.setCurrentWidget(canvas)
        self._switch = QButtonGroup(self)
        self._buttons = {
            Page.CREATE: self._button(icons, "generate", self.tr("Create"), "F3"),
            Page.CANVAS: self._button(icons, "tool-frame", self.tr("Canvas"), "F5"),
            Page.GALLERY: self._button(icons, "gallery", self.tr("Gallery"), "F4"),
        }
        self.canvas_button = self._buttons[Page.CANVAS]
        self.canvas_button.setChecked(True)
        self._switch.buttonClicked.connect(self._switched)
        self._corner = QWidget(window)
        row = QHBoxLayout(self._corner)
        row.setContentsMargins(0, 2, TIGHT, 2)
        row.setSpacing(2)
        for button in self._buttons.values():
            row.addWidget(button)
        window.menuBar().setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In a narrow window leave the menus their room: icons alone, named by their tips."""
        if isinstance(event, QResizeEvent) and isinstance(watched, QMainWindow):
            style = Qt.ToolButtonStyle
            narrow = watched.width() < NARROW
            wanted = style.ToolButtonIconOnly if narrow else style.ToolButtonTextBesideIcon
            if wanted != self.canvas_button.toolButtonStyle():
                for button in self._buttons.values():
                    button.setToolButtonStyle(wanted)
                # The bar asks its corner for its size when it is given it, and not again.
                watched.menuBar().setCornerWidget(self._corner, Qt.Corner.TopRightCorner)
        return False

    @property
    def gallery(self) -> "GalleryPage":
        """The page of the gallery."""
        if self._gallery is None:
            self._pages[Page.GALLERY] = self._gallery = self._make_gallery()
            self.stack.addWidget(self._gallery)
        return self._gallery

    @property
    def shown(self) -> Page:
        """The page in view."""
        return self._shown

    @property
    def shows_gallery(self) -> bool:
        """Whether the gallery is in view."""
        return self._shown is Page.GALLERY

    def show(self, page: Page) -> None:
        """Bring a page into view."""
        if page is self._shown:
            return
        self._before, self._shown = self._shown, page
        self._buttons[page].setChecked(True)
        with self._laid_out_once() if self._before is Page.CANVAS else nullcontext():
            if page is Page.GALLERY:
                self.stack.setCurrentWidget(self.gallery)
                self.gallery.open()
            else:
                self.stack.setCurrentWidget(self._pages[page])
            self.changed.emit()

    @contextmanager
    def _laid_out_once(self) -> Iterator[None]:
        """Lay the window out when the docks and bars of the canvas are gone, not before as well."""
        layout = self._window.layout()
        assert layout is not None
        layout.activate()  # the docks remember what sizes they had
        layout.setEnabled(False)
        try:
            yield
        finally:
            layout.setEnabled(True)
            layout.activate()

    def show_gallery(self, wanted: bool) -> None:
        """Show the gallery, or the page that was in view before it."""
        if wanted:
            self.show(Page.GALLERY)
        elif self.shows_gallery:
            self.show(self._before)

    def shuts(self, verb: str) -> bool:
        """Whether a verb would change what is not in view now."""
        if self._shown is Page.CANVAS or not verb.startswith(OF_THE_CANVAS):
            return False
        return not (self._shown is Page.CREATE and verb.startswith(OF_CREATE))

    def _button(self, icons: Icons, icon: str, text: str, key: str) -> SwitchButton:
        button = SwitchButton()
        button.setCheckable(True)
        button.setAcceptDrops(True)
        button.setIcon(icons(icon))
        button.setIconSize(ICON)
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({key})")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._switch.addButton(button)
        return button

    def _switched(self, clicked: QAbstractButton) -> None:
        self.show(next(page for page, button in self._buttons.items() if button is clicked))


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
