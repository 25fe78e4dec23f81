"""The runs that wait, as a card over the stage: reordered, paused, taken out, tried again."""

from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.asked import Asked
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
        self._shown: tuple[tuple[Asked, ...], tuple[Asked, ...]] = ((), ())
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

    def _make_rows(self, failed: tuple[Asked, ...], items: tuple[Asked, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for asked in (*failed, *items)[:MOST_ROWS]:
            row = self._row(asked, waits=asked in items)
            self._rows.addWidget(row)
            row.show()  # at once: until then Qt counts it as hidden, and the card would be too low

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
        failed, items, paused = self._waiting.failed, self._waiting.items, self._waiting.paused
        something = bool(failed or items or paused)
        if self.button.isChecked() and self._shown != (failed, items):
            self._shown = failed, items  # most questions wait no longer than it takes to make a row
            self._make_rows(failed, items)
        self.setVisible(self.button.isChecked() and something)
        if not something:
            self.button.setChecked(False)
        self._place()

    def _place(self) -> None:
        width = min(WIDTH, self._stage.width() - 2 * WIDE)
        height = self.sizeHint().height()
        self.setGeometry(self._stage.width() - width - WIDE, WIDE, width, height)
        if self.isVisible():
            self.raise_()
