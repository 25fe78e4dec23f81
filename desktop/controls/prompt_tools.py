"""The small buttons inside the prompt's card: earlier prompts, a style, what to keep away from."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton

from desktop.controls.icon_button import icon_button
from desktop.controls.prompt_edit import PromptEdit
from desktop.controls.prompt_list import PromptList
from desktop.icons import Icons
from desktop.prompt_history import PromptHistory
from desktop.styles import STYLES, Style, style_of, with_style


class PromptTools(QObject):
    """Works on the text of one box; whoever shows the buttons lays them out."""

    def __init__(self, edit: PromptEdit, icons: Icons) -> None:
        """Act on `edit`."""
        super().__init__(edit)
        self._edit, self._icons = edit, icons
        self._history = PromptHistory()
        self.list = PromptList(edit)
        self.earlier = icon_button(
            self._icons("history"),
            self.tr("Earlier prompts"),
            self.tr("Earlier prompts (Alt+Up, Alt+Down)"),
        )
        self.style = icon_button(
            self._icons("style"),
            self.tr("Style"),
            self.tr("Style: write a way of painting behind the prompt"),
        )
        self.avoid = icon_button(
            self._icons("avoid"),
            self.tr("Avoid"),
            self.tr("Avoid: say what the picture should keep away from"),
        )
        self.field = QLineEdit()
        self._set_up()
        self._connect()

    @property
    def negative(self) -> str:
        """What to keep away from; empty while the field is folded away."""
        return self.field.text().strip() if self.avoid.isChecked() else ""

    def show_negative(self, text: str) -> None:
        """Write what to keep away from, and unfold the field where there is something."""
        self.field.setText(text)
        self.avoid.setChecked(bool(text))

    def know(self, prompts: tuple[str, ...]) -> None:
        """Take the prompts of earlier runs, the latest first."""
        self._history.know(prompts)
        self.list.know(prompts)

    def _set_up(self) -> None:
        self.avoid.setCheckable(True)
        self.field.setPlaceholderText(self.tr("What the picture should not show"))
        self.field.setAccessibleName(self.tr("Avoid"))
        self.field.setMaxLength(2000)
        self.field.setVisible(False)
        self.style.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._edit)
        menu.aboutToShow.connect(self._mark_style)
        self._styles: dict[Style | None, QAction] = {}
        for style in (None, *STYLES):
            action = menu.addAction(self.tr("No style") if style is None else self.tr(style.name))
            action.setCheckable(True)
            action.triggered.connect(self._styled(style))
            self._styles[style] = action
        self.style.setMenu(menu)

    def _connect(self) -> None:
        self.earlier.clicked.connect(self._drop_down)
        self.list.chosen.connect(self._write)
        self.avoid.toggled.connect(self._unfold)
        self._edit.older_wanted.connect(self._older)
        self._edit.newer_wanted.connect(self._newer)

    def _styled(self, style: Style | None) -> Callable[[], None]:
        def write() -> None:
            self._write(with_style(self._edit.toPlainText(), style))

        return write

    def _mark_style(self) -> None:
        now = style_of(self._edit.toPlainText())
        for style, action in self._styles.items():
            action.setChecked(style == now)

    def _drop_down(self) -> None:
        self.list.drop_below(self._edit)

    def _unfold(self, unfolded: bool) -> None:
        self.field.setVisible(unfolded)
        (self.field if unfolded else self._edit).setFocus()

    def _older(self) -> None:
        self._go(self._history.older(self._edit.toPlainText()))

    def _newer(self) -> None:
        self._go(self._history.newer(self._edit.toPlainText()))

    def _go(self, prompt: str | None) -> None:
        if prompt is not None:
            self._write(prompt)

    def _write(self, prompt: str) -> None:
        """Write as if it were typed, so that Ctrl+Z brings back what was there."""
        cursor = self._edit.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(prompt)
        self._edit.setFocus()
