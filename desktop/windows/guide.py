"""The guide beside the picture: a list of flows, and of the chosen one a picture and its steps."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.by_turns import ByTurns
from desktop.controls.scrolling import scrolling
from desktop.guide import PAGES, GuidePage, shown
from desktop.theme import SPACE, WIDE

FIRST_SIZE = QSize(1040, 700)
LIST_WIDTH = 200


class GuideWindow(QDialog):
    """Modeless: it stays beside what it explains."""

    def __init__(self, parent: QWidget, folder: Path) -> None:
        """`folder` holds the pictures."""
        super().__init__(parent)
        self._folder = folder
        self.pages = QListWidget()
        self.picture, self.title, self.steps = QLabel(), QLabel(), QLabel()
        self._seen = QPixmap()
        self.setWindowTitle(self.tr("Guide"))
        self.resize(FIRST_SIZE.boundedTo(parent.screen().availableSize()))
        self._lay_out()
        self.pages.currentRowChanged.connect(self._show_page)

    def showEvent(self, event: QShowEvent) -> None:
        """Measure the rows anew, now that they have their style; the first page comes later."""
        super().showEvent(event)
        self.pages.doItemsLayout()
        if self.pages.currentRow() < 0:
            ByTurns(self._open_first(), self)

    def _open_first(self) -> Iterator[None]:
        yield  # to show the window has taken long enough for this turn
        self.pages.setCurrentRow(max(0, self.pages.currentRow()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the picture take the width there is, which the layout gives after the window's."""
        if isinstance(event, QResizeEvent):
            self._fit()
        return False

    def _fit(self) -> None:
        room = self._area.viewport().width() - 2 * WIDE
        if not self._seen.isNull() and room > 0:
            width = min(room, self._seen.width())
            smooth = Qt.TransformationMode.SmoothTransformation
            self.picture.setPixmap(self._seen.scaledToWidth(width, smooth))

    def _lay_out(self) -> None:
        self.pages.setObjectName("pages")
        self.pages.addItems([shown(page.title) for page in PAGES])
        self.pages.setFixedWidth(LIST_WIDTH)
        self.pages.setSpacing(2)
        self.pages.setFrameShape(QFrame.Shape.NoFrame)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.pages.setAccessibleName(self.tr("Pages of the guide"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(WIDE, 0, WIDE, 0)
        column.setSpacing(SPACE)
        self.title.setProperty("title", True)
        for label in (self.title, self.picture, self.steps):
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        self.steps.setWordWrap(True)
        self.steps.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.steps.setAccessibleName(self.tr("What to do"))
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, WIDE, 0, WIDE)
        row.addWidget(self.pages)
        self._area = scrolling(page, self.tr("Page of the guide"))
        row.addWidget(self._area, 1)
        self._area.viewport().installEventFilter(self)

    def _show_page(self, row: int) -> None:
        page: GuidePage = PAGES[max(0, row)]
        self.title.setText(shown(page.title))
        self._seen = QPixmap(str(self._folder / f"{page.picture}.png"))
        self._fit()
        self.picture.setAccessibleName(shown(page.title))
        self.steps.setText("\n\n".join(shown(step) for step in page.steps))
