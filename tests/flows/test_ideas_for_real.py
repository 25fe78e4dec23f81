"""Ideas with nothing made up: the window and the Starter, in the engine's own process."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from desktop.document.edits import move_frame
from desktop.document.geometry import Rect
from desktop.paths import Paths
from desktop.source import Source
from desktop.storage.films import FilmKind
from engine.process import open_process
from tests.shell import Shell, open_shell

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

ROOT = Path(__file__).parents[2]
PATIENCE = 240_000
"""Milliseconds for importing torch, reading the Starter and painting, on a busy machine."""
FRAME = Rect(0, 0, 256, 256)
FEW = 4
"""Steps: what is tested is the way, not the beauty."""
SEED = 7
"""In place of every fresh one: few steps bring a picture back well from one, less from another."""


@pytest.fixture
def shell(qtbot: QtBot, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(secrets, "randbelow", lambda _below: SEED)
    engine = open_process([ROOT / "resources"], "starter")
    with open_shell(qtbot, paths, engine) as shell:  # type: ignore[arg-type]
        shell.studio.settings = replace(shell.studio.settings, count=1, steps=FEW, prior_steps=FEW)
        shell.studio.document.do(move_frame(FRAME))
        yield shell


def text(words: str) -> Source:
    return Source(name=words, text=words)


def painted(qtbot: QtBot, shell: Shell) -> None:
    qtbot.waitUntil(lambda: not shell.studio.busy, timeout=PATIENCE)
    assert shell.failures == []


@pytest.mark.slow
def test_mix_then_film_then_reword(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    the_mix_is_what_its_preview_was(qtbot, shell)
    shell.studio.candidates.choose(0)
    a_film_begins_with_it(qtbot, shell, tmp_path)
    shell.studio.candidates.choose(0)
    a_frame_of_the_film_is_reworded(qtbot, shell)


def the_mix_is_what_its_preview_was(qtbot: QtBot, shell: Shell) -> None:
    """To a grey level, as both have the same few steps here."""
    shell.workbench.actions_by_verb["ideas.show_mix"].trigger()
    ideas = shell.workbench.parts.ideas
    ideas.take(text("a red apple"))
    ideas.take(text("a green pear"))
    ideas.mix.pad.moved.emit(0.3, 0.5)
    seen: list[np.ndarray] = []
    ideas.mix.sketching.drawn.connect(lambda _place, image: seen.append(image.pixels))
    qtbot.waitUntil(lambda: not ideas.mix.sketching.busy, timeout=PATIENCE)
    ideas.mix.paint()
    painted(qtbot, shell)
    (mixed,) = shell.studio.candidates.items
    assert mixed.pixels.shape == (256, 256, 3)
    assert mixed.pixels.std() > 5, "a plain picture is none"
    assert np.abs(mixed.pixels.astype(int) - seen[-1]).max() <= 1


def a_film_begins_with_it(qtbot: QtBot, shell: Shell, folder: Path) -> None:
    """The embedding of the mix goes on into the film, which is saved as a GIF."""
    shell.workbench.actions_by_verb["ideas.show_film"].trigger()
    ideas = shell.workbench.parts.ideas
    film = ideas.film
    ideas.sources.chosen(film.start.taken.emit)
    film.end.taken.emit(text("a blue car"))
    film.count.box.setValue(3)
    film.paint()
    painted(qtbot, shell)
    assert len({frame.pixels.tobytes() for frame in film.frames}) == 3
    with qtbot.waitSignal(shell.studio.noticed, timeout=PATIENCE):
        film.write(folder / "way", FilmKind.GIF)
    with Image.open(folder / "way.gif") as image:
        assert getattr(image, "n_frames", 1) == 4, "there and back: the middle is seen twice"


def a_frame_of_the_film_is_reworded(qtbot: QtBot, shell: Shell) -> None:
    """At 0 per cent the strip gives about the picture back, then each is farther from it.

    About, since four steps there and back lose some: as much as the first quarter of a small
    change may change.
    """
    shell.workbench.actions_by_verb["ideas.show_reword"].trigger()
    ideas = shell.workbench.parts.ideas
    panel = ideas.reword
    ideas.sources.chosen(panel.take)
    (row,) = panel.rows.values()
    row.before.setText("red")
    row.after.setText("green")
    qtbot.waitUntil(lambda: panel.sketching.busy, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not panel.sketching.busy, timeout=PATIENCE)
    source = panel.state.source
    assert source is not None
    assert source.pixels is not None
    drawn = [each for each in panel.strip.pictures if each is not None]
    off = [float(np.abs(each.astype(int) - source.pixels).mean()) for each in drawn]
    assert len(off) == 5
    assert off[0] < off[4] / 3
    assert off[1:] == sorted(off[1:])
