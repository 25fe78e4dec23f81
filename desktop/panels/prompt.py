"""The prompt bar: what to paint, how many, from which seed, and one button to run and cancel."""

from dataclasses import replace
from functools import partial
from random import Random, SystemRandom

from PySide6.QtCore import QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QRegularExpressionValidator
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ask import Meaning
from desktop.controls.icon_button import icon_button
from desktop.controls.number_margin import give_margin
from desktop.controls.number_row import NumberRow
from desktop.controls.prompt_edit import PromptEdit
from desktop.controls.prompt_tools import PromptTools
from desktop.controls.wheel_guard import WheelGuard
from desktop.document.edits import move_frame
from desktop.document.frame import Limits, with_aspect
from desktop.icons import ICON, Icons
from desktop.ideas import surprise
from desktop.restoring import Restored
from desktop.settings import Settings
from desktop.studio import Studio
from desktop.theme import SPACE, TIGHT, WIDE, mark_primary, restyle

MOST_PICTURES = 10
SHAPES = (
    ("Square", 1, 1),
    ("Landscape 4 : 3", 4, 3),
    ("Landscape 3 : 2", 3, 2),
    ("Wide 16 : 9", 16, 9),
    ("Portrait 3 : 4", 3, 4),
    ("Portrait 2 : 3", 2, 3),
    ("Tall 9 : 16", 9, 16),
)
NEW_SEED_BELOW = 2**31


