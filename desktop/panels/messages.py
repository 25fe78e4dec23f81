"""One sentence over the canvas: what went wrong, or what went well. It steals no focus."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop.icons import ICON, Icons
from desktop.speech import said
from desktop.studio import Studio
from desktop.theme import SPACE, WIDE, restyle

NOTICE_MILLISECONDS = 6000
WIDEST = 640


class MessageBar(QFrame):
    """A card at the top of `stage`; failures stay until closed, good news leaves by itself."""

    def __init__(self, stage: QWidget, studio: Studio, icons: Icons) -> None:
        """Float over `stage` and show what `studio` reports."""
        super().__init__(stage)
        self._stage, self._icons = stage, icons
        self._sign = QLabel()
        self._label = QLabel()
        self._close = QToolButton()
        self._timer = QTimer(self, singleShot=True, interval=NOTICE_MILLISECONDS)
        self._build()
        self._timer.timeout.connect(self.hide)
        self._close.clicked.connect(self.hide)
        studio.failed.connect(self.show_failure)
        studio.noticed.connect(self.show_notice)
        studio.busy_changed.connect(self._forget_old_news)
        stage.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence in view, or nothing."""
        return self._label.text() if self.isVisibleTo(self._stage) else ""

    def show_failure(self, sentence: str) -> None:
        """Show a known error until it is closed or a run begins."""
        self._timer.stop()
        self._show("failure", sentence)

    def show_notice(self, sentence: str) -> None:
        """Show good news for a few seconds."""
        self._show("notice", sentence)
        self._timer.start()

    def show_hint(self, sentence: str) -> None:
        """Show what to do, until it is closed or a run begins."""
        self._timer.stop()
        self._show("hint", said(sentence))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle of the stage."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

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
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self._sign)
        row.addWidget(self._label, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def _show(self, kind: str, sentence: str) -> None:
        sentence = said(sentence)
        self.setProperty("kind", kind)
        self.setAccessibleName(sentence)
        self._label.setText(sentence)
        self._label.setAccessibleName(sentence)
        self._sign.setPixmap(self._icons(kind).pixmap(ICON, self.devicePixelRatioF()))
        restyle(self)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        stage = self._stage
        width = min(WIDEST, stage.width() - 2 * WIDE)
        height = self.heightForWidth(width)
        self.setGeometry((stage.width() - width) // 2, WIDE, width, height)

    def _forget_old_news(self, busy: bool) -> None:
        if busy:
            self.hide()
