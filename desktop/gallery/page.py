"""The page of the gallery: a row of filters, the grid, and the side that tells of one picture."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.by_turns import paint_by_turns
from desktop.file_dialog import open_soon
from desktop.finding import Listing, Question
from desktop.gallery import sentences
from desktop.gallery.choices import CHOICES, actions_for
from desktop.gallery.delegate import GalleryDelegate
from desktop.gallery.details import DetailsSide, Shown, shown_of
from desktop.gallery.file_drops import FileDrops
from desktop.gallery.filters import FilterRow
from desktop.gallery.grid import GalleryGrid
from desktop.gallery.model import GalleryModel
from desktop.gallery.thumbnails import Thumbnails
from desktop.gallery_verbs import GalleryVerbs
from desktop.icons import ICON, Icons
from desktop.jobs import Job
from desktop.quantities import number
from desktop.storage import gallery_marks
from desktop.storage.gallery_pictures import GalleryPictures
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE

REST = 150
"""Milliseconds in which several changes become one new list."""


class GalleryPage(QWidget):
    """Shows what the studio's `finding` finds, and acts on it by `verbs`."""

    restored = Signal(object)
    """A Restored, for the prompt bar."""
    canvas_requested = Signal()
    folder_requested = Signal()
    """Another folder for pictures is wanted."""

    def __init__(self, studio: Studio, icons: Icons, words: Callable[[], str]) -> None:
        """`words` returns the text of the prompt bar, which a mix of one picture takes in."""
        super().__init__()
        self._studio, self._icons, self._words = studio, icons, words
        self._keeping, self._finding = studio.keeping, studio.finding
        self.verbs = GalleryVerbs(studio)
        pictures = GalleryPictures(self._keeping.folder)
        self.thumbnails = Thumbnails(pictures, self._keeping.reading, self)
        self.model = GalleryModel(self._keeping, pictures, self)
        self.delegate = GalleryDelegate(self.thumbnails, icons)
        self.grid = GalleryGrid(self.model, self.delegate)
        self.filters = FilterRow(icons)
        self.actions_by_name = actions_for(self, icons)
        self.side = DetailsSide(list(self.actions_by_name.values()))
        self.count = QLabel()
        self.empty = QLabel()
        self.folder_button = QPushButton(self.tr("Another folder…"))
        self.undo_button = QToolButton()
        self.clear_button = QToolButton()
        self.empty_button = QToolButton()
        self._likes: tuple[int, ...] = ()
        self._unlikes: tuple[int, ...] = ()
        self._relatives: tuple[int, ...] = ()
        self._discarded: tuple[int, ...] = ()
        self._to_select: tuple[int, ...] = ()
        self._question = Question()
        self._job: Job | None = None
        self._shows_stack = False
        self._timer = QTimer(self, singleShot=True, interval=REST)
        self._lay_out()
        self._connect()

    def open(self) -> None:
        """Ask for what is to be seen, now that the page is."""
        paint_by_turns((self.side,), self)
        self._ask_for_collections()
        self.search()
        self.grid.setFocus()

    def write(self) -> None:
        """Put the cursor into the search field."""
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def search(self) -> None:
        """Ask for the list anew."""
        self._timer.stop()
        self._finding.search(self.filters.question(self._likes, self._unlikes))

    def selected(self) -> list[int]:
        """Return the ids of what is selected."""
        return self.grid.selected_ids()

    def vary(self) -> None:
        """Paint new pictures of the idea of the chosen one."""
        self.verbs.vary(self.selected())

    def mix(self) -> None:
        """Paint what lies between the chosen pictures; one alone is mixed with the prompt."""
        ids = self.selected()
        words = self._words() if len(ids) == 1 else ""
        if len(ids) == 1 and not words.strip():
            self._studio.failed.emit(
                "A mix takes two pictures, or a picture and words; select another picture, "
                "or write into the prompt."
            )
        elif ids:
            self.verbs.mix(ids, words)

    def to_desk(self) -> None:
        """Put the chosen pictures onto the mixing desk."""
        self.verbs.to_desk(self.selected())

    def open_on_canvas(self) -> None:
        """Put the chosen pictures onto the canvas."""
        self.verbs.open_on_canvas(self.selected())

    def make_again(self) -> None:
        """Paint the chosen picture again."""
        self.verbs.make_again(self.selected())

    def reuse(self) -> None:
        """Put back the settings of the chosen picture."""
        self.verbs.reuse(self.selected())

    def save(self) -> None:
        """Ask where a copy of the chosen picture is to go."""
        ids = self.selected()
        if not ids:
            return
        dialog = QFileDialog(self, self.tr("Save a copy"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PNG picture") + " (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda file: self.verbs.save_copy(ids[0], Path(file)))
        open_soon(dialog)

    def more_like(self) -> None:
        """Sort by nearness to the chosen pictures, and to those named so before."""
        self._like(self.selected(), [])

    def less_like(self) -> None:
        """Keep away from the chosen pictures, in a search that has something to be near to."""
        ids = self.selected()
        if not self._likes and not self.filters.question((), ()).text.strip():
            self._studio.failed.emit(
                "Say first what you do want: choose More like this for a picture, "
                "or describe it by meaning."
            )
            return
        self._like([], ids)

    def open_stack(self) -> None:
        """Show all near duplicates that the chosen picture stands for."""
        self._show_relatives(self.model.stack(self.selected()[0]), stack=True)

    def favour(self) -> None:
        """Mark the chosen pictures as favourites, or take the marks away if all have one."""
        ids = self.selected()
        rows = [self.model.row_of(entry_id) for entry_id in ids]
        entries = [self.model.entry(row) for row in rows if row is not None]
        wanted = not all(entry is not None and entry.favourite for entry in entries)
        if ids:
            self.verbs.favour(ids, wanted)

    def discard(self) -> None:
        """Put the chosen pictures into the trash, or out of it when the trash is shown."""
        ids = self.selected()
        if self.filters.trash.isChecked():
            self.verbs.bring_back(ids)
        else:
            self.verbs.discard(ids)

    def undo_discard(self) -> None:
        """Bring back what was put into the trash last."""
        if self._discarded:
            self.verbs.bring_back(self._discarded)
            self._to_select, self._discarded = self._discarded, ()
        self.undo_button.setVisible(False)

    def empty_trash(self) -> None:
        """Delete for good what is in the trash, when it is asked for a second time."""
        count = self.model.rowCount()
        sure = self.tr("Delete {count} for good?", "", count).format(count=number(count))
        if self.empty_button.text() == sure:
            self.verbs.empty_trash()
        else:
            self.empty_button.setText(sure)

    def _lay_out(self) -> None:
        for label, name in ((self.count, self.tr("What is shown")), (self.empty, self.tr("Note"))):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAccessibleName(name)
            label.setProperty("muted", True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setMargin(3 * WIDE)
        for button, text, icon in (
            (self.clear_button, self.tr("Show all"), "close"),
            (self.undo_button, self.tr("Undo"), "undo"),
            (self.empty_button, self.tr("Empty the trash"), "discard"),
        ):
            button.setText(text)
            button.setAccessibleName(text)
            button.setIcon(self._icons(icon))
            button.setIconSize(ICON)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setVisible(False)
        self.count.setMinimumHeight(self.undo_button.sizeHint().height())
        note = QHBoxLayout()
        note.setContentsMargins(WIDE, 0, WIDE, SPACE)
        note.setSpacing(SPACE)
        for widget in (self.count, self.clear_button, self.undo_button, self.empty_button):
            note.addWidget(widget)
        note.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.side)
        self._pictures = QStackedLayout()
        left.addWidget(self.filters)
        left.addLayout(note)
        left.addLayout(self._pictures, 1)
        self._pictures.addWidget(self.grid)  # last: what it shows without a parent is a window
        self._pictures.addWidget(self._nothing())

    def _nothing(self) -> QWidget:
        """What is seen in place of an empty list."""
        self.folder_button.setAccessibleName(self.folder_button.text())
        self._instead = QWidget()
        FileDrops(self._instead).dropped.connect(self._keeping.take_in)
        column = QVBoxLayout(self._instead)
        column.addStretch(1)
        column.addWidget(self.empty)
        column.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return self._instead

    def _connect(self) -> None:
        self.folder_button.clicked.connect(self.folder_requested)
        self._timer.timeout.connect(self.search)
        self._keeping.changed.connect(self._hear_change)
        self._keeping.added.connect(self._hear_added)
        self._finding.found.connect(self._show)
        self.filters.changed.connect(self._leave_relatives)
        self.clear_button.clicked.connect(self._show_all)
        self.undo_button.clicked.connect(self.undo_discard)
        self.empty_button.clicked.connect(self.empty_trash)
        self.thumbnails.arrived.connect(self.grid.show_arrived)
        self.thumbnails.bug_found.connect(self._studio.bug_found)
        self.verbs.restored.connect(self.restored)
        self.verbs.placed.connect(self.canvas_requested)
        self.verbs.discarded.connect(self._offer_undo)
        self.grid.chosen.connect(self._show_side)
        self.grid.opened.connect(self.open_on_canvas)
        self.grid.discard_pressed.connect(self.discard)
        self.grid.undo_pressed.connect(self.undo_discard)
        self.grid.star_pressed.connect(self.favour)
        self.grid.files_dropped.connect(self._keeping.take_in)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._show_menu)
        self.side.tagged.connect(self._tag)
        self.side.collected.connect(self._collect)
        self.side.relatives_requested.connect(self._show_relatives)

    def _hear_change(self) -> None:
        """Ask anew, soon, while the page is seen; what is not seen asks when it is opened."""
        self.model.forget()
        if self.isVisible():
            self._timer.start()

    def _hear_added(self, ids: tuple[int, ...]) -> None:
        self._to_select = (*self._to_select, *ids)

    def _show(self, listing: Listing) -> None:
        """Show what was found; what was selected stays so where it is still there."""
        ids = np.array(self._relatives, np.int64) if self._relatives else listing.ids
        chosen = [*self._to_select] or self.selected()
        reveal = bool(self._to_select)
        same = listing.question == self._question
        # What is awaited may be missing in a list that was asked for before it came.
        awaited = tuple(each for each in self._to_select if each not in ids)
        self._to_select = awaited if same else ()
        stacks = {} if self._relatives else listing.stacks
        if not np.array_equal(ids, self.model.ids) or stacks != self.model.stacks:
            place = self.grid.verticalScrollBar().value() if same else 0
            self.model.show(ids, stacks)
            self.grid.keep_place(place)
        self._question = listing.question
        self.grid.select(chosen, reveal=reveal)
        self.grid.viewport().update()
        self._tell(listing)
        self._pictures.setCurrentWidget(self.grid if len(ids) else self._instead)

    def _tell(self, listing: Listing) -> None:
        likes, unlikes = len(self._likes), len(self._unlikes)
        relatives, wanted = bool(self._relatives), listing.question.wanted
        stack = relatives and self._shows_stack
        heading = partial(sentences.heading, relatives=relatives, stack=stack)
        self.count.setText(heading(listing, likes, unlikes))
        plain = replace(listing.question, stacked=False) == Question()
        asked = not plain and not wanted.trashed
        self.clear_button.setVisible(relatives or likes > 0 or (asked and not len(listing.ids)))
        self.folder_button.setVisible(plain)
        self.empty.setText(sentences.nothing(listing, self._keeping.folder))
        self.empty_button.setVisible(wanted.trashed and len(listing.ids) > 0)
        self.empty_button.setText(self.tr("Empty the trash"))

    def _show_all(self) -> None:
        self._likes, self._unlikes, self._relatives = (), (), ()
        self.filters.clear()
        self.search()

    def _leave_relatives(self) -> None:
        self._relatives = ()
        self._show_discard_action()
        self.search()

    def _show_relatives(self, ids: tuple[int, ...], *, stack: bool = False) -> None:
        self._relatives, self._shows_stack = ids, stack
        self.search()

    def _like(self, likes: list[int], unlikes: list[int]) -> None:
        self._relatives = ()
        wanted = {*likes, *unlikes}
        self._likes = (*(i for i in self._likes if i not in wanted), *likes)
        self._unlikes = (*(i for i in self._unlikes if i not in wanted), *unlikes)
        self.search()

    def _offer_undo(self, ids: tuple[int, ...]) -> None:
        self._discarded = ids
        self.undo_button.setText(sentences.undo(len(ids)))
        self.undo_button.setVisible(True)

    def _show_side(self) -> None:
        """Show the one picture that is selected, or how many are."""
        ids = self.selected()
        for choice in CHOICES:
            fits = bool(ids) and (choice.many or len(ids) == 1)
            if choice.name == "open_stack":
                fits = fits and len(self.model.stack(ids[0])) > 1
            self.actions_by_name[choice.name].setEnabled(fits)
        if self._job is not None:
            self._job.cancel()
        if len(ids) != 1:
            self.side.show_count(len(ids))
            return
        self._job = self._keeping.ask(partial(shown_of, ids[0]), self._hear_details)

    def _hear_details(self, shown: Shown | None) -> None:
        if shown is not None:
            self.side.show_picture(shown)
            self._show_star(shown.details.entry.favourite)

    def _show_star(self, favourite: bool) -> None:
        self.actions_by_name["favour"].setIcon(self._icons("star-full" if favourite else "star"))

    def _show_discard_action(self) -> None:
        trashed = self.filters.trash.isChecked()
        action = self.actions_by_name["discard"]
        action.setText(self.tr("Bring back") if trashed else self.tr("Discard"))
        action.setIcon(self._icons("bring-back" if trashed else "discard"))

    def _show_menu(self, point: QPoint) -> None:
        if not self.selected():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self.actions_by_name.values()))
        menu.popup(self.grid.viewport().mapToGlobal(point))

    def _tag(self, entry_id: int, tags: list[str]) -> None:
        self._keeping.change(lambda gallery: gallery_marks.tag(gallery, entry_id, tags))

    def _collect(self, entry_id: int, names: list[str]) -> None:
        self._keeping.change(
            lambda gallery: gallery_marks.set_collections(gallery, entry_id, names)
        )
        self._ask_for_collections()

    def _ask_for_collections(self) -> None:
        self._keeping.ask(gallery_marks.all_collections, self.filters.show_collections)
