"""One model on the page: what it is, what it asks for, how it stands here, and what can be done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.controls.progress_bar import ProgressBar
from desktop.theme import SPACE, WIDE, mark_primary, restyle
from desktop.visible import visible

VERBS = {
    "use": "Use",
    "get": "Get…",
    "continue": "Continue",
    "pause": "Pause",
    "cancel": "Cancel…",
    "folder": "I have the files…",
    "verify": "Verify",
    "save": "Save space…",
    "remove": "Remove…",
    "licence": "Licence…",
}
"""In the order of the buttons; those that do not apply are hidden."""


class ModelCard(QFrame):
    """Shows what it is told and asks by `requested`; it decides nothing."""

    requested = Signal(str)
    """A verb of VERBS."""
    begun = Signal()
    """It is longer by the line that says how far the work is that was asked for here."""

    def __init__(self, title: str, description: str, facts: Sequence[str]) -> None:
        """`facts` are the names of the lines that `show_facts` fills."""
        super().__init__()
        self.setObjectName("card")
        self.title = plain(title)
        self.state = plain("")
        self.progress = ProgressBar()
        self.doing = plain("", wraps=True)
        self.facts = [plain("", wraps=True) for _ in facts]
        self.buttons = {verb: QPushButton(self.tr(text)) for verb, text in VERBS.items()}
        self._asked = False
        self._build(title, plain(description, wraps=True), facts)

    def show_state(self, state: str, used: bool) -> None:
        """Whether it can be used, and whether it is."""
        self.state.setText(state)
        self.setProperty("used", used)
        self.setAccessibleName(f"{self.title.text()}: {state}")
        restyle(self)

    def show_facts(self, facts: Sequence[str]) -> None:
        """Fill the lines."""
        for label, text in zip(self.facts, facts, strict=True):
            label.setText(visible(text, lines=True))

    def show_verbs(self, offered: Sequence[str], enabled: bool, primary: str) -> None:
        """Offer these verbs; `primary` is what most people want next, empty for none."""
        for verb, button in self.buttons.items():
            button.setVisible(verb in offered)
            button.setEnabled(enabled or verb in ("pause", "cancel", "licence"))
            mark_primary(button, verb == primary)

    def show_work(self, words: str, done: int, total: int) -> None:
        """How far the work on it is; no words hide the line."""
        begins = self._asked and bool(words) and self.doing.isHidden()
        self.doing.setText(words)
        self.doing.setVisible(bool(words))
        self.progress.setVisible(bool(words))
        self.progress.show_share(1000 * done // total if total else 0, 1000 if total else 0)
        if begins:
            self._asked = False
            self.begun.emit()

    def _ask(self, verb: str) -> None:
        self._asked = True
        self.requested.emit(verb)

    def _build(self, title: str, description: QLabel, facts: Sequence[str]) -> None:
        self.title.setProperty("title", True)
        for label in (self.state, description, self.doing):
            label.setProperty("muted", True)
        self.progress.setAccessibleName(self.tr("Progress of {title}").format(title=title))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        grid = QGridLayout()
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, label) in enumerate(zip(facts, self.facts, strict=True)):
            muted = plain(name)
            muted.setProperty("muted", True)
            grid.addWidget(muted, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
            label.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(description)
        column.addLayout(grid)
        column.addWidget(self.doing)
        column.addWidget(self.progress)
        column.addLayout(self._row(title))
        self.show_work("", 0, 0)

    def _row(self, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for verb, button in self.buttons.items():
            text = button.text().rstrip("…")
            button.setAccessibleName(f"{text}: {title}")
            button.clicked.connect(lambda _checked=False, verb=verb: self._ask(verb))
            if verb == "licence":
                row.addStretch(1)
            row.addWidget(button)
        return row


def plain(text: str, *, wraps: bool = False) -> QLabel:
    """A label whose text is text, never markup."""
    label = QLabel(visible(text, lines=True))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if wraps:
        label.setMinimumWidth(160)
    return label


def stack(parent: QWidget) -> QVBoxLayout:
    """A column of cards in `parent`."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, SPACE, 0)
    column.setSpacing(SPACE)
    return column
