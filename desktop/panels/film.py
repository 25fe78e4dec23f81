"""A film strip between two ideas: paint it, play it, save it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.asked import Asked
from desktop.candidates import Candidate
from desktop.controls.limit_label import LimitLabel
from desktop.controls.number_row import NumberRow
from desktop.controls.picture_box import PictureBox
from desktop.controls.picture_grid import PictureGrid
from desktop.controls.source_well import SourceWell
from desktop.file_dialog import open_soon
from desktop.filming import FEWEST, MOST, Film, film, in_order
from desktop.icons import ICON, Icons
from desktop.questions import Choices
from desktop.sources import Sources
from desktop.storage.films import FilmFile, FilmKind, kind_named, write_film
from desktop.studio import Studio
from desktop.theme import SPACE

PACE = 120
"""Milliseconds a frame is seen, unless another pace is chosen."""


class FilmPanel(QWidget):
    """Holds the frames of the last film, also when the tray has let go of them."""

    def __init__(self, studio: Studio, sources: Sources, icons: Icons) -> None:
        """Begin with two empty ends."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._wanted = Film()
        self._asked: Asked | None = None
        self._frames: tuple[Candidate, ...] = ()
        self._shown = 0
        self._clock = QTimer(self, interval=PACE)
        self.start = SourceWell(sources, self.tr("Where the film begins"), 60)
        self.end = SourceWell(sources, self.tr("Where the film ends"), 60)
        self.swap = QToolButton()
        self.count = NumberRow(self.tr("Number of frames"), FEWEST, MOST)
        self.pace = NumberRow(self.tr("Milliseconds for each frame"), 20, 1000, unit=" ms")
        self.keep = QCheckBox(self.tr("Begin and end with the very pictures"))
        self.back = QCheckBox(self.tr("There and back"))
        self.screen_box = PictureBox(self.tr("The film"), self.tr("The film plays here"))
        self.strip = PictureGrid(self.tr("Frames of the film"), 8)
        self.run = QPushButton(self.tr("Paint the film"))
        self.save = QPushButton(self.tr("Save…"))
        self._limit = LimitLabel(studio, "film")
        self._set_up()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def frames(self) -> tuple[Candidate, ...]:
        """The frames of the last film, as far as they are painted."""
        return self._frames

    def paint(self) -> None:
        """Have all frames painted; they lie in the tray too, where each can be accepted."""
        self._studio.ask(self._question, round(self.count.value))

    def write(self, path: Path, kind: FilmKind) -> None:
        """Write the film that is here; who waits hears of it from the studio."""
        back = self.back.isChecked() and kind is not FilmKind.FRAMES
        frames = in_order(self._frames, back)
        made = FilmFile(
            frames=tuple(frame.pixels for frame in frames),
            notes=tuple(frame.notes for frame in frames),
            milliseconds=round(self.pace.value),
        )
        self._studio.on_disk(partial(write_film, made, path, kind), self._written)

    def showEvent(self, event: QShowEvent) -> None:
        """Play while somebody looks."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self._clock.stop()

    def _question(self, choices: Choices) -> Asked:
        wanted = replace(
            self._wanted,
            start=self.start.source,
            end=self.end.source,
            count=choices.count,
            keep=self.keep.isChecked(),
        )
        asked = film(wanted, self._studio.document.picture, choices)
        self._asked, self._frames = asked, ()
        self._show()
        return asked

    def _hear_candidates(self) -> None:
        """Take the frames of this film out of all that lies in the tray."""
        if self._asked is None:
            return
        found = tuple(c for c in self._studio.candidates.items if c.asked is self._asked)
        if len(found) > len(self._frames):
            self._frames = found
            self._show()

    def _play(self) -> None:
        playing = in_order(self._frames, self.back.isChecked())
        if playing:
            self._shown = (self._shown + 1) % len(playing)
            self.screen_box.show_picture(playing[self._shown].pixels)

    def _show(self) -> None:
        empty = [None] * (round(self.count.value) - len(self._frames))
        self.strip.show_pictures([*(frame.pixels for frame in self._frames), *empty])
        self.save.setEnabled(len(self._frames) > 1 and not self._studio.busy)
        if not self._frames:
            self.screen_box.show_sentence()

    def _swap(self) -> None:
        start, end = self.start.source, self.end.source
        self.start.show_source(end)
        self.end.show_source(start)

    def _ask_where(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self.window(), self.tr("Save the film"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        kinds = {
            self.tr("Animated GIF") + " (*.gif)": FilmKind.GIF,
            self.tr("Animated WebP") + " (*.webp)": FilmKind.WEBP,
            self.tr("Folder of PNG frames") + " (*)": FilmKind.FRAMES,
        }
        dialog.setNameFilters(list(kinds))
        dialog.selectFile("film")
        dialog.fileSelected.connect(
            lambda file: self.write(
                Path(file), kind_named(Path(file), kinds[dialog.selectedNameFilter()])
            )
        )
        open_soon(dialog)

    def _written(self, path: Path) -> None:
        self._studio.noticed.emit(self.tr("Film saved to {path}").format(path=path))

    def _set_up(self) -> None:
        self.count.show_value(Film().count, Film().count)
        self.pace.show_value(PACE, PACE)
        self.swap.setIcon(self._icons("swap"))
        self.swap.setIconSize(ICON)
        self.swap.setAccessibleName(self.tr("Swap both ends"))
        self.swap.setToolTip(self.tr("Swap both ends"))
        self.back.setChecked(True)
        self.keep.setToolTip(
            self.tr("Recover the noise of both pictures; both have to be pictures")
        )
        self.run.setIcon(self._icons("film"))
        self.run.setIconSize(ICON)
        for button in (self.keep, self.back, self.run):
            button.setAccessibleName(button.text())
        self.save.setAccessibleName(self.tr("Save the film"))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.start)
        top.addWidget(self.screen_box, 1)
        top.addWidget(self.end)
        form = QFormLayout()
        form.setVerticalSpacing(SPACE // 2)
        form.addRow(self.tr("Frames"), self.count)
        form.addRow(self.tr("Pace"), self.pace)
        turns = QHBoxLayout()
        turns.addWidget(self.back, 1)
        turns.addWidget(self.swap)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.strip)
        column.addLayout(form)
        column.addLayout(turns)
        column.addWidget(self.keep)
        column.addWidget(self._limit)
        column.addStretch(1)

    def _connect(self) -> None:
        self.start.taken.connect(self.start.show_source)
        self.end.taken.connect(self.end.show_source)
        self.swap.clicked.connect(self._swap)
        self.run.clicked.connect(self.paint)
        self.save.clicked.connect(self._ask_where)
        self.strip.picked.connect(
            lambda place: self.screen_box.show_picture(self._frames[place].pixels)
        )
        self.pace.changed.connect(lambda value: self._clock.setInterval(round(value)))
        self.count.settled.connect(lambda _value: self._show())
        self._clock.timeout.connect(self._play)
        self._studio.candidates.changed.connect(self._hear_candidates)
        self._studio.busy_changed.connect(lambda _busy: self._show())
