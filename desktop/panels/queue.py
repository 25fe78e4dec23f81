"""The runs that wait, as a card over the stage: reordered, paused, taken out, tried again."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.asked import Asked
from desktop.by_turns import ByTurns
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.icon_button import icon_button
from desktop.icons import ICON, Icons
from desktop.studio import Studio
from desktop.theme import SPACE, TIGHT, WIDE
from engine.picture_file import prompt_of
from engine.requests import Mix, Morph, Painting, Upscale, Vary

WIDTH = 340
MOST_ROWS = 8


class QueuePanel(QFrame):
    """Hidden while nothing waits. `button` opens and closes it, and says how many wait."""

    def __init__(self, stage: QWidget, studio: Studio, icons: Icons) -> None:
        """Float at the upper right of `stage` and follow the queue of `studio`."""
        super().__init__(stage)
        self._stage, self._studio, self._icons = stage, studio, icons
        self._waiting = studio.waiting
        self.button = icon_button(
            icons("queue"), self.tr("Queue"), self.tr("What waits to be painted")
        )
        self.title = ElidedLabel(left=True)
        self.pause = QPushButton()
        self.retry = QPushButton(self.tr("Try again"))
        self.forget = QPushButton(self.tr("Forget them"))
        self._rows = QVBoxLayout()
        self._made: dict[tuple[Asked, bool], QWidget] = {}
        """The rows by what they are about, and whether that waits."""
        self._making = ByTurns(iter(()), self)
        self._lay_out()
        self._connect()
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if isinstance(event, QResizeEvent):
            self._place()
        return False

    def _lay_out(self) -> None:
        self.setObjectName("message")
        self.setAccessibleName(self.tr("Queue"))
        self.title.setProperty("title", True)
        self.title.setAccessibleName(self.tr("What waits"))
        self.button.setCheckable(True)
        self.button.setFixedHeight(ICON.height() + SPACE)  # no higher than the line it comes into
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        for button in (self.pause, self.retry, self.forget):
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.title)
        column.addLayout(self._rows)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._stage.installEventFilter(self)
        self._waiting.changed.connect(self._refresh)
        self.button.toggled.connect(self._show)
        self.pause.clicked.connect(self._toggle_pause)
        self.retry.clicked.connect(self._waiting.retry)
        self.forget.clicked.connect(self._waiting.forget)

    def _toggle_pause(self) -> None:
        self._waiting.pause(not self._waiting.paused)

    def _refresh(self) -> None:
        waiting = self._waiting
        items, failed = waiting.items, waiting.failed
        self.button.setVisible(bool(items or failed or waiting.paused))
        self.button.setText(str(len(items) + len(failed)))
        self.title.setText(self._sentence())
        self.pause.setText(self.tr("Go on") if waiting.paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setVisible(bool(items) or waiting.paused)
        self.retry.setVisible(bool(failed))
        self.forget.setVisible(bool(failed))
        self._show()

    def _sentence(self) -> str:
        waiting = self._waiting
        if waiting.failed:
            return self.tr("Not painted")
        if not waiting.items:
            return self.tr("Paused")
        count = len(waiting.items)
        if waiting.paused:
            return self.tr("Paused; {count} waiting", "", count).format(count=count)
        return self.tr("{count} waiting", "", count).format(count=count)

    def _show_rows(self) -> None:
        """Keep the rows of what is shown already, and make those that are missing by turns."""
        failed, items = self._waiting.failed, self._waiting.items
        wanted = [*((each, False) for each in failed), *((each, True) for each in items)]
        wanted = wanted[:MOST_ROWS]
        self._making.stop()
        for key in self._made.keys() - set(wanted):
            row = self._made.pop(key)
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, key in enumerate(key for key in wanted if key in self._made):
            self._rows.insertWidget(place, self._made[key])
        if any(key not in self._made for key in wanted):
            self._making = ByTurns(self._make_rows(wanted), self)

    def _make_rows(self, wanted: list[tuple[Asked, bool]]) -> Iterator[None]:
        for place, (asked, waits) in enumerate(wanted):
            if (asked, waits) not in self._made:
                row = self._made[asked, waits] = self._row(asked, waits=waits)
                self._rows.insertWidget(place, row)
                row.show()  # at once: until then Qt counts it as hidden, and the card is too low
                self._place()
                yield

    def _row(self, asked: Asked, *, waits: bool) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TIGHT)
        title = self._title(asked.request)
        count = asked.request.count + asked.frames_to_come
        label = ElidedLabel(f"{count} × {title}", left=True)
        label.setAccessibleName(label.text())
        line.addWidget(label, 1)
        if waits:
            for icon, text, verb in (
                ("up", self.tr("Earlier"), partial(self._waiting.move, asked, -1)),
                ("down", self.tr("Later"), partial(self._waiting.move, asked, 1)),
                ("close", self.tr("Take it out"), partial(self._remove, asked)),
            ):
                line.addWidget(self._small(icon, text, title, verb))
        return row

    def _title(self, request: Painting) -> str:
        """Return what a run is called: its words, or what it does."""
        if words := " ".join(prompt_of(request).split()):
            return words
        match request:
            case Vary():
                return self.tr("Variations")
            case Mix() | Morph():
                return self.tr("Mix")
            case Upscale():
                return self.tr("Enlarging")
            case _:
                return self.tr("Picture")

    def _small(self, icon: str, text: str, title: str, verb: partial[None]) -> QToolButton:
        button = icon_button(self._icons(icon), f"{text}: {title}", text)
        button.setProperty("compact", True)
        button.clicked.connect(lambda: verb())
        return button

    def _remove(self, asked: Asked) -> None:
        self._waiting.drop(lambda each: each is asked)

    def _show(self, _checked: bool = False) -> None:
        something = bool(self._waiting.failed or self._waiting.items or self._waiting.paused)
        if not something:
            self.button.setChecked(False)
        if self.button.isChecked():
            self._show_rows()  # most questions wait no longer than it takes to make a row
        self.setVisible(self.button.isChecked())
        self._place()

    def _place(self) -> None:
        if self.isHidden():
            return
        width = min(WIDTH, self._stage.width() - 2 * WIDE)
        height = self.sizeHint().height()
        self.setGeometry(self._stage.width() - width - WIDE, WIDE, width, height)
        self.raise_()
