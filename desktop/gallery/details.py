"""The side of the gallery: the chosen picture in large, what is known of it, what can be done."""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.canvas.pixmaps import image_from_pixels
from desktop.controls.scrolling import UprightArea, leave_ground
from desktop.gallery.kinds import kind_name
from desktop.icons import ICON
from desktop.quantities import moment, number
from desktop.speech import said
from desktop.storage.gallery import Gallery
from desktop.storage.gallery_entry import Details
from desktop.theme import SPACE, TIGHT, WIDE
from engine.requests import Pixels

WIDTH = 300
"""At the least; where the words of the buttons need more, it is wider."""
SIDE = WIDTH - 2 * WIDE
"""Height of the large picture, in logical pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One picture for the side: pixels (HxWx4) may be reduced; None where the file is gone."""

    details: Details
    pixels: Pixels | None


def shown_of(entry_id: int, gallery: Gallery) -> Shown | None:
    """Read what the side shows of a picture; None where there is no such."""
    details = gallery.details(entry_id)
    if details is None:
        return None
    return Shown(details, gallery.pictures.reduced(details.entry.file))


class Picture(QWidget):
    """A picture as large as fits into a square, with round corners."""

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self._pixmap = QPixmap()
        self.setFixedHeight(SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pixels(self, pixels: Pixels | None) -> None:
        """Show these pixels, or nothing."""
        image = None if pixels is None else image_from_pixels(pixels)
        self._pixmap = QPixmap() if image is None else QPixmap.fromImage(image)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture in the middle."""
        if self._pixmap.isNull():
            return
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = self.rect()
        place.setSize(size)
        place.moveCenter(self.rect().center())
        shape = QPainterPath()
        shape.addRoundedRect(place, SPACE, SPACE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(shape)
        painter.drawPixmap(place, self._pixmap)
        painter.end()


class DetailsSide(UprightArea):
    """Shows one picture, or how many are selected; its buttons are the actions it is given."""

    tagged = Signal(int, object)
    """Id and a list of tags."""
    collected = Signal(int, object)
    """Id and a list of the collections it is to be in."""
    relatives_requested = Signal(object)
    """Ids that are to be listed."""

    def __init__(self, actions: Sequence[QAction]) -> None:
        """Offer `actions`, two in a row."""
        super().__init__()
        self._shown: Details | None = None
        self.picture = Picture()
        self.prompt = QLabel()
        self.facts = QLabel()
        self.tags = QLineEdit()
        self.collections = QLineEdit()
        self.parents = QPushButton()
        self.children_button = QPushButton()
        self.buttons: list[QPushButton] = []
        self._about = QWidget()
        self._lay_out(actions)
        self._connect()
        self.show_count(0)

    def show_picture(self, shown: Shown) -> None:
        """Show one picture."""
        details = shown.details
        self._shown = details
        self.picture.show_pixels(shown.pixels)
        self.picture.setVisible(True)
        self.prompt.setText(details.entry.prompt or self.tr("No words belong to this picture."))
        self.facts.setText("\n".join(facts(details, shown.pixels is None)))
        self.tags.setText(", ".join(details.tags))
        self.collections.setText(", ".join(details.collections))
        self._show_relatives(details)
        self._about.setVisible(True)

    def show_count(self, count: int) -> None:
        """Show that none or several pictures are selected."""
        self._shown = None
        self.picture.setVisible(False)
        self.picture.show_pixels(None)
        self._about.setVisible(False)
        self.prompt.setText(
            self.tr("{count} pictures are selected", "", count).format(count=count)
            if count
            else self.tr("Choose a picture to see how it was made.")
        )
        self.facts.setText("")

    def sizeHint(self) -> QSize:
        """Keep the width that what is in it needs."""
        return QSize(max(WIDTH, self.minimumSizeHint().width()), 400)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be as wide as what is in it: other words, or another font, may need more."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.setFixedWidth(self.sizeHint().width())
        return super().eventFilter(watched, event)

    def _show_relatives(self, details: Details) -> None:
        for button, ids, one, many in (
            (
                self.parents,
                details.parents,
                self.tr("Show what it was made from"),
                self.tr("Show the {count} it was made from", "", len(details.parents)),
            ),
            (
                self.children_button,
                details.children,
                self.tr("Show what was made of it"),
                self.tr("Show the {count} made of it", "", len(details.children)),
            ),
        ):
            button.setVisible(bool(ids))
            text = one if len(ids) == 1 else many.format(count=len(ids))
            button.setText(text)
            button.setAccessibleName(text)

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        self.setObjectName("gallery_side")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("About the chosen picture"))
        for label, name in ((self.prompt, self.tr("Prompt")), (self.facts, self.tr("Facts"))):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            label.setAccessibleName(name)
        self.facts.setProperty("muted", True)
        self.picture.setAccessibleName(self.tr("The chosen picture"))
        content = QWidget()
        content.setObjectName("gallery_side_content")
        column = QVBoxLayout(content)
        column.setContentsMargins(WIDE, SPACE, WIDE, WIDE)
        column.setSpacing(SPACE)
        for widget in (self.picture, self.prompt, self.facts):
            column.addWidget(widget)
        column.addLayout(self._button_grid(actions))
        column.addWidget(self._about)
        column.addStretch(1)
        self._lay_out_about()
        self.setWidget(content)
        leave_ground(self)

    def _button_grid(self, actions: Sequence[QAction]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(TIGHT)
        for place, action in enumerate(actions):
            button = QPushButton(action.icon(), action.text())
            button.setIconSize(ICON)
            button.setProperty("tight", True)
            button.setAccessibleName(action.text())
            button.setToolTip(html.escape(action.toolTip()))
            button.setEnabled(action.isEnabled())
            button.clicked.connect(action.trigger)
            action.changed.connect(_follow(button, action))
            self.buttons.append(button)
            grid.addWidget(button, place // 2, place % 2)
        return grid

    def _lay_out_about(self) -> None:
        column = QVBoxLayout(self._about)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(TIGHT)
        for button, name in (
            (self.parents, self.tr("What it was made from")),
            (self.children_button, self.tr("What was made of it")),
        ):
            button.setAccessibleName(name)
            column.addWidget(button)
        for text, field in (
            (self.tr("T&ags"), self.tags),
            (self.tr("C&ollections"), self.collections),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            field.setPlaceholderText(self.tr("separated by commas"))
            field.setAccessibleName(text.replace("&", ""))
            field.setMaxLength(500)
            column.addWidget(label)
            column.addWidget(field)

    def _connect(self) -> None:
        self.tags.editingFinished.connect(self._tags_edited)
        self.collections.editingFinished.connect(self._collections_edited)
        self.parents.clicked.connect(self._ask_for_parents)
        self.children_button.clicked.connect(self._ask_for_children)

    def _tags_edited(self) -> None:
        if self._shown is not None and (names := _names(self.tags.text())) != [*self._shown.tags]:
            self.tagged.emit(self._shown.entry.id, names)

    def _collections_edited(self) -> None:
        names = _names(self.collections.text())
        if self._shown is not None and names != [*self._shown.collections]:
            self.collected.emit(self._shown.entry.id, names)

    def _ask_for_parents(self) -> None:
        if self._shown is not None:
            self.relatives_requested.emit(self._shown.parents)

    def _ask_for_children(self) -> None:
        if self._shown is not None:
            self.relatives_requested.emit(self._shown.children)


def facts(details: Details, gone: bool) -> Iterable[str]:
    """Yield what is known of a picture, a line each."""
    entry, translate = details.entry, QCoreApplication.translate
    if gone:
        yield said("Its file is missing; put it back or discard the entry.")
    yield " · ".join(
        part
        for part in (said(kind_name(entry.kind)), entry.model.capitalize() if entry.kind else "")
        if part
    )
    size = translate("GalleryDetails", "{width} × {height} pixels")
    yield size.format(width=entry.width, height=entry.height)
    if entry.seed is not None:
        yield translate("GalleryDetails", "Seed {seed}").format(seed=entry.seed)
    if entry.agreement is not None:
        agreement = translate("GalleryDetails", "Agreement with its words {share}")
        yield agreement.format(share=number(entry.agreement, 2))
    yield moment(entry.made_at)


def _names(text: str) -> list[str]:
    return sorted({" ".join(part.split()) for part in text.split(",")} - {""})


def _follow(button: QPushButton, action: QAction) -> Callable[[], None]:
    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setText(action.text())
        button.setAccessibleName(action.text())
        button.setIcon(action.icon())

    return follow
