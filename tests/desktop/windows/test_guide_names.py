"""What the guide calls by its name is in the program under that very name, and with that key."""

import re
from collections.abc import Iterable, Iterator

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDockWidget,
    QLabel,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.actions import ROWS, plain
from desktop.canvas.drops import Zone
from desktop.controls.model_card import VERBS
from desktop.gallery.choices import CHOICES
from desktop.guide import PAGES
from desktop.paths import Paths
from tests.shell import Shell, open_shell
from tests.translate import FOLDER, file_of, messages

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise")

OPENERS = {
    "A", "Below", "Beside", "Candidates", "Click", "Cancel", "Discarded", "Drag", "Each", "Enter",
    "Five", "Frame", "Hold", "In", "It", "Move", "Of", "On", "Press", "Put", "Say", "Search",
    "Several", "The", "They", "What", "When", "With", "Write",
}  # fmt: skip
"""Words that sentences of the guide begin with, and that are no names there."""
NO_NAMES = {"Easel", "Starter", "Linux", "GIF", "WebP"}
GESTURES = {
    "Alt", "Alt+Down", "Alt+Up", "B", "Delete", "E", "Enter", "Esc", "F", "Left", "Q", "Right",
    "Shift", "Shift+Enter",
}  # fmt: skip
"""Keys of page, tray, prompt and lasso, which are in no menu; their own tests try them."""
WORD = re.compile(r"[A-Z0-9][\w+]*")


def names_in(root: QWidget) -> set[str]:
    """Everything that is written on something below `root`."""
    found: set[str] = set()
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLabel | QCheckBox):
            found.add(widget.text().replace("&", ""))
        if isinstance(widget, QToolButton | QAbstractButton):
            found.add(widget.accessibleName())
        if isinstance(widget, QDockWidget):
            found.add(widget.windowTitle())
        if isinstance(widget, QTabWidget):
            found |= {widget.tabText(each) for each in range(widget.count())}
    return found


def known(shell: Shell) -> set[str]:
    """Every name that a person can find: menus, buttons, panels, pages, cards and keys."""
    rows = {plain(row.text) for row in ROWS} | {row.menu.replace("&", "") for row in ROWS}
    tables = {choice.text for choice in CHOICES} | {zone.value for zone in Zone}
    keys = {key for row in ROWS for key in row.keys}
    written = names_in(shell.window) | set(said_by("PromptPanel"))  # its button has many names
    written |= set(VERBS.values()) | set(said_by("CardPanel"))  # of a page that is opened later
    return {name.removesuffix("…") for name in rows | tables | written} | keys | GESTURES


def said_by(part: str) -> Iterator[str]:
    """Every text of one part of the window, also those that are not shown now."""
    return (each.source for each in messages(FOLDER / file_of("de")) if each.context == part)


def unknown(sentence: str, names: Iterable[str]) -> Iterator[str]:
    """What is written as a name, with a capital letter, and begins none of `names`."""
    rest, start = sentence, True
    while rest:
        word = WORD.match(rest)
        if word is None:
            start = rest[0] in ".:" or (start and rest[0] == " ")
            rest = rest[1:]
            continue
        fitting = [n for n in names if rest.startswith(n) and not rest[len(n) :][:1].isalnum()]
        opens = start and word.group() in OPENERS
        if not (fitting or opens or word.group() in NO_NAMES or word.group().isdigit()):
            yield word.group()
        length = max([len(word.group()), *map(len, fitting)])
        rest, start = rest[length:], False


@pytest.fixture
def names(qtbot: QtBot, paths: Paths) -> Iterator[set[str]]:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.pages.show_gallery(True)
        yield known(shell)


def test_every_name_in_the_guide_is_in_the_program(names: set[str]) -> None:
    missing = {
        page.name: found
        for page in PAGES
        if (found := [each for step in page.steps for each in unknown(str(step), names)])
    }
    assert missing == {}


def test_a_key_in_the_guide_shows_what_its_page_is_about() -> None:
    keys = {key: row.verb for row in ROWS for key in row.keys}
    told = [(page.name, key) for page in PAGES for key in re.findall(r"F\d+", f"{page.steps}")]
    assert len(told) == 6
    for name, key in told:
        assert keys[key].endswith(f".show_{name}")


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Press Q, then the button Fill.", []),
        ("The panel Shapes draws.", ["Shapes"]),
        ("Reuse settings brings it back.", ["Reuse"]),
        ("Choose Extend the picture, or Generate.", ["Choose"]),
    ],
)
def test_a_name_that_is_not_there_is_found(sentence: str, wrong: list[str]) -> None:
    assert list(unknown(sentence, {"Q", "Fill", "Extend the picture", "Generate"})) == wrong
