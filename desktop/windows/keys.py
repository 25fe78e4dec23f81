"""The window in which keys are changed: a scheme to begin with, and the keys of any verb.

Who presses a key that is in use is told whose it is, and asked; nothing is taken away silently.
"""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import ROWS, plain
from desktop.by_turns import ByTurns
from desktop.controls.wheel_guard import WheelGuard
from desktop.key_schemes import SCHEMES, Keys, owner_of
from desktop.keymap import Keymap, shown
from desktop.theme import SPACE, WIDE
from desktop.windows.questions import Answer, ask

VERB = Qt.ItemDataRole.UserRole
EDITORS = 2
"""Keys that one verb may have; a third one of the table stays until the others are changed."""


class KeysWindow(QDialog):
    """Shows and changes a keymap; everything works at once, there is nothing to confirm."""

    def __init__(self, parent: QWidget, keymap: Keymap, wheel_scrolls: bool) -> None:
        """`wheel_scrolls`: how the wheel is set; the check box is there to be listened to."""
        super().__init__(parent)
        self._keymap = keymap
        self.schemes = QComboBox()
        self.search = QLineEdit(clearButtonEnabled=True)
        self.list = QTreeWidget()
        self.editors = tuple(QKeySequenceEdit() for _ in range(EDITORS))
        self.restore = QPushButton(self.tr("As in the scheme"))
        self.wheel = QCheckBox(self.tr("The wheel scrolls, with Ctrl or Alt it zooms"))
        self.wheel.setChecked(wheel_scrolls)
        self._name = QLabel()
        self._asks = False
        """Whether a question is open: the editor ends once more when it takes the focus away."""
        self._menus: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._items: dict[str, QTreeWidgetItem] = {}
        WheelGuard(self).guard(self.schemes)
        self._build()
        self._connect()
        self._refresh()
        self._making = ByTurns(self._make_menus(), self)

    @property
    def verb(self) -> str | None:
        """The verb that is chosen in the list."""
        item = self.list.currentItem()
        return item.data(0, VERB) if item is not None else None

    @property
    def found(self) -> list[str]:
        """The verbs that the search leaves in the list."""
        return [verb for verb, item in self.items.items() if not item.isHidden()]

    @property
    def items(self) -> dict[str, QTreeWidgetItem]:
        """Every verb's place in the list: those that are still to be made are made now."""
        self._making.finish()
        return self._items

    def choose(self, verb: str) -> None:
        """Choose a verb in the list."""
        self.list.setCurrentItem(self.items[verb])

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Keys"))
        self.resize(620, 600)
        for name, scheme in SCHEMES.items():
            self.schemes.addItem(scheme.title, name)
        self.search.setPlaceholderText(self.tr("Find a verb or a key"))
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([self.tr("Verb"), self.tr("Keys")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setColumnWidth(0, 320)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        for widget, stretch in ((QLabel(self.tr("Keys of")), 0), (self.schemes, 0)):
            top.addWidget(widget, stretch)
        top.addSpacing(WIDE)
        top.addWidget(self.search, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addLayout(self._editing())
        column.addWidget(self.wheel)
        column.addWidget(self._buttons())
        self._name_for_screen_readers()

    def _editing(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.addWidget(self._name, 0, 0, 1, EDITORS + 1)
        for place, editor in enumerate(self.editors):
            editor.setMaximumSequenceLength(1)
            editor.setClearButtonEnabled(True)
            grid.addWidget(editor, 1, place)
            grid.setColumnStretch(place, 1)
        self.restore.setAutoDefault(False)
        grid.addWidget(self.restore, 1, EDITORS)
        return grid

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        everything = QPushButton(self.tr("Restore all"))
        everything.clicked.connect(self._keymap.restore_all)
        box.addButton(everything, QDialogButtonBox.ButtonRole.ResetRole)
        box.rejected.connect(self.close)
        for button in box.buttons():
            assert isinstance(button, QPushButton)
            button.setAutoDefault(False)
            button.setAccessibleName(button.text().replace("&", ""))
        return box

    def _name_for_screen_readers(self) -> None:
        for view in (self.schemes, self.schemes.view()):
            view.setAccessibleName(self.tr("Scheme"))
        self.search.setAccessibleName(self.tr("Find a verb or a key"))
        self.list.setAccessibleName(self.tr("Verbs"))
        for place, editor in enumerate(self.editors, start=1):
            editor.setAccessibleName(self.tr("Key {number}").format(number=place))
        for button in (self.restore, self.wheel):
            button.setAccessibleName(button.text())

    def _make_menus(self) -> Iterator[None]:
        """Make the verbs of one menu after the other."""
        for menu in dict.fromkeys(row.menu for row in ROWS):
            heading = QTreeWidgetItem(self.list, [plain(menu)])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            heading.setFirstColumnSpanned(True)
            heading.setFont(0, bold(self.list.font()))
            items: list[QTreeWidgetItem] = []
            for row in (row for row in ROWS if row.menu == menu):
                items.append(QTreeWidgetItem(heading, [plain(row.text)]))
                items[-1].setData(0, VERB, row.verb)
                self._items[row.verb] = items[-1]
            self._menus.append((heading, items))
            heading.setExpanded(True)
            self._show_keys([row.verb for row in ROWS if row.menu == menu])
            yield

    def _connect(self) -> None:
        self._keymap.changed.connect(self._refresh)
        self.schemes.activated.connect(lambda _: self._keymap.choose(self.schemes.currentData()))
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._show_editors)
        self.restore.clicked.connect(self._restore)
        for editor in self.editors:
            editor.editingFinished.connect(self._take)

    def _refresh(self) -> None:
        self.schemes.setCurrentIndex(self.schemes.findData(self._keymap.scheme))
        self._show_keys(self._items)
        if self.search.text():
            self._filter()
        self._show_editors()

    def _show_keys(self, verbs: Iterable[str]) -> None:
        if not self._items:
            return  # none is made yet
        keys, own = self._keymap.keys, dict(self._keymap.own)
        usual, changed = bold(self.list.font(), False), bold(self.list.font())
        for verb in verbs:
            item = self._items[verb]
            item.setText(1, "   ".join(shown(key) for key in keys[verb]))
            item.setFont(1, changed if verb in own else usual)

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        self._making.finish()
        for menu, items in self._menus:
            for item in items:
                text = f"{item.text(0)} {item.text(1)} {menu.text(0)}".lower()
                item.setHidden(not all(word in text for word in words))
            menu.setHidden(all(item.isHidden() for item in items))

    def _show_editors(self) -> None:
        verb = self.verb
        keys = () if verb is None else self._keymap.keys.get(verb, ())
        self._name.setText(
            self.tr("Choose a verb, then press its new key.")
            if verb is None
            else self.tr("Keys of “{name}”").format(name=self._items[verb].text(0))
        )
        for place, editor in enumerate(self.editors):
            editor.setEnabled(verb is not None)
            editor.setKeySequence(QKeySequence(keys[place] if place < len(keys) else ""))
        self.restore.setEnabled(verb in dict(self._keymap.own))

    def _take(self) -> None:
        """Give the verb the keys in the editors, after a question if one is another verb's."""
        verb = self.verb
        if verb is None or self._asks:
            return
        typed = (editor.keySequence().toString() for editor in self.editors)
        wanted = tuple(dict.fromkeys(key for key in typed if key))
        have = self._keymap.keys
        if wanted == have[verb][:EDITORS]:
            return
        clash = next((key for key in wanted if owner_of(key, have) not in (None, verb)), None)
        if clash is None:
            self._keymap.give(verb, wanted)
        else:
            self._warn(verb, wanted, clash)

    def _warn(self, verb: str, wanted: Keys, clash: str) -> None:
        owner = self.items[owner_of(clash, self._keymap.keys) or verb].text(0)
        name = self.items[verb].text(0)
        sentence = self.tr("{key} belongs to “{owner}”, which would have it no longer.").format(
            key=shown(clash), owner=owner
        )
        give = self.tr("Give it to “{name}”").format(name=name)
        answers = [Answer(give, lambda: self._keymap.give(verb, wanted))]
        self._asks = True
        box = ask(self, sentence, answers, self.tr("Leave it"))
        box.finished.connect(self._answered)

    def _answered(self) -> None:
        self._asks = False
        self._show_editors()

    def _restore(self) -> None:
        if self.verb is not None:
            self._keymap.restore(self.verb)


def bold(font: QFont, wanted: bool = True) -> QFont:
    """Return a font in bold, or not."""
    made = QFont(font)
    made.setBold(wanted)
    return made