class PromptPanel(QWidget):
    """Asks the studio for pictures; Generate turns into Cancel while it works."""

    begins = Signal()
    """Pictures are about to be asked for, of the picture as it is after this."""
    image_pasted = Signal()

    def __init__(
        self,
        studio: Studio,
        icons: Icons,
        progress: QWidget,
        edit: PromptEdit,
        random: Random | None = None,
    ) -> None:
        """Show the settings of `studio` around `edit`; `progress` fills the second line."""
        super().__init__()
        self._studio, self._icons = studio, icons
        self._random = random or SystemRandom()
        self.edit = edit
        self.count = QSpinBox()
        self.seed = QLineEdit()
        self.lock = QToolButton()
        self.run = QPushButton()
        self.strength = NumberRow(self.tr("Strength of painting over"), 0, 100, unit=" %")
        self._strength_row = QWidget()
        self._surprise = icon_button(
            self._icons("surprise"),
            self.tr("Surprise me"),
            self.tr("Surprise me: write an idea here"),
        )
        self._new_seed = icon_button(
            self._icons("new-seed"), self.tr("New seed"), self.tr("Choose another seed and keep it")
        )
        self.tools = PromptTools(edit, icons)
        self.shape = self._shape_button()
        self._card = QFrame()
        self._set_up_fields()
        # A layout alone would leave it, for PySide, with the parent that is about to be deleted,
        # and what Qt has made for it, the entries of a menu, would die with that one.
        self.edit.setParent(self)
        self._lay_out(progress)
        self._connect()
        self._show_busy(studio.busy)
        self._show_meaning(studio.intent.meaning)

    @property
    def prompt(self) -> str:
        """The text as it stands in the box."""
        return self.edit.toPlainText()

    def generate(self) -> None:
        """Ask for pictures as the bar says; while a run goes on they wait behind it."""
        self.begins.emit()
        locked = self.lock.isChecked() and bool(self.seed.text())
        seed = int(self.seed.text()) if locked else None
        self._remember(locked)
        self._studio.generate(
            self.prompt.strip(), self.count.value(), seed, negative=self.tools.negative
        )

    def write(self) -> None:
        """Put the cursor into the box with its text selected."""
        self.edit.setFocus()
        self.edit.selectAll()

    def surprise(self) -> None:
        """Write another idea into the box and select it."""
        self.edit.setPlainText(surprise(self._random, self.prompt))
        self.write()

    def restore(self, settings: Restored) -> None:
        """Show the settings of a picture, its seed locked, so that Generate makes it again."""
        self.edit.setPlainText(settings.prompt)
        self.tools.show_negative(settings.negative)
        if settings.seed is not None:
            self.seed.setText(str(settings.seed))
            self.lock.setChecked(True)
            self.count.setValue(1)
        self.write()

    def renew_seed(self) -> None:
        """Choose another seed and lock it, as choosing one says that it matters."""
        self.seed.setText(str(self._random.randrange(NEW_SEED_BELOW)))
        self.lock.setChecked(True)

    def show_beside_progress(self, widget: QWidget) -> None:
        """Give a small control a place at the end of the second line."""
        self._options.addWidget(widget)

    def show_beside_strength(self, widget: QWidget) -> None:
        """Give what else a run depends on a place before the progress."""
        self._options.insertWidget(self._options.indexOf(self._strength_row) + 1, widget)

    def sizeHint(self) -> QSize:
        """Take the width there is."""
        return QSize(640, super().sizeHint().height())

    def _set_up_fields(self) -> None:
        settings = self._studio.settings
        self.edit.setAccessibleName(self.tr("Prompt"))
        self.count.setRange(1, MOST_PICTURES)
        self.count.setPrefix("× ")
        give_margin(self.count)
        WheelGuard(self).guard(self.count)
        self.count.setValue(settings.count)
        self.count.setAccessibleName(self.tr("Number of pictures"))
        self.count.setToolTip(self.tr("How many pictures one run makes (1–10)"))
        self.seed.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{1,19}")))
        self.seed.setText(str(settings.seed))
        self.seed.setFixedWidth(self.seed.fontMetrics().averageCharWidth() * 20)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(self.tr("The same prompt and seed give the same picture"))
        self.lock.setCheckable(True)
        self.lock.setIconSize(ICON)
        self.lock.setChecked(settings.seed_locked)
        self.lock.setAccessibleName(self.tr("Keep this seed"))
        self._show_lock(settings.seed_locked)
        self.run.setIconSize(ICON)
        self.run.setMinimumWidth(128)
        self.strength.show_value(settings.strength, Settings().strength)
        self.strength.setToolTip(
            self.tr("How much of the picture in the frame may go: 0 keeps it, 100 ignores it")
        )

    def _lay_out(self, progress: QWidget) -> None:
        self._card.setObjectName("prompt_card")
        lines = QVBoxLayout(self._card)
        lines.setContentsMargins(SPACE, TIGHT, TIGHT, TIGHT)
        lines.setSpacing(TIGHT)
        card = QHBoxLayout()
        card.setSpacing(0)
        card.addWidget(self.edit, 1)
        for button in (self.tools.earlier, self.tools.style, self.tools.avoid, self._surprise):
            card.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(card)
        lines.addWidget(self.tools.field)
        self.run.setMinimumHeight(self._card.sizeHint().height())
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._card, 1)
        top.addWidget(self.run, 0, Qt.AlignmentFlag.AlignTop)
        options = QHBoxLayout()
        options.setSpacing(SPACE)
        for text, field in ((self.tr("&Pictures"), self.count), (self.tr("See&d"), self.seed)):
            label = QLabel(text)
            label.setBuddy(field)
            options.addWidget(label)
            options.addWidget(field)
            options.addSpacing(TIGHT)
        options.addWidget(self.lock)
        options.addWidget(self._new_seed)
        options.addWidget(self.shape)
        options.addSpacing(WIDE)
        strength = QHBoxLayout(self._strength_row)
        strength.setContentsMargins(0, 0, WIDE, 0)
        strength.addWidget(QLabel(self.tr("Strength")))
        strength.addWidget(self.strength)
        options.addWidget(self._strength_row)
        options.addWidget(progress, 1)
        self._options = options
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, SPACE, WIDE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addLayout(options)

    def _connect(self) -> None:
        self.edit.submitted.connect(self.generate)
        self.edit.image_pasted.connect(self.image_pasted)
        self.edit.focused.connect(self._show_focus)
        self.run.clicked.connect(self._run_or_cancel)
        self._surprise.clicked.connect(self.surprise)
        self.tools.field.returnPressed.connect(self.generate)
        self._studio.keeping.prompts_known.connect(self.tools.know)
        self._new_seed.clicked.connect(self.renew_seed)
        self.seed.textEdited.connect(self._seed_edited)
        self.lock.toggled.connect(self._show_lock)
        self._studio.busy_changed.connect(self._show_busy)
        self._studio.intent.changed.connect(self._show_meaning)

    def _shape_button(self) -> QToolButton:
        """Make the button that gives the frame another shape, its area kept."""
        button = icon_button(
            self._icons("tool-frame"), self.tr("Shape"), self.tr("Shape of the picture")
        )
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for name, width, height in SHAPES:
            action = menu.addAction(self.tr(name))
            action.triggered.connect(partial(self._reshape, width, height))
        button.setMenu(menu)
        return button

    def _reshape(self, width: int, height: int, _checked: bool = False) -> None:
        document = self._studio.document
        document.do(move_frame(with_aspect(document.picture.frame, width, height, Limits())))

    def _remember(self, locked: bool) -> None:
        wanted = replace(
            self._studio.settings,
            count=self.count.value(),
            seed_locked=locked,
            strength=round(self.strength.value),
        )
        if wanted != self._studio.settings:
            self._studio.change_settings(wanted)

    def _run_or_cancel(self) -> None:
        if self._studio.busy:
            self._studio.cancel()
        else:
            self.generate()

    def _seed_edited(self, text: str) -> None:
        self.lock.setChecked(bool(text))

    def _show_lock(self, locked: bool) -> None:
        self.lock.setIcon(self._icons("lock" if locked else "lock-open"))
        self.lock.setToolTip(
            self.tr("The seed is kept; click for a new one with every run")
            if locked
            else self.tr("Every run takes a new seed; click to keep this one")
        )

    def _show_focus(self, focused: bool) -> None:
        self._card.setProperty("focused", focused)
        restyle(self._card)

    def _show_busy(self, busy: bool) -> None:
        """One button, so that the way to stop is where the hand already is."""
        if busy:
            self.seed.setText(str(self._studio.last_seed))
        self._label_run()
        mark_primary(self.run, not busy)
        role = QPalette.ColorRole.ButtonText if busy else QPalette.ColorRole.HighlightedText
        self.run.setIcon(self._icons("cancel" if busy else "generate", role))

    def _show_meaning(self, meaning: Meaning) -> None:
        """Say beforehand what a press would do."""
        self._strength_row.setVisible(meaning is Meaning.OVER)
        self.edit.setPlaceholderText(
            self.tr("Describe what belongs here, or leave this empty to go by the rest")
            if meaning in (Meaning.FILL, Meaning.EXTEND)
            else self.tr("Describe the picture you want")
        )
        self._label_run()

    def _label_run(self) -> None:
        if self._studio.busy:
            text, tip = self.tr("Cancel"), self.tr("Stop (Esc)")
        else:
            text, does = self._words(self._studio.intent.meaning)
            tip = does + "\n" + self.tr("Ctrl+Enter, or Enter in the prompt")
        self.run.setText(text)
        self.run.setAccessibleName(text)
        self.run.setToolTip(tip)

    def _words(self, meaning: Meaning) -> tuple[str, str]:
        """Return what the button says and what that means."""
        match meaning:
            case Meaning.NEW:
                return self.tr("Generate"), self.tr("Paint the whole frame from the prompt")
            case Meaning.FILL:
                return self.tr("Fill"), self.tr(
                    "Paint what is masked, selected or empty in the frame; the rest stays"
                )
            case Meaning.EXTEND:
                return self.tr("Extend"), self.tr(
                    "Continue the picture into the empty part of the frame; the rest stays"
                )
            case Meaning.OVER:
                return self.tr("Paint over"), self.tr(
                    "Nothing is masked: paint all of the frame anew, as far as Strength says"
                )
