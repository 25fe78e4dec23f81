"""Words near a picture, and the way back along what a project's results meant."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.controls.words_menu import WordsMenu
from desktop.document.edits import place_image
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.source import Source
from desktop.studio import Studio
from engine.events import Embedded, Event, Image, Word
from engine.requests import Embed, Mix, Request
from tests import fakes
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints|raise|grabbing")

NEAR = (Word("apple", 0.31), Word("cat & dog", 0.29), Word("<b>red</b>", 0.2))


class Naming(FakeEngine):
    """Knows three words for every picture, and passes for the Starter."""

    def run(self, request: Request) -> Iterator[Event]:
        """Say so."""
        for event in super().run(request):
            if isinstance(event, Image):
                event = replace(event, model="starter")
            if isinstance(event, Embedded):
                event = replace(event, words=tuple(NEAR for _ in event.words))
            yield event


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, Naming(unable=frozenset())) as shell:
        shell.window.prompt.count.setValue(1)
        yield shell


def menus(shell: Shell) -> list[WordsMenu]:
    return [each for each in shell.window.findChildren(WordsMenu) if each.isVisible()]


def test_the_words_near_a_picture_are_offered_and_go_into_the_mix(
    qtbot: QtBot, shell: Shell
) -> None:
    desk = shell.workbench.parts.ideas.mix
    shell.paint(qtbot)
    shell.studio.candidates.choose(0)

    # One verb puts the chosen result onto the desk and lists the words near it, as plain text.
    shell.workbench.actions_by_verb["ideas.show_words"].trigger()
    qtbot.waitUntil(lambda: bool(menus(shell)))
    (menu,) = menus(shell)
    qtbot.waitUntil(lambda: len(menu.actions()) == 3, timeout=PATIENCE)
    titles = [action.text() for action in menu.actions()]
    assert titles == ["apple  0.31", "cat && dog  0.29", "<b>red</b>  0.20"]
    assert (1, 8) in {(len(each.images), each.words) for each in shell.engine.questions}

    # Each can be added to the mix, or led away from.
    add, away = menu.findChildren(QMenu)[1].actions()
    add.trigger()
    away.trigger()
    menu.close()
    said = [(well.source.text, well.weight) for well in desk.desk.wells]
    assert said == [("", 100), ("cat & dog", 50), ("cat & dog", -50)]

    # The same again finds the picture on the desk; its row has a button for it, words have none.
    shell.workbench.actions_by_verb["ideas.show_words"].trigger()
    qtbot.waitUntil(lambda: bool(menus(shell)))
    assert len(desk.rows) == 3
    menus(shell)[0].close()
    picture, words, _ = desk.rows.values()
    assert (picture.near.isVisible(), words.near.isVisible()) == (True, False)


def test_a_model_without_a_clip_says_that_it_knows_no_words(qtbot: QtBot, paths: Paths) -> None:
    with open_shell(qtbot, paths, FakeEngine(unable=frozenset({Embed}))) as shell:
        desk = shell.workbench.parts.ideas.mix
        shell.workbench.parts.ideas.take(Source(name="a", pixels=square(3, 8, 8)))
        next(iter(desk.rows.values())).near.click()
        qtbot.waitUntil(lambda: bool(menus(shell)))
        (menu,) = menus(shell)
        assert "cannot compare pictures with words" in menu.actions()[0].text()
        menu.close()


def accept_one(qtbot: QtBot, shell: Shell, studio: Studio, numbers: list[float]) -> None:
    fakes.EMBEDDING[:] = numbers
    shell.paint(qtbot)
    studio.accept(0)


def test_one_goes_back_along_what_the_results_meant_and_paints_from_there(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "EMBEDDING", np.zeros(4, np.float16))
    studio, panel = shell.studio, shell.workbench.parts.ideas.path
    shell.workbench.actions_by_verb["ideas.show_path"].trigger()

    # An empty line says what makes a bead of it.
    assert panel.line == ()
    assert "accept a result" in panel.about.text()
    assert not panel.run.isEnabled()

    # Every result that is accepted is a bead, the oldest first.
    shell.workbench.show_canvas()
    accept_one(qtbot, shell, studio, [1, 0, 0, 0])
    studio.document.do(place_image(square(5, 8, 8), Rect(0, 0, 8, 8), "mine"))  # no bead
    accept_one(qtbot, shell, studio, [0, 1, 0, 0])
    shell.workbench.actions_by_verb["ideas.show_path"].trigger()
    qtbot.waitUntil(lambda: len(panel.line) == 2, timeout=PATIENCE)
    assert [bead.embedding.tolist() for bead in panel.line] == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert panel.place.value == 2

    # Undo takes a bead along; redo brings it back.
    studio.undo()
    assert len(panel.line) == 1
    studio.redo()
    assert len(panel.line) == 2

    # A quarter of the way back: what is asked for lies between the two, nearer to the second.
    panel.place.box.setValue(1.75)
    qtbot.waitUntil(lambda: not panel.sketching.busy, timeout=PATIENCE)
    panel.run.click()
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    asked = shell.engine.requests[-1]
    assert isinstance(asked, Mix)
    assert [part.weight for part in asked.ingredients] == pytest.approx([0.25, 0.75])
    assert panel.preview.has_picture

    # Keys: to the first bead, and that alone is meant.
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_Left)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    assert panel.place.value == 1
    panel.paint()
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    asked = shell.engine.requests[-1]
    assert isinstance(asked, Mix)
    assert [part.weight for part in asked.ingredients] == [1.0]
    assert shell.failures == []
