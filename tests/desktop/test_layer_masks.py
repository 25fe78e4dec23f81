"""The mask of a layer in the real window: made, painted on, left, and come back to."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from desktop.hand import Target
from desktop.paths import Paths
from desktop.picture_verbs import ON_LAYER, ON_MASK
from tests.fakes import square
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths) as shell:
        shell.workbench.show_canvas()
        shell.studio.place_pixels(square(3, 40, 40), "painted")
        yield shell


def do(shell: Shell, verb: str) -> Target:
    """Trigger a verb of the menu; what a brush changes then."""
    shell.workbench.actions_by_verb[f"layer.{verb}"].trigger()
    return shell.workbench.parts.hand.target


def test_the_button_makes_a_mask_and_then_changes_between_it_and_the_layer(shell: Shell) -> None:
    document = shell.studio.document
    assert do(shell, "add_mask") is Target.LAYER_MASK
    made = document.picture.layers[0].mask
    assert made is not None
    assert do(shell, "add_mask") is Target.PIXELS
    assert do(shell, "add_mask") is Target.LAYER_MASK
    assert document.picture.layers[0].mask is made
    assert document.undo_name == "Add layer mask"


@pytest.mark.parametrize("verb", ["apply_mask", "remove_mask"])
def test_without_the_mask_the_layer_is_painted_on(shell: Shell, verb: str) -> None:
    do(shell, "add_mask")
    assert do(shell, verb) is Target.PIXELS
    assert shell.studio.document.picture.layers[0].mask is None


def test_what_is_painted_now_is_told_and_the_verb_says_what_leads_back(shell: Shell) -> None:
    verb = shell.workbench.actions_by_verb["layer.add_mask"]
    told: list[str] = []
    texts = [verb.text()]
    for _ in range(2):
        do(shell, "add_mask")
        texts.append(verb.text())
        told.append(shell.workbench.parts.messages.text)
    names = ["Add layer mask", "Paint the layer, not its mask", "Paint the layer's mask"]
    assert [text.replace("&", "") for text in texts] == names
    assert verb.toolTip() == names[2]
    assert told == [ON_MASK, ON_LAYER]
    do(shell, "remove_mask")
    assert verb.text().replace("&", "") == names[0]


def test_the_list_tells_which_of_both_is_painted_on(shell: Shell) -> None:
    found = shell.workbench.parts.layers.findChild(QListView)
    looks: list[QImage] = []
    for _ in range(3):
        do(shell, "add_mask")
        looks.append(found.grab().toImage())
    assert looks[0] != looks[1]
    assert looks[0] == looks[2]
