"""A film between two ideas, and many ideas looked at first: two pages of the manual."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.paths import Paths
from desktop.source import Source
from desktop.storage.films import FilmKind
from engine.requests import Generate, Morph
from tests.fakes import FakeEngine, square
from tests.shell import PATIENCE, Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths) -> Iterator[Shell]:
    with open_shell(qtbot, paths, FakeEngine(unable=frozenset())) as shell:
        yield shell


def test_a_film_is_painted_played_and_saved(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    shell.workbench.actions_by_verb["ideas.show_film"].trigger()
    panel, studio = shell.workbench.parts.ideas.film, shell.studio

    # Without two ends there is nothing to paint, and it says so.
    panel.run.click()
    assert "needs two ends" in shell.window.messages.text

    panel.start.taken.emit(Source(name="a square", pixels=square(3, 64, 64)))
    panel.end.taken.emit(Source(name="a pear", text="a pear"))
    panel.swap.click()
    assert panel.start.source is not None
    assert panel.start.source.text == "a pear"
    panel.count.box.setValue(5)
    assert not panel.save.isEnabled()
    panel.run.click()
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    request = shell.engine.requests[-1]
    assert isinstance(request, Morph)
    assert request.count == 5
    assert len(panel.frames) == len(panel.strip.pictures) == 5

    # It plays by itself, and stays when the tray lets go of its pictures.
    qtbot.waitUntil(lambda: panel.screen_box.has_picture, timeout=PATIENCE)
    studio.reject()
    assert len(panel.frames) == 5

    # There and back, as GIF; the frames alone go forth only.
    with qtbot.waitSignal(studio.noticed, timeout=PATIENCE):
        panel.write(tmp_path / "way", FilmKind.GIF)
    with Image.open(tmp_path / "way.gif") as image:
        assert getattr(image, "n_frames", 1) >= 5
    with qtbot.waitSignal(studio.noticed, timeout=PATIENCE):
        panel.write(tmp_path / "frames", FilmKind.FRAMES)
    assert len(list((tmp_path / "frames").iterdir())) == 5

    # A name that is taken is refused in a sentence; nothing is overwritten.
    panel.write(tmp_path / "frames", FilmKind.FRAMES)
    qtbot.waitUntil(lambda: "exists already" in shell.window.messages.text, timeout=PATIENCE)


def test_many_ideas_are_looked_at_and_the_chosen_ones_painted(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.EMBEDDING", np.ones(8, np.float16))
    shell.workbench.actions_by_verb["ideas.show_looks"].trigger()
    panel, studio, engine = shell.workbench.parts.ideas.looks, shell.studio, shell.engine
    panel.count.box.setValue(6)
    panel.look.click()
    qtbot.waitUntil(lambda: len(panel.found) == 6, timeout=PATIENCE)
    coarse = engine.requests[-1]
    assert isinstance(coarse, Generate)
    assert (coarse.prompt, coarse.count, coarse.prior_candidates) == ("a red apple", 6, 1)
    assert studio.candidates.items == ()
    qtbot.waitUntil(lambda: len(engine.questions) == 1, timeout=PATIENCE)
    assert engine.questions[0].texts == ("a red apple",)

    # How well each agrees with the prompt stands below it.
    qtbot.waitUntil(lambda: len(panel.scores) == 6, timeout=PATIENCE)

    # Two are clicked; a second click takes one back.
    side = panel.grid.width() // 4
    for place in (1, 3, 2, 2):
        at = QPoint(place * side + side // 2, side // 2)
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=at)
    chosen = [each.seed for each in panel.chosen]
    assert len(chosen) == 2

    # Both are painted in full from their own seeds, side by side in the tray.
    panel.run.click()
    qtbot.waitUntil(lambda: not studio.busy, timeout=PATIENCE)
    assert [candidate.seed for candidate in studio.candidates.items] == chosen
    assert [request.sampling.steps for request in engine.requests[-2:]] == [None, None]
    assert shell.failures == []


def test_an_empty_prompt_is_said_in_the_panel(shell: Shell) -> None:
    shell.workbench.actions_by_verb["ideas.show_looks"].trigger()
    panel = shell.workbench.parts.ideas.looks
    shell.window.prompt.edit.clear()
    panel.look.click()
    assert "prompt is empty" in panel.about.text()
    assert shell.engine.requests == []
