"""One sentence over the canvas: what went wrong and what mends it, or what went well."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.icons import ICON, Icons
from desktop.remedies import WayOut
from desktop.speech import said
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE, mark_primary, restyle
from desktop.visible import visible

NOTICE_MILLISECONDS = 6000
WIDEST = 640


class MessageBar(QFrame):
    """A card at the top of `stage`; failures stay until closed, good news leaves by itself.

    It steals no focus.
    """

    def __init__(self, stage: QWidget, studio: Studio, icons: Icons) -> None:
        """Float over `stage` and show what `studio` reports."""
        super().__init__(stage)
        self._stage, self._icons = stage, icons
        self._sign = QLabel()
        self._label = QLabel()
        self._close = QToolButton()
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._in_the_way: QWidget | None = None
        self._timer = QTimer(self, singleShot=True, interval=NOTICE_MILLISECONDS)
        self._build()
        self._timer.timeout.connect(self.hide)
        self._close.clicked.connect(self.hide)
        studio.failed.connect(self.show_failure)
        studio.noticed.connect(self.show_notice)
        studio.files.warned.connect(self.show_warning)
        studio.remedies.cautioned.connect(self.show_warning)
        studio.remedies.offered.connect(self.offer)
        studio.busy_changed.connect(self._forget_old_news)
        stage.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence in view, or nothing."""
        return self._label.text() if self.isVisibleTo(self._stage) else ""

    def keep_clear_of(self, card: QWidget) -> None:
        """Never lie over `card`, which floats at the upper right of the same stage."""
        self._in_the_way = card
        card.installEventFilter(self)

    @property
    def ways_out(self) -> tuple[QPushButton, ...]:
        """The buttons below the sentence, while that is in view."""
        if not self.text:
            return ()
        return self._all_buttons()

    def _all_buttons(self) -> tuple[QPushButton, ...]:
        items = (self._buttons.itemAt(n) for n in range(self._buttons.count()))
        found = (each.widget() for each in items if each is not None)
        return tuple(each for each in found if isinstance(each, QPushButton))

    def show_failure(self, sentence: str) -> None:
        """Show a known error until it is closed or a run begins."""
        self._timer.stop()
        self._show("failure", sentence)

    def show_notice(self, sentence: str) -> None:
        """Show good news for a few seconds."""
        self._show("notice", sentence)
        self._timer.start()

    def show_hint(self, sentence: str) -> bool:
        """Show what to do, until it is closed or a run begins; not in the place of a failure."""
        if self.text and self.property("kind") == "failure":
            return False
        self.show_warning(sentence)
        return True

    def show_warning(self, sentence: str) -> None:
        """Show what should be read, until it is closed or a run begins; in any other's place."""
        self._timer.stop()
        self._show("hint", "\n".join(map(said, sentence.split("\n"))))

    def take_back(self, hint: str) -> None:
        """Hide a hint that is no longer true, if it is in view."""
        if self.text == said(hint):
            self.hide()

    def offer(self, ways: Sequence[WayOut]) -> None:
        """Show a button for each thing that mends what was told last; the first is the usual.

        Good news that somebody may still want to press below stays, too.
        """
        if ways:
            self._timer.stop()
        self._clear_buttons()
        for place, way in enumerate(ways):
            button = QPushButton(way.text)
            button.setAccessibleName(way.text)
            mark_primary(button, place == 0)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _checked=False, act=way.act: act())
            self._buttons.insertWidget(place, button)
            button.show()  # what is hidden takes no room
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the stage, and out of the way."""
        if isinstance(event, QResizeEvent | QShowEvent | QHideEvent) and self.isVisible():
            self._place()
        return False

    def _build(self) -> None:
        self.setObjectName("message")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._close.setIcon(self._icons("close"))
        self._close.setIconSize(ICON)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setToolTip(self.tr("Close"))
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._sign)
        row.addWidget(self._label, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._buttons.setSpacing(SPACE)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(row)
        column.addLayout(self._buttons)

    def _clear_buttons(self) -> None:
        for button in self._all_buttons():
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()

    def _show(self, kind: str, sentence: str) -> None:
        sentence = visible(said(sentence), lines=True)
        self._clear_buttons()
        self.setProperty("kind", kind)
        self.setAccessibleName(sentence)
        self._label.setText(sentence)
        self._label.setAccessibleName(sentence)
        self._sign.setPixmap(self._icons(kind).pixmap(ICON, self.devicePixelRatioF()))
        restyle(self)
        self.show()
        self._place()  # what was never shown has no height
        self.raise_()

    def _place(self) -> None:
        stage = self._stage
        width = min(WIDEST, stage.width() - 2 * WIDE)
        buttons = self._all_buttons()
        wanted = sum(each.sizeHint().width() + SPACE for each in buttons)
        direction = QBoxLayout.Direction
        fits = wanted + WIDE <= width
        self._buttons.setDirection(direction.LeftToRight if fits else direction.TopToBottom)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        left, top = self._free_place(width)
        self.setGeometry(left, top, width, self.heightForWidth(width))

    def _free_place(self, width: int) -> tuple[int, int]:
        """In the middle of the upper edge, or beside or below what lies in the way there."""
        middle, card = (self._stage.width() - width) // 2, self._in_the_way
        if card is None or not card.isVisible() or middle + width < card.x():
            return middle, WIDE
        beside = card.x() - WIDE - width
        return (beside, WIDE) if beside >= WIDE else (middle, card.geometry().bottom() + SPACE)

    def _forget_old_news(self, busy: bool) -> None:
        if busy:
            self.hide()
